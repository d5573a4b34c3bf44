"""The essay as data: its paragraphs, footnotes and pull quotes, and what was corrected in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from assistant.records.base import Record, Said

PARAGRAPH_ID = r"^e[0-9]{2}$"
PAGE = r"^[1-9][0-9]*(-[1-9][0-9]*)?$"


class Provenance(Record):
    """Whose the essay is, on what terms it may be reused, and which bytes it was made from.

    `source` is the reference as it is shown; `version` counts the editions of the cleaned text.
    """

    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    attribution: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    source_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Paragraph(Record):
    """One paragraph, joined over page ends.

    `page` is a page or a range of pages. `speaker` says whose words they are when they are not
    the authors'. `footnotes` are the notes that hang on it; `footnote_at` says before which code
    point of `text` a note's marker stood. A note without a place there has no marker in the source.
    """

    id: str = Field(pattern=PARAGRAPH_ID)
    kind: Literal["epigraph", "running"]
    chapter: str = Field(min_length=1)
    section: str | None
    page: str = Field(pattern=PAGE)
    page_inferred: bool
    speaker: str | None
    footnotes: tuple[int, ...]
    footnote_at: dict[int, int]
    text: str = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> Paragraph:
        if self.kind == "epigraph" and self.speaker is None:
            raise ValueError("an epigraph has a speaker")
        for number, place in self.footnote_at.items():
            if number not in self.footnotes:
                raise ValueError(f"footnote_at names {number}, footnotes does not")
            if not 0 <= place <= len(self.text):
                raise ValueError(f"footnote_at {number}: {place} lies outside the text")
        return self


class Footnote(Record):
    """One footnote. `ibidem` is the number of the note it repeats the work of.

    `note` says what the reader of the data should know, such as a marker the source lacks.
    """

    number: int = Field(ge=1)
    page: str = Field(pattern=PAGE)
    paragraph: str = Field(pattern=PARAGRAPH_ID)
    ibidem: int | None = None
    note: str | None = None
    text: str = Field(min_length=1)


class PullQuote(Record):
    """A sentence printed large in the margin: display, not a second place where it is said.

    `near` is the paragraph it is printed beside, `echoes` the one whose words it repeats.
    """

    id: str = Field(pattern=r"^q[0-9]{2}$")
    near: str = Field(pattern=PARAGRAPH_ID)
    echoes: str = Field(pattern=PARAGRAPH_ID)
    text: str = Field(min_length=1)


class Erratum(Record):
    """One correction in the cleaned text of one paragraph or one footnote.

    The source prints `old`; the cleaned text has `new`, exactly once, so it can be undone.
    """

    paragraph: str | None = Field(None, pattern=PARAGRAPH_ID)
    footnote: int | None = Field(None, ge=1)
    old: str = Field(min_length=1)
    new: str = Field(min_length=1)
    why: Said

    @model_validator(mode="after")
    def _corrects_something_somewhere(self) -> Erratum:
        if (self.paragraph is None) == (self.footnote is None):
            raise ValueError("name a paragraph or a footnote, one of the two")
        if self.old == self.new:
            raise ValueError("old and new are the same")
        return self


class Essay(Record):
    """The whole essay. Whatever one part says of another is there: ids, numbers, corrections."""

    version: str
    provenance: Provenance
    paragraphs: tuple[Paragraph, ...] = Field(min_length=1)
    footnotes: tuple[Footnote, ...]
    pull_quotes: tuple[PullQuote, ...]
    errata: tuple[Erratum, ...]

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The paragraph with this id. Raises KeyError when there is none."""
        return _by_id(self.paragraphs)[paragraph_id]

    def footnote(self, number: int) -> Footnote:
        """The footnote with this number. Raises KeyError when there is none."""
        return _by_number(self.footnotes)[number]

    @field_validator("paragraphs")
    @classmethod
    def _ids_are_unique(cls, paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
        _refuse_twice("id", (paragraph.id for paragraph in paragraphs))
        numbers = (number for paragraph in paragraphs for number in paragraph.footnotes)
        _refuse_twice("footnote", map(str, numbers))
        return paragraphs

    @field_validator("footnotes")
    @classmethod
    def _footnotes_hang_on_paragraphs(
        cls, footnotes: tuple[Footnote, ...], info: ValidationInfo
    ) -> tuple[Footnote, ...]:
        _refuse_twice("number", (str(note.number) for note in footnotes))
        # Absent when the paragraphs themselves were wrong: that is reported already.
        if "paragraphs" in info.data:
            _check_notes(_by_number(footnotes), info.data["paragraphs"])
        return footnotes

    @field_validator("pull_quotes")
    @classmethod
    def _pull_quotes_point_at_paragraphs(
        cls, quotes: tuple[PullQuote, ...], info: ValidationInfo
    ) -> tuple[PullQuote, ...]:
        _refuse_twice("id", (quote.id for quote in quotes))
        for quote in quotes if "paragraphs" in info.data else ():
            for place in (quote.near, quote.echoes):
                if place not in _by_id(info.data["paragraphs"]):
                    raise ValueError(f"{quote.id}: there is no paragraph {place}")
        return quotes

    @field_validator("errata")
    @classmethod
    def _errata_are_in_the_text(
        cls, errata: tuple[Erratum, ...], info: ValidationInfo
    ) -> tuple[Erratum, ...]:
        if "paragraphs" in info.data and "footnotes" in info.data:
            texts: dict[str | int, str] = {p.id: p.text for p in info.data["paragraphs"]}
            texts |= {note.number: note.text for note in info.data["footnotes"]}
            for erratum in errata:
                _check_erratum(erratum, texts)
        return errata


def _by_id(paragraphs: Iterable[Paragraph]) -> dict[str, Paragraph]:
    return {paragraph.id: paragraph for paragraph in paragraphs}


def _by_number(footnotes: Iterable[Footnote]) -> dict[int, Footnote]:
    return {note.number: note for note in footnotes}


def _refuse_twice(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} {value} is given twice")
        seen.add(value)


def _check_notes(notes: dict[int, Footnote], paragraphs: tuple[Paragraph, ...]) -> None:
    """Paragraphs and notes name each other; a note without a marker says so."""
    known = _by_id(paragraphs)
    for note in notes.values():
        if note.paragraph not in known:
            raise ValueError(f"footnote {note.number}: there is no paragraph {note.paragraph}")
        home = known[note.paragraph]
        if note.number not in home.footnotes:
            raise ValueError(f"footnote {note.number}: paragraph {home.id} does not list it")
        if note.number not in home.footnote_at and note.note is None:
            raise ValueError(f"footnote {note.number}: it has no marker and no note to say why")
        if note.ibidem is not None and note.ibidem not in notes:
            raise ValueError(f"footnote {note.number}: ibidem names {note.ibidem}, which is absent")
    for number in (number for paragraph in paragraphs for number in paragraph.footnotes):
        if number not in notes:
            raise ValueError(f"footnote {number} is named by a paragraph and absent here")


def _check_erratum(erratum: Erratum, texts: dict[str | int, str]) -> None:
    """The correction stands once where it says, and the error does not."""
    place = erratum.paragraph if erratum.paragraph is not None else erratum.footnote
    text = texts.get(place) if place is not None else None
    if text is None:
        raise ValueError(f"{erratum.old!r}: there is no {place}")
    if text.count(erratum.new) != 1 or erratum.old in text:
        raise ValueError(f"{erratum.old!r}: {place} does not have the correction exactly once")
