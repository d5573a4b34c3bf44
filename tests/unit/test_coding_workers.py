"""Workers, with fakes behind the ports: what they do when all is well, and when it is not."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import pytest

from assistant.adapters.coding_workers import Pace
from assistant.errors import ModelMisbehaved, ModelUnavailable, StoreError
from assistant.ports import CodingQueue
from assistant.records import Coding, JobCounts, Tag
from tests.integration.stories import begin, said, turn
from tests.memory_store import MemoryStore
from tests.slow_taggers import MADE, QUICK, SLOW, Model, crew, until

SELDOM = replace(QUICK, look=3600, lease=36_000)
DOWN = ModelUnavailable("The language model at http://x cannot be reached.")


def _threads() -> list[threading.Thread]:
    """Those of workers."""
    return [thread for thread in threading.enumerate() if thread.name == "coding"]


class Watched:
    """A queue for threads that counts its calls, and fails as often as it is told to."""

    def __init__(self, queue: CodingQueue) -> None:
        self._queue, self._guard = queue, threading.RLock()
        self.calls: Counter[str] = Counter()
        self.failing: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any) -> Any:
            with self._guard:
                self.calls[name] += 1
                if self.failing[name] > 0:
                    self.failing[name] -= 1
                    raise StoreError("The store is busy.")
                return getattr(self._queue, name)(*args)

        return call


class Desk:
    """A store in memory, with so many answers that wait for `SLOW`, and its queue."""

    def __init__(self, answers: int) -> None:
        self.store = MemoryStore()
        self.watched = Watched(self.store.queue)
        self.queue = cast("CodingQueue", self.watched)
        begin(self.store)
        for seq in range(answers):
            self.store.record_answer("anna", seq, said(f"anna zei {seq}"))
            self.store.move_on("anna", turn(seq + 1))
        self.queue.enqueue("anna", range(answers), SLOW)

    def counts(self) -> tuple[int, int, int]:
        """How many wait, are under way, and were given up."""
        found = self.queue.counts(SLOW)
        return found.waiting, found.under_way, found.given_up

    def codings(self) -> list[tuple[Coding, ...]]:
        """The codings of each answer that has one."""
        return list(self.store.codings("anna").values())

    @contextmanager
    def working(self, model: Model, workers: int = 2, pace: Pace = QUICK) -> Iterator[None]:
        """Let them work for as long as the block lasts."""
        busy = crew(self.queue, model, workers, pace)
        busy.start()
        try:
            yield
        finally:
            busy.stop()


def _raising(wrong: Exception) -> Model:
    def fail(_text: str, _before: int) -> Coding:
        raise wrong

    return Model(fail)


def test_all_that_waits_is_coded_once_by_so_many_at_once() -> None:
    """Each answer is asked about once, and no more are under way than there are workers."""
    desk, gate = Desk(30), threading.Barrier(3)

    def together(_text: str, _before: int) -> Coding:
        gate.wait(5)
        return MADE

    model = Model(together)
    with desk.working(model, workers=3):
        until(lambda: desk.counts() == (0, 0, 0))
    assert sorted(model.asked) == sorted(f"anna zei {seq}" for seq in range(30))
    assert desk.codings() == [(MADE,)] * 30
    assert model.most_at_once == 3


def test_an_empty_queue_is_read_now_and_then_and_never_written() -> None:
    """Nobody who writes an answer waits for workers that have nothing to do."""
    desk = Desk(0)
    with desk.working(Model(), pace=replace(QUICK, look=0.05)):
        until(lambda: desk.watched.calls["counts"] >= 3)
    assert set(desk.watched.calls) == {"enqueue", "counts"}


def test_the_bell_wakes() -> None:
    """What is due in this process is not left until the next look."""
    desk, model, bell = Desk(0), Model(), threading.Event()
    workers = crew(desk.queue, model, 2, SELDOM, bell=bell)
    workers.start()
    until(lambda: desk.watched.calls["counts"])
    desk.store.record_answer("anna", 0, said("nog iets"))
    desk.store.move_on("anna", turn(1), due=[(0, SLOW)])
    assert model.asked == []
    bell.set()
    until(lambda: desk.codings() == [(MADE,)])
    workers.stop()


def test_who_rings_for_nothing_keeps_nobody_busy() -> None:
    """A ring is one look, not looking from then on."""
    desk, bell = Desk(0), threading.Event()
    workers = crew(desk.queue, Model(), 2, SELDOM, bell=bell)
    workers.start()
    bell.set()
    time.sleep(0.3)
    workers.stop()
    assert 1 <= desk.watched.calls["counts"] <= 3


def test_one_answer_after_another_is_taken_without_a_pause() -> None:
    """Who is done looks at once for more, however seldom an empty queue is looked at."""
    desk, model = Desk(20), Model()
    workers = crew(desk.queue, model, 1, SELDOM)
    workers.start()
    until(lambda: desk.counts() == (0, 0, 0))
    workers.stop()
    assert len(model.asked) == 20


def test_stopping_who_has_nothing_to_do_takes_no_time() -> None:
    """The foreman need not come back from waiting first."""
    workers = crew(Desk(0).queue, Model(), 2, replace(SELDOM, grace=60))
    workers.start()
    began = time.monotonic()
    workers.stop()
    assert time.monotonic() - began < 5
    assert not _threads()


def test_an_answer_is_tried_so_often_and_then_given_up() -> None:
    """While the model is unavailable, and no longer: what is given up asks for nothing."""
    desk, model = Desk(1), _raising(DOWN)
    with desk.working(model, pace=replace(QUICK, attempts=8)):
        until(lambda: desk.counts() == (0, 0, 1))
    assert len(model.asked) == 8
    assert desk.codings() == []


def test_what_fails_now_and_then_is_coded_in_the_end() -> None:
    """An answer that was put back comes again, behind the others."""
    desk = Desk(20)

    def every_other(_text: str, before: int) -> Coding:
        if before % 2 == 0:
            raise DOWN
        return MADE

    model = Model(every_other)
    with desk.working(model, workers=4):
        until(lambda: desk.counts() == (0, 0, 0))
    assert desk.codings() == [(MADE,)] * 20
    assert len(model.asked) == 40


def test_a_model_that_is_down_is_left_alone_longer_and_longer() -> None:
    """A hundred answers wait, and it is asked a few times: rests count, not answers."""
    desk, model = Desk(100), _raising(DOWN)
    with desk.working(model, pace=replace(QUICK, first_rest=0.05, longest_rest=60)):
        until(lambda: len(model.asked) >= 4)
        threading.Event().wait(0.5)
    # 0.05 + 0.1 + 0.2 + 0.4 s: five rounds at most of two each.
    assert 4 <= len(model.asked) <= 12
    assert desk.counts() == (100, 0, 0)


def test_a_model_that_makes_no_coding_of_an_answer_is_not_asked_again() -> None:
    """That answer is given up at once, the others are coded."""
    desk = Desk(5)

    def odd(text: str, _before: int) -> Coding:
        if text == "anna zei 2":
            raise ModelMisbehaved("What model:m wrote is no coding, twice.")
        return MADE

    model = Model(odd)
    with desk.working(model):
        until(lambda: desk.counts() == (0, 0, 1))
    assert (len(model.asked), len(desk.codings())) == (5, 4)


def test_a_store_that_fails_stops_nobody() -> None:
    """Whatever of the queue fails, and however often: it is tried again, and nothing is lost."""
    desk, model = Desk(10), Model(lambda _text, before: _sometimes(before))
    for call in ("counts", "alive", "claim", "finish", "put_back"):
        desk.watched.failing[call] = 3
    with desk.working(model):
        until(lambda: len(desk.codings()) == 10)
        until(lambda: desk.counts() == (0, 0, 0))
    assert len(model.asked) == 20
    assert not +desk.watched.failing


def _sometimes(before: int) -> Coding:
    if not before:
        raise DOWN
    return MADE


def test_a_coding_that_the_store_refuses_is_given_up() -> None:
    """A tag outside its answer: no use in trying again."""
    outside = Tag(level="policy", polarity="continuity", start=0, end=99, confidence=1)
    desk, model = (
        Desk(1),
        Model(lambda _text, _before: MADE.model_copy(update={"tags": (outside,)})),
    )
    refuse = desk.store.queue.finish

    def finish(worker: str, job: Any, coding: Coding) -> bool:
        if any(tag.end > len(job.text) for tag in coding.tags):
            raise ValueError("a tag lies outside its answer")
        return refuse(worker, job, coding)

    desk.store.queue.finish = finish  # type: ignore[method-assign] # as the real store does
    with desk.working(model):
        until(lambda: desk.counts() == (0, 0, 1))
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        DOWN,
        ModelMisbehaved("What model:m wrote is no coding, twice."),
        RuntimeError("anna zei 0: de buurvrouw"),
    ],
)
def test_nothing_that_was_told_is_logged(
    wrong: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Something is logged, once for one trouble; no text, also when the error itself holds it."""
    desk = Desk(1)
    with caplog.at_level(logging.DEBUG), desk.working(_raising(wrong)):
        until(lambda: desk.counts() == (0, 0, 1))
    assert len(caplog.records) == 1
    assert "anna zei" not in caplog.text
    assert "buurvrouw" not in caplog.text


