"""Taking in a reply."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AnswerDoesNotFit, AnswerTooLong, EmptyAnswer
from assistant.records import Move, Option, Reply
from assistant.steps.answering import cleaned, meant_as, receive
from tests.fakes import WordRedactor, house_of_fakes

ASK = Move(kind="ask", topic="t", prompt="t.ask", text="Wat gebeurde er?")
TAP = Move(
    kind="tap",
    topic="t",
    prompt="tap.t",
    text="Welke?",
    options=(Option(id="a", label="A"), Option(id="b", label="B")),
)
CHECK = Move(
    kind="check",
    topic="check",
    prompt="check.0",
    text="Klopt dit?",
    options=tuple(Option(id=i, label=i) for i in ("confirm", "none", "policy_continuity")),
    several=True,
    about=0,
)


@given(st.text())
def test_cleaned_text_has_nothing_invisible_and_is_settled(text: str) -> None:
    """Control and direction characters go, half surrogates too, and cleaning again does nothing."""
    clean = cleaned(text)
    kinds = {unicodedata.category(c) for c in clean if c not in "\n\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs"}
    assert cleaned(clean) == clean
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Steeds een ander. \r\n", "Steeds een ander."),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("\u202eomgekeerd\u202c", "omgekeerd"),
        ("e\u0301e\u0301n", "één"),
        ("👩\u200d👧 ok", "👩\u200d👧 ok"),
        ("regel een\rregel twee", "regel een\nregel twee"),
        ("half \ud83d paar", "half \ufffd paar"),
    ],
)
def test_what_is_kept(typed: str, kept: str) -> None:
    """Words, line ends and whole emoji stay; the rest of the invisible goes."""
    assert cleaned(typed) == kept


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "   ",
        "\n\t\r\n",
        "\x00\x01",
        "\u202e\u2066",
        "\ufeff",
        "\u200d \u200c",
        "\u3164\u2800",
        "\ufe0f",
    ],
)
def test_nothing_is_not_an_answer(nothing: str) -> None:
    """An empty, blank or invisible text is EmptyAnswer, whatever it is made of."""
    with pytest.raises(EmptyAnswer):
        receive(ASK, Reply(seq=0, kind="text", text=nothing), WordRedactor(), 100)


def test_too_long_is_said_with_both_lengths() -> None:
    """100,000 characters are refused quickly, and the message can say how many fit."""
    began = time.perf_counter()
    with pytest.raises(AnswerTooLong) as refused:
        receive(ASK, Reply(seq=0, kind="text", text="a." * 50_000), WordRedactor(), 10_000)
    assert refused.value.facts == {"length": 100_000, "limit": 10_000}
    assert time.perf_counter() - began < 1


def test_an_answer_is_redacted_before_anything_else_sees_it() -> None:
    """What is kept holds the placeholder and says what kind of thing was hidden."""
    reply = Reply(seq=0, kind="text", text="mijn geheim is geheim")
    answer = receive(ASK, reply, WordRedactor(), 100)
    assert answer.text == "mijn [woord 1] is [woord 1]"
    assert answer.redacted == ("woord", "woord")


@pytest.mark.parametrize(
    ("move", "reply"),
    [
        (TAP, Reply(seq=0, kind="text", text="A")),
        (TAP, Reply(seq=0, kind="choice", choices=("c",))),
        (TAP, Reply(seq=0, kind="choice", choices=("a", "b"))),
        (TAP, Reply(seq=0, kind="choice", choices=("a", "a"))),
        (TAP, Reply(seq=0, kind="choice")),
        (TAP, Reply(seq=0, kind="unclear")),
        (ASK, Reply(seq=0, kind="choice", choices=("a",))),
        (CHECK, Reply(seq=0, kind="choice", choices=("confirm", "none"))),
        (CHECK, Reply(seq=0, kind="choice", choices=("none", "policy_continuity"))),
        (Move(kind="close", topic="c", prompt="close", text="Dag"), Reply(seq=0, kind="skip")),
    ],
)
def test_a_reply_of_another_kind_is_refused(move: Move, reply: Reply) -> None:
    """Text to a choice, unknown or double options, two that exclude each other: none is kept."""
    with pytest.raises(AnswerDoesNotFit):
        receive(move, reply, WordRedactor(), 100)


def test_typed_words_for_a_button_count_only_as_the_whole_reply() -> None:
    """A reply of "Overslaan." skips; an account with the word in it is an account."""
    phrases = house_of_fakes().phrases
    assert meant_as("Overslaan.", phrases, "nl") == "skip"
    assert meant_as(" Ik snap de vraag niet!", phrases, "nl") == "unclear"
    assert meant_as("skip", phrases, "en") == "skip"
    assert meant_as("ze bleven mij overslaan", phrases, "nl") is None
