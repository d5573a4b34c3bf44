"""The laws of the interview: it ends, asks nothing twice, keeps its bounds, can be resumed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.records import LANGS, ROLES, Coding, Lang, Move, Reply, Role, Tag, Turn
from assistant.steps.answering import receive
from assistant.steps.interviewer import FEW_WORDS, History, missing, next_move, progress
from tests.fakes import WordRedactor, house_of_fakes

HOUSE = house_of_fakes()
VERSIONS = HOUSE.versions(HOUSE.guides["resident.v1"])
TEXTS = st.one_of(
    st.sampled_from(
        [
            "nee",
            "weet niet",
            "Vorig jaar ging mijn begeleider weg en toen kreeg ik een nieuwe. Ik werd er moe van.",
            "lang " * 200,
            "Er is niets gebeurd, het bleef allemaal hetzelfde in het wijkteam.",
        ]
    ),
    st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())),
)


@st.composite
def respondents(draw: st.DrawFn) -> list[tuple[str, str, int]]:
    """What someone would do at each turn: skip, not understand, tap or tell."""
    step = st.tuples(st.sampled_from(["text", "skip", "unclear"]), TEXTS, st.integers(0, 9))
    return draw(st.lists(step, min_size=1, max_size=30))


def _reply(move: Move, seq: int, step: tuple[str, str, int]) -> Reply:
    kind, text, number = step
    if kind == "unclear" and move.kind in ("ask", "probe", "rephrase"):
        return Reply(seq=seq, kind="unclear")
    if kind == "skip" or not text.strip():
        return Reply(seq=seq, kind="skip")
    if move.options:
        chosen = move.options[number % len(move.options)].id
        return Reply(seq=seq, kind="choice", choices=(chosen,))
    return Reply(seq=seq, kind="text", text="x" + text)


def _noted(turns: tuple[Turn, ...]) -> dict[int, Coding]:
    """Every third answer carries something."""
    tag = Tag(level="policy", polarity="continuity", start=0, end=1, confidence=0.9)
    return {
        turn.seq: Coding(
            origin="embedded", tags=(tag,) if turn.seq % 3 == 0 else (), codebook="c", coder="t"
        )
        for turn in turns
        if turn.answer and turn.answer.kind == "text"
    }


def _hold(role: Role, lang: Lang, steps: list[tuple[str, str, int]]) -> tuple[Turn, ...]:
    """A whole interview; every next move is made from nothing but what is on record."""
    turns: tuple[Turn, ...] = ()
    for number in range(200):
        history = History(HOUSE.newest_guide(role), HOUSE.cues, lang, turns, _noted(turns))
        move = next_move(history)
        assert progress(history).done <= progress(history).total
        if move.kind == "close":
            return (*turns, Turn(seq=number, move=move, versions=VERSIONS))
        reply = _reply(move, number, steps[number % len(steps)])
        answer = receive(move, reply, WordRedactor(), 10_000)
        turns = (*turns, Turn(seq=number, move=move, answer=answer, versions=VERSIONS))
    pytest.fail("the interview did not end")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ROLES), st.sampled_from(LANGS), respondents())
def test_every_interview_ends_within_its_bounds(
    role: Role, lang: Lang, steps: list[tuple[str, str, int]]
) -> None:
    """Whatever is answered: it closes, no prompt comes twice, the guide's bounds are kept."""
    guide = HOUSE.newest_guide(role)
    turns = _hold(role, lang, steps)
    prompts = [turn.move.prompt for turn in turns]
    assert len(prompts) == len(set(prompts))
    questions = [turn for turn in turns if turn.move.kind in ("ask", "probe")]
    assert len(questions) <= guide.questions_at_most
    for topic in guide.topics:
        probes = [t for t in turns if t.move.kind == "probe" and t.move.topic == topic.id]
        assert len(probes) <= topic.probes_at_most
        assert f"{topic.id}.ask" in prompts


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ROLES), respondents())
def test_every_state_can_be_resumed(role: Role, steps: list[tuple[str, str, int]]) -> None:
    """The next move follows from the record alone: cut anywhere, it is the same again."""
    turns = _hold(role, "nl", steps)
    for cut in range(len(turns)):
        told = turns[:cut]
        history = History(HOUSE.newest_guide(role), HOUSE.cues, "nl", told, _noted(told))
        assert next_move(history) == turns[cut].move


def _after(*told: str) -> Move:
    """The move after these answers to the first topic of the resident's guide."""
    guide = HOUSE.guides["resident.v1"]
    turns: tuple[Turn, ...] = ()
    given = list(told)
    while True:
        move = next_move(History(guide, HOUSE.cues, "nl", turns, {}))
        if move.kind == "tap":
            reply = Reply(seq=len(turns), kind="skip")
        elif given:
            reply = Reply(seq=len(turns), kind="text", text=given.pop(0))
        else:
            return move
        answer = receive(move, reply, WordRedactor(), 10_000)
        turns = (*turns, Turn(seq=len(turns), move=move, answer=answer, versions=VERSIONS))


def test_what_is_missing_is_asked_for() -> None:
    """An account without an event is probed for the first thing its topic needs and it lacks."""
    topic = HOUSE.guides["resident.v1"].topics[0]
    told = "Het gaat wel zo zijn gangetje met de mensen die er zijn."
    lacking = missing([told], topic, HOUSE.cues, "nl")
    assert lacking
    move = _after(told)
    probe = next(p for p in topic.probes if f"{topic.id}.{p.id}" == move.prompt)
    assert move.kind == "probe"
    assert probe.asks_for == lacking[0]


def test_a_few_words_get_one_easier_question_and_then_the_next_topic() -> None:
    """Who says little is not pressed."""
    easier = _after("gaat wel")
    assert len(["gaat", "wel"]) < FEW_WORDS
    assert easier.kind == "probe"
    assert _after("gaat wel", "nee").kind == "ask"


def test_a_long_account_is_not_asked_for_more() -> None:
    """Who told a lot goes on to the next topic."""
    assert _after("Ik vertel heel veel over mijn week. " * 40).kind == "ask"


def test_not_understood_gets_simpler_words_then_an_easier_question_then_the_next_topic() -> None:
    """Nobody is left with a question they cannot follow, nor asked for ever."""
    guide = HOUSE.guides["resident.v1"]
    turns: tuple[Turn, ...] = ()
    for number in range(len(guide.taps) + 5):
        move = next_move(History(guide, HOUSE.cues, "nl", turns, {}))
        step = ("skip" if move.options else "unclear", "", 0)
        answer = receive(move, _reply(move, number, step), WordRedactor(), 100)
        turns = (*turns, Turn(seq=number, move=move, answer=answer, versions=VERSIONS))
    moves = [turn.move for turn in turns[len(guide.taps) :]]
    assert [move.kind for move in moves] == ["ask", "rephrase", "probe", "rephrase", "ask"]
    assert len({move.topic for move in moves[:4]}) == 1
    assert moves[4].topic != moves[0].topic
    assert len({move.text for move in moves}) == 5
