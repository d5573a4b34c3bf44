"""The seams: what the flow needs from the outside, said as protocols.

Adapters keep these promises for real vendors, `tests/fakes.py` for tests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from assistant.records import (
    PASSAGE_KINDS,
    Answer,
    CodedAnswer,
    Coder,
    Coding,
    CodingJob,
    Document,
    Findings,
    Interview,
    InterviewStatus,
    JobCounts,
    Lang,
    Passage,
    PassageKind,
    Redaction,
    Turn,
)


class Clock(Protocol):
    """Says what day it is; nothing finer is kept with an answer."""

    def today(self) -> date:
        """The local date."""
        ...


class Redactor(Protocol):
    """De-identifies text on this machine. Linear in the length of the text."""

    version: str

    def redact(self, text: str) -> Redaction:
        """`text` with identifiers replaced by readable placeholders, one for each value."""
        ...


class Tagger(Protocol):
    """Codes one answer. Deterministic; treats the text as data whatever it says."""

    version: str
    coder: Coder

    def tag(self, text: str, lang: Lang) -> Coding:
        """The levels `text` carries; every span lies inside `text`."""
        ...


class SlowTagger(Protocol):
    """Codes one answer by a language model: better, slower, and never certain to answer.

    `coder` is what its codings are made by. Several threads may share one.
    """

    coder: Coder

    def tag(self, text: str, lang: Lang) -> Coding:
        """The levels `text` carries, every span found back in `text`, with the tokens it took.

        Raises ModelUnavailable when trying again later may help, ModelMisbehaved when not.
        """
        ...


class Retriever(Protocol):
    """Finds what the library has on something. Nothing fits: nothing returned.

    `ready` says whether it is loaded; until then a search may return nothing for that reason.
    """

    version: str

    @property
    def ready(self) -> bool:
        """Whether searching is possible."""
        ...

    def search(
        self,
        query: str,
        k: int,
        kinds: Collection[PassageKind] = PASSAGE_KINDS,
        *,
        why: bool = False,
    ) -> Sequence[Passage]:
        """At most `k` passages of these kinds that fit `query`, best first; always the same.

        With `why` each says by what it was found, which takes longer than finding it.
        """
        ...


class Shelf(Protocol):
    """Documents that researchers added to works of the literature."""

    def add(
        self,
        path: Path,
        key: str,
        *,
        today: date,
        name: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[Document, bool]:
        """Read a file and put it with the work that has `key`: the document, and whether it is new.

        `progress` hears parts done and parts in all. Raises DocumentRefused, and nothing changed.
        """
        ...

    def remove(self, document_id: str) -> None:
        """Take a document away. Raises CorpusError when it is not there."""
        ...

    def documents(self) -> tuple[Document, ...]:
        """All that can be read."""
        ...

    def generation(self) -> str:
        """Changes whenever any process adds or removes a document. Cheap."""
        ...


class Store(Protocol):
    """Keeps interviews. Every method is one transaction: on return it is on disk, or it raised.

    Errors: `StoreError` when the store cannot be used, `InterviewGone` for an unknown interview.
    """

    def create(self, interview: Interview, first: Turn, code_hash: str) -> None:
        """A new interview with its first turn and the hash of its return code."""
        ...

    def interview(self, interview_id: str) -> Interview:
        """The interview with this id."""
        ...

    def turns(self, interview_id: str) -> tuple[Turn, ...]:
        """All turns, in order; only the last may be unanswered."""
        ...

    def record_answer(self, interview_id: str, seq: int, answer: Answer) -> bool:
        """Keep `answer` with turn `seq`; an interview that was stopped is open again.

        False, and nothing changed, if the turn had an answer already.
        """
        ...

    def move_on(
        self,
        interview_id: str,
        following: Turn,
        codings: Sequence[tuple[int, Coding]] = (),
        due: Sequence[tuple[int, Coder]] = (),
    ) -> bool:
        """Keep `codings` (turn number, coding), the `following` turn and what is `due` together.

        `due` are the text answers that wait for a coder from now on; see `CodingQueue`.

        Doing it again changes nothing: a turn number that exists stays as it is (and the answer
        is False), and a coding of the same origin, codebook and coder for the same turn too.
        """
        ...

    def codings(self, interview_id: str) -> dict[int, tuple[Coding, ...]]:
        """Every coding by turn number, oldest first."""
        ...

    def set_status(
        self, interview_id: str, status: InterviewStatus, quotable: bool | None = None
    ) -> None:
        """Set how the interview ended and, unless None, whether it may be quoted."""
        ...

    def add_key(self, interview_id: str, key_hash: str, kind: str) -> None:
        """One more hashed key (`code` or `browser`) that opens the interview."""
        ...

    def find_by_key(self, key_hash: str, kind: str) -> str | None:
        """The id of the interview this hashed key opens."""
        ...

    def drop_key(self, interview_id: str, key_hash: str) -> None:
        """Forget a hashed key of this interview; unknown ones and others' are left alone."""
        ...

    def findings(self, stretches_per_cell: int) -> Findings:
        """Counts over the coding with the highest authority of each answer, and stretches.

        Authority: researcher > participant > model > embedded; among equals the newest.
        Stretches only of interviews that may be quoted, at most so many for each level and
        polarity, newest first.
        """
        ...

    def forget(self, interview_id: str) -> None:
        """Delete the interview and all that hangs on it."""
        ...

    def add_coding(self, interview_id: str, seq: int, coding: Coding) -> None:
        """Keep one coding; one of the same origin, codebook and coder that is there stays."""
        ...

    def coded_answers(self, after: tuple[str, int] | None, at_most: int) -> tuple[CodedAnswer, ...]:
        """Text answers with their codings, ordered by interview id and turn number.

        The first `at_most` beyond the place `after` (interview id, turn number); from the beginning
        when None. An empty tuple: there are no more.
        """
        ...

    def check(self) -> Iterable[str]:
        """What is wrong with the store, one sentence each, for `doctor`; nothing when well."""
        ...


