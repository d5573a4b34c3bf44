"""The task: cases in, rankings out, with the time each took."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from evals.retrieval.cases import Case

DEPTH = 10  # how far down a ranking is read

Find = Callable[[Case, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a case: ids, best first, after `ms`; or None and the kind of `error`."""

    case: Case
    found: tuple[str, ...] | None
    error: str | None
    ms: float


def answers(cases: Iterable[Case], find: Find) -> Iterator[Answer]:
    """Ask every case, one after the other. A query that fails is an answer too, without ids."""
    return (_answer(case, find) for case in cases)


def errors(given: Iterable[Answer]) -> dict[str, int]:
    """How many queries failed, by kind of error."""
    return dict(Counter(one.error for one in given if one.error is not None))


def _answer(case: Case, find: Find) -> Answer:
    before = time.perf_counter()
    try:
        found = tuple(find(case, DEPTH))
    # Whatever it was, it is no answer and no zero: it is counted apart, by name.
    except Exception as wrong:  # noqa: BLE001
        return Answer(case, None, type(wrong).__name__, _ms_since(before))
    return Answer(case, found, None, _ms_since(before))


def _ms_since(before: float) -> float:
    return (time.perf_counter() - before) * 1000
