"""Codings: what a coder says of an answer; and redactions: what was hidden in it."""

from __future__ import annotations

from pydantic import Field, model_validator

from assistant.records.base import Lang, Level, Polarity, Record

ORIGIN = r"^(embedded|participant|model:.+|researcher:.+)$"
MOST_TOKENS = 2**31 - 1  # what a column holds; more is no count
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


class Usage(Record):
    """What a language model counted for one coding, in tokens, all its tries together."""

    prompt_tokens: int = Field(ge=0, le=MOST_TOKENS)
    completion_tokens: int = Field(ge=0, le=MOST_TOKENS)


class Coder(Record):
    """Who codes: an origin, by a codebook, in a version. An answer has one coding of each."""

    origin: str = Field(pattern=ORIGIN)
    codebook: str
    version: str = Field(description="of the tagger, of the prompt, or of the review screen")


class Coding(Record):
    """All that one coder says of one answer: zero tags means "none of the levels".

    The unit of inter-coder agreement. `origin` is `embedded`, `model:<name>`, `participant` or
    `researcher:<id>`. Codings of different origins live side by side.
    """

    origin: str = Field(pattern=ORIGIN)
    tags: tuple[Tag, ...] = ()
    codebook: str
    coder: str = Field(description="version of the tagger or review screen that made it")
    usage: Usage | None = None

    @property
    def made_by(self) -> Coder:
        """The coder."""
        return Coder(origin=self.origin, codebook=self.codebook, version=self.coder)

    @property
    def authority(self) -> int:
        """Which origin counts: researcher > participant > model > embedded."""
        return AUTHORITY[self.origin.partition(":")[0]]


class CodingJob(Record):
    """One answer that waits to be coded by a coder that is slow: a language model.

    `consent` names what the person agreed to, which says who may code it. `attempts` counts the
    tries begun, this one included.
    """

    interview_id: str
    seq: int = Field(ge=0)
    coder: Coder
    text: str
    lang: Lang
    consent: str
    attempts: int = Field(ge=1)


class JobCounts(Record):
    """How many answers wait for a coder, are under way, and were given up."""

    waiting: int = Field(ge=0)
    under_way: int = Field(ge=0)
    given_up: int = Field(ge=0)


class CodedAnswer(Record):
    """A text answer with every coding it has, oldest first; what recoding and agreement read.

    `consent` names what the person agreed to, which says who may code it.
    """

    interview_id: str
    seq: int = Field(ge=0)
    text: str
    lang: Lang
    consent: str
    codings: tuple[Coding, ...] = ()
