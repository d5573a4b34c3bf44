"""Calibration: whether tags of which the tagger is 80% sure are right in 80 of 100. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.estimates import Estimate, proportion

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Tags with a confidence in [low, high), the last including 1; None over no tags."""

    low: float
    high: float
    n: int
    confidence: float | None
    right: Estimate | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of `n` tags; 0 is perfect for both figures.

    `ece`, the expected calibration error (Naeini, Cooper & Hauskrecht 2015): the mean distance
    between confidence and share right over bins of equal width, weighed by tags. `brier` (Brier
    1950), for one of two outcomes: the mean squared distance between confidence and being right.
    """

    n: int
    ece: float
    brier: float
    bins: tuple[Bin, ...]


def calibration(told: Sequence[tuple[float, bool]]) -> Calibration | None:
    """The calibration of tags, each with its confidence and whether it is right."""
    if not told:
        return None
    bins = tuple(
        _bin(number, [one for one in told if _number(one[0]) == number]) for number in range(BINS)
    )
    apart = sum(
        one.n * abs(one.confidence - one.right.value)
        for one in bins
        if one.confidence is not None and one.right is not None
    )
    brier = sum((confidence - right) ** 2 for confidence, right in told) / len(told)
    return Calibration(len(told), apart / len(told), brier, bins)


def _number(confidence: float) -> int:
    return min(int(confidence * BINS), BINS - 1)


def _bin(number: int, told: Sequence[tuple[float, bool]]) -> Bin:
    mean = sum(confidence for confidence, _ in told) / len(told) if told else None
    right = proportion([right for _, right in told])
    return Bin(number / BINS, (number + 1) / BINS, len(told), mean, right)
