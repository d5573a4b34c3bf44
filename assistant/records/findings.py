"""What the interviews show together."""

from __future__ import annotations

from pydantic import Field

from assistant.records.base import Level, Polarity, Record, Role


class LevelCount(Record):
    """How many people and how many answers carry a level in one direction."""

    level: Level
    polarity: Polarity
    people: int = Field(ge=0)
    answers: int = Field(ge=0)


class CodedStretch(Record):
    """A stretch of an answer that its person allowed to be quoted, with what it was coded as."""

    level: Level
    polarity: Polarity
    text: str
    role: Role
    origin: str


class Findings(Record):
    """What the interviews show together; every count says out of how many."""

    interviews: int = Field(ge=0)
    answers: int = Field(ge=0)
    counts: tuple[LevelCount, ...]
    stretches: tuple[CodedStretch, ...]
