"""Passages of the library, with where they stand and why they were found."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from assistant.records.base import Record

PassageKind = Literal["essay", "work", "document"]
PASSAGE_KINDS: tuple[PassageKind, ...] = get_args(PassageKind)


class Citation(Record):
    """A verbatim passage of the essay and where it stands: fit to be shown as a quotation."""

    id: str
    text: str
    speaker: str | None = Field(None, description="whose words, when not the authors'")
    source: str
    chapter: str
    section: str | None = None
    page: str
    page_inferred: bool = Field(False, description="we worked the page out; the source lacks it")
    footnotes: tuple[int, ...] = ()
    corpus: str = Field(description="version of the corpus it was taken from")
    excerpt: tuple[int, int] | None = Field(
        None, description="start and end, in code points of text, of what bears most on an account"
    )

    @model_validator(mode="after")
    def _excerpt_lies_in_the_text(self) -> Citation:
        if self.excerpt and not 0 <= self.excerpt[0] < self.excerpt[1] <= len(self.text):
            raise ValueError("the excerpt lies outside the text")
        return self


class Reason(Record):
    """One ground on which a passage was found, for whoever asks why.

    `asked` is what stood in the query, `found` what it met: a word of the passage itself (`word`),
    a word spelled nearly so (`spelling`), a word of the same synonym ring (`ring`), or a whole
    expansion by `hand` that says much the same (`expansion`). `weight` is its share in the find,
    comparable within one passage only. The text of an expansion is for researchers: no participant
    sees it.
    """

    kind: Literal["word", "spelling", "ring", "expansion"]
    asked: str
    found: str
    hand: str | None = None
    weight: float = Field(ge=0.0)


class Passage(Record):
    """Something of the library found for a query: `score` is in [0, 1], higher fits better.

    `essay`: a paragraph, verbatim. `document`: a stretch of a document that a researcher added,
    verbatim. `work`: what we say of a cited work, in our own words: never to be shown as a
    quotation. `work` is the key of the cited work that a `work` or a `document` belongs to.
    """

    id: str
    kind: PassageKind = "essay"
    text: str
    speaker: str | None = None
    source: str
    chapter: str | None = None
    section: str | None = None
    page: str | None = None
    page_inferred: bool = False
    footnotes: tuple[int, ...] = ()
    work: str | None = None
    corpus: str
    excerpt: tuple[int, int] | None = None
    score: float = Field(ge=0.0, le=1.0)
    why: tuple[Reason, ...] = ()
