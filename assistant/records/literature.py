"""What the essay cites: the works, what each is cited for and brings, and where to look further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from assistant.records.base import Record, Said
from assistant.records.corpus import PARAGRAPH_ID, Essay

WORK_KEY = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
# A field of a work stands as the essay prints it, as it was seen at a place, or as we put it.
VERIFIED = r"^(printed|ours|seen:\S.*)$"
Listed = Literal["list", "footnote", "text"]
Basis = Literal["essay", "seen", "general"]
WorkType = Literal[
    "article-journal", "article-magazine", "article-newspaper", "book", "chapter", "interview",
    "motion_picture", "report", "speech", "webpage",
]  # fmt: skip
Key = Annotated[str, Field(pattern=WORK_KEY)]
# Of CSL, but no fact about the work that a source could confirm.
UNVERIFIED = frozenset({"id", "type", "language"})


def _csl_name(field: str) -> str:
    """How CSL-JSON spells a field of ours."""
    return {"key": "id", "doi": "DOI", "url": "URL"}.get(field, field.replace("_", "-"))


class _Csl(Record):
    model_config = ConfigDict(alias_generator=_csl_name, validate_by_name=True)


class Name(_Csl):
    """A person by `family` name, or a body by `literal` name.

    The literal name "others" stands for the authors that the essay prints as "e.a.".
    """

    family: str | None = Field(None, min_length=1)
    given: str | None = Field(None, min_length=1)
    non_dropping_particle: str | None = Field(None, min_length=1)
    literal: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _is_a_person_or_a_body(self) -> Name:
        if (self.family is None) == (self.literal is None):
            raise ValueError("give family or literal, one of the two")
        return self

    @property
    def main(self) -> str:
        """The part a work is known by: the family name without particle, or the body's name."""
        return self.family or self.literal or ""


class IssueDate(_Csl):
    """A date as precise as it is known: (year,), (year, month) or (year, month, day)."""

    date_parts: tuple[Annotated[tuple[int, ...], Field(min_length=1, max_length=3)]]


