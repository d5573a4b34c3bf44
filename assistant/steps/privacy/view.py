"""A text as identifiers are looked for in it: folded, with the way back to its letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HOLE = "\x00"
"""Stands in a view for something that is hidden already: one character, whatever its length."""

Stretch = tuple[int, int]
"""Half-open, in characters of a view or of the text; the name that holds it says which."""

_DASHES = frozenset("‐‑‒–—―−﹣－")
_MARKS = ("Mn", "Me")


@dataclass(frozen=True, slots=True)
class View:
    """A text without accents and invisible characters, with plain digits, spaces and dashes.

    `text` is in lower case, `cased` the same as it was written. Character i of both stood at
    [starts[i], ends[i]) of the text that this is a view of.
    """

    text: str
    cased: str
    starts: Sequence[int]
    ends: Sequence[int]

    def origin(self, stretch: Stretch) -> Stretch:
        """Where a stretch of this view stood in the text."""
        return self.starts[stretch[0]], self.ends[stretch[1] - 1]

    def with_holes(self, stretches: Iterable[Stretch]) -> View:
        """This view with every stretch as one HOLE; they are in order and apart."""
        cased: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end in (*stretches, (len(self.text), 0)):
            cased += (self.cased[done:start], HOLE if end else "")
            starts += self.starts[done : start + bool(end)]
            ends += (*self.ends[done:start], *self.ends[end - 1 : end])
            done = end
        return _view("".join(cased), starts, ends)


def folded(text: str) -> View:
    """The view of `text`."""
    if text.isascii():
        return _view(text.replace(HOLE, " "), range(len(text)), range(1, len(text) + 1))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, written in enumerate(text):
        if plain := _plain(written):
            letters.append(plain)
            starts.append(at)
            ends.append(at + 1)
        elif ends and unicodedata.category(written) in _MARKS:
            ends[-1] = at + 1  # a mark goes with the letter it stands on
    return _view("".join(letters), starts, ends)


def _view(cased: str, starts: Sequence[int], ends: Sequence[int]) -> View:
    lower = cased.lower()
    if len(lower) != len(cased):  # a few letters grow when made small
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in cased)
    return View(lower, cased, starts, ends)


def _plain(written: str) -> str:
    """One character as it is looked at: one again, or none for what has no shape of its own."""
    if written.isascii():
        return " " if written == HOLE else written
    if written in _DASHES:
        return "-"
    if written.isdecimal():
        return str(unicodedata.decimal(written))
    category = unicodedata.category(written)
    if category.startswith("Z"):
        return " " if category == "Zs" else "\n"
    if category == "Cf" or category in _MARKS:
        return ""
    bare = [
        c for c in unicodedata.normalize("NFKD", written) if unicodedata.category(c) not in _MARKS
    ]
    return bare[0] if len(bare) == 1 else written
