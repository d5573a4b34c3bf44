"""From a text to features: what each is made of, and which words it stands on."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.tagger.features import (
    NEGATION_REACHES,
    Feature,
    Stems,
    by_sentence,
    counted,
)
from assistant.adapters.tagger.model import MODEL_FILE, load
from assistant.adapters.tagger.scoring import WINDOW, windows
from assistant.records import Lang
from tests.toy_tagger import rules

STEMS = Stems({})
WORDS = "mijn begeleider is weer weg niet geen maar de gemeente subsidie Anna elke support worker"
ODD = ("2024", "[naam 1]", ",", ".", "!", "\n", "é", "🙂", "\u0300", "\ud800", "\u202e", "مرحبا")
SAID = st.lists(st.sampled_from((*WORDS.split(), *ODD)), max_size=120).map(" ".join)
TEXTS = st.one_of(st.text(st.characters(exclude_categories=()), max_size=200), SAID)


def features(text: str, lang: Lang = "nl") -> list[list[Feature]]:
    """The features of each sentence of a text."""
    return by_sentence(rules().read(text, lang), STEMS)


def of_kind(kind: str, text: str, lang: Lang = "nl") -> list[Feature]:
    """The features of one kind, in order."""
    return [one for one in chain(*features(text, lang)) if one.name.startswith(f"{kind}:")]


def names(kind: str, text: str, lang: Lang = "nl") -> list[str]:
    """Their names, without the kind."""
    return [one.name.partition(":")[2] for one in of_kind(kind, text, lang)]


# --- what they are made of ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [("nl", "begeleider", "begeleiders"), ("en", "worker", "workers"), ("nl", "12", "2024")],
)
def test_forms_of_a_word_are_one_stem_and_all_numbers_are_one(
    lang: Lang, one: str, other: str
) -> None:
    """By the stemmer of the language that the text is in."""
    assert STEMS.of(one, lang) == STEMS.of(other, lang)
    assert STEMS.of(one, lang) != STEMS.of("gemeente", lang)


def test_a_stem_stands_on_its_word_and_words_are_numbered_through_the_text() -> None:
    """So that evidence can be found in any sentence."""
    stems = of_kind("s", "Zij is weg. Ik ook!")
    assert stems == [
        Feature("s:zij", 0, 0),
        Feature("s:is", 1, 1),
        Feature("s:weg", 2, 2),
        Feature("s:ik", 3, 3),
        Feature("s:ook", 4, 4),
    ]


def test_two_stems_in_a_row_are_a_feature_that_knows_of_a_pause() -> None:
    """With one, it is other evidence than without; and nothing spans two sentences."""
    assert names("b", "zij is weg, ik niet. weg") == ["zij is", "is weg", "weg,ik", "ik niet"]


def test_a_negation_reaches_some_words_and_not_past_a_turn() -> None:
    """What is denied is other evidence than what is told."""
    assert names("n", "ik heb geen kat maar wel een hond") == ["kat"]
    reach = names("n", "niet aa bb cc dd ee ff gg")
    assert reach == ["aa", "bb", "cc", "dd", "ee"][:NEGATION_REACHES]
    assert names("n", "zij is niet weg. ik wel") == ["weg"]
    assert names("n", "she didn't stay", "en") == ["stay"]


def test_letters_of_a_word_are_features_from_four_letters_on() -> None:
    """n-grams of three to five, with where a word begins and ends; no placeholder has any."""
    assert names("g", "de kat") == []
    assert names("g", "kast") == [
        *("^ka", "kas", "ast", "st$"),
        *("^kas", "kast", "ast$"),
        *("^kast", "kast$"),
    ]
    assert names("g", "[telefoon 12] 2024") == []


def test_a_misspelled_word_shares_letters_with_the_right_one() -> None:
    """And more than with another word."""
    right, wrong, other = (set(names("g", w)) for w in ("begeleider", "begelijder", "gemeente"))
    assert len(right & wrong) > 8 > len(right & other)


def test_what_the_rules_see_is_evidence_too() -> None:
    """Ideas, ideas together, rules that hold with their level, tags by the rules."""
    text = "Door de bezuinigingen is mijn begeleider vertrokken."
    assert {"helper", "leave"} <= set(names("i", text))
    assert "helper+leave" in names("ii", text)
    assert set(names("L", text)) == {"policy", "relational"}
    assert len(names("R", text)) == len(names("L", text))
    assert {"policy", "policyd", "relational", "relationald", "discontinuity"} == set(
        names("T", text)
    )


def test_a_placeholder_of_the_redactor_is_one_word_whatever_its_number() -> None:
    """What was hidden says its kind and nothing else."""
    one, other = (counted(chain(*features(f"bel [telefoon {n}] maar"))) for n in (1, 23))
    assert one == other
    assert one["s:[telefoon]"] == 1
    assert "s:#" not in one


def test_features_are_counted_over_the_text() -> None:
    """As often as they stand there."""
    assert counted(chain(*features("weg is weg. Weg!")))["s:weg"] == 3


# --- laws -----------------------------------------------------------------------------------------


@given(TEXTS, st.sampled_from(["nl", "en"]))
def test_every_feature_stands_on_words_of_its_own_sentence(text: str, lang: Lang) -> None:
    """Whatever is typed; every word has a stem; a name is text that can be kept."""
    reading = rules().read(text, lang)
    found = by_sentence(reading, STEMS)
    assert len(found) == len(reading.sentences)
    first = 0
    for words, of_sentence in zip(reading.sentences, found, strict=True):
        last = first + len(words) - 1
        assert all(first <= one.first <= one.last <= last for one in of_sentence)
        stems = [one.first for one in of_sentence if one.name.startswith("s:")]
        assert stems == list(range(first, last + 1))
        assert all("\n" not in one.name for one in of_sentence)
        first = last + 1


@given(TEXTS, st.sampled_from(["nl", "en"]))
def test_windows_take_in_every_sentence_once_and_stay_small(text: str, lang: Lang) -> None:
    """In order; more than so many words only when one sentence has them."""
    reading = rules().read(text, lang)
    pieces = list(windows(reading, STEMS))
    numbers = [number for piece in pieces for number in piece.numbers]
    assert numbers == list(range(len(reading.sentences)))
    for piece in pieces:
        words = sum(len(reading.sentences[number]) for number in piece.numbers)
        assert words <= WINDOW or len(piece.numbers) == 1
        assert len(piece.features) == len(piece.numbers)
    assert [f for piece in pieces for f in piece.features] == by_sentence(reading, STEMS)


def test_a_full_window_is_followed_by_another() -> None:
    """Sentences of ten words: nine fit."""
    ten = "een twee drie vier vijf zes zeven acht negen tien. "
    pieces = list(windows(rules().read(ten * 20, "nl"), STEMS))
    assert [len(piece.numbers) for piece in pieces] == [9, 9, 2]


# --- the memory of stems --------------------------------------------------------------------------


def test_what_is_remembered_is_what_the_stemmer_says() -> None:
    """The memory saves time and changes nothing; one word in fifty of the shipped model."""
    known = load(MODEL_FILE).stems.known
    some = dict(sorted(known.items())[::50])
    assert len(some) > 200
    for named, stem in some.items():
        lang, _, form = named.partition(":")
        assert STEMS.of(form, "en" if lang == "en" else "nl") == stem


def test_a_word_that_was_not_learned_is_stemmed_and_forgotten() -> None:
    """A memory of answers would be a memory of what people said."""
    stems = Stems({"nl:begeleider": "begeleider"})
    assert stems.of("begeleider", "nl") == "begeleider"
    assert stems.of("begeleider", "en") != ""
    stems.of("zwofferbankje", "nl")
    assert stems.known == {"nl:begeleider": "begeleider"}
