"""What changes interviews. Each function is called within one transaction of its own.

Every change of an interview first holds the interview; see `holding`. The statements of every
turn are built once, here at module level: to build one costs SQLAlchemy more than to execute it.
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
    update,
)

from assistant.adapters.sql import coding, jobs, rows
from assistant.adapters.sql.holding import OF_INTERVIEW, be_alone, hold
from assistant.adapters.sql.tables import interviews, keys, turns
from assistant.errors import InterviewGone
from assistant.records import Answer, Coder, Coding, Interview, InterviewStatus, Turn

_AT: BindParameter[int] = bindparam("at")
_THIS_TURN = (turns.c.interview_id == OF_INTERVIEW) & (turns.c.seq == _AT)

_ANSWER_IF_OPEN = update(turns).where(_THIS_TURN, turns.c.answer_kind.is_(None))
_TEXTS: BindParameter[int] = bindparam("texts", type_=Integer)
# Whoever answers goes on, also where another tab had stopped.
_GO_ON = (
    update(interviews)
    .where(interviews.c.id == OF_INTERVIEW)
    .values(
        text_answers=interviews.c.text_answers + _TEXTS,
        status=case((interviews.c.status == "stopped", "open"), else_=interviews.c.status),
    )
)
_HAS_TURN = select(turns.c.seq).where(_THIS_TURN)
_HAS_WORDS = _HAS_TURN.where(turns.c.answer_kind == "text")
_LAST_TURN = (
    select(turns.c.seq, turns.c.answer_kind)
    .where(turns.c.interview_id == OF_INTERVIEW)
    .order_by(turns.c.seq.desc())
    .limit(1)
)
_ADD_TURN = insert(turns)


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
    be_alone(connection, interview_id)
    here = {"of_interview": interview_id, "at": seq}
    if connection.execute(_ANSWER_IF_OPEN, {**here, **rows.answer_row(answer)}).rowcount == 1:
        _go_on(connection, interview_id, int(_is_text(answer)))
        return True
    if connection.execute(_HAS_TURN, here).first() is None:
        hold(connection, interview_id)
        raise ValueError(f"the interview has no turn {seq}")
    return False


def move_on(
    connection: Connection,
    interview_id: str,
    following: Turn,
    coded: Sequence[tuple[int, Coding]],
    due: Sequence[tuple[int, Coder]],
) -> bool:
    """Keep the codings that are new, the turn if it is (then True), and what waits from now on.

    Raises InterviewGone, or ValueError for a tag that lies outside its answer, a coding of a turn
    that is not there, a turn that does not follow an answered one, or what is due without words.
    """
    be_alone(connection, interview_id)
    for seq, one in coded:
        coding.keep(connection, interview_id, seq, one)
    is_new = _add_turn(connection, interview_id, following)
    for coder in dict.fromkeys(coder for _seq, coder in due):
        seqs = [seq for seq, by in due if by == coder]
        jobs.wait(connection, interview_id, seqs, coder)
    return is_new


def add_coding(connection: Connection, interview_id: str, seq: int, made: Coding) -> None:
    """Keep a coding of an answer in words, unless it is there.

    Raises InterviewGone, or ValueError for a turn without such an answer or a tag outside it.
    """
    hold(connection, interview_id)
    if connection.execute(_HAS_WORDS, {"of_interview": interview_id, "at": seq}).first() is None:
        raise ValueError(f"the interview has no turn {seq} to code that was answered in words")
    coding.keep(connection, interview_id, seq, made)


def set_status(
    connection: Connection, interview_id: str, status: InterviewStatus, quotable: bool | None
) -> None:
    """Set the status and, unless None, whether the interview may be quoted."""
    hold(connection, interview_id)
    change = {"status": status} if quotable is None else {"status": status, "quotable": quotable}
    connection.execute(update(interviews).where(interviews.c.id == interview_id).values(change))
    if quotable is not None:
        coding.show_tags(connection, interview_id, quotable)


def add_key(connection: Connection, interview_id: str, key_hash: str, kind: str) -> None:
    """Insert a key, unless the interview has it. A key opens one interview, ever."""
    hold(connection, interview_id)
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
