"""Scores of answers, each with its 95% interval. Pure; the same answers give the same figures.

What was not scored is not zero: an answer that failed is in no figure and is counted apart, and a
figure that is undefined is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.records import LEVELS, Level
from evals.estimates import Estimate, Figures, Sums, intervals, wilson
from evals.tagging.calibration import Calibration, calibration
from evals.tagging.cases import Case, levels
from evals.tagging.counting import SHARES, agreement, counted, figures, right, seen
from evals.tagging.task import Answer

RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class LevelScore:
    """One level, whatever its polarity: in `support` statements by readers, in `said` by tags."""

    support: int
    said: int
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None
    kappa: Estimate | None


@dataclass(frozen=True, slots=True)
class Score:
    """What answers are worth; README.md defines each figure."""

    scored: int
    unscored: int
    macro_f1: Estimate | None
    mean_kappa: Estimate | None
    none_kept_empty: Estimate | None
    polarity: Estimate | None
    exact: Estimate | None
    valid: Estimate | None
    overlap: Estimate | None
    iou: Estimate | None
    code: Estimate | None
    levels: dict[Level, LevelScore]
    calibration: Calibration | None


@dataclass(frozen=True, slots=True)
class Readers:
    """How far the first and the second reader agree on `n` statements, before adjudication."""

    n: int
    kappa: dict[Level, Estimate | None]
    mean_kappa: Estimate | None


def score(answers: Iterable[Answer]) -> Score:
    """The score of these answers."""
    all_of_them = list(answers)
    scored = [(one.case, one.found) for one in all_of_them if one.found is not None]
    rows = [counted(case, tags) for case, tags in scored]
    sums, found = _sums(rows), _estimates(rows, figures)
    told = [(tag.confidence, right(case, tag)) for case, tags in scored for tag in tags]
    return Score(
        scored=len(scored),
        unscored=len(all_of_them) - len(scored),
        macro_f1=found.get("macro_f1"),
        mean_kappa=found.get("mean_kappa"),
        none_kept_empty=found.get("none_kept_empty"),
        polarity=found.get("polarity"),
        exact=found.get("exact"),
        valid=found.get("valid"),
        overlap=found.get("overlap"),
        iou=found.get("iou"),
        code=found.get("code"),
        levels={level: _level(level, sums, found) for level in LEVELS},
        calibration=calibration(told),
    )


def readers(cases: Iterable[Case]) -> Readers:
    """The agreement of the two readers on the cases that both labelled."""
    twice = [(one.first, one.second) for one in cases]
    rows = [seen(levels(a), levels(b)) for a, b in twice if a is not None and b is not None]
    found = _estimates(rows, agreement)
    return Readers(len(rows), {level: found.get(level) for level in LEVELS}, found.get("mean"))


def _level(level: Level, sums: Sums, found: Mapping[str, Estimate]) -> LevelScore:
    return LevelScore(
        support=int(sums.get(f"{level}.gold", 0)),
        said=int(sums.get(f"{level}.said", 0)),
        precision=found.get(f"{level}.precision"),
        recall=found.get(f"{level}.recall"),
        f1=found.get(f"{level}.f1"),
        kappa=found.get(f"{level}.kappa"),
    )


def _sums(rows: Sequence[Sums]) -> Sums:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row)
    return total


def _estimates(rows: Sequence[Sums], made_of: Callable[[Sums], Figures]) -> dict[str, Estimate]:
    """Every figure that is defined, with its interval.

    A share that is 0 or 1 has Wilson's: resamples would not differ.
    """
    if not rows:
        return {}
    sums, drawn = _sums(rows), intervals(rows, made_of, RESAMPLES)
    made = {}
    for name, value in made_of(sums).items():
        if value is not None:
            n = int(sums[SHARES[name][1]]) if name in SHARES else len(rows)
            alike = name in SHARES and value in (0.0, 1.0)
            low, high = wilson(round(value * n), n) if alike else drawn[name]
            made[name] = Estimate(value, low, high, n)
    return made
