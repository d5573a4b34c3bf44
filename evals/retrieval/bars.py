"""The bars the project sets itself for the library, each with its verdict. Pure.

What was not measured has no verdict: it is neither met nor missed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from evals.case_files import Role
from evals.estimates import Estimate
from evals.retrieval.cases import Kind
from evals.retrieval.scorers import Score

Measure = Literal["hit@1", "hit@3", "mrr", "abstention"]


@dataclass(frozen=True, slots=True)
class Bar:
    """The least a measure may be for a kind of case."""

    kind: Kind
    measure: Measure
    at_least: float


BARS: tuple[Bar, ...] = (
    Bar("practice", "hit@3", 0.75),
    Bar("colloquial", "hit@3", 0.75),
    Bar("question", "hit@3", 0.95),
    Bar("keyword", "hit@3", 0.95),
    Bar("english", "hit@3", 0.60),
    Bar("typo", "hit@3", 0.80),
    Bar("work", "hit@3", 0.90),
    Bar("none", "abstention", 6 / 7),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One bar on one set: what was measured, and whether it is met (None: not measured)."""

    name: str
    role: Role
    bar: Bar
    measured: Estimate | None
    met: bool | None


def judge(name: str, role: Role, scores: dict[str, Score], k: int) -> tuple[Verdict, ...]:
    """Every bar on the scores by kind of one set. The figure itself is held against the bar."""
    verdicts = []
    for bar in BARS:
        found = scores.get(bar.kind)
        measured = _measured(found, bar.measure, k) if found else None
        met = None if measured is None else measured.value >= bar.at_least
        verdicts.append(Verdict(name, role, bar, measured, met))
    return tuple(verdicts)


def missed(verdicts: Iterable[Verdict]) -> bool:
    """Whether a bar is missed on a held-out set: on those it counts."""
    return any(one.met is False and one.role == "held-out" for one in verdicts)


def _measured(found: Score, measure: Measure, k: int) -> Estimate | None:
    three = found.hit_k if k == 3 else None
    each = {
        "hit@1": found.hit_1,
        "hit@3": three,
        "mrr": found.mrr,
        "abstention": found.abstention,
    }
    return each[measure]
