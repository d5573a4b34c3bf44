"""Figures and verdicts as a readable table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.bench.figures import Figures, Summary
from evals.bench.gate import Verdict


def table(runs: Sequence[Figures]) -> str:
    """The figures as lines for a terminal."""
    head = f"{'':<26}{'n':>6}{'p50':>10}{'p95':>10}{'max':>10}"
    return "\n".join(line for run in runs for line in (head, *_rows(run), ""))


def _rows(run: Figures) -> Iterable[str]:
    yield f"{run.name}: {run.finished} of {run.people} people finished"
    series = {
        "turn, run ended (ms)": run.done,
        "turn, first element (ms)": run.first,
        "turn, last new text (ms)": run.text,
        "turn, messages": run.messages,
        "turn, bytes": run.received,
        **{f"{kind} (ms)": found for kind, found in run.other.items()},
        **{f"turn {number} (ms)": found for number, found in run.by_turn.items()},
        "bench's own lag (ms)": run.own_lag,
    }
    for name, found in series.items():
        yield row(name, found)
    yield f"  bench's own load: {run.own_cpu:.0%} of one core"
    yield from (f"  PROBLEM {count} x {text[:200]}" for text, count in run.problems.items())


def row(name: str, found: Summary | None) -> str:
    """One line of a table."""
    if found is None:
        return f"  {name:<24}  nothing observed"
    return f"  {name:<24}{found.n:>6}{found.p50:>10.1f}{found.p95:>10.1f}{found.max:>10.1f}"


def verdicts(lines: Sequence[Verdict]) -> str:
    """The gate as lines for a terminal; what was not measured is said to be so."""
    words = {True: "met", False: "MISSED", None: "not measured"}
    return "\n".join(
        f"  {words[v.met]:<13}{v.rule:<58}"
        + ("" if v.measured is None else f"{v.measured:>9.2f}  (at most {v.limit:g})")
        for v in lines
    )
