"""Workers: threads that code, by a slow tagger, the answers that wait for it in the queue.

What is on disk says which answers wait and who holds them; all that is kept here may be lost at any
moment. So any number of processes may work on one queue, and each may be killed at any time.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

from assistant.adapters.resting import Rest
from assistant.errors import ModelMisbehaved, ModelUnavailable, StoreError
from assistant.ports import CodingQueue, SlowTagger
from assistant.records import Coding, CodingJob, JobCounts

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How patient workers are. All in seconds, but for two counts.

    `attempts`: how often an answer is tried; with the longest rest between, that outlasts a model
    which is down for a night. `in_vain`: after how many failures in a row whoever waits for the end
    (`work_off`) hears that there is no use in going on.

    `lease`: a process that is silent for so long is taken for dead, and others do its work. `look`:
    from one look into an empty queue to the next, unless the bell rings. `first_rest` and
    `longest_rest`: how long the model is left alone after it failed. `store_rest`: the same for the
    store. `grace`: how long `stop` waits for what is under way.
    """

    lease: float = 60.0
    look: float = 5.0
    first_rest: float = 2.0
    longest_rest: float = 300.0
    store_rest: float = 5.0
    grace: float = 3.0
    attempts: int = 150
    in_vain: int = 8

    @property
    def beat(self) -> float:
        """From one sign of life to the next."""
        return self.lease / 3


