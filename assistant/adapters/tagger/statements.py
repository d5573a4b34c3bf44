"""The labelled statements that the tagger is trained on, read strictly; see their datasheet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from assistant.errors import CorpusError
from assistant.records import Lang, Level, Polarity, Record

FOLDER = "statements"


class Mark(Record):
    """One level that a hand marked. `start`/`end` (code points) where it marked the evidence."""

    level: Level
    polarity: Polarity
    code: str | None = None
    start: int | None = Field(None, ge=0)
    end: int | None = None


class Statement(Record):
    """What one hand wrote and labelled.

    `second`: the levels by a second coder, who saw neither the marks nor who wrote it.
    """

    hand: str
    voice: str
    lang: Lang
    text: str = Field(min_length=1)
    marks: tuple[Mark, ...] = ()
    second: tuple[Mark, ...] | None = None

    @model_validator(mode="after")
    def _marks_lie_inside(self) -> Statement:
        for mark in (*self.marks, *(self.second or ())):
            if (mark.start, mark.end) == (None, None):
                continue
            if mark.start is None or mark.end is None:
                raise ValueError("a mark begins and ends, or does neither")
            if not mark.start < mark.end <= len(self.text):
                raise ValueError("a mark lies outside its statement")
        return self

    @cached_property
    def carried(self) -> frozenset[tuple[Level, Polarity]]:
        """The levels it carries, each with its polarity."""
        return frozenset((mark.level, mark.polarity) for mark in self.marks)


def read_statements(corpus: Path) -> tuple[Statement, ...]:
    """All statements of `corpus`, hand by hand. Raises CorpusError naming file and line."""
    paths = sorted((corpus / FOLDER).glob("*.jsonl"))
    if not paths:
        raise CorpusError(f"{FOLDER}: no statements to train on")
    return tuple(one for path in paths for one in _read(path))


def _read(path: Path) -> Iterator[Statement]:
    try:
        lines = path.read_text("utf-8").split("\n")  # other line ends may stand within a text
    except (OSError, UnicodeDecodeError) as wrong:
        raise CorpusError(f"{path.name}: cannot be read ({type(wrong).__name__})") from wrong
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _statement(line, path.stem, f"{path.name}: line {number}")


def _statement(line: str, hand: str, place: str) -> Statement:
    """The statement on a line. The hand is the file's name, and not for a line to say."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as wrong:
        raise CorpusError(f"{place} is not JSON") from wrong
    if not isinstance(entry, dict) or "hand" in entry:
        raise CorpusError(f"{place} is not as it should be")
    try:
        return Statement.model_validate({"hand": hand, **entry})
    except ValidationError as wrong:
        raise CorpusError(f"{place} is not as it should be") from wrong
