"""The promises of the `Store` port, kept on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.adapters.sql import SqlStore, open_store
from assistant.errors import InterviewGone, StoreError
from assistant.ports import Store
from assistant.records import Answer
from tests.integration.stories import (
    begin,
    coding,
    full_turn,
    interview,
    rows_left,
    said,
    tag,
    turn,
)

_numbers = count(1)
STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def test_it_is_a_store(store: SqlStore) -> None:
    """SqlStore fits the port: mypy checks the signatures, this that it can be used as one."""
    port: Store = store

    assert list(port.check()) == []


def test_an_interview_comes_back_as_it_went_in(store: SqlStore) -> None:
    """Every field of interview, turn and answer survives, after reopening too."""
    answer = Answer(kind="choice", text="", choices=("yes", "no"), redacted=("naam", "plaats"))
    store.create(interview(), full_turn(0), "hash")
    store.record_answer("anna", 0, answer)
    store.move_on("anna", turn(1))
    store.close()

    assert store.interview("anna") == interview()
    assert store.turns("anna") == (full_turn(0).model_copy(update={"answer": answer}), turn(1))


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=STORABLE)
@example(text="\x01\x1b[31m\x7f\x85\r\n\t\u2028\ufeff\uffff")
@example(text="👩🏽\u200d👧🏿 e\u0301 é \u202eשלום\u202c مرحبا 𝔤")
@example(text="'; DROP TABLE turns; -- %s %(x)s :y ? <script>")
def test_words_are_kept_code_point_for_code_point(store: SqlStore, text: str) -> None:
    """Control characters, emoji, right-to-left, decomposed accents: none is changed or dropped."""
    name = f"interview {next(_numbers)}"  # the store is one for all examples
    begin(store, name, text)

    assert store.turns(name)[0].answer == said(text)


def test_what_no_database_holds_is_replaced_one_for_one(store: SqlStore) -> None:
    """NUL and half surrogate pairs become U+FFFD, so an answer is not lost and spans still fit."""
    begin(store, text="a\0b\ud83dc")

    assert store.turns("anna")[0].answer == said("a\ufffdb\ufffdc")


def test_the_first_answer_stands(store: SqlStore) -> None:
    """A second answer to a turn is refused with False and changes nothing."""
    begin(store)

    assert store.record_answer("anna", 0, said("eerst"))
    assert not store.record_answer("anna", 0, said("later"))
    assert store.turns("anna")[0].answer == said("eerst")
    assert store.findings(1).answers == 1


def test_moving_on_twice_changes_nothing(store: SqlStore) -> None:
    """`move_on` is idempotent: turns and codings that are there stay as they are."""
    begin(store, text="ja")
    first = coding("embedded", tag("policy", "continuity"))
    assert store.move_on("anna", turn(1), [(0, first)])
    before = (rows_left(store), store.turns("anna"), store.codings("anna"), store.findings(9))

    assert not store.move_on("anna", full_turn(1), [(0, coding("embedded"))])

    after = (rows_left(store), store.turns("anna"), store.codings("anna"), store.findings(9))
    assert after == before


def test_codings_come_by_turn_oldest_first_with_their_tags_in_order(store: SqlStore) -> None:
    """All codings are kept side by side, also one with no tags."""
    begin(store, text="ja en nee")
    tags = [tag("relational", "continuity", 3, 5), tag("policy", "discontinuity", 0, 9)]
    made = [coding("researcher:an"), coding("embedded", *tags), coding("embedded", coder="v2")]
    store.move_on("anna", turn(1), [(0, one) for one in made])
    store.record_answer("anna", 1, said("nog iets"))
    store.move_on("anna", turn(2), [(1, coding("participant", tags[0]))])

    assert store.codings("anna") == {0: tuple(made), 1: (coding("participant", tags[0]),)}


@pytest.mark.parametrize(("start", "end"), [(0, 3), (2, 3), (1, 1), (2, 1)])
def test_a_tag_outside_its_answer_is_refused(store: SqlStore, start: int, end: int) -> None:
    """It is a ValueError, and neither the coding nor the turn that came with it is stored."""
    begin(store, text="é👍")
    good, bad = tag("policy", "continuity", 0, 2), tag("policy", "continuity", start, end)

    with pytest.raises(ValueError, match="outside its answer of 2 characters"):
        store.move_on("anna", turn(1), [(0, coding("embedded", good)), (0, coding("model:m", bad))])

    assert store.codings("anna") == {}
    assert len(store.turns("anna")) == 1


def test_only_the_last_turn_may_be_open(store: SqlStore) -> None:
    """A turn that leaves a gap, or follows an unanswered one, is refused; so is a lost answer."""
    begin(store)

    with pytest.raises(ValueError, match="does not follow"):
        store.move_on("anna", turn(1))
    store.record_answer("anna", 0, Answer(kind="skip"))
    with pytest.raises(ValueError, match="does not follow"):
        store.move_on("anna", turn(2))
    with pytest.raises(ValueError, match="no turn 1"):
        store.record_answer("anna", 1, said("ja"))
    with pytest.raises(ValueError, match="no turn 1 to code"):
        store.move_on("anna", turn(1), [(1, coding("embedded"))])
    assert store.turns("anna") == (turn(0, Answer(kind="skip")),)


def test_status_and_quotation(store: SqlStore) -> None:
    """None leaves the permission to quote as it was."""
    begin(store)
    store.set_status("anna", "stopped", quotable=True)
    store.set_status("anna", "finished")

    kept = store.interview("anna")

    assert (kept.status, kept.quotable) == ("finished", True)


def test_an_answer_opens_what_was_stopped(store: SqlStore) -> None:
    """Whoever answers goes on; what is finished stays finished."""
    begin(store)
    store.set_status("anna", "stopped")
    assert store.record_answer("anna", 0, Answer(kind="skip"))
    assert store.interview("anna").status == "open"


def test_keys_open_the_interview_they_were_made_for(store: SqlStore) -> None:
    """A key opens by hash and kind; adding it again or dropping an unknown one is fine."""
    begin(store)
    store.add_key("anna", "phone", "browser")
    store.add_key("anna", "phone", "browser")

    assert store.find_by_key("code of anna", "code") == "anna"
    assert store.find_by_key("phone", "browser") == "anna"
    assert store.find_by_key("phone", "code") is None
    begin(store, "bert")
    store.drop_key("bert", "phone")
    assert store.find_by_key("phone", "browser") == "anna"
    store.drop_key("anna", "phone")
    store.drop_key("anna", "phone")
    assert store.find_by_key("phone", "browser") is None


def test_a_key_never_changes_hands(store: SqlStore) -> None:
    """A key of one interview cannot be made to open another."""
    begin(store, "anna")
    begin(store, "bo")

    with pytest.raises(StoreError, match="contradicts"):
        store.add_key("bo", "code of anna", "code")
    with pytest.raises(StoreError, match="contradicts"):
        store.create(interview("cas"), turn(0), "code of anna")

    assert store.find_by_key("code of anna", "code") == "anna"
    with pytest.raises(InterviewGone):
        store.interview("cas")


@pytest.mark.parametrize(
    "use",
    [
        lambda store, name: store.interview(name),
        lambda store, name: store.turns(name),
        lambda store, name: store.codings(name),
        lambda store, name: store.record_answer(name, 0, said("ja")),
        lambda store, name: store.move_on(name, turn(1)),
        lambda store, name: store.move_on(name, turn(1), [(0, coding("embedded"))]),
        lambda store, name: store.move_on(name, turn(1), due=[(0, coding("model:m").made_by)]),
        lambda store, name: store.add_coding(name, 0, coding("embedded")),
        lambda store, name: store.set_status(name, "stopped"),
        lambda store, name: store.add_key(name, "hash", "browser"),
        lambda store, name: store.forget(name),
    ],
)
def test_an_unknown_interview_is_gone(
    store: SqlStore, use: Callable[[SqlStore, str], object]
) -> None:
    """Every method that names an interview says so when it is not there, whatever the name."""
    for name in ("anna", "", "a\0b", "\ud800"):
        with pytest.raises(InterviewGone):
            use(store, name)


def test_forgetting_leaves_no_row_anywhere(store: SqlStore) -> None:
    """All that hangs on an interview goes with it, and nothing of another."""
    for name in ("anna", "bo"):
        begin(store, name, "een lang verhaal")
        store.add_key(name, f"phone of {name}", "browser")
        store.set_status(name, "finished", quotable=True)
        store.move_on(name, turn(1), [(0, coding("embedded", tag("policy", "continuity")))])
    store.forget("anna")

    assert store.findings(9).interviews == 1
    assert len(store.findings(9).stretches) == 1
    assert store.find_by_key("code of anna", "code") is None
    store.forget("bo")
    assert rows_left(store) == {}


def test_forgotten_words_are_not_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    """After forgetting, no file of the store holds the words any more, while it is still open."""
    store = open_store(sqlite_url)
    begin(store, text="geheimzinnig " * 900)
    begin(store, "bo", text="blijvend")
    files = [tmp_path / "folder" / f"store.sqlite{end}" for end in ("", "-wal")]
    assert any(b"geheimzinnig" in file.read_bytes() for file in files)

    store.forget("anna")

    assert not any(b"geheimzinnig" in file.read_bytes() for file in files)
    assert any(b"blijvend" in file.read_bytes() for file in files)
    store.close()


def test_forgetting_while_someone_reads_is_done_and_told(
    sqlite_store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The rows go at once; that the log cannot be wiped yet is a warning, not a failure."""
    begin(sqlite_store, text="geheim")
    with sqlite_store.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with sqlite_store.database.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM turns").scalar()
        sqlite_store.forget("anna")

    assert rows_left(sqlite_store) == {}
    assert "-wal may hold forgotten text" in caplog.text
