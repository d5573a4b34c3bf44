"""Inter-coder agreement by NLTK: Cohen's kappa and Krippendorff's alpha, for nominal values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nltk.metrics.agreement import AnnotationTask

from assistant.records import LEVELS, Coding, Level

Pair = tuple[str, str]  # what each of the two says of one answer
Shares = dict[str, float]

PRESENT, ABSENT, BOTH = "present", "absent", "both"


@dataclass(frozen=True)
class Measure:
    """How far two coders agree on `n` answers.

    `agreement` is the share of answers of which both say the same; `prevalence` what share of the
    answers each of the two gives each value. None is undefined: the agreement without an answer;
    kappa and alpha also where both gave every answer the same value, for then nobody can tell
    agreement from chance.
    """

    n: int
    agreement: float | None
    kappa: float | None
    alpha: float | None
    prevalence: tuple[Shares, Shares]


@dataclass(frozen=True)
class LevelAgreement:
    """Agreement on whether answers carry a level, and on its polarity where both say they do."""

    level: Level
    presence: Measure
    polarity: Measure


def by_level(pairs: Sequence[tuple[Coding, Coding]]) -> tuple[LevelAgreement, ...]:
    """The agreement on each level; each pair is what two coders say of one answer."""
    return tuple(_of_level(level, pairs) for level in LEVELS)


def measured(pairs: Sequence[Pair]) -> Measure:
    """The agreement of two coders who gave each answer one of some nominal values."""
    n = len(pairs)
    same = sum(one == other for one, other in pairs)
    varied = len({value for pair in pairs for value in pair}) > 1
    task = _task(pairs) if varied else None
    return Measure(
        n=n,
        agreement=same / n if n else None,
        kappa=float(task.kappa()) if task else None,
        alpha=float(task.alpha()) if task else None,
        prevalence=(_shares([one for one, _ in pairs]), _shares([other for _, other in pairs])),
    )


def _of_level(level: Level, pairs: Sequence[tuple[Coding, Coding]]) -> LevelAgreement:
    seen = [(_polarity(one, level), _polarity(other, level)) for one, other in pairs]
    return LevelAgreement(
        level=level,
        presence=measured([(_presence(one), _presence(other)) for one, other in seen]),
        polarity=measured([(one, other) for one, other in seen if one and other]),
    )


def _polarity(coding: Coding, level: Level) -> str | None:
    """The polarity of a level in a coding, which may be both; None when it is not there."""
    found = {tag.polarity for tag in coding.tags if tag.level == level}
    return BOTH if len(found) > 1 else next(iter(found), None)


def _presence(polarity: str | None) -> str:
    return PRESENT if polarity else ABSENT


def _task(pairs: Sequence[Pair]) -> AnnotationTask:
    said = [(item, pair[coder], coder) for item, pair in enumerate(pairs) for coder in (0, 1)]
    return AnnotationTask([(coder, item, value) for item, value, coder in said])


def _shares(values: Sequence[str]) -> Shares:
    return {value: count / len(values) for value, count in sorted(Counter(values).items())}