class CodingQueue(Protocol):
    """Answers that wait for a slow coder, on disk with the store. Every method is one transaction.

    A worker has a name of its own and holds a job while it works. It has to say that it lives;
    what a worker held that is silent for too long is free again. No time is kept with an answer:
    only when a worker was last heard of. What is forgotten from the store is forgotten here.
    """

    def alive(self, worker: str, seconds: float) -> None:
        """`worker` lives for so many seconds from now at least; names long silent are dropped."""
        ...

    def leave(self, worker: str) -> None:
        """Forget `worker`, and when it was last heard of; what it held is free. Unknown: fine."""
        ...

    def claim(self, worker: str, coder: Coder, at_most: int) -> tuple[CodingJob, ...]:
        """Jobs for `coder` that nobody living holds, now held by `worker`, longest waiting first.

        No job is ever held by two workers that live. Attempts go up by one.
        """
        ...

    def finish(self, worker: str, job: CodingJob, coding: Coding) -> bool:
        """Keep the coding and take the job off, together.

        False, and nothing changed, when `worker` no longer holds it or the answer is gone.
        """
        ...

    def put_back(self, worker: str, job: CodingJob) -> None:
        """Let the job wait again, behind the others; nothing happens if `worker` holds it not."""
        ...

    def give_up(self, worker: str, job: CodingJob) -> None:
        """Let the job be: it stays on record as given up, and the tags there are stand."""
        ...

    def enqueue(self, interview_id: str, seqs: Sequence[int], coder: Coder) -> None:
        """Let these text answers wait for `coder`, unless they do or have a coding by it.

        Given up ones wait again, with no attempts on record.
        """
        ...

    def counts(self, coder: Coder) -> JobCounts:
        """How many of the jobs for `coder` wait, are under way, and were given up."""
        ...