def test_what_is_under_way_at_the_end_waits_for_others() -> None:
    """`stop` does not wait long, and what comes out too late is not kept."""
    desk, go, over = Desk(3), threading.Event(), threading.Event()

    def slowly(_text: str, _before: int) -> Coding:
        go.wait(5)
        over.set()
        return MADE

    with desk.working(Model(slowly), workers=1, pace=replace(QUICK, grace=0.05)):
        until(lambda: desk.counts() == (2, 1, 0))
    assert desk.counts() == (3, 0, 0)
    go.set()
    over.wait(5)
    until(lambda: not _threads())
    assert (desk.codings(), desk.counts()) == ([], (3, 0, 0))


def test_starting_twice_is_starting_once() -> None:
    """There are as many workers as were asked for, and a foreman."""
    workers = crew(Desk(0).queue, Model(), 3)
    workers.start()
    workers.start()
    assert len(_threads()) == 4
    workers.stop()


def test_who_did_not_agree_to_the_model_is_not_shown_to_it() -> None:
    """Their answer waited since other terms; it is given up, and the others are coded."""
    desk, model = Desk(0), Model()
    for name, agreed in (("bo", "consent.v2:coding=here"), ("cas", "consent.v2")):
        begin(desk.store, name, f"{name} zei iets")
        asked = desk.store.interviews[name].model_copy(update={"consent": agreed})
        desk.store.interviews[name] = asked
        desk.queue.enqueue(name, [0], SLOW)
    crew(desk.queue, model, 2, allowed=lambda agreed: agreed.endswith("here")).work_off(
        lambda _left: None
    )
    assert (model.asked, desk.counts()) == (["bo zei iets"], (0, 0, 1))


