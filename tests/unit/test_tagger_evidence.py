"""Which words show a level: the stretch that adds most, and what is told of why."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.tagger.evidence import LONGEST, TOLERANCE, added, stretch, telling
from assistant.adapters.tagger.features import by_sentence, counted
from assistant.adapters.tagger.scoring import odds, scored
from assistant.records import LEVELS
from tests.toy_tagger import INTERCEPTS, WEIGHTS, rules, toy_model

MODEL = toy_model()
SAID = st.lists(
    st.sampled_from(("mijn", "begeleider", "blijft", "kwijt", "gemeente", "ja", ",", "2024")),
    min_size=1,
    max_size=40,
).map(" ".join)
POLICY, RELATIONAL = LEVELS.index("policy"), LEVELS.index("relational")


def shown(text: str, columns: dict[int, float], number: int = 0) -> list[float]:
    """What each word of a sentence adds."""
    reading = rules().read(text, "nl")
    features = by_sentence(reading, MODEL.stems)[number]
    first = sum(len(words) for words in reading.sentences[:number])
    adds = added(features, columns, MODEL, len(reading.sentences[number]), first)
    return [float(add) for add in adds]


# --- what each word adds --------------------------------------------------------------------------


def test_what_each_word_adds_is_what_a_hand_computes() -> None:
    """Three known features of equal rarity, so 1/√3 of its weight each; a pair is halved."""
    third = 3**-0.5
    by_hand = [0.5 * third, (2 + 0.5) * third, 0, 1 * third]
    adds = shown("Mijn begeleider ben kwijt.", {RELATIONAL: 1.0})
    assert adds == pytest.approx(by_hand, rel=1e-5)


def test_columns_count_for_what_is_asked_and_words_are_counted_from_the_sentence() -> None:
    """Of the level all, of the way round minus a half: the second sentence of a text."""
    alone = shown("begeleider kwijt", {RELATIONAL: 1.0, 5: -0.5})
    half = 0.5**0.5
    assert alone == pytest.approx([2 * half, (1 + 1.5) * half], rel=1e-5)
    assert shown("Ja dat is zo. Begeleider kwijt.", {RELATIONAL: 1.0, 5: -0.5}, 1) == alone


@given(SAID, st.integers(0, len(INTERCEPTS) - 1))
def test_what_the_words_add_is_all_there_is_beside_the_intercept(text: str, column: int) -> None:
    """Nothing is lost in dividing it over words; a word that nobody knows adds nothing."""
    for number, features in enumerate(by_sentence(rules().read(text, "nl"), MODEL.stems)):
        adds = shown(text, {column: 1.0}, number)
        whole = float(odds(counted(features), MODEL)[column]) - INTERCEPTS[column]
        assert sum(adds) == pytest.approx(whole, abs=1e-5)
        known = {at for f in features if f.name in WEIGHTS for at in (f.first, f.last)}
        unknown = {f.first for f in features} - known
        assert [adds[at - features[0].first] for at in unknown] == [0] * len(unknown)


# --- the stretch ----------------------------------------------------------------------------------


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=45))
def test_the_stretch_is_the_best_of_all_there_are(adds: list[float]) -> None:
    """By trying them all, up to the longest; it begins and ends within the sentence."""
    cost = TOLERANCE * max(sum(max(add, 0) for add in adds) / len(adds), 1e-9)
    worth = {
        (first, last): sum(adds[first : last + 1]) - cost * (last + 1 - first)
        for first in range(len(adds))
        for last in range(first, min(first + LONGEST, len(adds)))
    }
    assert worth[stretch(np.array(adds))] == pytest.approx(max(worth.values()), abs=1e-9)


@pytest.mark.parametrize(
    ("adds", "found"),
    [
        ([0, 0, 3, 2, 0, -1], (2, 3)),
        ([4, -0.5, 4], (0, 2)),  # a small gap is worth bridging
        ([4, -9, 5], (2, 2)),
        ([-1, -3, -0.5], (2, 2)),  # nothing shows it: the word that denies it least
        ([7], (0, 0)),
        ([1.0] * (LONGEST + 9), (0, LONGEST - 1)),
    ],
)
def test_the_stretch_is_as_short_as_it_can_be(adds: list[float], found: tuple[int, int]) -> None:
    """A word that adds little is not in it, unless between words that add much."""
    assert stretch(np.array(adds)) == found


# --- what is told ---------------------------------------------------------------------------------


@given(SAID, st.integers(0, 20))
def test_what_is_told_is_in_the_text_and_sorted_by_weight(text: str, most: int) -> None:
    """Either way; no feature twice; no more than asked for; all of them make the odds."""
    features = list(chain(*by_sentence(rules().read(text, "nl"), MODEL.stems)))
    told = telling(features, RELATIONAL, MODEL, most)
    there = {feature.name for feature in features} & set(WEIGHTS)
    assert {name for name, _ in told} <= there
    assert len(told) == min(most, len(there)) == len(dict(told))
    sizes = [abs(weight) for _, weight in told]
    assert sizes == sorted(sizes, reverse=True)
    if most >= len(WEIGHTS):
        whole = float(odds(counted(features), MODEL)[RELATIONAL]) - INTERCEPTS[RELATIONAL]
        assert sum(weight for _, weight in told) == pytest.approx(whole, abs=0.01)


def test_what_speaks_against_a_level_is_told_with_a_minus() -> None:
    """For that is why it was not given."""
    features = list(chain(*by_sentence(rules().read("gemeente kwijt", "nl"), MODEL.stems)))
    assert telling(features, RELATIONAL, MODEL, 2) == [("s:gemeente", -0.707), ("s:kwijt", 0.707)]


# --- a text by its sentences ----------------------------------------------------------------------


def test_a_level_counts_as_the_mean_chance_of_the_whole_and_its_best_sentence() -> None:
    """A long answer drowns what one sentence says; the way round is the mean of the odds."""
    text = "Begeleider kwijt. De gemeente blijft. Ja."
    sentences = [counted(f) for f in by_sentence(rules().read(text, "nl"), MODEL.stems)]
    found = scored(sum(sentences[1:], sentences[0]), sentences, MODEL)
    assert found.best().tolist() == [1, 0, 0]
    whole = odds(sum(sentences[1:], sentences[0]), MODEL)
    best = odds(sentences[1], MODEL)
    chances = [1 / (1 + np.exp(-made[POLICY])) for made in (whole, best)]
    together = found.together()
    assert 1 / (1 + np.exp(-together[POLICY])) == pytest.approx(np.mean(chances))
    assert together[3 + POLICY] == pytest.approx(np.mean([whole[3], best[3]]))


def test_the_only_sentence_is_the_whole() -> None:
    """And odds without end stay odds."""
    counts = counted(by_sentence(rules().read("Begeleider kwijt.", "nl"), MODEL.stems)[0])
    found = scored(counts, [counts], MODEL)
    assert found.together() == pytest.approx(odds(counts, MODEL)[:6])
    assert np.isfinite(scored(counts, [counts], MODEL).together()).all()
