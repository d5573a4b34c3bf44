"""The `Store` and `CodingQueue` ports in dictionaries. Not for threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from assistant.errors import InterviewGone
from assistant.records import (
    Answer,
    CodedAnswer,
    Coder,
    Coding,
    CodingJob,
    Findings,
    Interview,
    InterviewStatus,
    JobCounts,
    Turn,
)


@dataclass
class MemoryStore:
    """The Store port in dictionaries, with its `queue`."""

    clock: Callable[[], float] = time.time
    interviews: dict[str, Interview] = field(default_factory=dict)
    kept: dict[str, list[Turn]] = field(default_factory=dict)
    coded: dict[str, dict[int, list[Coding]]] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.queue = MemoryQueue(self)

    def create(self, interview: Interview, first: Turn, code_hash: str) -> None:
        """See Store."""
        self.interviews[interview.id] = interview
        self.kept[interview.id] = [first]
        self.coded[interview.id] = {}
        self.keys[code_hash, "code"] = interview.id

    def interview(self, interview_id: str) -> Interview:
        """See Store."""
        if interview_id not in self.interviews:
            raise InterviewGone("no such interview")
        return self.interviews[interview_id]

    def turns(self, interview_id: str) -> tuple[Turn, ...]:
        """See Store."""
        self.interview(interview_id)
        return tuple(self.kept[interview_id])

    def record_answer(self, interview_id: str, seq: int, answer: Answer) -> bool:
        """See Store."""
        turn = self.turns(interview_id)[seq]
        if turn.answer is not None:
            return False
        self.kept[interview_id][seq] = turn.model_copy(update={"answer": answer})
        if self.interview(interview_id).status == "stopped":
            self.set_status(interview_id, "open")
        return True

    def move_on(
        self,
        interview_id: str,
        following: Turn,
        codings: Sequence[tuple[int, Coding]] = (),
        due: Sequence[tuple[int, Coder]] = (),
    ) -> bool:
        """See Store."""
        self.interview(interview_id)
        for seq, _coder in due:
            self.words(interview_id, seq)
        for seq, coding in codings:
            self.keep(interview_id, seq, coding)
        for seq, coder in due:
            self.queue.wait(interview_id, seq, coder)
        if following.seq != len(self.kept[interview_id]):
            return False
        self.kept[interview_id].append(following)
        return True

    def codings(self, interview_id: str) -> dict[int, tuple[Coding, ...]]:
        """See Store."""
        self.interview(interview_id)
        return {seq: tuple(given) for seq, given in self.coded[interview_id].items()}

    def set_status(
        self, interview_id: str, status: InterviewStatus, quotable: bool | None = None
    ) -> None:
        """See Store."""
        now = self.interview(interview_id)
        changes = {"status": status, "quotable": now.quotable if quotable is None else quotable}
        self.interviews[interview_id] = now.model_copy(update=changes)

    def add_key(self, interview_id: str, key_hash: str, kind: str) -> None:
        """See Store."""
        self.interview(interview_id)
        self.keys[key_hash, kind] = interview_id

    def find_by_key(self, key_hash: str, kind: str) -> str | None:
        """See Store."""
        return self.keys.get((key_hash, kind))

    def drop_key(self, interview_id: str, key_hash: str) -> None:
        """See Store."""
        dropped = {(key_hash, kind) for kind in ("code", "browser")}
        self.keys = {
            key: value
            for key, value in self.keys.items()
            if key not in dropped or value != interview_id
        }

    def findings(self, stretches_per_cell: int) -> Findings:  # noqa: ARG002 - the port's
        """Nothing: counting is the real store's, tested there."""
        return Findings(interviews=0, answers=0, counts=(), stretches=())

    def forget(self, interview_id: str) -> None:
        """See Store."""
        self.interview(interview_id)
        for kept in (self.interviews, self.kept, self.coded):
            kept.pop(interview_id)
        self.keys = {key: value for key, value in self.keys.items() if value != interview_id}
        self.queue.jobs = {k: job for k, job in self.queue.jobs.items() if k[0] != interview_id}

    def add_coding(self, interview_id: str, seq: int, coding: Coding) -> None:
        """See Store."""
        self.words(interview_id, seq)
        self.keep(interview_id, seq, coding)

    def coded_answers(self, after: tuple[str, int] | None, at_most: int) -> tuple[CodedAnswer, ...]:
        """See Store."""
        answers = [
            CodedAnswer(
                interview_id=name,
                seq=turn.seq,
                text=turn.answer.text,
                lang=self.interviews[name].lang,
                consent=self.interviews[name].consent,
                codings=tuple(self.coded[name].get(turn.seq, ())),
            )
            for name in sorted(self.kept)
            for turn in self.kept[name]
            if turn.answer and turn.answer.kind == "text"
        ]
        return tuple(a for a in answers if after is None or (a.interview_id, a.seq) > after)[
            :at_most
        ]

    def check(self) -> Iterable[str]:
        """All is well."""
        return ()

    def words(self, interview_id: str, seq: int) -> str:
        """The text answer to a turn, or InterviewGone, or ValueError."""
        for turn in self.turns(interview_id):
            if turn.seq == seq and turn.answer and turn.answer.kind == "text":
                return turn.answer.text
        raise ValueError(f"turn {seq} has no answer in words")

    def keep(self, interview_id: str, seq: int, coding: Coding) -> None:
        """Keep a coding unless one by its maker is there; it is awaited no more."""
        given = self.coded[interview_id].setdefault(seq, [])
        if coding.made_by not in [one.made_by for one in given]:
            given.append(coding)
        self.queue.jobs.pop((interview_id, seq, coding.made_by), None)


