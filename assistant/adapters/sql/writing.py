"""What changes the store. Each function is called within one transaction of its own.

Every change of an interview first holds the interview (on PostgreSQL by a row lock; on SQLite the
transaction is the only writer). So changes of one interview come one after the other, and always
lock in the same order.

The statements of every turn are built once, here at module level: to build one costs SQLAlchemy
more than to execute it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    bindparam,
    case,
    delete,
    insert,
    select,
    text,
    update,
)

from assistant.adapters.sql import rows
from assistant.adapters.sql.derived import ANSWERED, findable, tallied
from assistant.adapters.sql.rows import AnyRow
from assistant.adapters.sql.tables import Words, codings, interviews, keys, tags, tallies, turns
from assistant.errors import InterviewGone
from assistant.records import Answer, Coding, Interview, InterviewStatus, Tag, Turn

# No parameter has the name of a column: in an UPDATE that would mean "set this column".
_OF_INTERVIEW: BindParameter[str] = bindparam("of_interview")
_AT: BindParameter[int] = bindparam("at")
_CODING: BindParameter[int] = bindparam("coding")
_THIS_TURN = (turns.c.interview_id == _OF_INTERVIEW) & (turns.c.seq == _AT)

_HOLD = (
    select(interviews.c.id)
    .where(interviews.c.id == _OF_INTERVIEW)
    # key_share: inserts that refer to the interview need not wait for us.
    .with_for_update(key_share=True)
)
_ANSWER_IF_OPEN = update(turns).where(_THIS_TURN, turns.c.answer_kind.is_(None))
_TEXTS: BindParameter[int] = bindparam("texts", type_=Integer)
# Whoever answers goes on, also where another tab had stopped.
_GO_ON = (
    update(interviews)
    .where(interviews.c.id == _OF_INTERVIEW)
    .values(
        text_answers=interviews.c.text_answers + _TEXTS,
        status=case((interviews.c.status == "stopped", "open"), else_=interviews.c.status),
    )
)
_HAS_TURN = select(turns.c.seq).where(_THIS_TURN)
_LAST_TURN = (
    select(turns.c.seq, turns.c.answer_kind)
    .where(turns.c.interview_id == _OF_INTERVIEW)
    .order_by(turns.c.seq.desc())
    .limit(1)
)
_ADD_TURN = insert(turns)
# One row for each coding of the answer; one row, without a coding, when it has none.
_ANSWER_AND_CODINGS = (
    select(
        *turns.c["answer_kind", "answer_text"],
        interviews.c.quotable,
        *codings.c["id", "origin", "codebook", "coder", "authority", "counts"],
    )
    .select_from(turns)
    .join(interviews)
    .outerjoin(codings, ANSWERED)
    .where(_THIS_TURN)
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
_DROP_TALLIES = delete(tallies).where(tallies.c.interview_id == _OF_INTERVIEW)
_TALLY_ANEW = insert(tallies).from_select(
    tallies.c.keys(), tallied().where(codings.c.interview_id == _OF_INTERVIEW)
)


def create(connection: Connection, interview: Interview, first: Turn, code_hash: str) -> None:
    """Insert an interview with its first turn and the hash of its return code."""
    row = rows.interview_row(interview, int(_is_text(first.answer)))
    connection.execute(insert(interviews), row)
    connection.execute(insert(turns), rows.turn_row(interview.id, first))
    connection.execute(
        insert(keys), {"hash": code_hash, "interview_id": interview.id, "kind": "code"}
    )


def record_answer(connection: Connection, interview_id: str, seq: int, answer: Answer) -> bool:
    """Set the answer of a turn that has none, and go on if stopped. False when it has one.

    Raises InterviewGone, or ValueError when the interview has no such turn.
    """
    _be_alone(connection, interview_id)
    here = {"of_interview": interview_id, "at": seq}
    if connection.execute(_ANSWER_IF_OPEN, {**here, **rows.answer_row(answer)}).rowcount == 1:
        _go_on(connection, interview_id, int(_is_text(answer)))
        return True
    if connection.execute(_HAS_TURN, here).first() is None:
        _hold(connection, interview_id)
        raise ValueError(f"the interview has no turn {seq}")
    return False


def move_on(
    connection: Connection,
    interview_id: str,
    following: Turn,
    coded: Sequence[tuple[int, Coding]],
) -> bool:
    """Keep the codings that are new, and the turn if it is: then True.

    Raises InterviewGone, or ValueError for a tag that lies outside its answer, a coding of a turn
    that is not there, or a turn that does not follow an answered one.
    """
    _be_alone(connection, interview_id)
    for seq, coding in coded:
        _add_coding(connection, interview_id, seq, coding)
    return _add_turn(connection, interview_id, following)


def set_status(
    connection: Connection, interview_id: str, status: InterviewStatus, quotable: bool | None
) -> None:
    """Set the status and, unless None, whether the interview may be quoted."""
    _hold(connection, interview_id)
    change = {"status": status} if quotable is None else {"status": status, "quotable": quotable}
    connection.execute(update(interviews).where(interviews.c.id == interview_id).values(change))
    if quotable is not None:
        _show_tags(connection, interview_id, quotable)


def add_key(connection: Connection, interview_id: str, key_hash: str, kind: str) -> None:
    """Insert a key, unless the interview has it. A key opens one interview, ever."""
    _hold(connection, interview_id)
    key = {"hash": key_hash, "interview_id": interview_id, "kind": kind}
    if connection.execute(select(keys).filter_by(**key)).first() is None:
        connection.execute(insert(keys), key)


def drop_key(connection: Connection, interview_id: str, key_hash: str) -> None:
    """Delete a key if it is there and opens this interview."""
    connection.execute(delete(keys).filter_by(hash=key_hash, interview_id=interview_id))


def forget(connection: Connection, interview_id: str) -> None:
    """Delete an interview; the foreign keys take along all that hangs on it."""
    gone = connection.execute(delete(interviews).where(interviews.c.id == interview_id))
    if gone.rowcount == 0:
        raise InterviewGone("There is no such interview (any more).")


def _hold(connection: Connection, interview_id: str) -> None:
    if connection.execute(_HOLD, {"of_interview": interview_id}).first() is None:
        raise InterviewGone("There is no such interview (any more).")


def _be_alone(connection: Connection, interview_id: str) -> None:
    # Where nothing needs a lock, who calls this holds the interview once a row turns out missing:
    # nearly always all rows are there, and to ask for the interview first costs each turn.
    if connection.dialect.name != "sqlite":
        _hold(connection, interview_id)


def _is_text(answer: Answer | None) -> bool:
    return answer is not None and answer.kind == "text"


def _go_on(connection: Connection, interview_id: str, texts: int) -> None:
    connection.execute(_GO_ON, {"of_interview": interview_id, "texts": texts})


def _add_turn(connection: Connection, interview_id: str, turn: Turn) -> bool:
    last = connection.execute(_LAST_TURN, {"of_interview": interview_id}).first()
    if last is None:  # an interview has a first turn, always
        raise InterviewGone("There is no such interview (any more).")
    if turn.seq <= last.seq:
        return False
    if turn.seq != last.seq + 1 or last.answer_kind is None:
        raise ValueError(f"turn {turn.seq} does not follow an answered turn {turn.seq - 1}")
    connection.execute(_ADD_TURN, rows.turn_row(interview_id, turn))
    if _is_text(turn.answer):
        _go_on(connection, interview_id, 1)
    return True


def _add_coding(connection: Connection, interview_id: str, seq: int, coding: Coding) -> None:
    found = _answer_and_codings(connection, interview_id, seq)
    answer, so_far = found[0], [row for row in found if row.id is not None]
    _refuse_tags_outside(answer.answer_text or "", coding.tags)
    maker = (coding.origin, coding.codebook, coding.coder)
    if any(maker == (c.origin, c.codebook, c.coder) for c in so_far):
        return
    counts = all(coding.authority >= c.authority for c in so_far)
    if counts:
        _stop_counting(connection, [c.id for c in so_far if c.counts])
    row = rows.coding_row(interview_id, seq, coding, counts)
    coding_id = connection.execute(_ADD_CODING, row).scalar_one()
    is_text = answer.answer_kind == "text"
    if coding.tags:
        shown = counts and is_text and answer.quotable
        connection.execute(_ADD_TAGS, rows.tag_rows(coding_id, coding.tags, shown))
    if counts and is_text:
        _tally(connection, interview_id, coding, is_first=not so_far)


def _answer_and_codings(connection: Connection, interview_id: str, seq: int) -> Sequence[AnyRow]:
    here = {"of_interview": interview_id, "at": seq}
    found = connection.execute(_ANSWER_AND_CODINGS, here).all()
    if not found:
        _hold(connection, interview_id)
        raise ValueError(f"the interview has no turn {seq} to code")
    return found


def _refuse_tags_outside(told: str, coded: Sequence[Tag]) -> None:
    if any(not 0 <= tag.start < tag.end <= len(told) for tag in coded):
        raise ValueError(f"a tag lies outside its answer of {len(told)} characters")


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


def _show_tags(connection: Connection, interview_id: str, quotable: bool) -> None:
    of_interview = select(codings.c.id).where(codings.c.interview_id == interview_id)
    showable = findable().where(codings.c.interview_id == interview_id)
    connection.execute(update(tags).where(tags.c.coding_id.in_(of_interview)).values(shown=False))
    if quotable:
        connection.execute(update(tags).where(tags.c.coding_id.in_(showable)).values(shown=True))
