"""Figures with their intervals: by the literature, and by laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evals import estimates


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_the_published_interval(hits: int, n: int, low: float, high: float) -> None:
    """To the four digits that are in print."""
    assert estimates.wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_proportion(case: tuple[int, int]) -> None:
    """Within 0 and 1, around the share itself, and mirrored for the share of misses."""
    hits, n = case
    low, high = estimates.wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert estimates.wilson(n - hits, n) == pytest.approx((1 - high, 1 - low))


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=30))
def test_the_bootstrap_is_repeatable_and_holds_the_mean(values: list[float]) -> None:
    """Twice the same interval, in [0, 1], around the mean."""
    first, second = estimates.mean(values), estimates.mean(values)
    assert first == second
    assert first is not None
    assert 0 <= first.low <= first.value + 1e-9
    assert first.value - 1e-9 <= first.high <= 1


def test_the_bootstrap_is_near_theory() -> None:
    """Of 400 even throws of 0 and 1: 1.96 standard errors to each side."""
    found = estimates.mean([0.0, 1.0] * 200)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.451, 0.549), abs=0.006)


def test_all_alike_still_has_a_width() -> None:
    """Five times 1 proves less than a thousand times: the interval is Wilson's."""
    found = estimates.mean([1.0] * 5)
    assert found is not None
    assert (found.low, found.high) == estimates.wilson(5, 5)


# Efron & Tibshirani (1993), table 2.1: survival of the seven mice that were treated, in days.
MICE = (94, 197, 16, 38, 99, 141, 23)


def test_intervals_are_those_of_another_hand() -> None:
    """The percentile interval of a mean as scipy has it, drawn anew; and near the book's error."""
    rows = [{"days": float(days), "mice": 1.0} for days in MICE]
    found = estimates.intervals(rows, lambda it: {"mean": it["days"] / it["mice"]}, 9_999)["mean"]
    theirs = stats.bootstrap(
        (MICE,), np.mean, n_resamples=9_999, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert found == pytest.approx((theirs.low, theirs.high), abs=2.5)
    # The book, table 2.2: with all the resamples there are, a standard error of 23.36.
    assert (found[1] - found[0]) / (2 * estimates.Z) == pytest.approx(23.36, abs=1.5)


def test_a_resample_without_the_figure_says_nothing_of_it() -> None:
    """One of two rows has what is counted: the half of all resamples that miss it are left out."""
    rows = [{"seen": 1.0, "right": 1.0}, {"seen": 0.0, "right": 0.0}]

    def figures(sums: estimates.Sums) -> estimates.Figures:
        return {"share": sums["right"] / sums["seen"] if sums["seen"] else None, "never": None}

    assert estimates.intervals(rows, figures, 1000) == {"share": (1.0, 1.0)}
    assert estimates.intervals([], figures, 1000) == {}
