"""The task: cases in, rankings out, with the time each took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from evals import asking
from evals.retrieval.cases import Case

DEPTH = 10  # how far down a ranking is read

Find = Callable[[Case, int], Sequence[str]]
# What was found: ids, best first.
Answer: TypeAlias = asking.Answer[Case, tuple[str, ...]]


def answers(cases: Iterable[Case], find: Find) -> Iterator[Answer]:
    """Ask every case, one after the other. A query that fails is an answer too, without ids."""

    def found(case: Case) -> tuple[str, ...]:
        return tuple(find(case, DEPTH))

    return (asking.answer(case, found) for case in cases)
