"""The flow of a turn, with fakes behind the ports."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import session
from assistant.adapters import prompt_files
from assistant.errors import (
    AlreadyAnswered,
    AnswerDoesNotFit,
    EmptyAnswer,
    InterviewGone,
    UnknownCode,
)
from assistant.house import House
from assistant.records import Processing, Reply, View
from tests.fakes import PROMPTS, MemoryStore, house_of_fakes

STORY = (
    "Vorig jaar kwam er een nieuwe begeleider van het wijkteam. Ik moest alles opnieuw vertellen."
)


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


@pytest.fixture
def house(store: MemoryStore) -> House:
    """A house of fakes around the store."""
    return house_of_fakes(store)


def _at_first_question(house: House) -> View:
    view = session.begin(house, "resident", "nl").view
    while view.waiting.move.kind == "tap":
        view = _send(house, view, "skip")
    return view


def _send(house: House, view: View, kind: str, text: str = "", *choices: str) -> View:
    reply = Reply.model_validate(
        {"seq": view.waiting.seq, "kind": kind, "text": text, "choices": choices}
    )
    return session.take_turn(house, view, reply)


def test_a_whole_interview(house: House, store: MemoryStore) -> None:
    """Told, checked, allowed to be quoted, finished; every turn carries what made it."""
    view = _at_first_question(house)
    seen = set()
    while view.waiting.move.kind != "close":
        move = view.waiting.move
        seen.add(move.kind)
        if move.kind == "check":
            view = _send(house, view, "choice", "", "confirm")
        elif move.options:
            view = _send(house, view, "choice", "", move.options[0].id)
        else:
            view = _send(house, view, "text", f"{STORY} ({view.waiting.seq})")
    assert {"ask", "probe", "check", "tap"} <= seen
    kept = store.interview(view.interview.id)
    assert (kept.status, kept.quotable) == ("finished", True)
    assert view.progress.done == view.progress.total
    assert all(turn.versions.guide == "resident.v1" for turn in view.turns)
    checked = [c for seq, c in view.codings.items() if view.turns[seq].answer]
    assert {coding.origin for coding in checked} >= {"participant"}


def test_the_answer_is_kept_before_anything_else_happens(house: House, store: MemoryStore) -> None:
    """When coding fails the answer is on record, and resuming goes on from it."""

    class Broken:
        version = "broken.v1"

        def tag(self, text: str, lang: str) -> None:
            raise RuntimeError(text, lang)

    view = _at_first_question(house)
    broken = House(**{**vars(house), "tagger": Broken()})
    with pytest.raises(RuntimeError):
        _send(broken, view, "text", STORY)
    answer = store.turns(view.interview.id)[-1].answer
    assert answer is not None
    assert answer.text == STORY
    resumed = session.resume(house, view.interview.id)
    assert resumed.waiting.seq == view.waiting.seq + 1


def test_sent_twice_is_kept_once(house: House, store: MemoryStore) -> None:
    """A double click makes one turn and no error."""
    view = _at_first_question(house)
    first = _send(house, view, "text", STORY)
    second = _send(house, view, "text", STORY)
    assert first == second
    told = [t for t in store.turns(view.interview.id) if t.answer and t.answer.text == STORY]
    assert len(told) == 1


def test_two_tabs_cannot_overwrite_each_other(house: House, store: MemoryStore) -> None:
    """Other words for a turn that was answered are refused; the first stand."""
    view = _at_first_question(house)
    _send(house, view, "text", STORY)
    with pytest.raises(AlreadyAnswered):
        _send(house, view, "text", "Iets heel anders.")
    answer = store.turns(view.interview.id)[view.waiting.seq].answer
    assert answer is not None
    assert answer.text == STORY


def test_a_refused_answer_changes_nothing(house: House, store: MemoryStore) -> None:
    """Empty answers and answers to questions not put leave the interview as it was."""
    view = _at_first_question(house)
    before = store.turns(view.interview.id)
    with pytest.raises(EmptyAnswer):
        _send(house, view, "text", " \n ")
    with pytest.raises(AnswerDoesNotFit):
        session.take_turn(house, view, Reply(seq=99, kind="skip"))
    assert store.turns(view.interview.id) == before


def test_stopping_and_coming_back(house: House) -> None:
    """A code leads back to the very turn where the person stopped, and on from there."""
    begun = session.begin(house, "professional", "nl")
    stopped = session.stop(house, begun.view.interview.id)
    assert stopped.interview.status == "stopped"
    found = session.find_by_code(house, begun.code.lower().replace("-", " "))
    view = session.resume(house, found)
    assert view.waiting == begun.view.waiting
    assert _send(house, view, "skip").interview.status == "open"
    assert session.resume(house, found).interview.status == "open"


def test_going_on_after_a_stop_is_on_record(house: House, store: MemoryStore) -> None:
    """Who goes on is not shown the stop again, also when another tab had stopped meanwhile."""
    view = session.begin(house, "resident", "nl").view
    session.stop(house, view.interview.id)
    assert session.go_on(house, view.interview.id).interview.status == "open"
    assert store.interview(view.interview.id).status == "open"
    session.stop(house, view.interview.id)
    assert _send(house, view, "skip").interview.status == "open"
    assert store.interview(view.interview.id).status == "open"


def test_letting_go_of_one_interview_leaves_another_of_the_browser_alone(house: House) -> None:
    """A tab that is behind cannot take the way back to what another tab began."""
    first, second = (session.begin(house, "resident", "nl").view.interview.id for _ in range(2))
    session.remember_browser(house, first, "k" * 32)
    session.remember_browser(house, second, "k" * 32)
    session.forget_browser(house, first, "k" * 32)
    assert session.find_by_browser(house, "k" * 32) == second


def test_codes_that_open_nothing_are_all_the_same(house: House) -> None:
    """Wrong, foreign and malformed codes raise the same error with the same words."""
    session.begin(house, "resident", "nl")
    said = set()
    for code in ("0000-0000-0000-0000", "", "' OR 1=1 --", "é" * 9, "x" * 100_000):
        with pytest.raises(UnknownCode) as refused:
            session.find_by_code(house, code)
        said.add(str(refused.value))
    assert len(said) == 1


def test_another_code_opens_the_same_interview(house: House) -> None:
    """A new code works and so does the old one."""
    begun = session.begin(house, "resident", "nl")
    other = session.another_code(house, begun.view.interview.id)
    assert session.find_by_code(house, other) == session.find_by_code(house, begun.code)


def test_a_browser_finds_its_way_back_until_it_is_let_go(house: House) -> None:
    """The cookie's key opens the interview under way, and nothing once the person signed off."""
    begun = session.begin(house, "resident", "nl")
    session.remember_browser(house, begun.view.interview.id, "k" * 32)
    assert session.find_by_browser(house, "k" * 32) == begun.view.interview.id
    session.forget_browser(house, begun.view.interview.id, "k" * 32)
    assert session.find_by_browser(house, "k" * 32) is None


