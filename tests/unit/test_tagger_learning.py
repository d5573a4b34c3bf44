"""What is learned from rows and labels: a known optimum, soft labels, calibration, a threshold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from assistant.adapters.tagger.learning import RIDGE, chance, logistic, scaled
from assistant.adapters.tagger.scoring import COLUMNS
from assistant.adapters.tagger.statements import Mark, Statement
from assistant.adapters.tagger.training import (
    KEPT_EMPTY,
    NO_SCALES,
    Read,
    calibrated,
    lesson,
    lowest_threshold,
    weighing,
)
from assistant.records import LEVELS, Level, Polarity

Numbers = NDArray[np.float64]
WAYS: tuple[Polarity, Polarity] = ("discontinuity", "continuity")
SEEDS = st.integers(0, 10_000)


def problem(seed: int) -> tuple[Numbers, Numbers, Numbers]:
    """Rows, what is wanted of them and what they count for: 30 rows of 6 features."""
    drawn = np.random.default_rng(seed)
    rows = drawn.random((30, 6)) * (drawn.random((30, 6)) < 0.5)
    return rows, drawn.choice([0.0, 0.5, 1.0], 30), drawn.choice([0.5, 1.0], 30)


def loss(at: Numbers, rows: Numbers, wanted: Numbers, counts_for: Numbers) -> float:
    """Cross-entropy, each row counting for so much, and the ridge on all but the intercept."""
    given_ = 1 / (1 + np.exp(-(rows @ at[:-1] + at[-1])))
    entropy = -(wanted * np.log(given_) + (1 - wanted) * np.log(1 - given_))
    return float(counts_for @ entropy + RIDGE / 2 * at[:-1] @ at[:-1])


# --- logistic regression --------------------------------------------------------------------------


@given(SEEDS)
@budget(max_examples=30)
def test_what_is_found_is_the_lowest_point_of_the_loss(seed: int) -> None:
    """By finite differences the slope is nought there, and a step in any direction is up."""
    rows, wanted, counts_for = problem(seed)
    found = logistic(csr_array(rows), wanted, counts_for)
    here = loss(found, rows, wanted, counts_for)
    for step in np.eye(len(found)) * 1e-4:
        up = loss(found + step, rows, wanted, counts_for)
        down = loss(found - step, rows, wanted, counts_for)
        assert (up - down) / 2e-4 == pytest.approx(0, abs=1e-2)
    for step in np.random.default_rng(seed).normal(size=(5, len(found))):
        assert loss(found + step, rows, wanted, counts_for) > here


def test_without_features_the_chance_is_the_share() -> None:
    """Three of four rows, where the last counts for half: 2.5 of 3.5."""
    found = logistic(
        csr_array(np.zeros((4, 2))), np.array([1.0, 1, 0, 1]), np.array([1, 1, 1, 0.5])
    )
    assert found[:2] == pytest.approx(0)
    assert float(chance(found[2:])[0]) == pytest.approx(2.5 / 3.5, abs=1e-4)


def test_soft_labels_pull_to_the_middle() -> None:
    """Where coders differ the weight is smaller; where they always differ there is none."""
    rows, ones = csr_array(np.repeat(np.eye(2), 20, axis=0)), np.ones(40)
    weights = [
        logistic(rows, np.repeat([sure, 1 - sure], 20), ones)[0] for sure in (1.0, 0.75, 0.5)
    ]
    assert weights[0] > weights[1] + 0.5 > weights[1] > 0.5
    assert weights[2] == pytest.approx(0, abs=1e-6)


@given(SEEDS)
@budget(max_examples=20)
def test_a_row_that_counts_twice_is_two_rows_and_one_for_nothing_is_none(seed: int) -> None:
    """Half a row is half of that."""
    rows, wanted, _ = problem(seed)
    times = np.random.default_rng(seed).choice([0, 1, 2], 30)
    weighted = logistic(csr_array(rows), wanted, times.astype(float))
    repeated = logistic(
        csr_array(np.repeat(rows, times, axis=0)), np.repeat(wanted, times), np.ones(times.sum())
    )
    assert weighted == pytest.approx(repeated, abs=1e-2)


def test_learning_again_gives_the_same_numbers() -> None:
    """To the last bit."""
    rows, wanted, counts_for = problem(3)
    one, other = (logistic(csr_array(rows), wanted, counts_for) for _ in range(2))
    assert np.array_equal(one, other)


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=20))
def test_a_chance_lies_between_nought_and_one(odds: list[float]) -> None:
    """Also of odds without end; more odds are never less chance; the two sides mirror."""
    sorted_ = np.sort(np.array(odds))
    found = chance(sorted_)
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()
    assert chance(-sorted_) == pytest.approx(1 - found)


# --- calibration ----------------------------------------------------------------------------------


@given(SEEDS, st.floats(0.3, 3), st.floats(-2, 2))
@budget(max_examples=15)
def test_scaling_recovers_the_slope_and_intercept_of_simulated_odds(
    seed: int, slope: float, intercept: float
) -> None:
    """From the chances themselves closely; from 9,000 draws with them about."""
    drawn = np.random.default_rng(seed)
    odds = drawn.normal(0, 2, 9_000)  # more would be summed by several threads, which wait
    true = chance(slope * odds + intercept)
    assert scaled(odds, true) == pytest.approx((slope, intercept), abs=0.02)
    draws = (drawn.random(len(odds)) < true).astype(float)
    assert scaled(odds, draws) == pytest.approx((slope, intercept), abs=0.1 + slope / 10)


def one(text: str = "iets", hand: str = "a", marks: Sequence[tuple[Level, Polarity]] = ()) -> Read:
    """A statement that carries these levels, each of its words a feature."""
    made = tuple(Mark(level=level, polarity=polarity) for level, polarity in marks)
    counts = Counter(text.split())
    statement = Statement(hand=hand, voice="v", lang="nl", text=text, marks=made)
    return Read(statement, counts, [(0, len(text), counts)])


def test_every_column_is_scaled_by_the_statements_it_is_about() -> None:
    """A level by all; a way round by those that carry its level one way, and not both."""
    drawn = np.random.default_rng(1)
    slopes = np.array([0.5, 1.0, 2.0, 2.0, 1.0, 0.5])
    tried = []
    for _ in range(4000):
        odds = drawn.normal(0, 2, COLUMNS)
        there, continues = np.split(drawn.random(COLUMNS) < chance(slopes * odds), 2)
        marks = [(at, WAYS[int(c)]) for at, t, c in zip(LEVELS, there, continues, strict=True) if t]
        tried.append((one(marks=marks), odds))
    assert calibrated(tried)[:, 0] == pytest.approx(slopes, rel=0.2)
    # What is told both ways, or not at all, says nothing of which way round.
    both = one(marks=[(level, way) for level in LEVELS for way in WAYS])
    odds = np.array([0.0, 0, 0, -50, 50, -50])
    more = [*tried, *([(both, odds)] * 500), *([(one(), odds)] * 500)]
    assert np.array_equal(calibrated(more)[3:], calibrated(tried)[3:])


# --- the threshold --------------------------------------------------------------------------------


def empty(highest: float, level: int = 0) -> tuple[Read, Numbers]:
    """A statement that carries nothing, with this as the highest chance of a level."""
    odds = np.full(COLUMNS, -20.0)
    odds[level] = np.log(highest / (1 - highest))
    odds[len(LEVELS) :] = 20.0  # of which way round; no matter
    return one(), odds


@given(st.lists(st.integers(1, 199), min_size=20, max_size=60, unique=True), st.integers(0, 2))
@budget(max_examples=50)
def test_the_threshold_keeps_the_share_it_says(highest: list[int], level: int) -> None:
    """Neither more nor less, as near as so many statements come to it; it is told in thousandths.

    On whatever level their chance is highest.
    """
    tried = [empty(number / 200, (level + number) % 3) for number in highest]
    threshold = lowest_threshold(tried, NO_SCALES)
    kept = sum(number / 200 < threshold for number in highest)
    assert kept == pytest.approx(KEPT_EMPTY * len(highest), abs=2)


def test_what_carries_something_does_not_move_the_threshold() -> None:
    """It is about what is kept empty; and it is on the scale of the calibrated chance."""
    tried = [empty(number / 100) for number in range(1, 100)]
    threshold = lowest_threshold(tried, NO_SCALES)
    full = (one(marks=[("policy", "continuity")]), np.full(COLUMNS, 9.0))
    assert lowest_threshold([*tried, *[full] * 50], NO_SCALES) == threshold
    shifted = NO_SCALES + np.array([0, 1])
    assert lowest_threshold(tried, shifted) == pytest.approx(
        float(chance(np.array(np.log(threshold / (1 - threshold)) + 1))), abs=0.01
    )


# --- rows -----------------------------------------------------------------------------------------


def test_only_features_seen_in_three_statements_are_kept_and_in_order() -> None:
    """However often one statement repeats them; and the rarer weigh more."""
    read = [one("b a c"), one("a b c c c"), one("a b zz"), one("a zz zz zz")]
    numbering, rarity = weighing(read)
    assert numbering.features == ("a", "b")
    assert rarity[0] < rarity[1]


def test_coders_who_differ_make_a_chance_of_a_half_and_lines_count_for_half() -> None:
    """A statement with one coder is as that coder says."""
    both = one("a", "lines", [("policy", "continuity")])
    mark = Mark(level="relational", polarity="continuity")
    second = both.statement.model_copy(update={"second": (mark,), "hand": "residents"})
    read = [both, Read(second, both.whole, both.sentences), one("a")]
    made = lesson(read, *weighing(read))
    assert made.counts_for.tolist() == [0.5, 1, 1]
    assert made.there("policy").tolist() == [1, 0.5, 0]
    assert made.there("relational").tolist() == [0, 0.5, 0]
    assert made.there("organisational").tolist() == [0, 0, 0]
    assert made.one_way("policy").tolist() == [0, 1]
    assert made.continues("policy", made.one_way("policy")).tolist() == [1, 1]
