"""Passages of the corpus, verbatim, with where they stand."""

from __future__ import annotations

from pydantic import Field

from assistant.records.base import Record


class Citation(Record):
    """A verbatim passage of the corpus and where it stands."""

    id: str
    text: str
    speaker: str | None = Field(None, description="whose words, when not the authors'")
    source: str
    chapter: str
    section: str | None = None
    page: str
    footnotes: tuple[int, ...] = ()
    corpus: str = Field(description="version of the corpus it was taken from")


class Passage(Citation):
    """A citation as found for a query: `score` is in [0, 1], higher fits better."""

    score: float = Field(ge=0.0, le=1.0)
