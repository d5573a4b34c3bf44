"""Figures with their 95% intervals, for every eval. Pure; the same values give the same figures.

A figure over nothing is None, never zero.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

Z = 1.959964  # of a 95% interval
RESAMPLES = 2000  # of a mean
SEED = 20261121

Sums = Mapping[str, float]
Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over `n` cases with its 95% interval."""

    value: float
    low: float
    high: float
    n: int


def proportion(outcomes: Sequence[bool]) -> Estimate | None:
    """How many are true, with the Wilson score interval."""
    if not outcomes:
        return None
    low, high = wilson(sum(outcomes), len(outcomes))
    return Estimate(sum(outcomes) / len(outcomes), low, high, len(outcomes))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95% Wilson score interval, without continuity correction, of `hits` of `n`."""
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At none and at all of them the interval ends there exactly; arithmetic alone misses by a hair.
    return (
        0.0 if hits == 0 else middle - half,
        1.0 if hits == n else middle + half,
    )


def mean(values: Sequence[float]) -> Estimate | None:
    """The mean of values in [0, 1], with the percentile bootstrap interval of 2,000 resamples.

    All of them 0, or all 1: resamples would not differ and the interval would have no width; it is
    Wilson's then.
    """
    if not values:
        return None
    if set(values) in ({0.0}, {1.0}):
        return proportion([value == 1.0 for value in values])
    dice, n = Random(SEED), len(values)  # noqa: S311 - statistics, no secret
    means = [sum(dice.choices(values, k=n)) / n for _ in range(RESAMPLES)]
    return Estimate(statistics.fmean(values), *_percentiles(means), n)


def intervals(
    rows: Sequence[Sums], figures: Callable[[Sums], Figures], resamples: int
) -> dict[str, tuple[float, float]]:
    """The percentile bootstrap intervals of all `figures`, which are made of sums over `rows`.

    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13. Rows are drawn with
    replacement, as many as there are; every row has the same keys. A resample in which a figure is
    undefined says nothing of it; a figure that never is defined has no interval.
    """
    import numpy as np

    if not rows:
        return {}
    names, n = list(rows[0]), len(rows)
    table = np.array([[row[name] for name in names] for row in rows], dtype=float)
    times_drawn = np.random.default_rng(SEED).multinomial(n, [1 / n] * n, size=resamples)
    drawn: dict[str, list[float]] = defaultdict(list)
    for sums in (times_drawn @ table).tolist():
        for name, value in figures(dict(zip(names, sums, strict=True))).items():
            if value is not None:
                drawn[name].append(value)
    return {name: _percentiles(values) for name, values in drawn.items()}


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    """Where the middle 95% of the values ends on both sides."""
    ordered, tail = sorted(values), round(len(values) * 0.025)
    return ordered[tail], ordered[-tail - 1]