class CodingWorkers:
    """Codes what waits for `tagger`, so many answers at once, from `start` to `stop`.

    A foreman says that this process lives, looks what waits and hands it out, when the `bell` rings
    and now and then; an empty queue costs a read every `Pace.look` seconds. Whoever has answers
    wait in this process may ring.

    `allowed` says of a consent, by its stored name, whether it lets the tagger have an answer. It
    is asked right before, for since the answer began to wait another model may have been set; what
    the tagger may not have is given up.

    Is the model unavailable, the answer waits again and nobody asks for a while, longer each time;
    an answer tried too often, or of which the model makes no coding, is given up. Is the store, it
    is tried again until it works. No text and nothing the model wrote is logged.
    """

    def __init__(
        self,
        queue: CodingQueue,
        tagger: SlowTagger,
        workers: int,
        *,
        allowed: Callable[[str], bool],
        pace: Pace | None = None,
        bell: threading.Event | None = None,
    ) -> None:
        self._queue, self._tagger, self._workers = queue, tagger, workers
        self._allowed = allowed
        self._pace = pace or Pace()
        self._bell = bell or threading.Event()
        self._name = uuid.uuid4().hex
        self._rest = Rest(self._pace.first_rest, self._pace.longest_rest)
        self._held: set[CodingJob] = set()  # added to, taken from and copied in one step each
        self._handed_out: SimpleQueue[CodingJob | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._lives_until = 0.0
        self._told = self._trouble = ""

    def start(self) -> None:
        """Begin, in threads that do not keep the process alive. Doing it again changes nothing."""
        if self._threads:
            return
        todo = [self._lead, *[self._work] * self._workers]
        self._threads = [threading.Thread(target=do, name="coding", daemon=True) for do in todo]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End for good. What is not done within `Pace.grace` seconds waits again for others."""
        self._stopping.set()
        self._bell.set()
        for _ in range(self._workers):
            self._handed_out.put(None)
        until = time.monotonic() + self._pace.grace
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        for job in tuple(self._held):
            with suppress(StoreError):
                self._queue.put_back(self._name, job)
        if self._lives_until:
            with suppress(StoreError):
                self._queue.leave(self._name)

    def work_off(self, progress: Callable[[JobCounts], None]) -> None:
        """Work until no answer waits or is under way, here or elsewhere, and stop.

        `progress` hears what there is to do, and now and then what is left. Raises StoreError, and
        ModelUnavailable when the model failed `Pace.in_vain` times in a row; what waits, waits on.
        """
        progress(self._queue.counts(self._tagger.coder))
        self.start()
        try:
            while (left := self._queue.counts(self._tagger.coder)).waiting or left.under_way:
                progress(left)
                if self._rest.in_a_row >= self._pace.in_vain and not self._held:
                    raise ModelUnavailable(f"{self._trouble} Answers that wait: {left.waiting}.")
                time.sleep(min(0.2, self._pace.look))
        finally:
            self.stop()

    def _lead(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            self._bell.wait(self._look())

    def _look(self) -> float:
        """Hand out what waits; the seconds until there may be something to do again."""
        try:
            if self._held:
                self._live_on()
            elif self._lives_until:
                # When we were last heard of is when somebody last answered: it is not kept.
                self._queue.leave(self._name)
                self._lives_until = 0.0
            rest, free = self._rest.left(), self._workers - len(self._held)
            if not rest and free:
                self._hand_out(free)
            return min(rest or self._pace.look, self._pace.beat)
        # A thread has no caller to raise to, and nobody else to do its work.
        except Exception as wrong:  # noqa: BLE001
            self._tell(_named(wrong))
            return self._pace.store_rest

    def _hand_out(self, at_most: int) -> None:
        # Reading first: to claim is to write, for which others would wait.
        if not self._queue.counts(self._tagger.coder).waiting:
            return
        self._live_on()
        for job in self._queue.claim(self._name, self._tagger.coder, at_most):
            self._held.add(job)
            self._handed_out.put(job)

    def _live_on(self) -> None:
        """Say that this process lives, unless that was said a moment ago."""
        now = time.monotonic()
        if now >= self._lives_until - self._pace.lease + self._pace.beat:
            self._queue.alive(self._name, self._pace.lease)
            self._lives_until = now + self._pace.lease

    def _work(self) -> None:
        while (job := self._handed_out.get()) and not self._stopping.is_set():
            done = self._code(job) if self._allowed(job.consent) else self._withhold(job)
            if done:
                self._held.discard(job)
            self._bell.set()

    def _withhold(self, job: CodingJob) -> bool:
        self._tell("An answer keeps the tags it has: it may not go to this model by its consent.")
        return self._let_go(partial(self._queue.give_up, self._name, job))

    def _code(self, job: CodingJob) -> bool:
        """Code it, and whether it is off our hands."""
        began = time.monotonic()
        try:
            coding = self._tagger.tag(job.text, job.lang)
        except ModelMisbehaved as wrong:
            self._rest.over()
            self._tell(f"An answer keeps the tags it has. {wrong}")
            return self._let_go(partial(self._queue.give_up, self._name, job))
        # ModelUnavailable, or a mistake of ours: an answer that is always the cause is given up.
        except Exception as wrong:  # noqa: BLE001
            return self._failed(job, began, wrong)
        self._rest.over()
        self._told = ""
        return self._let_go(partial(self._finish, job, coding))

    def _failed(self, job: CodingJob, began: float, wrong: Exception) -> bool:
        self._trouble = _named(wrong)
        self._rest.begin(began)
        self._tell(f"Answers wait for the language model. {self._trouble}")
        tried_enough = job.attempts >= self._pace.attempts
        let_go = self._queue.give_up if tried_enough else self._queue.put_back
        return self._let_go(partial(let_go, self._name, job))

    def _finish(self, job: CodingJob, coding: Coding) -> None:
        try:
            self._queue.finish(self._name, job, coding)
        except ValueError:  # the store takes no such coding, nor will it
            self._tell("An answer keeps the tags it has: the store refuses the coding of it.")
            self._queue.give_up(self._name, job)

    def _let_go(self, how: Callable[[], object]) -> bool:
        """Do it, if need be again and again: as long as we live nobody else takes the job.

        False when we stop before it worked.
        """
        while True:
            try:
                how()
            except Exception as wrong:  # noqa: BLE001 - as in `_look`
                self._tell(_named(wrong))
            else:
                return True
            if self._stopping.wait(self._pace.store_rest):
                return False

    def _tell(self, what: str) -> None:
        """Log it, once for as long as nothing else happens."""
        if what != self._told:
            self._told = what
            log.warning("%s", what)


def _named(wrong: Exception) -> str:
    """What may be told of an error: only messages of our own are known to hold no text."""
    if isinstance(wrong, ModelUnavailable | StoreError):
        return str(wrong)
    return f"Coding an answer failed ({type(wrong).__name__})."
