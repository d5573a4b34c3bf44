"""Figures of a run: percentiles that always say of how many. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.bench.load import Step, Tally


@dataclass(frozen=True, slots=True)
class Summary:
    """Percentiles of `n` observations."""

    n: int
    p50: float
    p95: float
    max: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One load run. Times in milliseconds; a series without observations is None, never zero.

    `other` are the steps that are no text turn, by kind of widget, `open` among them. `own_lag`
    says how late the bench itself was, and `own_cpu` how much of one core it took: when these are
    large, it measured itself.
    """

    name: str
    people: int
    finished: int
    problems: dict[str, int]
    done: Summary | None
    first: Summary | None
    text: Summary | None
    messages: Summary | None
    received: Summary | None
    by_turn: dict[int, Summary]
    other: dict[str, Summary]
    own_lag: Summary | None
    own_cpu: float


def percentile(values: Sequence[float], percent: float) -> float:
    """The `percent`-th percentile, linear between neighbours. ValueError when there is none."""
    if not values:
        raise ValueError("no percentile of nothing")
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def summary(values: Iterable[float | None]) -> Summary | None:
    """Percentiles of the values that were observed; None when none was."""
    seen = [value for value in values if value is not None]
    if not seen:
        return None
    middle, high = (round(percentile(seen, percent), 2) for percent in (50, 95))
    return Summary(len(seen), middle, high, round(max(seen), 2))


def figures(name: str, tallies: Sequence[Tally]) -> Figures:
    """The figures of one or more runs of the same crowd on the same thing, taken together."""
    steps = [step for tally in tallies for step in tally.steps]
    turns = [step.timing for step in steps if step.kind == "turn"]
    return Figures(
        name=name,
        people=sum(tally.people for tally in tallies),
        finished=sum(tally.finished for tally in tallies),
        problems=dict(Counter(text for tally in tallies for text in tally.problems).most_common(8)),
        done=summary(turn.done_ms for turn in turns),
        first=summary(turn.first_ms for turn in turns),
        text=summary(turn.text_ms for turn in turns),
        messages=summary(turn.messages for turn in turns),
        received=summary(turn.received for turn in turns),
        by_turn=_done(steps, sorted({step.number for step in steps if step.kind == "turn"})),
        other=_others(steps),
        own_lag=summary(lag for tally in tallies for lag in tally.lags),
        own_cpu=round(max((tally.busy for tally in tallies), default=0.0), 2),
    )


def _done(steps: Sequence[Step], numbers: Iterable[int]) -> dict[int, Summary]:
    turns = [step for step in steps if step.kind == "turn"]
    each = {n: summary(s.timing.done_ms for s in turns if s.number == n) for n in numbers}
    return {number: found for number, found in each.items() if found}


def _others(steps: Sequence[Step]) -> dict[str, Summary]:
    kinds = sorted({step.kind for step in steps} - {"turn"})
    each = {kind: summary(s.timing.done_ms for s in steps if s.kind == kind) for kind in kinds}
    return {kind: found for kind, found in each.items() if found}
