"""Many at the same time, in threads and in programs: nothing is lost and nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from assistant.adapters.sql import SqlStore, open_store, reading
from assistant.errors import InterviewGone
from tests.integration.stories import begin, coding, rows_left, said, tag, turn

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from tests.integration.stories import begin, said, turn
from assistant.adapters.sql import open_store
import alembic.command
url, name = sys.argv[1:]
print("ready", flush=True)
input()
store = open_store(url)
for nr in range(10):
    begin(store, f"{name}.{nr}", "ja")
    store.move_on(f"{name}.{nr}", turn(1))
print(*store.check())
"""


def at_once(calls: Iterable[Callable[[], T]]) -> list[T]:
    """What the calls return; each has a thread, and all start together."""
    todo = list(calls)
    start = Barrier(len(todo))

    def call(one: Callable[[], T]) -> T:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(todo)) as threads:
        return list(threads.map(call, todo))


def test_of_many_answers_to_one_turn_exactly_one_is_kept(store: SqlStore) -> None:
    """The one that was told True is the one that stands."""
    begin(store)
    texts = [f"antwoord {nr}" for nr in range(30)]

    kept = at_once([partial(store.record_answer, "anna", 0, said(text)) for text in texts])

    assert kept.count(True) == 1
    assert store.turns("anna")[0].answer == said(texts[kept.index(True)])
    assert store.findings(1).answers == 1


def test_of_many_that_move_on_exactly_one_adds_the_turn(store: SqlStore) -> None:
    """Codings of all kinds arrive together with it: each is kept once, and one counts."""
    begin(store, text="ja")
    origins = ["embedded", "model:a", "participant", "researcher:an"] * 5
    made = [coding(origin, tag("policy", "continuity")) for origin in origins]

    added = at_once([partial(store.move_on, "anna", turn(1), [(0, one)]) for one in made])

    assert added.count(True) == 1
    assert len(store.turns("anna")) == 2
    assert sorted(one.origin for one in store.codings("anna")[0]) == sorted(set(origins))
    assert store.findings(1).counts[1].answers == 1
    assert list(store.check()) == []


def test_fifty_people_at_the_same_moment_lose_nothing(store: SqlStore) -> None:
    """Each has an interview of their own; none waits in vain, and every word is there."""
    names = [f"person {nr}" for nr in range(50)]

    def answer_three_times(name: str) -> None:
        begin(store, name)
        for seq in range(3):
            assert store.record_answer(name, seq, said(f"{name} zei {seq}"))
            found = coding("embedded", tag("relational", "continuity"))
            assert store.move_on(name, turn(seq + 1), [(seq, found)])

    at_once([partial(answer_three_times, name) for name in names])

    for name in names:
        told = [said(f"{name} zei {seq}") for seq in range(3)]
        assert [one.answer for one in store.turns(name)] == [*told, None]
    assert (store.findings(1).interviews, store.findings(1).answers) == (50, 150)
    assert list(store.check()) == []


def test_forgetting_in_the_middle_of_it_leaves_nothing(store: SqlStore) -> None:
    """Who answers an interview that is being forgotten is done just before, or finds it gone."""

    def answer(name: str) -> None:
        with suppress(InterviewGone):
            store.record_answer(name, 0, said("ja"))
            store.move_on(name, turn(1), [(0, coding("embedded"))])
            store.set_status(name, "finished", quotable=True)

    for name in ("anna", "bo", "cas", "dien", "els"):
        begin(store, name)
        at_once([partial(use, name) for use in (answer, answer, store.forget, answer)])

    assert rows_left(store) == {}


def test_programs_that_start_at_once_share_a_new_store(url: str) -> None:
    """The schema is made once, and what each writes is there."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, url, str(nr)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for nr in range(4)
    ]

    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"  # all is imported: from here they race
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    told = [one.communicate(timeout=60) for one in running]

    assert told == [("\n", "")] * 4
    store = open_store(url)
    assert store.findings(1).interviews == 40
    store.close()


def test_threads_that_open_different_new_stores_do_not_mix_them_up(tmp_path: Path) -> None:
    """Alembic keeps its context in module globals; opening is safe all the same."""
    urls = [f"sqlite:///{tmp_path / str(nr)}" for nr in range(8)]

    stores = at_once([partial(open_store, url) for url in urls])

    assert [list(store.check()) for store in stores] == [[]] * 8
    for store in stores:
        store.close()


def test_reading_sees_one_moment(store: SqlStore) -> None:
    """What is written while findings are read does not show in half of them."""
    begin(store, "anna", "ja")
    with store.database.reading() as connection:
        before = reading.findings(connection, 9)
        begin(store, "bo", "nee")
        assert reading.findings(connection, 9) == before

    assert store.findings(9).interviews == 2


def test_threads_that_open_a_new_store_at_once_all_get_it(url: str) -> None:
    """One makes the schema, and the others wait for it."""
    stores = at_once([lambda: open_store(url)] * 8)

    begin(stores[0], text="ja")
    assert all(list(store.check()) == [] for store in stores)
    assert {store.findings(1).answers for store in stores} == {1}
    for store in stores:
        store.close()
