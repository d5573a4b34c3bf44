"""Where the replies of a terminal interview come from: the keyboard, or a file of answers."""

from __future__ import annotations

from typing import Protocol

from assistant.records import Consent, Lang, Move, Phrases, Reply, Turn
from assistant.steps.answering import meant_as


class Respondent(Protocol):
    """Who is interviewed."""

    def consents(self, consent: Consent) -> bool:
        """Whether the person agrees to the consent text."""
        ...

    def reply(self, turn: Turn) -> Reply | None:
        """A reply to the open turn; None to stop."""
        ...


def chosen(move: Move, line: str) -> tuple[str, ...]:
    """The options that a line names: by label or id as a whole, or by numbers from 1."""
    said = line.strip().casefold()
    for option in move.options:
        if said in (option.label.casefold(), option.id):
            return (option.id,)
    numbers = said.replace(",", " ").split()
    if not numbers or not all(n.isascii() and n.isdigit() and len(n) < 3 for n in numbers):
        return ()
    places = dict.fromkeys(int(number) for number in numbers)
    if not all(1 <= place <= len(move.options) for place in places):
        return ()
    return tuple(move.options[place - 1].id for place in places)


class Scripted:
    """Answers from a file. Giving one is taken as consent. "stoppen" as a line stops."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = list(lines)

    def consents(self, consent: Consent) -> bool:  # noqa: ARG002 - the protocol's
        """Who supplies answers has consented."""
        return True

    def reply(self, turn: Turn) -> Reply | None:
        """The next line; a choice that the next line does not name is skipped, without using it."""
        if not self._lines:
            return Reply(seq=turn.seq, kind="skip")
        if turn.move.options:
            choices = chosen(turn.move, self._lines[0])
            if not choices:
                return Reply(seq=turn.seq, kind="skip")
            self._lines.pop(0)
            return Reply(seq=turn.seq, kind="choice", choices=choices)
        return Reply(seq=turn.seq, kind="text", text=self._lines.pop(0))


class Typing:
    """A person at the keyboard. End of input and Ctrl-C stop; all that was told is kept."""

    def __init__(self, phrases: Phrases, lang: Lang) -> None:
        self._phrases, self._lang = phrases, lang

    def consents(self, consent: Consent) -> bool:
        """Show the consent text and ask; only a yes is a yes."""
        print(consent.title.in_(self._lang), "\n")
        for part in consent.intro:
            print(part.in_(self._lang))
        for point in consent.points:
            print(f"  - {point.in_(self._lang)}")
        print("\n" + self._phrases.terminal["consent"].in_(self._lang))
        return (self._line() or "").strip().casefold() in ("ja", "j", "yes", "y")

    def reply(self, turn: Turn) -> Reply | None:
        """What is typed, as an account, a choice, a skip, or "I do not understand"."""
        line = self._line()
        if line is None:
            return None
        meant = meant_as(line, self._phrases, self._lang)
        if meant == "stop":
            return None
        if meant == "skip":
            return Reply(seq=turn.seq, kind="skip")
        if turn.move.options:
            return Reply(seq=turn.seq, kind="choice", choices=chosen(turn.move, line))
        return Reply(seq=turn.seq, kind="text", text=line)

    def _line(self) -> str | None:
        try:
            return input("> ")
        except (EOFError, KeyboardInterrupt):
            return None