def test_working_off_ends_when_nothing_waits_and_says_how_far_it_is() -> None:
    """Also when some are given up."""
    desk, heard = Desk(12), list[JobCounts]()

    def odd(text: str, _before: int) -> Coding:
        if text.endswith("1"):
            raise ModelMisbehaved("What model:m wrote is no coding, twice.")
        return MADE

    crew(desk.queue, Model(odd), 2).work_off(heard.append)
    assert (len(desk.codings()), desk.counts()) == (10, (0, 0, 2))
    assert heard
    assert heard[0].waiting + heard[0].under_way > 0


def test_working_off_ends_when_the_model_stays_away() -> None:
    """With what is wrong and how many wait; they keep waiting, and few were tried in vain."""
    desk, model = Desk(50), _raising(DOWN)
    workers = crew(desk.queue, model, 2)
    with pytest.raises(ModelUnavailable, match=r"cannot be reached\. Answers that wait: 50\."):
        workers.work_off(lambda _left: None)
    assert desk.counts() == (50, 0, 0)


def test_working_off_without_a_store_says_so() -> None:
    """It does not wait for ever for a store that fails."""
    desk = Desk(1)
    desk.watched.failing["counts"] = 10**9
    with pytest.raises(StoreError):
        crew(desk.queue, Model(), 1).work_off(lambda _left: None)


def test_when_people_answered_is_forgotten_once_nothing_is_under_way() -> None:
    """A worker that has nothing to do, or has stopped, is no longer on record as heard of."""
    desk = Desk(3)
    with desk.working(Model(), pace=replace(QUICK, look=0.02)):
        until(lambda: desk.counts() == (0, 0, 0) and not desk.store.queue.alive_until)
    assert desk.store.queue.alive_until == {}


def test_what_cannot_be_let_go_when_it_stops_waits_again() -> None:
    """The store fails while a coding is kept: after the stop another may take the answer."""
    desk = Desk(1)
    desk.watched.failing["finish"] = 10**9
    with desk.working(Model(), workers=1, pace=replace(QUICK, store_rest=5, grace=0.3)):
        until(lambda: desk.watched.calls["finish"] >= 1)
    assert desk.counts() == (1, 0, 0)
