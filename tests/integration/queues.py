"""Queues for the tests, with a clock that is set by hand."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.ports import CodingQueue, Store
from assistant.records import Coder, CodingJob
from tests.integration.stories import begin, coding, said, turn

MADE = coding("model:m")
CODER = MADE.made_by


class HandClock:
    """Seconds that pass only when the test says so."""

    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(frozen=True)
class Office:
    """A store, its queue, and the clock of the queue."""

    store: Store
    queue: CodingQueue
    clock: HandClock

    def waiting(self, answers: int, name: str = "anna") -> None:
        """Begin an interview with so many text answers, each waiting for `CODER`."""
        begin(self.store, name)
        for seq in range(answers):
            self.store.record_answer(name, seq, said(f"{name} zei {seq}"))
            self.store.move_on(name, turn(seq + 1), due=[(seq, CODER)])

    def claim(self, worker: str, at_most: int = 9, coder: Coder = CODER) -> list[CodingJob]:
        """What `worker`, who lives for a minute, gets."""
        self.queue.alive(worker, 60)
        return list(self.queue.claim(worker, coder, at_most))

    def counts(self) -> tuple[int, int, int]:
        """How many wait, are under way, and were given up."""
        found = self.queue.counts(CODER)
        return found.waiting, found.under_way, found.given_up


def job(name: str = "anna", seq: int = 0, attempts: int = 1) -> CodingJob:
    """What is claimed of an answer told by `Office.waiting`."""
    return CodingJob(
        interview_id=name,
        seq=seq,
        coder=CODER,
        text=f"{name} zei {seq}",
        lang="nl",
        consent="consent.v1",
        attempts=attempts,
    )
