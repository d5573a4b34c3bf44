"""The task: cases in, tags out, with the time each took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from assistant.records import Tag
from evals import asking
from evals.tagging.cases import Case

Ask = Callable[[Case], Sequence[Tag]]
Answer: TypeAlias = asking.Answer[Case, tuple[Tag, ...]]


@dataclass(frozen=True, slots=True)
class Teller:
    """Somebody who tags, by name; `at_once` is how many cases may be asked of it together."""

    name: str
    ask: Ask
    at_once: int = 1


def answers(cases: Iterable[Case], teller: Teller) -> Iterator[Answer]:
    """Every case asked, in order. One that fails is an answer too, without tags."""

    def asked(case: Case) -> Answer:
        return asking.answer(case, lambda one: tuple(teller.ask(one)))

    if teller.at_once == 1:
        yield from map(asked, cases)
    else:
        with ThreadPoolExecutor(teller.at_once) as threads:
            yield from threads.map(asked, cases)
