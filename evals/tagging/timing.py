"""Time: how many statements a second, and how long `tag -` takes from nothing to the last line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from evals.tagging.task import Answer

STATEMENTS = 1000
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Batch:
    """`python -m assistant tag -` on so many statements; or None, and what was wrong."""

    statements: int
    seconds: float | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Of the tagger within the run: statements a second; None when none was tagged."""

    per_second: float | None
    batch: Batch


def per_second(answers: Iterable[Answer]) -> float | None:
    """How many statements were tagged in a second, one after the other; failures left out."""
    times = [one.ms for one in answers if one.found is not None]
    return round(1000 * len(times) / sum(times), 1) if sum(times) else None


def batch(texts: Sequence[str], statements: int = STATEMENTS) -> Batch:
    """Spawn the command, give it these texts over and over; seconds from start to end."""
    lines = (json.dumps({"id": str(n), "text": text}) for n, text in _repeated(texts, statements))
    given = "\n".join(lines).encode()
    before = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "tag", "-"],
            input=given,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            # What is measured is what is imported here, wherever that is.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired:
        return Batch(statements, None, f"not done after {PATIENCE_SECONDS:.0f} s")
    seconds, said = time.perf_counter() - before, done.stdout.count(b"\n")
    if done.returncode or said != statements:
        return Batch(statements, None, f"exit status {done.returncode}, {said} lines out")
    return Batch(statements, round(seconds, 2))


def _repeated(texts: Sequence[str], statements: int) -> Iterable[tuple[int, str]]:
    return enumerate(islice(cycle(texts), statements))