@dataclass
class _Job:
    attempts: int = 0
    given_up: bool = False
    holder: str | None = None


@dataclass
class MemoryQueue:
    """The CodingQueue port. `jobs` are in their order; a turn and a coder have one at most."""

    store: MemoryStore
    jobs: dict[tuple[str, int, Coder], _Job] = field(default_factory=dict)
    alive_until: dict[str, float] = field(default_factory=dict)

    def leave(self, worker: str) -> None:
        """See CodingQueue."""
        self.alive_until.pop(worker, None)
        for job in self.jobs.values():
            job.holder = None if job.holder == worker else job.holder

    def alive(self, worker: str, seconds: float) -> None:
        """See CodingQueue; a name is dropped an hour after the worker died."""
        now = self.store.clock()
        self.alive_until[worker] = max(now + seconds, self.alive_until.get(worker, 0))
        for name in [name for name, until in self.alive_until.items() if until <= now - 3600]:
            del self.alive_until[name]
            for job in self.jobs.values():
                job.holder = None if job.holder == name else job.holder

    def claim(self, worker: str, coder: Coder, at_most: int) -> tuple[CodingJob, ...]:
        """See CodingQueue; a worker that is not alive claims nothing."""
        free = [
            (key, job)
            for key, job in self.jobs.items()
            if key[2] == coder and not job.given_up and not self._lives(job.holder)
        ]
        claimed = free[:at_most] if self._lives(worker) else []
        for _key, job in claimed:
            job.attempts, job.holder = job.attempts + 1, worker
        return tuple(
            CodingJob(
                interview_id=name,
                seq=seq,
                coder=coder,
                text=self.store.words(name, seq),
                lang=self.store.interviews[name].lang,
                consent=self.store.interviews[name].consent,
                attempts=job.attempts,
            )
            for (name, seq, _coder), job in claimed
        )

    def finish(self, worker: str, job: CodingJob, coding: Coding) -> bool:
        """See CodingQueue."""
        if coding.made_by != job.coder:
            raise ValueError("a coding by another coder")
        if self._held(worker, job) is None:
            return False
        self.store.keep(job.interview_id, job.seq, coding)
        return True

    def put_back(self, worker: str, job: CodingJob) -> None:
        """See CodingQueue."""
        if held := self._held(worker, job):
            self.jobs[job.interview_id, job.seq, job.coder] = self.jobs.pop(_key(job))
            held.holder = None

    def give_up(self, worker: str, job: CodingJob) -> None:
        """See CodingQueue."""
        if held := self._held(worker, job):
            held.holder, held.given_up = None, True

    def enqueue(self, interview_id: str, seqs: Sequence[int], coder: Coder) -> None:
        """See CodingQueue."""
        self.store.interview(interview_id)
        for seq in seqs:
            self.store.words(interview_id, seq)
        for seq in sorted(seqs):
            job = self.jobs.get((interview_id, seq, coder))
            if job and job.given_up:
                del self.jobs[interview_id, seq, coder]
            self.wait(interview_id, seq, coder)

    def counts(self, coder: Coder) -> JobCounts:
        """See CodingQueue."""
        jobs = [job for key, job in self.jobs.items() if key[2] == coder]
        given_up = sum(job.given_up for job in jobs)
        under_way = sum(self._lives(job.holder) for job in jobs)
        waiting = len(jobs) - given_up - under_way
        return JobCounts(waiting=waiting, under_way=under_way, given_up=given_up)

    def wait(self, interview_id: str, seq: int, coder: Coder) -> None:
        """Let an answer wait, unless it does or is coded."""
        given = self.store.coded[interview_id].get(seq, [])
        if coder not in [one.made_by for one in given]:
            self.jobs.setdefault((interview_id, seq, coder), _Job())

    def _lives(self, worker: str | None) -> bool:
        return self.alive_until.get(worker or "", 0) > self.store.clock()

    def _held(self, worker: str, job: CodingJob) -> _Job | None:
        found = self.jobs.get(_key(job))
        return found if found and found.holder == worker else None


def _key(job: CodingJob) -> tuple[str, int, Coder]:
    return job.interview_id, job.seq, job.coder
