"""Interviews for the tests to store, told in few words."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from assistant.adapters.sql import SqlStore
from assistant.adapters.sql.tables import metadata
from assistant.ports import Store
from assistant.records import (
    Answer,
    Citation,
    Coding,
    Interview,
    Level,
    Move,
    Option,
    Polarity,
    Tag,
    Turn,
    Versions,
)

VERSIONS = Versions(
    guide="resident.v1",
    codebook="levels.v1",
    interviewer="i1",
    redactor="r1",
    tagger="t1",
    corpus="c1",
)


def interview(name: str = "anna") -> Interview:
    """An interview that just began."""
    return Interview(
        id=name,
        role="resident",
        lang="nl",
        guide="resident.v1",
        consent="consent.v1",
        begun_on=date(2026, 2, 28),
    )


def turn(seq: int, answer: Answer | None = None) -> Turn:
    """A question."""
    move = Move(kind="ask", topic="relation", prompt=f"relation.{seq}", text="Wie hielp u?")
    return Turn(seq=seq, move=move, answer=answer, versions=VERSIONS)


def full_turn(seq: int) -> Turn:
    """A turn in which every field holds something."""
    citation = Citation(
        id="e07",
        text="“Lange adem” — zei zij.",
        source="essay",
        chapter="2",
        section="2.1",
        page="12–13",
        footnotes=(3, 4),
        corpus="c1",
    )
    move = Move(
        kind="check",
        topic="relation",
        prompt="check",
        text="Klopt dit?",
        options=(Option(id="yes", label="Ja, dat klopt"), Option(id="no", label="Nee")),
        several=True,
        about=0,
        citation=citation,
    )
    return Turn(seq=seq, move=move, versions=VERSIONS)


def said(text: str) -> Answer:
    """An answer in words."""
    return Answer(kind="text", text=text)


def tag(level: Level, polarity: Polarity, start: int = 0, end: int = 1) -> Tag:
    """A tag on a stretch."""
    return Tag(level=level, polarity=polarity, start=start, end=end, confidence=0.7)


def coding(origin: str, *tags: Tag, coder: str = "v1") -> Coding:
    """What one coder says of an answer."""
    return Coding(origin=origin, tags=tags, codebook="levels.v1", coder=coder)


def begin(store: Store, name: str = "anna", text: str | None = None) -> None:
    """Store an interview with a first turn and, unless None, the answer to it."""
    store.create(interview(name), turn(0), f"code of {name}")
    if text is not None:
        store.record_answer(name, 0, said(text))


def rows_left(store: SqlStore) -> dict[str, int]:
    """How many rows each table that is not empty holds."""
    with store.database.reading() as connection:
        counts = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
    return {name: rows for name, rows in counts.items() if rows}
