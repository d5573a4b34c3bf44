"""Finding a quote back in the text it was taken from: exactly, or as good as exactly, or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from string import whitespace

from assistant.records import Span

_MARKS = str.maketrans("‘’‚‛′`´“”„‟″«»", "'''''''" + '"""""""')
_AROUND = "'\"‘’‚‛′`´“”„‟″«»" + whitespace


class Quotable:
    """A text that quotes are looked up in. Linear in its length for each quote."""

    def __init__(self, text: str) -> None:
        self._text = text

    def find(self, quote: str) -> Span | None:
        """Where `quote` stands in the text, or None.

        Word for word when it does (where it is whole words first, then the first place of all);
        else with other white space, quotation marks or capitals, if there is just one such place.
        """
        for wanted in dict.fromkeys((quote.strip(), quote.strip(_AROUND))):
            if not any(map(str.isalnum, wanted)):
                continue
            found = self._exactly(wanted) or self._alike(wanted)
            if found:
                return found
        return None

    def _exactly(self, wanted: str) -> Span | None:
        start = next(_places(wanted, self._text, whole=True), self._text.find(wanted))
        return Span(start=start, end=start + len(wanted)) if start >= 0 else None

    def _alike(self, wanted: str) -> Span | None:
        text, stretches = self._folded
        wanted = _fold(wanted)[0]
        for whole in (True, False):
            places = list(islice(_places(wanted, text, whole=whole), 2))
            if places:
                first, last = stretches[places[0]], stretches[places[0] + len(wanted) - 1]
                return Span(start=first[0], end=last[1]) if len(places) == 1 else None
        return None

    @cached_property
    def _folded(self) -> tuple[str, list[tuple[int, int]]]:
        return _fold(self._text)


def alike(one: str, other: str) -> bool:
    """Whether two texts differ in white space, quotation marks and capitals only."""
    return _fold(one.strip())[0] == _fold(other.strip())[0]


def _fold(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` without those differences, and the stretch of `text` each character stands for."""
    pieces = list(re.finditer(r"\s+|\S", text))
    return "".join(map(_plain, (p.group() for p in pieces))), [piece.span() for piece in pieces]


def _plain(piece: str) -> str:
    small = " " if piece.isspace() else piece.translate(_MARKS).lower()
    # A few letters are two when small; every character has to stay one, to be found back.
    return small if len(small) == 1 else piece


def _places(wanted: str, text: str, *, whole: bool) -> Iterator[int]:
    """Every place where `wanted` begins in `text`, also where places overlap."""
    start = text.find(wanted)
    while start >= 0:
        if not whole or not (_cuts(text, start) or _cuts(text, start + len(wanted))):
            yield start
        start = text.find(wanted, start + 1)


def _cuts(text: str, at: int) -> bool:
    """Whether a word would be cut in two at this place."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