def test_a_forgotten_interview_is_gone(house: House) -> None:
    """After deletion neither its id nor its code leads anywhere."""
    begun = session.begin(house, "resident", "nl")
    session.forget(house, begun.view.interview.id)
    with pytest.raises(UnknownCode):
        session.find_by_code(house, begun.code)
    with pytest.raises(InterviewGone):
        session.resume(house, begun.view.interview.id)


def test_a_passage_comes_after_the_account_and_never_with_the_first_question(house: House) -> None:
    """No passage before own words; then one, when the topic is left; never the same again."""
    view = _at_first_question(house)
    assert view.waiting.move.citation is None
    topic = view.waiting.move.topic
    while view.waiting.move.topic == topic:
        assert view.waiting.move.citation is None
        view = _send(house, view, "text", STORY)
    assert view.waiting.move.citation is not None
    while view.waiting.move.kind in ("ask", "probe"):
        view = _send(house, view, "text", STORY + str(view.waiting.seq))
    assert sum(turn.move.citation is not None for turn in view.turns) == 1


def test_skipping_shows_no_passage(house: House) -> None:
    """Who told nothing is shown nothing."""
    view = _at_first_question(house)
    while view.waiting.move.kind == "ask":
        view = _send(house, view, "skip")
    assert all(turn.move.citation is None for turn in view.turns)


def test_nothing_is_looked_up_elsewhere_for_who_was_told_that_all_stays(
    house: House, store: MemoryStore
) -> None:
    """An endpoint that was set later gets no answers of an interview begun before."""
    view = _at_first_question(house)
    elsewhere = Processing(search_host="api.example.org")
    consent = prompt_files.read_consent(PROMPTS).here(elsewhere)
    later = replace(house, consent=consent)
    while view.waiting.move.kind not in ("check", "close"):
        view = _send(later, view, "text", STORY)
    assert all(turn.move.citation is None for turn in store.turns(view.interview.id))
    fresh = _at_first_question(later)
    while fresh.waiting.move.kind not in ("check", "close"):
        fresh = _send(later, fresh, "text", STORY)
    assert any(turn.move.citation for turn in store.turns(fresh.interview.id))
