"""Workers on a real store: killed, together with others, slow, and with a model that is gone."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from assistant import session
from assistant.adapters.sql import SqlStore, open_store
from assistant.errors import ModelUnavailable
from assistant.house import House
from assistant.records import Coder, Coding, Reply, View
from assistant.steps.rereading import every_answer
from tests.chat_server import ChatServer, Fails, Says, Step, chat_server, nobody, tag
from tests.chat_server import coding as written
from tests.fakes import house_of_fakes
from tests.integration.coding_process import WORKERS
from tests.integration.model_taggers import tagger_at
from tests.integration.stories import begin, coding, said, turn
from tests.slow_taggers import MADE, QUICK, SLOW, Model, crew, until

ROOT = Path(__file__).parents[2]
EMBEDDED = coding("embedded")
FAULTS = (*(Fails("status", status) for status in (429, 500, 503)), Fails("hangs_up"))


def waiting(store: SqlStore, people: int, answers: int, coder: Coder) -> None:
    """So many interviews of so many answers, each coded here and waiting for `coder`."""
    for nr in range(people):
        name = f"person {nr:02}"
        begin(store, name)
        for seq in range(answers):
            store.record_answer(name, seq, said(f"{name} kreeg weer een nieuwe, nummer {seq}"))
            store.move_on(name, turn(seq + 1), [(seq, EMBEDDED)], [(seq, coder)])


def left(store: SqlStore, coder: Coder) -> tuple[int, int, int]:
    """How many wait, are under way, and were given up."""
    found = store.queue.counts(coder)
    return found.waiting, found.under_way, found.given_up


class HalfTheTime:
    """What the model does: half the time it fails, as chance has it, but always alike.

    At most four times in a row for one text, so that no answer is tried too often.
    """

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.coded = 0

    def __call__(self, text: str) -> Step:
        """The step to take."""
        self.asked[text] += 1
        chance = sha256(f"{text} {self.asked[text]}".encode()).digest()
        if chance[0] % 2 and self.asked[text] <= 4:
            return FAULTS[chance[1] % len(FAULTS)]
        self.coded += 1
        return Says(written(tag("weer een nieuwe", "relational")), after_seconds=0.01)


def _killed_at(requests: int, url: str, server: ChatServer) -> None:
    """Let a process work until the model was asked so often in all; then kill -9."""
    process = subprocess.Popen(_command(url, server), cwd=ROOT)
    try:
        until(lambda: len(server.requests) >= requests or process.poll() is not None)
    finally:
        process.kill()
    assert process.wait(10) == -9


def _command(url: str, server: ChatServer) -> list[str]:
    return [sys.executable, "-m", "tests.integration.coding_process", url, server.url]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_two_hundred_answers_a_model_that_fails_half_the_time_and_two_kills(
    sqlite_url: str,
) -> None:
    """In the end every answer has exactly one coding by the model: none is lost, none is twice."""
    store, does = open_store(sqlite_url), HalfTheTime()
    with chat_server() as server:
        coder = tagger_at(server.url).coder
        waiting(store, people=20, answers=10, coder=coder)
        server.answers(does)
        _killed_at(60, sqlite_url, server)
        _killed_at(220, sqlite_url, server)
        assert 0 < sum(left(store, coder)) < 200
        ended = subprocess.run(
            _command(sqlite_url, server), cwd=ROOT, timeout=60, check=False, capture_output=True
        )
    assert ended.returncode == 0, ended.stderr
    answers = list(every_answer(store))
    by_model = [[one for one in answer.codings if one.made_by == coder] for answer in answers]
    assert len(answers) == 200
    assert {len(made) for made in by_model} == {1}
    assert {len(made[0].tags) for made in by_model} == {1}
    assert all(answer.codings[0] == EMBEDDED for answer in answers)
    assert left(store, coder) == (0, 0, 0)
    assert list(store.check()) == []
    assert 0.4 <= 1 - does.coded / len(server.requests) <= 0.6
    assert does.coded <= 200 + 2 * WORKERS  # what was in hand when it was killed is paid twice
    store.close()


def test_two_processes_share_the_work(store: SqlStore) -> None:
    """Workers of different names on one queue: every answer is asked about once."""
    waiting(store, people=4, answers=10, coder=SLOW)
    model = Model()
    both = [crew(store.queue, model, 3) for _ in range(2)]
    for workers in both:
        workers.start()
    until(lambda: left(store, SLOW) == (0, 0, 0))
    for workers in both:
        workers.stop()
    assert len(model.asked) == len(set(model.asked)) == 40


def test_who_works_long_is_not_taken_for_dead(store: SqlStore) -> None:
    """An answer that takes much longer than the lease stays with who has it."""
    waiting(store, people=1, answers=1, coder=SLOW)
    done = threading.Event()

    def slowly(_text: str, _before: int) -> Coding:
        done.wait(5)
        return MADE

    slow, quick = Model(slowly), Model()
    pace = replace(QUICK, lease=0.6)
    holds, waits = (crew(store.queue, model, 1, pace=pace) for model in (slow, quick))
    holds.start()
    until(lambda: slow.asked)
    waits.start()
    time.sleep(1.5)
    done.set()
    until(lambda: left(store, SLOW) == (0, 0, 0))
    for workers in (holds, waits):
        workers.stop()
    assert (len(slow.asked), quick.asked) == (1, [])


def _held_to_the_end(house: House) -> View:
    view = session.begin(house, "resident", "nl").view
    while view.waiting.move.kind != "close":
        seq, options = view.waiting.seq, view.waiting.move.options
        reply = Reply(seq=seq, kind="text", text=f"Er kwam een nieuwe, nummer {seq}.")
        if options:
            reply = Reply(seq=seq, kind="choice", choices=(options[0].id,))
        view = session.take_turn(house, view, reply)
    return view


def test_with_a_model_that_is_down_for_ever_the_interview_is_the_same(sqlite_url: str) -> None:
    """The same questions, checks and tags as without a model; what nobody checked stays embedded.

    No turn waits for the model, whose address refuses every connection.
    """
    store = open_store(sqlite_url)
    without = _held_to_the_end(house_of_fakes())
    with nobody() as url:
        tagger = tagger_at(url)
        house = replace(house_of_fakes(slow_coder=tagger.coder), store=store, queue=store.queue)
        workers = crew(store.queue, tagger, 2, bell=house.bell)
        workers.start()
        view = _held_to_the_end(house)
        told = [t.seq for t in view.turns if t.answer and t.answer.kind == "text"]
        until(lambda: left(store, tagger.coder) == (0, 0, len(told)))
        workers.stop()
    assert [(t.move, t.answer) for t in view.turns] == [(t.move, t.answer) for t in without.turns]
    assert view.codings == without.codings
    assert session.resume(house, view.interview.id) == view
    made = store.codings(view.interview.id)
    assert all(made[seq][0].origin == "embedded" for seq in told)
    assert not [one for of_one in made.values() for one in of_one if one.authority == 2]
    store.close()


def test_what_people_tell_while_they_are_interviewed_gets_its_coding(sqlite_url: str) -> None:
    """Answer by answer, behind the interview; and it is what counts, but for what was checked."""
    store, model = open_store(sqlite_url), Model()
    house = replace(house_of_fakes(slow_coder=SLOW), store=store, queue=store.queue)
    pace = replace(QUICK, look=3600)  # so that only the bell wakes
    workers = crew(store.queue, model, 2, pace=pace, bell=house.bell)
    workers.start()
    view = _held_to_the_end(house)
    told = [t.seq for t in view.turns if t.answer and t.answer.kind == "text"]
    until(lambda: left(store, SLOW) == (0, 0, 0))
    workers.stop()
    made = store.codings(view.interview.id)
    assert all(MADE in made[seq] for seq in told)
    assert all(view.codings[seq].origin == "participant" for seq in told)
    store.close()


def test_an_interview_forgotten_while_it_is_coded_leaves_nothing(store: SqlStore) -> None:
    """What comes of an answer that is gone is gone, and the workers go on."""
    waiting(store, people=2, answers=1, coder=SLOW)
    go = threading.Event()

    def slowly(text: str, _before: int) -> Coding:
        if "person 00" in text:
            go.wait(5)
        return MADE

    model = Model(slowly)
    workers = crew(store.queue, model, 1)
    workers.start()
    until(lambda: model.asked)
    store.forget("person 00")
    go.set()
    until(lambda: left(store, SLOW) == (0, 0, 0))
    workers.stop()
    assert [answer.interview_id for answer in every_answer(store)] == ["person 01"]
    assert MADE in store.codings("person 01")[0]


def test_a_process_that_was_stopped_leaves_its_work_to_others_at_once(store: SqlStore) -> None:
    """Nobody waits until its lease is over."""
    waiting(store, people=1, answers=3, coder=SLOW)
    go = threading.Event()

    def never(_text: str, _before: int) -> Coding:
        go.wait(5)
        raise ModelUnavailable("too late")

    stuck, model = Model(never), Model()
    first = crew(store.queue, stuck, 3, pace=replace(QUICK, lease=600, grace=0.05))
    first.start()
    until(lambda: len(stuck.asked) == 3)
    first.stop()
    crew(store.queue, model, 1).work_off(lambda _left: None)
    go.set()
    assert len(model.asked) == 3
