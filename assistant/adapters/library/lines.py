"""What the library is learned from: lines, each about some of its paragraphs and works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.records import Expansions, Library, Work

OWN = "own"  # the hand of a line that is the library's own text
SHORTEST_SENTENCE = 20
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Line(NamedTuple):
    """One line: what it says, the ids it is about (none: background), and whose it is."""

    text: str
    about: tuple[str, ...]
    hand: str


def lines_of(library: Library, expansions: Expansions) -> list[Line]:
    """Every line, in an order that is always the same: own text, expansions, background."""
    return [
        *_of_paragraphs(library),
        *_of_works(library),
        *(Line(one.text, one.targets, one.hand) for one in expansions.lines),
        *(Line(one.text, (), "background") for one in expansions.background),
    ]


def _of_paragraphs(library: Library) -> Iterator[Line]:
    """Each paragraph as a whole and by its sentences, which are as long as what people type."""
    for paragraph in library.essay.paragraphs:
        yield Line(paragraph.text, (paragraph.id,), OWN)
        for sentence in _SENTENCE_END.split(paragraph.text):
            if len(sentence) > SHORTEST_SENTENCE:
                yield Line(sentence, (paragraph.id,), OWN)


def _of_works(library: Library) -> Iterator[Line]:
    """Each work by who made it and what it is called, as people ask for it."""
    for work in library.literature.works:
        makers = " ".join(_makers(work))
        yield Line(f"{makers} {work.title} {work.year or ''}", (work.key,), OWN)
        where = work.container_title or work.publisher or ""
        yield Line(f"{makers} {work.title} {where}", (work.key,), OWN)


def _makers(work: Work) -> Iterator[str]:
    for name in work.makers:
        parts = (name.given, name.non_dropping_particle, name.family, name.literal)
        yield " ".join(part for part in parts if part and part != "others")
