"""How a passage is shown: which of its words are marked, and which sentences come first.

Pure functions. None of them changes a text: what they cut, joined again, is the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.records import Reason, Reference

QUERY_LIMIT = 2_000  # characters
EXCERPT_LIMIT = 420  # characters, unless one sentence is longer
SHORTEST_ALIKE = 5  # letters that two words must share to count as forms of one

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?…]+['\"’”)\]]*\s+(?=[^a-z\s])")
_ADDRESS = re.compile(r"https?://\S+")
_UNSEEN = ("Cf", "Cs", "Co", "Cn")

Part = tuple[str, bool]  # a stretch of text, and whether it is marked


class Excerpt(NamedTuple):
    """Where the sentences to show first stand in a text, in code points."""

    start: int
    end: int


class Run(NamedTuple):
    """A stretch of a reference: in italics or not, with the address it is, if it is one."""

    text: str
    italic: bool
    url: str | None


def cleaned(typed: str) -> str:
    """`typed` without what does not show; control signs and runs of blanks are one blank."""
    seen = (" " if unicodedata.category(mark) == "Cc" else mark for mark in typed)
    shown = "".join(mark for mark in seen if unicodedata.category(mark) not in _UNSEEN)
    return " ".join(shown.split())


def folded(text: str) -> str:
    """`text` in lower case without diacritics, for comparing only."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def words_in(text: str) -> frozenset[str]:
    """The words of `text`, folded."""
    return frozenset(folded(found.group()) for found in _WORD.finditer(text))


def marked(
    text: str, asked: Collection[str], found: Collection[str] = frozenset()
) -> tuple[Part, ...]:
    """`text` in parts: a word is marked when it is in `found` or much like one in `asked`.

    Both are folded words; the parts joined are `text`.
    """
    parts: list[Part] = []
    place = 0
    for start, end in _met(text, asked, found):
        parts += [(text[place:start], False), (text[start:end], True)]
        place = end
    parts.append((text[place:], False))
    return tuple(part for part in parts if part[0])


def found_words(why: Iterable[Reason]) -> frozenset[str]:
    """The words of a passage that its reasons name, folded."""
    named = (reason.found for reason in why if reason.kind in ("word", "spelling"))
    return frozenset(word for found in named for word in words_in(found))


def excerpt(parts: Sequence[Part]) -> Excerpt:
    """The sentence with most different marked words, and neighbours as far as they fit.

    `parts` are those of `marked`. A text that is short enough is its own excerpt. White space
    at either end is not part of it.
    """
    text = "".join(part for part, _ in parts)
    if len(text) <= EXCERPT_LIMIT:
        return _bare(text, 0, len(text))
    sentences = _sentences(text)
    counts = [len(words) for words in _marked_words(parts, sentences)]
    first = last = counts.index(max(counts))
    while True:
        wider = [(first, last + 1), (first - 1, last)]
        fitting = [pair for pair in wider if _fits(sentences, *pair)]
        if not fitting:
            return _bare(text, sentences[first].start, sentences[last].end)
        first, last = fitting[0]


def cut(parts: Sequence[Part], start: int, end: int) -> tuple[Part, ...]:
    """The parts of the text from `start` to `end`, in code points."""
    kept: list[Part] = []
    place = 0
    for text, mark in parts:
        piece = text[max(0, start - place) : max(0, end - place)]
        kept += [(piece, mark)] if piece else []
        place += len(text)
    return tuple(kept)


def runs(reference: Reference) -> tuple[Run, ...]:
    """A reference cut where italics or an address begin or end; joined it is its text."""
    text = reference.text
    addresses = [found.span() for found in _ADDRESS.finditer(text)]
    spans = [*reference.italic, *addresses]
    edges = sorted({0, len(text), *(edge for span in spans for edge in span)})
    made = []
    for start, end in pairwise(edges):
        slanted = any(a <= start and end <= b for a, b in reference.italic)
        linked = next((text[a:b] for a, b in addresses if a <= start and end <= b), None)
        made.append(Run(text[start:end], slanted, linked))
    return tuple(made)


def with_markers(text: str, footnote_at: Mapping[int, int]) -> tuple[str | int, ...]:
    """`text` with the numbers of its notes where their markers stood."""
    made: list[str | int] = []
    place = 0
    for at, number in sorted((at, number) for number, at in footnote_at.items()):
        made += [text[place:at], number]
        place = at
    made.append(text[place:])
    return tuple(piece for piece in made if piece != "")


def _met(text: str, asked: Collection[str], found: Collection[str]) -> Iterator[tuple[int, int]]:
    for one in _WORD.finditer(text):
        word = folded(one.group())
        if word in found or any(_alike(word, other) for other in asked):
            yield one.span()


def _alike(word: str, asked: str) -> bool:
    """The same word, or near enough in its beginning to be another form of it."""
    if word == asked:
        return True
    shared = next(
        (at for at, (a, b) in enumerate(zip(word, asked, strict=False)) if a != b),
        min(len(word), len(asked)),
    )
    shorter = min(len(word), len(asked))
    return shared >= SHORTEST_ALIKE and shared >= shorter - 2


def _sentences(text: str) -> list[Excerpt]:
    """Where the sentences stand, white space after them included; together they are the text."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    edges = [0, *(end for end in ends if end < len(text)), len(text)]
    return [Excerpt(*pair) for pair in pairwise(edges)]


def _marked_words(parts: Sequence[Part], sentences: Sequence[Excerpt]) -> list[set[str]]:
    """The different marked words of each sentence, folded."""
    return [
        {folded(text) for text, mark in cut(parts, start, end) if mark} for start, end in sentences
    ]


def _fits(sentences: Sequence[Excerpt], first: int, last: int) -> bool:
    inside = first >= 0 and last < len(sentences)
    return inside and sentences[last].end - sentences[first].start <= EXCERPT_LIMIT


def _bare(text: str, start: int, end: int) -> Excerpt:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    return Excerpt(start + lead, start + len(piece.rstrip())) if piece.strip() else Excerpt(0, 0)
