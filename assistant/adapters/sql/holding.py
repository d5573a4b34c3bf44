"""Who changes an interview holds it first.

On PostgreSQL by a row lock; on SQLite the transaction is the only writer. So changes of one
interview come one after the other, and always lock in the same order: the interview, then what
hangs on it.
"""

from __future__ import annotations

from sqlalchemy import BindParameter, Connection, bindparam, select

from assistant.adapters.sql.tables import interviews
from assistant.errors import InterviewGone

# No parameter has the name of a column: in an UPDATE that would mean "set this column".
OF_INTERVIEW: BindParameter[str] = bindparam("of_interview")

_HOLD = (
    select(interviews.c.id)
    .where(interviews.c.id == OF_INTERVIEW)
    # key_share: inserts that refer to the interview need not wait for us.
    .with_for_update(key_share=True)
)


def hold(connection: Connection, interview_id: str) -> None:
    """Hold the interview until the transaction ends, or raise InterviewGone."""
    if connection.execute(_HOLD, {"of_interview": interview_id}).first() is None:
        raise InterviewGone("There is no such interview (any more).")


def be_alone(connection: Connection, interview_id: str) -> None:
    """Hold the interview where that takes a lock; elsewhere it may turn out to be gone.

    Where nothing needs a lock, who calls this holds the interview once a row turns out missing:
    nearly always all rows are there, and to ask for the interview first costs each turn.
    """
    if connection.dialect.name != "sqlite":
        hold(connection, interview_id)