class Work(_Csl):
    """One cited work as a CSL-JSON item. Only fields that are here occur; others are an error.

    `url` and `doi` are present only where the essay prints them or somebody has seen them.
    """

    key: Key
    type: WorkType
    title: str = Field(min_length=1)
    author: tuple[Name, ...] = ()
    editor: tuple[Name, ...] = ()
    director: tuple[Name, ...] = ()
    container_title: str | None = None
    collection_title: str | None = None
    collection_number: str | None = None
    original_title: str | None = None
    original_date: IssueDate | None = None
    volume: str | None = None
    issue: str | None = None
    page: str | None = None
    number: str | None = None
    genre: str | None = None
    medium: str | None = None
    event_title: str | None = None
    event_place: str | None = None
    publisher: str | None = None
    publisher_place: str | None = None
    issued: IssueDate | None = None
    doi: str | None = Field(None, pattern=r"^10\.\d{4,}/\S+$")
    url: str | None = Field(None, pattern=r"^https?://\S+$")
    language: Literal["nl", "en"]

    @model_validator(mode="after")
    def _somebody_made_it(self) -> Work:
        if not self.makers:
            raise ValueError("it has no author, editor or director")
        return self

    @property
    def makers(self) -> tuple[Name, ...]:
        """Its authors, or else its editors or directors."""
        return self.author or self.editor or self.director

    @property
    def year(self) -> int | None:
        """The year it appeared; None when it is not known."""
        return self.issued.date_parts[0][0] if self.issued else None

    def csl(self) -> dict[str, Any]:
        """The CSL-JSON item, as a citation library reads it."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class Printing(Record):
    """How the essay prints the work in one place, word for word, errors included."""

    at: str = Field(pattern=r"^(list|footnote [1-9][0-9]?|e[0-9]{2})$")
    text: str = Field(min_length=1)


class CitedAt(Record):
    """A paragraph that uses the work, and for what. `footnote` is None when the text names it."""

    paragraph: str = Field(pattern=PARAGRAPH_ID)
    footnote: int | None = Field(ge=1)
    claim: str = Field(min_length=1)


class Annotation(Record):
    """What is known of one work here. `listed`: where the essay gives the reference at best.

    `basis` says what the annotation rests on: the essay's own claim only, pages that were seen
    (`seen_at`), or general knowledge of the field that was not checked at its source.
    `verified` says of each CSL field how it is known.
    """

    key: Key
    listed: Listed
    printed: tuple[Printing, ...] = Field(min_length=1)
    cited: tuple[CitedAt, ...]
    uncited: bool = False
    annotation: Said
    basis: Basis
    seen_at: tuple[Annotated[str, Field(pattern=r"^https?://\S+$")], ...]
    verified: dict[str, Annotated[str, Field(pattern=VERIFIED)]]
    notes: tuple[str, ...]

    @model_validator(mode="after")
    def _hangs_together(self) -> Annotation:
        places = {printing.at.split()[0] for printing in self.printed}
        if bool(self.cited) == self.uncited:
            raise ValueError("cited is empty if and only if uncited is true")
        best = next((place for place in ("list", "footnote") if place in places), "text")
        if self.listed != best:
            raise ValueError(f"listed says {self.listed}, printed says {best}")
        if self.basis == "seen" and not self.seen_at:
            raise ValueError("basis is seen, seen_at names no page")
        if {f"footnote {at.footnote}" for at in self.cited if at.footnote} != {
            printing.at for printing in self.printed if printing.at.startswith("footnote")
        }:
            raise ValueError("printed and cited do not name the same footnotes")
        return self


class Reference(Record):
    """A rendered reference: its text, the code points in italics, and the short form in a text."""

    text: str = Field(min_length=1)
    italic: tuple[tuple[int, int], ...]
    in_text: str = Field(min_length=1)

    @model_validator(mode="after")
    def _italics_lie_in_the_text_in_order(self) -> Reference:
        edges = [edge for span in self.italic for edge in span]
        if edges != sorted(set(edges)) or (edges and edges[-1] > len(self.text)):
            raise ValueError("italic spans overlap, are empty or lie outside the text")
        return self


class Databank(Record):
    """An institute with a databank of interventions: where to look before inventing anew.

    `paragraph` and `footnote` are where the essay names it; `fits` are the paragraphs that meet
    somebody who tells of inventing anew, or of knowledge that lies unused.
    """

    key: Key
    name: str = Field(min_length=1)
    short_name: str = Field(min_length=1)
    theme: Said
    url: str | None = Field(pattern=r"^https?://\S+$")
    paragraph: str = Field(pattern=PARAGRAPH_ID)
    footnote: int = Field(ge=1)
    fits: tuple[Annotated[str, Field(pattern=PARAGRAPH_ID)], ...] = Field(min_length=1)
    notes: tuple[str, ...]


class Literature(Record):
    """The cited works with all that is known of them; each file speaks of the same works."""

    version: str
    works: tuple[Work, ...] = Field(min_length=1)
    annotations: tuple[Annotation, ...]
    references: dict[Key, Reference]
    databanks: tuple[Databank, ...] = Field(min_length=1)

    def work(self, key: str) -> Work:
        """The work with this key. Raises KeyError when there is none."""
        return {work.key: work for work in self.works}[key]

    def annotation(self, key: str) -> Annotation:
        """What is known of the work with this key. Raises KeyError when there is none."""
        return {about.key: about for about in self.annotations}[key]

    def reference(self, key: str) -> Reference:
        """The rendered reference of the work with this key. Raises KeyError when there is none."""
        return self.references[key]

    def cited_in(self, paragraph_id: str) -> tuple[tuple[Work, CitedAt], ...]:
        """The works a paragraph uses and for what, in order of note, without a note first."""
        found = [(key, at) for key, at in self._citings() if at.paragraph == paragraph_id]
        found.sort(key=lambda one: one[1].footnote or 0)
        return tuple((self.work(key), at) for key, at in found)

    def check_against(self, essay: Essay) -> None:
        """Every place that is named is in `essay`. Raises ValueError that names work and place."""
        for key, at in self._citings():
            _check_place(essay, key, at.paragraph, at.footnote)
        for bank in self.databanks:
            _check_place(essay, bank.key, bank.paragraph, bank.footnote)
            for paragraph_id in bank.fits:
                _check_place(essay, bank.key, paragraph_id, None)
        self._check_repeats({note.number: note.ibidem for note in essay.footnotes})

    def _check_repeats(self, repeats: Mapping[int, int | None]) -> None:
        """A note that repeats another ("ibidem") is for a work that the other is for too."""
        at_notes = {(key, at.footnote) for key, at in self._citings() if at.footnote is not None}
        for key, number in at_notes:
            earlier = repeats[number]
            if earlier is not None and (key, earlier) not in at_notes:
                raise ValueError(f"{key}: footnote {number} repeats {earlier}, which is not for it")

    def _citings(self) -> Iterator[tuple[str, CitedAt]]:
        return ((about.key, at) for about in self.annotations for at in about.cited)

    @model_validator(mode="after")
    def _speaks_of_the_same_works(self) -> Literature:
        keys = [work.key for work in self.works]
        _refuse_twice(keys)
        _refuse_twice(bank.key for bank in self.databanks)
        if keys != [about.key for about in self.annotations] or keys != list(self.references):
            raise ValueError("works, annotations and references differ in keys or their order")
        for work, about in zip(self.works, self.annotations, strict=True):
            if set(work.csl()) - UNVERIFIED != set(about.verified):
                raise ValueError(f"{work.key}: verified does not name the fields the work has")
        return self

    @model_validator(mode="after")
    def _tells_apart_what_clashes(self) -> Literature:
        """Works that a reader may take for one another name each other in their notes."""
        for pair in combinations(self.works, 2):
            if _clash(*pair):
                for one, other in (pair, pair[::-1]):
                    if other.key not in " ".join(self.annotation(one.key).notes):
                        raise ValueError(f"{one.key}: no note tells it apart from {other.key}")
        return self


def _clash(one: Work, other: Work) -> bool:
    """The first makers share a name; they are two people, or it is the same year."""
    mine, theirs = one.makers[0], other.makers[0]
    return mine.main == theirs.main and (mine != theirs or one.year == other.year)


def _check_place(essay: Essay, key: str, paragraph_id: str, number: int | None) -> None:
    if paragraph_id not in {paragraph.id for paragraph in essay.paragraphs}:
        raise ValueError(f"{key}: the essay has no paragraph {paragraph_id}")
    if number is None:
        return
    home = {note.number: note.paragraph for note in essay.footnotes}.get(number)
    if home != paragraph_id:
        raise ValueError(f"{key}: footnote {number} does not hang on {paragraph_id}")


def _refuse_twice(keys: Iterable[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise ValueError(f"key {key} is given twice")
