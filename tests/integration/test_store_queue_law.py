"""The law of the queue, kept on both databases and by the fake, held against a plain line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.queues import CODER, MADE, HandClock, Office, job

_numbers = count(1)
WORKERS = st.sampled_from(["v", "w", "x"])
STEPS = st.one_of(
    st.tuples(st.just("claim"), WORKERS, st.integers(0, 3)),
    st.tuples(st.just("claim"), WORKERS, st.integers(1, 3)),
    st.tuples(st.sampled_from(["finish", "put_back", "give_up"]), WORKERS, st.integers(0, 3)),
    st.tuples(st.just("finish"), WORKERS, st.integers(0, 3)),
    st.tuples(st.just("enqueue"), WORKERS, st.integers(0, 3)),
    st.tuples(st.just("alive"), WORKERS, st.integers(5, 90)),
    st.tuples(st.just("time passes"), WORKERS, st.sampled_from([4, 30, 100, 4000])),
)


@dataclass
class Line:
    """What a queue of one interview should hold, told in the plainest way."""

    clock: HandClock
    order: list[int]
    holder: dict[int, str] = field(default_factory=dict)
    until: dict[str, float] = field(default_factory=dict)
    tries: Counter[int] = field(default_factory=Counter)
    given_up: set[int] = field(default_factory=set)
    finished: set[int] = field(default_factory=set)

    def lives(self, worker: str | None) -> bool:
        """Whether a worker has promised to live beyond now."""
        return worker is not None and self.until.get(worker, 0) > self.clock.now

    def alive(self, worker: str, seconds: int) -> None:
        """It lives on; who died an hour ago is forgotten, and holds nothing any more."""
        self.until[worker] = max(self.until.get(worker, 0), self.clock.now + seconds)
        self.until = {w: t for w, t in self.until.items() if t > self.clock.now - 3600}
        self.holder = {seq: w for seq, w in self.holder.items() if w in self.until}

    def claim(self, worker: str, at_most: int) -> list[tuple[int, int]]:
        """The first that no one living holds, now held, with how often each was claimed."""
        free = [seq for seq in self.order if not self.lives(self.holder.get(seq))]
        claimed = free[:at_most] if self.lives(worker) else []
        self.holder.update(dict.fromkeys(claimed, worker))
        self.tries.update(claimed)
        return [(seq, self.tries[seq]) for seq in claimed]

    def let_go(self, how: str, worker: str, seq: int) -> bool:
        """Finish, put back or give up; False if the worker does not hold it."""
        if self.holder.get(seq) != worker:
            return False
        del self.holder[seq]
        self.order.remove(seq)
        if how == "put_back":
            self.order.append(seq)
        else:
            (self.finished if how == "finish" else self.given_up).add(seq)
        return True

    def enqueue(self, seq: int) -> None:
        """Who was given up waits again, as if new."""
        if seq in self.given_up:
            self.given_up.remove(seq)
            self.order.append(seq)
            del self.tries[seq]

    def counts(self) -> tuple[int, int, int]:
        """How many wait, are under way, and were given up."""
        under_way = sum(self.lives(self.holder.get(seq)) for seq in self.order)
        return len(self.order) - under_way, under_way, len(self.given_up)


def take_step(office: Office, line: Line, name: str, step: tuple[str, str, int]) -> None:
    """Do it in the queue and in the line, and see that they agree."""
    what, worker, number = step
    if what == "time passes":
        office.clock.now += number
    elif what == "alive":
        office.queue.alive(worker, number)
        line.alive(worker, number)
    elif what == "claim":
        living = {seq for seq, holder in line.holder.items() if line.lives(holder)}
        claimed = office.queue.claim(worker, CODER, number)
        assert not living & {one.seq for one in claimed}, "held by two that live"
        assert [(one.seq, one.attempts) for one in claimed] == line.claim(worker, number)
    elif what == "enqueue":
        office.queue.enqueue(name, [number], CODER)
        line.enqueue(number)
    else:
        let_go = getattr(office.queue, what)
        coded = (MADE,) if what == "finish" else ()
        told, did = let_go(worker, job(name, number), *coded), line.let_go(what, worker, number)
        assert told is (did if what == "finish" else None)


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=5, max_size=40))
def test_whoever_works_and_dies_every_job_is_in_one_place(
    office: Office, steps: list[tuple[str, str, int]]
) -> None:
    """Any interleaving of workers: none lives that holds what another holds, and none is lost.

    Every job waits, is held, was given up or is finished, once. (The queue is one for all
    examples; each leaves it empty.)
    """
    name, line = f"interview {next(_numbers)}", Line(office.clock, list(range(4)))
    office.waiting(4, name)
    for step in [("alive", worker, 20) for worker in "vwx"] + steps:
        take_step(office, line, name, step)

        assert office.counts() == line.counts()
        coded = set(office.store.codings(name))
        assert coded == line.finished
        assert sum(office.counts()) + len(coded) == 4

    assert all(made == (MADE,) for made in office.store.codings(name).values())
    assert list(office.store.check()) == []
    office.store.forget(name)
    office.clock.now += 9000
    assert office.counts() == (0, 0, 0)
