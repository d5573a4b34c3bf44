"""Scores of answers, each with its 95% interval. Pure; the same answers give the same figures.

What was not scored is not zero: an answer that failed is in no figure and is counted apart, and a
figure over nothing is None.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.estimates import Estimate, mean, proportion
from evals.retrieval.cases import Case
from evals.retrieval.task import DEPTH, Answer


@dataclass(frozen=True, slots=True)
class Score:
    """What answers are worth.

    Over the cases that something fits: `hit_1` and `hit_k`, an accepted id is the first or among
    the first k; `mrr`, one over the rank of the first accepted id, 0 below rank 10; `nothing`,
    nothing was found, wrongly. Over the others: `abstention`, nothing was found, rightly.
    """

    scored: int
    unscored: int
    hit_1: Estimate | None
    hit_k: Estimate | None
    mrr: Estimate | None
    nothing: Estimate | None
    abstention: Estimate | None


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a query."""

    n: int
    p50: float
    p95: float


def score(answers: Iterable[Answer], k: int) -> Score:
    """The score of these answers, hits among the first 1 and the first `k`."""
    all_of_them = list(answers)
    scored = [(one.case, one.found) for one in all_of_them if one.found is not None]
    fitting = [(case, found) for case, found in scored if case.relevant]
    ranks = [rank(case, found) for case, found in fitting]
    return Score(
        scored=len(scored),
        unscored=len(all_of_them) - len(scored),
        hit_1=proportion([at == 1 for at in ranks]),
        hit_k=proportion([at is not None and at <= k for at in ranks]),
        mrr=mean([1 / at if at else 0.0 for at in ranks]),
        nothing=proportion([not found for _, found in fitting]),
        abstention=proportion([not found for case, found in scored if not case.relevant]),
    )


def rank(case: Case, found: Sequence[str]) -> int | None:
    """At which rank, from 1, the first accepted id stands; None when not among the first 10."""
    ranks = (at for at, one in enumerate(found[:DEPTH], start=1) if one in case.relevant)
    return next(ranks, None)


def latency(answers: Iterable[Answer]) -> Latency | None:
    """Median and 95th percentile of the queries that did not fail."""
    times = [one.ms for one in answers if one.found is not None]
    if not times:
        return None
    # With the first twice, one time is enough for percentiles and is both of them.
    cuts = statistics.quantiles(times * 2 if len(times) == 1 else times, n=100, method="inclusive")
    return Latency(len(times), round(cuts[49], 2), round(cuts[94], 2))
