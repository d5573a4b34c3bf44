"""From typeset lines back to paragraphs. Rules of thumb; each is stated where it is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.adapters.ingest.pieces import Piece

_SHORT = 0.75  # of a full line: where it ends, its paragraph may end
_TYPESET = 200  # characters: nobody sets longer lines, so each is a paragraph of its own
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_HYPHENS = ("-", "\u2010")
_HYPHEN = re.compile(r"([^\W\d_]+)[-\u2010]$")
_TAIL = 60  # characters of a line that decide how it goes on; no word is longer
_FIRST_WORD = re.compile(r"\w+")
_WORDS = re.compile(r"\w+(?:[-\u2010]\w+)*")
# "zorg- en welzijn": the hyphen stands for a part left out, and stays.
_AFTER_A_HANGING_HYPHEN = frozenset({"en", "of", "and", "or", "und", "tot"})


@dataclass(frozen=True)
class Line:
    """One line as it was set, cleaned of characters that do not show; `page` is its label."""

    text: str
    page: str | None = None


def paragraphs(lines: Sequence[Line]) -> list[Piece]:
    """The paragraphs that `lines` make, words broken at a line end made whole.

    A paragraph ends at an empty line; at a short line that ends a sentence or has a capital after
    it; at a page's end, unless the next page goes on in small letters.
    """
    width = _full_width([len(line.text) for line in lines if line.text])
    words = _written(lines)
    found: list[Piece] = []
    open_lines: list[Line] = []
    for line in lines:
        if open_lines and (not line.text or _parts(open_lines[-1], line, width)):
            found.append(_joined(open_lines, words))
            open_lines = []
        if line.text:
            open_lines.append(line)
    return [*found, _joined(open_lines, words)] if open_lines else found


def _full_width(lengths: list[int]) -> int:
    """The length that nine in ten lines do not exceed: outliers do not count."""
    return sorted(lengths)[int(0.9 * (len(lengths) - 1))] if lengths else 0


def _parts(line: Line, following: Line, width: int) -> bool:
    """Whether a paragraph ends between these two lines."""
    if width > _TYPESET:
        return True
    goes_on = following.text[0].islower()
    if line.page != following.page:
        return not (goes_on or line.text.endswith(_HYPHENS))
    if len(line.text) >= _SHORT * width:
        return False
    return bool(_SENTENCE_END.search(line.text[-_TAIL:])) or not goes_on


def _joined(lines: Sequence[Line], words: frozenset[str]) -> Piece:
    ends = [_end(line.text, after.text, words) for line, after in pairwise(lines)]
    text = "".join([*ends, lines[-1].text])
    return Piece(text, lines[0].page, lines[-1].page)


def _end(line: str, following: str, words: frozenset[str]) -> str:
    """`line` as it goes on into the next one: a hyphen at its end goes when it only broke a word.

    The hyphen stays before a capital or a digit ("Noord-Holland"), stays when the document writes
    the word with it elsewhere and never without, and stays, with a space, before "en" or "of".
    """
    broken, first = _HYPHEN.search(line[-_TAIL:]), _FIRST_WORD.match(following[:_TAIL])
    if not first or not line.endswith(_HYPHENS) or line[-2:-1] in ("", " "):
        return line + " "
    before, after = broken.group(1).lower() if broken else "", first.group().lower()
    if after in _AFTER_A_HANGING_HYPHEN:
        return line + " "
    stays = f"{before}-{after}" in words and before + after not in words
    return line if stays or not broken or not following[0].islower() else line[:-1]


def _written(lines: Sequence[Line]) -> frozenset[str]:
    """The words of the document, in small letters, as they stand within a line."""
    return frozenset(
        word.lower().replace("\u2010", "-") for line in lines for word in _WORDS.findall(line.text)
    )
