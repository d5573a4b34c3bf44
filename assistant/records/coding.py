"""Codings: what a coder says of an answer; and redactions: what was hidden in it."""

from __future__ import annotations

from pydantic import Field, model_validator

from assistant.records.base import Level, Polarity, Record

AUTHORITY = {"embedded": 1, "model": 2, "participant": 3, "researcher": 4}


class Span(Record):
    """A half-open stretch [start, end) of a text, in code points."""

    start: int = Field(ge=0)
    end: int

    @model_validator(mode="after")
    def _is_a_stretch(self) -> Span:
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")
        return self


class RedactedSpan(Span):
    """A stretch of the *input* text that was replaced, and by what kind of placeholder."""

    label: str = Field(min_length=1)


class Redaction(Record):
    """A text with its identifiers replaced; `spans` say where they stood in the input."""

    text: str
    spans: tuple[RedactedSpan, ...] = ()


class Tag(Record):
    """One level, seen in one stretch of one answer.

    `start`/`end` are code points in the *stored* text; `confidence` is in [0, 1]. `code` is a
    code of the codebook under that level, or None where the codebook names none.
    """

    level: Level
    polarity: Polarity
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    confidence: float = Field(ge=0.0, le=1.0)
    code: str | None = None


class Coding(Record):
    """All that one coder says of one answer: zero tags means "none of the levels".

    The unit of inter-coder agreement. `origin` is `embedded`, `model:<name>`, `participant` or
    `researcher:<id>`. Codings of different origins live side by side.
    """

    origin: str = Field(pattern=r"^(embedded|participant|model:.+|researcher:.+)$")
    tags: tuple[Tag, ...] = ()
    codebook: str
    coder: str = Field(description="version of the tagger or review screen that made it")

    @property
    def authority(self) -> int:
        """Which origin counts: researcher > participant > model > embedded."""
        return AUTHORITY[self.origin.partition(":")[0]]
