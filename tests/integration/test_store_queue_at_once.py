"""Many workers at the same time, in threads and in programs: every job is done once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import text

from assistant.adapters.sql import SqlStore, jobs, open_store
from assistant.adapters.sql.queue import SqlQueue
from assistant.errors import InterviewGone
from assistant.records import CodingJob
from tests.integration.queues import CODER, MADE
from tests.integration.stories import begin, coding, rows_left, turn
from tests.integration.test_store_at_once import ROOT, at_once

PROGRAM = """
import sys
from assistant.adapters.sql import open_store
from tests.integration.queues import CODER, MADE
url, name = sys.argv[1:]
queue = open_store(url).queue
queue.alive(name, 60)
print("ready", flush=True)
input()
while jobs := queue.claim(name, CODER, 3):
    for job in jobs:
        print(job.interview_id, job.attempts, queue.finish(name, job, MADE))
"""


def waiting(store: SqlStore, answers: int) -> list[str]:
    """So many interviews with one answer each that waits; their names."""
    names = [f"person {nr:02}" for nr in range(answers)]
    for name in names:
        begin(store, name, "ja")
        store.move_on(name, turn(1), due=[(0, CODER)])
    return names


def held_by_a_dead_worker(store: SqlStore, at_most: int) -> tuple[CodingJob, ...]:
    """So many jobs, claimed by a worker that has been dead for minutes."""
    minutes_ago = SqlQueue(store.database, lambda: time.time() - 600)
    minutes_ago.alive("dead", 60)
    return minutes_ago.claim("dead", CODER, at_most)


def test_programs_that_claim_at_once_do_every_job_once(url: str) -> None:
    """Each job is claimed by one of them, in its first attempt, and finished by it."""
    store = open_store(url)
    names = waiting(store, 60)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, url, f"worker {nr}"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for nr in range(2)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    told = [one.communicate(timeout=60) for one in running]

    assert [errors for _did, errors in told] == ["", ""]
    assert sorted("".join(did for did, _errors in told).splitlines()) == [
        f"{name} 1 True" for name in names
    ]
    assert store.queue.counts(CODER).model_dump() == dict.fromkeys(
        ("waiting", "under_way", "given_up"), 0
    )
    assert list(store.check()) == []
    store.close()


def test_workers_that_come_to_life_and_claim_at_once_share_the_jobs(store: SqlStore) -> None:
    """No job is claimed by two, whether nobody held it or someone who is dead.

    On PostgreSQL a claim that began before another worker lived must not take that one for dead.
    """
    for round_ in range(5):
        names = waiting(store, 24)
        assert len(held_by_a_dead_worker(store, 12)) == 12

        def claim(worker: str) -> tuple[CodingJob, ...]:
            store.queue.alive(worker, 60)
            return store.queue.claim(worker, CODER, 2)

        claimed = at_once([partial(claim, f"{round_}.{nr}") for nr in range(12)])

        got = [(job.interview_id, job.attempts) for of_one in claimed for job in of_one]
        assert len(got) >= 12
        assert len(got) == len(set(got))
        assert got == [(name, 2 if name in names[:12] else 1) for name, _attempts in got]
        assert store.queue.counts(CODER).under_way == len(got)
        for name in names:
            store.forget(name)


def test_who_comes_back_to_life_while_its_job_is_taken_comes_too_late(postgresql_url: str) -> None:
    """On PostgreSQL who takes the jobs of a dead worker first makes sure that it stays dead."""
    store = open_store(postgresql_url)
    waiting(store, 1)
    (job,) = held_by_a_dead_worker(store, 1)
    store.queue.alive("w", 60)
    with ThreadPoolExecutor() as threads, store.database.writing() as taking:
        assert jobs.claim(taking, "w", CODER, 0, time.time()) == ()
        coming_back = threads.submit(store.queue.alive, "dead", 60)
        with store.database.reading() as connection:
            while not connection.scalar(text("SELECT 1 FROM pg_locks WHERE NOT granted")):
                assert not coming_back.done()
                time.sleep(0.01)
        taken = jobs.claim(taking, "w", CODER, 1, time.time())

    assert taken == (job.model_copy(update={"attempts": 2}),)
    assert coming_back.result() is None
    assert not store.queue.finish("dead", job, MADE)
    assert store.queue.finish("w", job, MADE)
    store.close()


def test_of_many_that_finish_a_job_its_holder_does(store: SqlStore) -> None:
    """And that once, however many threads of it say so."""
    waiting(store, 1)
    store.queue.alive("w", 60)
    (job,) = store.queue.claim("w", CODER, 1)

    told = at_once([partial(store.queue.finish, name, job, MADE) for name in ["v", "w"] * 8])

    assert told.count(True) == 1
    assert told.index(True) % 2 == 1
    assert store.codings("person 00") == {0: (MADE,)}


@pytest.mark.parametrize("how", ["finish", "put_back", "give_up"])
def test_forgetting_while_work_goes_on_leaves_nothing(store: SqlStore, how: str) -> None:
    """Who is done with a job of an interview that is being forgotten neither waits nor fails."""
    others = coding("model:other").made_by

    def let_go(job: CodingJob) -> None:
        getattr(store.queue, how)("w", job, *((MADE,) if how == "finish" else ()))

    def ask_for_more(name: str) -> None:
        with suppress(InterviewGone):
            store.queue.enqueue(name, [0], others)
            store.add_coding(name, 0, coding("researcher:an"))

    store.queue.alive("w", 60)
    for _ in range(4):
        waiting(store, 4)
        held = store.queue.claim("w", CODER, 9)
        assert len(held) == 4
        calls: list[Callable[[], object]] = [partial(store.queue.claim, "w", others, 9)]
        for job in held:
            calls += [
                partial(store.forget, job.interview_id),
                partial(let_go, job),
                partial(ask_for_more, job.interview_id),
            ]
        at_once(calls)

    assert rows_left(store) == {"workers": 1}
