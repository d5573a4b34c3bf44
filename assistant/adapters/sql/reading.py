"""What is asked of the store. Each function sees one moment: it is called in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, product

from sqlalchemy import BindParameter, Connection, Integer, bindparam, func, select, tuple_

from assistant.adapters.sql import rows
from assistant.adapters.sql.derived import AnySelect
from assistant.adapters.sql.rows import AnyRow
from assistant.adapters.sql.tables import Words, codings, interviews, keys, tags, tallies, turns
from assistant.errors import InterviewGone
from assistant.records import (
    LEVELS,
    POLARITIES,
    CodedAnswer,
    CodedStretch,
    Coding,
    Findings,
    Interview,
    Level,
    LevelCount,
    Polarity,
    Turn,
)

CELLS: tuple[tuple[Level, Polarity], ...] = tuple(product(LEVELS, POLARITIES))

# What every return to an interview asks is built once: to build a statement costs SQLAlchemy more
# than to execute it.
_OF_INTERVIEW: BindParameter[str] = bindparam("of_interview")
_INTERVIEW = select(interviews).where(interviews.c.id == _OF_INTERVIEW)
_TURNS = select(turns).where(turns.c.interview_id == _OF_INTERVIEW).order_by(turns.c.seq)
_CODINGS_WITH_TAGS = (
    select(codings, tags)
    .outerjoin(tags, tags.c.coding_id == codings.c.id)
    .order_by(codings.c.id, tags.c.nr)
)
_CODINGS_OF_ONE = _CODINGS_WITH_TAGS.where(codings.c.interview_id == _OF_INTERVIEW)

_PLACE = tuple_(turns.c.interview_id, turns.c.seq)
_AFTER = tuple_(bindparam("after_interview", type_=Words), bindparam("after_seq", type_=Integer))
_TEXT_ANSWERS = (
    select(*turns.c["interview_id", "seq", "answer_text"], *interviews.c["lang", "consent"])
    .join(interviews)
    .where(turns.c.answer_kind == "text", _PLACE > _AFTER)
    .order_by(turns.c.interview_id, turns.c.seq)
    .limit(bindparam("at_most"))
)
# By interview alone: PostgreSQL cannot tell how few rows lie between two places, and would read all
# tags there are.
_CODINGS_BETWEEN = _CODINGS_WITH_TAGS.where(
    codings.c.interview_id.between(bindparam("first"), bindparam("last"))
)


def interview(connection: Connection, interview_id: str) -> Interview:
    """The interview, or InterviewGone."""
    found = connection.execute(_INTERVIEW, {"of_interview": interview_id}).first()
    if found is None:
        raise InterviewGone("There is no such interview (any more).")
    return rows.interview_from(found)


def all_turns(connection: Connection, interview_id: str) -> tuple[Turn, ...]:
    """All turns in order, or InterviewGone: an interview always has a first turn."""
    found = connection.execute(_TURNS, {"of_interview": interview_id}).all()
    if not found:
        raise InterviewGone("There is no such interview (any more).")
    return tuple(rows.turn_from(row) for row in found)


def all_codings(connection: Connection, interview_id: str) -> dict[int, tuple[Coding, ...]]:
    """Every coding by turn, oldest first, or InterviewGone."""
    joined = connection.execute(_CODINGS_OF_ONE, {"of_interview": interview_id}).all()
    if not joined:
        interview(connection, interview_id)
    return {seq: made for (_interview_id, seq), made in _by_place(joined).items()}


def coded_answers(
    connection: Connection, after: tuple[str, int] | None, at_most: int
) -> tuple[CodedAnswer, ...]:
    """The first text answers beyond a place, with their codings: two queries, however many."""
    # Before every place: no id sorts before the empty one, and no turn has a number below 0.
    interview_id, seq = after or ("", -1)
    beyond = {"after_interview": interview_id, "after_seq": seq, "at_most": at_most}
    found = connection.execute(_TEXT_ANSWERS, beyond).all()
    if not found:
        return ()
    between = {"first": found[0].interview_id, "last": found[-1].interview_id}
    made = _by_place(connection.execute(_CODINGS_BETWEEN, between))
    return tuple(
        CodedAnswer(
            interview_id=row.interview_id,
            seq=row.seq,
            text=row.answer_text,
            lang=row.lang,
            consent=row.consent,
            codings=made.get((row.interview_id, row.seq), ()),
        )
        for row in found
    )


def _by_place(joined: Iterable[AnyRow]) -> dict[tuple[str, int], tuple[Coding, ...]]:
    """Codings by interview and turn, of rows of `_CODINGS_WITH_TAGS`."""
    made: dict[tuple[str, int], tuple[Coding, ...]] = {}
    for _id, of_one in groupby(joined, key=lambda row: row.id):
        own = list(of_one)
        place = (own[0].interview_id, own[0].seq)
        made[place] = (*made.get(place, ()), rows.coding_from(own))
    return made


def find_by_key(connection: Connection, key_hash: str, kind: str) -> str | None:
    """The id of the interview this key opens."""
    statement = select(keys.c.interview_id).filter_by(hash=key_hash, kind=kind)
    return connection.execute(statement).scalar()


def findings(connection: Connection, stretches_per_cell: int) -> Findings:
    """Counts and stretches over the codings that count; each of the six cells is there."""
    with_text, answers = connection.execute(_totals()).one()
    counted = {(row.level, row.polarity): row for row in connection.execute(_counts())}
    return Findings(
        interviews=with_text,
        answers=answers,
        counts=tuple(_count(cell, counted.get(cell)) for cell in CELLS),
        stretches=tuple(
            stretch
            for cell in CELLS
            for stretch in _stretches(connection, cell, stretches_per_cell)
        ),
    )


def _totals() -> AnySelect:
    answers = func.coalesce(func.sum(interviews.c.text_answers), 0)
    return select(func.count(), answers).where(interviews.c.text_answers > 0)


def _counts() -> AnySelect:
    cell = (tallies.c.level, tallies.c.polarity)
    people, answers = func.count().label("people"), func.sum(tallies.c.answers).label("answers")
    return select(*cell, people, answers).group_by(*cell)


def _count(cell: tuple[Level, Polarity], row: AnyRow | None) -> LevelCount:
    people, answers = (0, 0) if row is None else (row.people, row.answers)
    return LevelCount(level=cell[0], polarity=cell[1], people=people, answers=answers)


def _stretches(
    connection: Connection, cell: tuple[Level, Polarity], at_most: int
) -> list[CodedStretch]:
    level, polarity = cell
    return [
        CodedStretch(level=level, polarity=polarity, **row._mapping)
        for row in connection.execute(_newest_shown(level, polarity, at_most))
    ]


def _newest_shown(level: str, polarity: str, at_most: int) -> AnySelect:
    # Both databases count code points here, as spans do.
    stretch = func.substr(
        turns.c.answer_text, tags.c.span_start + 1, tags.c.span_end - tags.c.span_start
    )
    return (
        select(stretch.label("text"), interviews.c.role, codings.c.origin)
        .select_from(tags)
        .join(codings)
        .join(
            turns, (turns.c.interview_id == codings.c.interview_id) & (turns.c.seq == codings.c.seq)
        )
        .join(interviews, interviews.c.id == codings.c.interview_id)
        .where(tags.c.level == level, tags.c.polarity == polarity, tags.c.shown)
        .order_by(tags.c.coding_id.desc(), tags.c.nr)
        .limit(at_most)
    )
