"""How a coding is kept, with all that follows from it.

Which coding counts, which tags show, the tallies, and that nobody waits for it any more. The
statements are built once, here at module level: to build one costs SQLAlchemy more than to execute
it. Whoever calls this is alone with the interview; see `holding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select, text, update

from assistant.adapters.sql import rows
from assistant.adapters.sql.derived import ANSWERED, findable, tallied
from assistant.adapters.sql.holding import OF_INTERVIEW, hold
from assistant.adapters.sql.jobs import AWAITED, wait_no_more
from assistant.adapters.sql.rows import AnyRow
from assistant.adapters.sql.tables import Words, codings, interviews, tags, tallies, turns
from assistant.records import Coding, Tag

_CODING: BindParameter[int] = bindparam("coding")
# One row for each coding of the answer; one row, without a coding, when it has none.
_ANSWER_AND_CODINGS = (
    select(
        *turns.c["answer_kind", "answer_text"],
        interviews.c.quotable,
        *codings.c["id", "origin", "codebook", "coder", "authority", "counts"],
        AWAITED.label("awaited"),
    )
    .select_from(turns)
    .join(interviews)
    .outerjoin(codings, ANSWERED)
    .where(turns.c.interview_id == OF_INTERVIEW, turns.c.seq == bindparam("at"))
)
_ADD_CODING = insert(codings).returning(codings.c.id)
_ADD_TAGS = insert(tags)
_STOP_COUNTING = update(codings).where(codings.c.id == _CODING).values(counts=False)
_HIDE_TAGS = update(tags).where(tags.c.coding_id == _CODING).values(shown=False)
# Words for both databases; SQLAlchemy has an upsert for each, and none for both.
_ONE_MORE_IN_CELL = text(
    "INSERT INTO tallies (interview_id, level, polarity, answers)"
    " VALUES (:of_interview, :level, :polarity, 1)"
    " ON CONFLICT (interview_id, level, polarity) DO UPDATE SET answers = tallies.answers + 1"
).bindparams(bindparam("of_interview", type_=Words))
_DROP_TALLIES = delete(tallies).where(tallies.c.interview_id == OF_INTERVIEW)
_TALLY_ANEW = insert(tallies).from_select(
    tallies.c.keys(), tallied().where(codings.c.interview_id == OF_INTERVIEW)
)


def keep(connection: Connection, interview_id: str, seq: int, coding: Coding) -> None:
    """Keep a coding, unless one of the same maker is there; it does not wait to be made any more.

    Raises InterviewGone, or ValueError for a tag that lies outside its answer or a coding of a turn
    that is not there.
    """
    found = _answer_and_codings(connection, interview_id, seq)
    answer, so_far = found[0], [row for row in found if row.id is not None]
    _refuse_tags_outside(answer.answer_text or "", coding.tags)
    maker = (coding.origin, coding.codebook, coding.coder)
    if any(maker == (c.origin, c.codebook, c.coder) for c in so_far):
        return
    counts = all(coding.authority >= c.authority for c in so_far)
    if counts:
        _stop_counting(connection, [c.id for c in so_far if c.counts])
    is_text = answer.answer_kind == "text"
    row = rows.coding_row(interview_id, seq, coding, counts)
    _insert(connection, row, coding.tags, shown=counts and is_text and answer.quotable)
    if counts and is_text:
        _tally(connection, interview_id, coding, is_first=not so_far)
    if answer.awaited:
        wait_no_more(connection, interview_id, seq, coding.made_by)


def show_tags(connection: Connection, interview_id: str, quotable: bool) -> None:
    """Show the tags of all codings that count, or none, as the interview may be quoted or not."""
    of_interview = select(codings.c.id).where(codings.c.interview_id == interview_id)
    showable = findable().where(codings.c.interview_id == interview_id)
    connection.execute(update(tags).where(tags.c.coding_id.in_(of_interview)).values(shown=False))
    if quotable:
        connection.execute(update(tags).where(tags.c.coding_id.in_(showable)).values(shown=True))


def _answer_and_codings(connection: Connection, interview_id: str, seq: int) -> Sequence[AnyRow]:
    here = {"of_interview": interview_id, "at": seq}
    found = connection.execute(_ANSWER_AND_CODINGS, here).all()
    if not found:
        hold(connection, interview_id)
        raise ValueError(f"the interview has no turn {seq} to code")
    return found


def _refuse_tags_outside(told: str, coded: Sequence[Tag]) -> None:
    if any(not 0 <= tag.start < tag.end <= len(told) for tag in coded):
        raise ValueError(f"a tag lies outside its answer of {len(told)} characters")


def _insert(
    connection: Connection, row: dict[str, Any], coded: Sequence[Tag], *, shown: bool
) -> None:
    coding_id = connection.execute(_ADD_CODING, row).scalar_one()
    if coded:
        connection.execute(_ADD_TAGS, rows.tag_rows(coding_id, coded, shown))


def _stop_counting(connection: Connection, coding_ids: list[int]) -> None:
    for coding_id in coding_ids:
        connection.execute(_STOP_COUNTING, {"coding": coding_id})
        connection.execute(_HIDE_TAGS, {"coding": coding_id})


def _tally(connection: Connection, interview_id: str, counting: Coding, is_first: bool) -> None:
    # The first coding of an answer only adds: one answer in each cell it has. A later one takes
    # the place of another, and cells may lose an answer: then the interview is counted anew.
    if not is_first:
        connection.execute(_DROP_TALLIES, {"of_interview": interview_id})
        connection.execute(_TALLY_ANEW, {"of_interview": interview_id})
    elif counting.tags:
        cells = sorted({(tag.level, tag.polarity) for tag in counting.tags})
        cell_rows = [
            {"of_interview": interview_id, "level": level, "polarity": polarity}
            for level, polarity in cells
        ]
        connection.execute(_ONE_MORE_IN_CELL, cell_rows)
