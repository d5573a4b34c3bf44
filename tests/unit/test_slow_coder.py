"""What a slow coder changes in an interview: an answer waits for it, and nothing else."""

from __future__ import annotations

import pytest

from assistant import session
from assistant.house import House
from assistant.records import Answer, Coding, Reply, Tag, View
from tests.fakes import MemoryStore, house_of_fakes
from tests.slow_taggers import MADE, SLOW

STORY = "Vorig jaar kwam er een nieuwe begeleider. Ik moest alles opnieuw vertellen."


def _send(house: House, view: View, kind: str, text: str = "", *choices: str) -> View:
    reply = Reply.model_validate(
        {"seq": view.waiting.seq, "kind": kind, "text": text, "choices": choices}
    )
    return session.take_turn(house, view, reply)


def _at_first_question(house: House) -> View:
    view = session.begin(house, "resident", "nl").view
    while view.waiting.move.kind == "tap":
        view = _send(house, view, "choice", "", view.waiting.move.options[0].id)
    return view


def _at_a_check(house: House) -> View:
    """An interview that is told to the first check."""
    view = _at_first_question(house)
    while view.waiting.move.kind != "check":
        view = _send(house, view, "text", STORY)
    return view


def _waiting(store: MemoryStore) -> list[int]:
    return [seq for _interview, seq, coder in store.queue.jobs if coder == SLOW]


def test_an_answer_in_words_waits_for_the_slow_coder() -> None:
    """As soon as it is kept and coded here; taps, skips and "I do not understand" do not."""
    store = MemoryStore()
    house = house_of_fakes(store, SLOW)
    view = _at_first_question(house)
    assert (_waiting(store), house.bell.is_set()) == ([], False)
    asked = view.waiting.seq
    view = _send(house, view, "text", STORY)
    assert (_waiting(store), house.bell.is_set()) == ([asked], True)
    house.bell.clear()
    for kind in ("unclear", "skip"):
        view = _send(house, view, kind)
    assert (_waiting(store), house.bell.is_set()) == ([asked], False)
    assert [one.origin for one in store.codings(view.interview.id)[asked]] == ["embedded"]


def test_without_a_slow_coder_nothing_waits() -> None:
    """And nobody is woken."""
    store = MemoryStore()
    house = house_of_fakes(store)
    _send(house, _at_first_question(house), "text", STORY)
    assert (store.queue.jobs, house.bell.is_set()) == ({}, False)


def test_what_a_crash_cut_off_waits_after_resuming() -> None:
    """An answer that was kept, and no more than that, is due like any other: once."""
    store = MemoryStore()
    house = house_of_fakes(store, SLOW)
    view = _at_first_question(house)
    asked = view.waiting.seq
    store.record_answer(view.interview.id, asked, Answer(kind="text", text=STORY))
    for _ in range(2):
        session.resume(house, view.interview.id)
    assert _waiting(store) == [asked]


@pytest.mark.parametrize(
    "late",
    [
        MADE,
        Coding(origin="embedded", codebook="codebook.v0", coder="newer.v2"),
        Coding(origin="researcher:an", codebook="codebook.v0", coder="review.v1"),
        MADE.model_copy(
            update={
                "tags": (
                    Tag(level="policy", polarity="continuity", start=0, end=4, confidence=0.9),
                )
            }
        ),
    ],
)
def test_who_codes_an_answer_later_changes_no_interview(late: Coding) -> None:
    """A check that stands open stays about what was noted; correcting it works as before."""
    store = MemoryStore()
    house = house_of_fakes(store)
    view = _at_a_check(house)
    about = view.waiting.move.about
    assert about is not None
    for seq in view.codings:
        store.add_coding(view.interview.id, seq, late)
    assert session.resume(house, view.interview.id) == view
    _send(house, view, "choice", "", "organisational_discontinuity")
    own = store.codings(view.interview.id)[about][-1]
    (noted,) = view.codings[about].tags
    assert [(t.level, t.start, t.end) for t in own.tags] == [
        ("organisational", noted.start, noted.end)
    ]
    assert session.resume(house, view.interview.id).codings[about] == own
