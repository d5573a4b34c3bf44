"""What a participant does next, from what is on the screen. Pure: no connection, no clock.

The labels the page is recognised by stand here and nowhere else in the bench. A label is met when
the words on the screen hold it, in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

from evals.bench.page_client import Act
from evals.bench.screen import Widget
from evals.bench.wire import WidgetKind

ROLE = "Ik krijg hulp of steun"
BEGIN = "Begin"
# Buttons and options that lead away from the interview, out of it, or into another language.
AWAY = (
    *("stop", "sla ", "pauze", "sluit", "verwijder", "terug", "download", "snap", "begrijp"),
    *("uitleg", "english", "nederlands", "code", "opnieuw", "nieuw gesprek", "ververs"),
)

ANSWERS = tuple(
    Path(__file__).with_name("answers.nl.txt").read_text(encoding="utf-8").strip().splitlines()
)


class Journey(Protocol):
    """Chooses act after act; `turns` counts the text turns it has asked for so far."""

    turns: int

    def next_act(self, widgets: Sequence[Widget], is_set: Callable[[Widget], bool]) -> Act | None:
        """The next thing to do with `widgets`, or None when there is nothing left to do."""
        ...


@dataclass
class Chat:
    """Writes `wanted` messages into whatever chat input is there."""

    wanted: int
    dice: Random
    turns: int = 0

    def next_act(self, widgets: Sequence[Widget], is_set: Callable[[Widget], bool]) -> Act | None:
        """A message, as long as one is wanted."""
        del is_set  # a chat has nothing that stays set
        box = _first(widgets, "chat_input")
        if box is None or self.turns >= self.wanted:
            return None
        self.turns += 1
        return Act(box, self.dice.choice(ANSWERS))


@dataclass
class Interview:
    """Chooses a role, agrees, begins; then writes where it can write and taps where it can tap."""

    wanted: int
    dice: Random
    turns: int = 0
    _passed: set[str] = field(default_factory=set)

    def next_act(self, widgets: Sequence[Widget], is_set: Callable[[Widget], bool]) -> Act | None:
        """The first rule that fits; None once `wanted` answers are given or no rule fits."""
        if self.turns >= self.wanted:
            return None
        usable = [widget for widget in widgets if not widget.disabled and not _leads_away(widget)]
        unset = [widget for widget in usable if not is_set(widget)]
        return (
            self._write(usable)
            or self._once(usable, ROLE)
            or self._choose(unset)
            or self._tick_one(usable, unset)
            or self._once(usable, BEGIN)
            or self._go_on(usable)
        )

    def _write(self, widgets: Sequence[Widget]) -> Act | None:
        box = _first(widgets, "chat_input")
        if box is None:
            return None
        self.turns += 1
        return Act(box, self.dice.choice(ANSWERS))

    def _once(self, widgets: Sequence[Widget], label: str) -> Act | None:
        """A button of the way in: those may stay on the screen, and are pressed only once."""
        button = _first(widgets, "button", label)
        if button is None or label in self._passed:
            return None
        self._passed.add(label)
        return Act(button)

    def _choose(self, unset: Sequence[Widget]) -> Act | None:
        choices = (w for w in unset if w.kind in ("radio", "button_group") and w.options)
        return next((Act(w, self.dice.choice(w.options)) for w in choices), None)

    def _tick_one(self, usable: Sequence[Widget], unset: Sequence[Widget]) -> Act | None:
        """Consent; and where several may be ticked, one is enough."""
        boxes = [widget for widget in usable if widget.kind == "checkbox"]
        if not boxes or any(box not in unset for box in boxes):
            return None
        return Act(self.dice.choice(boxes))

    def _go_on(self, widgets: Sequence[Widget]) -> Act | None:
        buttons = [w for w in widgets if w.kind == "button" and not _holds(w.label, (ROLE,))]
        return Act(self.dice.choice(buttons)) if buttons else None


def _first(widgets: Sequence[Widget], kind: WidgetKind, label: str = "") -> Widget | None:
    fits = (w for w in widgets if w.kind == kind and _holds(w.label, (label,)) and not w.disabled)
    return next(fits, None)


def _leads_away(widget: Widget) -> bool:
    if widget.kind in ("chat_input", "checkbox"):
        return False
    return any(_holds(words, AWAY) for words in (widget.label, *widget.options))


def _holds(text: str, words: Sequence[str]) -> bool:
    return any(word.casefold() in text.casefold() for word in words)
