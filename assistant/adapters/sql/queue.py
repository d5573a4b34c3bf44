"""The `CodingQueue` port over SQL: each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from assistant.adapters.sql import jobs
from assistant.adapters.sql.coding import keep
from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.holding import hold
from assistant.errors import InterviewGone
from assistant.records import Coder, Coding, CodingJob, JobCounts

SILENT_TOO_LONG = 3600.0  # seconds after its death that the name of a worker is still known


class SqlQueue:
    """Keeps what waits for a slow coder beside the interviews, as `ports.CodingQueue` promises.

    Threads may share one. `clock` gives seconds since some moment that is the same for all who use
    this database: on several machines, clocks that agree to within the seconds workers promise.

    Beyond the port: a worker that is not alive claims nothing. `ValueError`, and nothing changed,
    for an answer that is not in words, a coding by another coder than the job is for, a tag outside
    its answer; `InterviewGone` for an unknown interview that is to wait.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def alive(self, worker: str, seconds: float) -> None:
        """`worker` lives for so many seconds from now at least; names long silent are dropped."""
        with self._database.writing() as connection:
            now = self._clock()
            jobs.alive(connection, worker, now + seconds, now - SILENT_TOO_LONG)

    def leave(self, worker: str) -> None:
        """Forget `worker`, and when it was last heard of; what it held is free."""
        with self._database.writing() as connection:
            jobs.leave(connection, worker)

    def claim(self, worker: str, coder: Coder, at_most: int) -> tuple[CodingJob, ...]:
        """Jobs that nobody living holds, now held by `worker`, longest waiting first."""
        with self._database.writing() as connection:
            return jobs.claim(connection, worker, coder, at_most, self._clock())

    def finish(self, worker: str, job: CodingJob, coding: Coding) -> bool:
        """Keep the coding and take the job off. False if `worker` does not hold it any more."""
        if coding.made_by != job.coder:
            raise ValueError("this is a coding by another coder than the job is for")
        with suppress(InterviewGone), self._database.writing() as connection:
            hold(connection, job.interview_id)
            if jobs.take_off(connection, worker, job):
                keep(connection, job.interview_id, job.seq, coding)
                return True
        return False

    def put_back(self, worker: str, job: CodingJob) -> None:
        """Let the job wait again, behind the others, if `worker` holds it."""
        with suppress(InterviewGone), self._database.writing() as connection:
            jobs.put_back(connection, worker, job)

    def give_up(self, worker: str, job: CodingJob) -> None:
        """Leave the job on record as given up, if `worker` holds it."""
        with self._database.writing() as connection:
            jobs.give_up(connection, worker, job)

    def enqueue(self, interview_id: str, seqs: Sequence[int], coder: Coder) -> None:
        """Let these text answers wait for `coder`; given up ones wait anew."""
        with self._database.writing() as connection:
            jobs.enqueue(connection, interview_id, seqs, coder)

    def strays(self, coder: Coder | None) -> int:
        """How many answers wait for other coders than this one: nobody works on those."""
        with self._database.reading() as connection:
            return jobs.waiting_in_all(connection) - (
                self.counts(coder).waiting + self.counts(coder).under_way if coder else 0
            )

    def counts(self, coder: Coder) -> JobCounts:
        """How many of the jobs for `coder` wait, are under way, and were given up."""
        with self._database.reading() as connection:
            return jobs.counts(connection, coder, self._clock())
