"""The limits the project sets itself, each with its verdict. Pure.

What was not measured has no verdict: it is neither met nor missed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evals.bench.figures import Figures, Summary

TIMES_BARE = 2.0
P95_MS_OF_50 = 50.0
MESSAGES = 15.0
TURN_10_OVER_TURN_2 = 1.3
READY_MS = 4000.0
EMBEDDED_P95_MS = 60.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One limit: what was measured against it, and whether it is met (None: not measured)."""

    rule: str
    measured: float | None
    limit: float
    met: bool | None


def at_most(rule: str, measured: float | None, limit: float) -> Verdict:
    """`measured` may be as large as `limit`."""
    met = None if measured is None else measured <= limit
    return Verdict(rule, measured, limit, met)


def missed(verdicts: Iterable[Verdict]) -> bool:
    """Whether any limit that was measured is not kept."""
    return any(verdict.met is False for verdict in verdicts)


def judge_page(page: Figures, bare: Figures, people_at_once: int) -> tuple[Verdict, ...]:
    """The page next to the bare chat of the same run."""
    of_50 = page.done.p95 if page.done and people_at_once == 50 else None
    ours, theirs = page.done, bare.done
    return (
        at_most("people who met an error or did not finish", page.people - page.finished, 0),
        at_most("bare chat: people who did not finish", bare.people - bare.finished, 0),
        at_most("turn p50, times the bare chat", _ratio(ours, theirs, "p50"), TIMES_BARE),
        at_most("turn p95, times the bare chat", _ratio(ours, theirs, "p95"), TIMES_BARE),
        at_most("turn p95 with 50 people at once, ms", of_50, P95_MS_OF_50),
        at_most(
            "most messages in one turn", page.messages.max if page.messages else None, MESSAGES
        ),
        at_most(
            "turn 10, times turn 2 (p50)",
            _ratio(page.by_turn.get(10), page.by_turn.get(2), "p50"),
            TURN_10_OVER_TURN_2,
        ),
    )


def judge_startup(ready: Summary) -> tuple[Verdict, ...]:
    """A warm start; the slowest of them has to keep the limit."""
    return (at_most("server ready, slowest warm start, ms", ready.max, READY_MS),)


def judge_turn(turn: Summary) -> tuple[Verdict, ...]:
    """The embedded turn, without a page."""
    return (at_most("embedded turn p95, ms", turn.p95, EMBEDDED_P95_MS),)


def _ratio(over: Summary | None, under: Summary | None, name: str) -> float | None:
    if over is None or under is None or getattr(under, name) == 0:
        return None
    return float(round(getattr(over, name) / getattr(under, name), 2))
