"""The bars the project sets itself for the tagger, each with its verdict. Pure.

What was not measured has no verdict: it is neither met nor missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from evals.estimates import Estimate
from evals.tagging.scorers import Score
from evals.tagging.timing import Batch

Among = Literal["all", "interview", "public"]
Measure = Literal["macro_f1", "mean_kappa", "none_kept_empty", "polarity", "valid", "overlap"]


@dataclass(frozen=True, slots=True)
class Bar:
    """The least a measure may be among all cases of a set, or those of a kind."""

    among: Among
    measure: Measure
    at_least: float


BARS: tuple[Bar, ...] = (
    Bar("interview", "macro_f1", 0.75),
    Bar("interview", "mean_kappa", 0.65),
    Bar("public", "macro_f1", 0.60),
    Bar("all", "none_kept_empty", 0.80),
    Bar("all", "polarity", 0.80),
    Bar("all", "valid", 1.0),
    Bar("all", "overlap", 0.80),
)
SECONDS = 5.0  # of `tag -` on 1,000 statements, at most


@dataclass(frozen=True, slots=True)
class Verdict:
    """One bar on one set: what was measured, and whether it is met (None: not measured).

    Only those that decide count for the exit status: of the held-out cases together.
    """

    name: str
    decides: bool
    bar: Bar
    measured: Estimate | None
    met: bool | None


def judge(name: str, decides: bool, scores: Mapping[str, Score]) -> tuple[Verdict, ...]:
    """Every bar on the scores of one set, by `all` and by kind. The figure itself is held to it."""
    verdicts = []
    for bar in BARS:
        score = scores.get(bar.among)
        measured: Estimate | None = getattr(score, bar.measure) if score else None
        met = None if measured is None else measured.value >= bar.at_least
        verdicts.append(Verdict(name, decides, bar, measured, met))
    return tuple(verdicts)


def quick(batch: Batch) -> bool:
    """Whether `tag -` did its work in time."""
    return batch.seconds is not None and batch.seconds <= SECONDS


def missed(verdicts: Iterable[Verdict]) -> bool:
    """Whether a bar is missed where it counts."""
    return any(one.decides and one.met is False for one in verdicts)
