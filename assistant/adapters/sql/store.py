"""The `Store` port over SQL: each method is one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from assistant.adapters.sql import checking, reading, writing
from assistant.adapters.sql.engine import Database, connect
from assistant.adapters.sql.queue import SqlQueue
from assistant.adapters.sql.schema import bring_to_head
from assistant.records import (
    Answer,
    CodedAnswer,
    Coder,
    Coding,
    Findings,
    Interview,
    InterviewStatus,
    Turn,
)


def open_store(url: str, clock: Callable[[], float] = time.time) -> SqlStore:
    """The store at this SQLAlchemy URL, its schema brought to head, with its `queue`.

    Makes SQLite's file and folder. Safe when several programs start at once. `clock` is the
    queue's: seconds. Raises `StoreError`.
    """
    database = connect(url)
    try:
        bring_to_head(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database, clock)


class SqlStore:
    """Keeps interviews in SQLite or PostgreSQL, as `ports.Store` promises. Threads may share one.

    Beyond the port: `ValueError`, and nothing stored, for what cannot be true of an interview: a
    turn that does not follow an answered one, an answer to or a coding of a turn that is not there,
    a tag outside its answer, what is due or coded later without an answer in words.

    `queue` is the `ports.CodingQueue` of the same database.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self.database = database
        self.queue = SqlQueue(database, clock)

    def create(self, interview: Interview, first: Turn, code_hash: str) -> None:
        """A new interview with its first turn and the hash of its return code."""
        with self.database.writing() as connection:
            writing.create(connection, interview, first, code_hash)

    def interview(self, interview_id: str) -> Interview:
        """The interview with this id."""
        with self.database.reading() as connection:
            return reading.interview(connection, interview_id)

    def turns(self, interview_id: str) -> tuple[Turn, ...]:
        """All turns, in order; only the last may be unanswered."""
        with self.database.reading() as connection:
            return reading.all_turns(connection, interview_id)

    def record_answer(self, interview_id: str, seq: int, answer: Answer) -> bool:
        """Keep `answer` with turn `seq`. False, and nothing changed, if it had one already."""
        with self.database.writing() as connection:
            return writing.record_answer(connection, interview_id, seq, answer)

    def move_on(
        self,
        interview_id: str,
        following: Turn,
        codings: Sequence[tuple[int, Coding]] = (),
        due: Sequence[tuple[int, Coder]] = (),
    ) -> bool:
        """Keep `codings`, the `following` turn and what is `due` together; what is there stays.

        False if the following turn was there.
        """
        with self.database.writing() as connection:
            return writing.move_on(connection, interview_id, following, codings, due)

    def codings(self, interview_id: str) -> dict[int, tuple[Coding, ...]]:
        """Every coding by turn number, oldest first."""
        with self.database.reading() as connection:
            return reading.all_codings(connection, interview_id)

    def set_status(
        self, interview_id: str, status: InterviewStatus, quotable: bool | None = None
    ) -> None:
        """Set how the interview ended and, unless None, whether it may be quoted."""
        with self.database.writing() as connection:
            writing.set_status(connection, interview_id, status, quotable)

    def add_key(self, interview_id: str, key_hash: str, kind: str) -> None:
        """One more hashed key (`code` or `browser`); `StoreError` if it opens another interview."""
        with self.database.writing() as connection:
            writing.add_key(connection, interview_id, key_hash, kind)

    def find_by_key(self, key_hash: str, kind: str) -> str | None:
        """The id of the interview this hashed key opens."""
        with self.database.reading() as connection:
            return reading.find_by_key(connection, key_hash, kind)

    def drop_key(self, interview_id: str, key_hash: str) -> None:
        """Forget a hashed key of this interview; unknown ones are fine."""
        with self.database.writing() as connection:
            writing.drop_key(connection, interview_id, key_hash)

    def findings(self, stretches_per_cell: int) -> Findings:
        """Counts and stretches over the coding of each text answer that counts, newest first."""
        with self.database.reading() as connection:
            return reading.findings(connection, stretches_per_cell)

    def forget(self, interview_id: str) -> None:
        """Delete the interview and all that hangs on it, from SQLite's log as well."""
        with self.database.writing() as connection:
            writing.forget(connection, interview_id)
        self.database.wipe_log()

    def add_coding(self, interview_id: str, seq: int, coding: Coding) -> None:
        """Keep one coding of an answer in words, unless it is there."""
        with self.database.writing() as connection:
            writing.add_coding(connection, interview_id, seq, coding)

    def coded_answers(self, after: tuple[str, int] | None, at_most: int) -> tuple[CodedAnswer, ...]:
        """The first text answers beyond the place `after`, with their codings, oldest first.

        In the order of the database: PostgreSQL may sort ids otherwise than Python does.
        """
        with self.database.reading() as connection:
            return reading.coded_answers(connection, after, at_most)

    def check(self) -> Iterable[str]:
        """What is wrong with the store, one sentence each; nothing when well."""
        return checking.what_is_wrong(self.database)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
