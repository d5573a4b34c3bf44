"""Asking: cases in, answers out, with the time each took. An answer may be that it failed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

C = TypeVar("C")
T = TypeVar("T")


@dataclass(frozen=True)  # no slots: with them, a generic cannot be made by the name of an alias
class Answer(Generic[C, T]):
    """What came back for a case after `ms`: `found`; or None and the kind of `error`."""

    case: C
    found: T | None
    error: str | None
    ms: float


def answer(case: C, ask: Callable[[C], T]) -> Answer[C, T]:
    """Ask one case. What fails is an answer too, with nothing found."""
    before = time.perf_counter()
    try:
        found = ask(case)
    # Whatever it was, it is no answer and no zero: it is counted apart, by name.
    except Exception as wrong:  # noqa: BLE001
        return Answer(case, None, type(wrong).__name__, _ms_since(before))
    return Answer(case, found, None, _ms_since(before))


def errors(given: Iterable[Answer[Any, Any]]) -> dict[str, int]:
    """How many cases failed, by kind of error."""
    return dict(Counter(one.error for one in given if one.error is not None))


def _ms_since(before: float) -> float:
    return (time.perf_counter() - before) * 1000
