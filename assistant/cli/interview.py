"""`lange-adem interview`: the interview in the terminal, or headless from a file of answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant import bootstrap, session
from assistant.cli.answers import Respondent, Scripted, Typing
from assistant.errors import InterviewGone, LangeAdemError, ParticipantError
from assistant.house import House
from assistant.records import Citation, Lang, Role, Turn, View


def interview(
    role: Annotated[Role | None, typer.Option(help="who is interviewed")] = None,
    lang: Annotated[Lang, typer.Option(help="language of the interview")] = "nl",
    answers: Annotated[
        Path | None,
        typer.Option(
            help="headless: a text file with an answer on every line, in order. A line that is "
            "one of the options (label, id or number) answers a choice; other choices are skipped, "
            "and so is every question after the last line."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one event per line")] = False,
    resume: Annotated[
        str | None, typer.Option(help="go on with the interview of this code")
    ] = None,
) -> None:
    """Hold an interview in the terminal."""
    if role is None and resume is None:
        raise typer.BadParameter("say who is interviewed: --role resident|professional|official")
    script = _lines(answers) if answers else None
    house = bootstrap.open_house(wait_for_library=True)
    out: Printer = Events() if as_json else Words(house, lang)
    respondent: Respondent = Typing(house.phrases, lang) if script is None else Scripted(script)
    if resume is None and role is not None:
        if not respondent.consents(house.consent):
            out.refused()
            return
        _tell_terms(house, scripted=script is not None)
        begun = session.begin(house, role, lang)
        out.began(begun.view, begun.code)
        view = begun.view
    else:
        view = session.resume(house, session.find_by_code(house, resume or ""))
        out.began(view, None)
    _converse(house, view, respondent, out)


def _tell_terms(house: House, *, scripted: bool) -> None:
    """Who hands in answers of others is told where they go: nobody reads them the consent text."""
    terms = house.consent.processing.terms
    if scripted and terms:
        print(
            f"lange-adem: these answers are handed in under consent with the terms {terms}: they "
            "go there. Do this only for people who agreed to that.",
            file=sys.stderr,
        )


def _converse(house: House, view: View, respondent: Respondent, out: Printer) -> None:
    """Put the open turn, take the reply, until the close or until the person stops."""
    while view.waiting.move.kind != "close":
        out.asks(view)
        reply = respondent.reply(view.waiting)
        if reply is None:
            view = session.stop(house, view.interview.id)
            break
        try:
            before, view = view, session.take_turn(house, view, reply)
        except InterviewGone:
            raise
        except ParticipantError as wrong:
            out.declined(wrong)
            view = session.resume(house, view.interview.id)
            continue
        if view.interview.status == "stopped":
            break
        out.took(view, before.waiting.seq)
    out.ended(view)


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8-sig", errors="replace")
    except OSError as wrong:
        raise LangeAdemError(f"{path}: {wrong.strerror}") from None
    return [line for line in text.splitlines() if line.strip()]


class Printer:
    """What is told of an interview as it goes; says nothing by itself."""

    def began(self, view: View, code: str | None) -> None:
        """The interview was begun, or taken up again when there is no code."""

    def asks(self, view: View) -> None:
        """The open turn is put."""

    def took(self, view: View, seq: int) -> None:
        """The answer to turn `seq` was kept and coded."""

    def declined(self, wrong: ParticipantError) -> None:
        """The reply could not be taken."""

    def refused(self) -> None:
        """No consent was given."""

    def ended(self, view: View) -> None:
        """The interview ended or was stopped."""


class Events(Printer):
    """One JSON object per line."""

    def began(self, view: View, code: str | None) -> None:
        """Event `begin`, with the return code of a new interview."""
        kept = view.interview.model_dump(mode="json", include={"role", "lang", "guide", "consent"})
        self._say("begin", code=code, **kept)

    def asks(self, view: View) -> None:
        """Event `move`, with progress and the passage that comes with it."""
        move = view.waiting.move.model_dump(mode="json")
        self._say("move", seq=view.waiting.seq, **move, progress=view.progress.model_dump())

    def took(self, view: View, seq: int) -> None:
        """Event `answer` as it was kept, with what was noted."""
        answer = view.turns[seq].answer
        about = view.turns[seq].move.about
        coding = view.codings.get(seq if about is None else about)
        self._say(
            "answer",
            seq=seq,
            **(answer.model_dump(mode="json") if answer else {}),
            noted=coding.model_dump(mode="json") if coding else None,
        )

    def declined(self, wrong: ParticipantError) -> None:
        """Event `declined` with the reason."""
        self._say("declined", reason=wrong.key)

    def refused(self) -> None:
        """Event `refused`."""
        self._say("refused")

    def ended(self, view: View) -> None:
        """Event `end`: finished or stopped."""
        self._say("end", status=view.interview.status, text=view.waiting.move.text)

    def _say(self, event: str, **facts: object) -> None:
        print(json.dumps({"event": event, **facts}, ensure_ascii=False), flush=True)


class Words(Printer):
    """The interview as a conversation."""

    def __init__(self, house: House, lang: Lang) -> None:
        self._house, self._lang = house, lang

    def began(self, view: View, code: str | None) -> None:
        """How to answer, and the return code."""
        self._lang = view.interview.lang
        print(self._fixed("how"))
        if code:
            print(self._fixed("code").format(code=code))

    def asks(self, view: View) -> None:
        """The passage that comes with the move, the move, and what a check is about."""
        move = view.waiting.move
        if move.citation:
            cited = move.citation
            print(f"\n{self._fixed('passage')}\n  “{cited.text}”\n  {_source(cited)}")
            self._point_to_databanks(cited)
        print(f"\n[{view.progress.done}/{view.progress.total}] {move.text}")
        if move.about is not None:
            self._noted(view, view.turns[move.about])
        for number, option in enumerate(move.options, start=1):
            print(f"  {number}. {option.label}")

    def declined(self, wrong: ParticipantError) -> None:
        """Why not, in the person's language."""
        words = self._house.phrases.errors.get(wrong.key, self._house.phrases.errors["unknown"])
        print(words.in_(self._lang).format(**wrong.facts))

    def refused(self) -> None:
        """That is fine."""
        print(self._fixed("refused"))

    def ended(self, view: View) -> None:
        """The closing words, or those for who stops."""
        guide = self._house.guide_of(view.interview)
        words = guide.closing if view.interview.status == "finished" else guide.stopped
        print(f"\n{words.in_(self._lang)}")

    def _noted(self, view: View, about: Turn) -> None:
        print(f"{self._fixed('you_said')} “{about.answer.text if about.answer else ''}”")
        options = {option.id: option.label for option in view.waiting.move.options}
        print(self._fixed("noted"))
        for tag in view.codings[about.seq].tags:
            print(f"  - {options[f'{tag.level}_{tag.polarity}']}")

    def _point_to_databanks(self, cited: Citation) -> None:
        banks = self._house.library.databanks_for(cited)
        if banks:
            print(self._fixed("databanks"))
        for bank in banks:
            print(f"  - {bank.name}: {bank.theme.in_(self._lang)}")

    def _fixed(self, name: str) -> str:
        return self._house.phrases.terminal[name].in_(self._lang)


def _source(cited: Citation) -> str:
    whose = f"{cited.speaker}, in: " if cited.speaker else ""
    about = "ca. " if cited.page_inferred else ""
    return f"{whose}{cited.source}, p. {about}{cited.page}"
