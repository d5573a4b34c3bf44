"""Many participants at once: each opens a page, thinks, acts, and every step is timed.

Everyone has the first page before anyone goes on, so that arriving and answering are measured
apart. A participant who meets an error is out; the others go on.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from evals.bench.journey import Journey
from evals.bench.page_client import PageClient, PageError, Timing

_PROBE_SECONDS = 0.02
_ACTS_BETWEEN_TURNS = 12


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who plays: so many people, who each answer `turns` times.

    They arrive spread over `ramp` seconds and think between `think[0]` and `think[1]` seconds
    before each act. The same `seed` gives the same choices.
    """

    people: int
    turns: int
    think: tuple[float, float]
    ramp: float
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A timed step: `open`, `turn` (a text answer, numbered from 1) or another `kind of widget`."""

    kind: str
    number: int
    timing: Timing


@dataclass(slots=True)
class Tally:
    """All that happened. `finished` people gave every answer; `lags` are the bench's own, in ms."""

    people: int
    steps: list[Step] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    finished: int = 0
    lags: list[float] = field(default_factory=list)
    busy: float = 0.0


async def play(url: str, crowd: Crowd, journey: Callable[[int, Random], Journey]) -> Tally:
    """Let the crowd loose on `url`; `journey(turns, dice)` makes the plan of one participant."""
    tally, doors = Tally(crowd.people), _Doors(crowd.people)
    async with _own_load(tally), asyncio.TaskGroup() as group:
        for number in range(crowd.people):
            dice = Random(f"{crowd.seed}-{number}")  # noqa: S311  (repeatable, not secret)
            plan = journey(crowd.turns, dice)
            group.create_task(_participant(url, crowd, plan, tally, doors))
            await asyncio.sleep(crowd.ramp / crowd.people)
    return tally


class _Doors:
    """Opens when everyone is in, or out."""

    def __init__(self, people: int) -> None:
        self._outside = people
        self._open = asyncio.Event()

    def arrive(self) -> None:
        self._outside -= 1
        if self._outside == 0:
            self._open.set()

    async def opened(self) -> None:
        await self._open.wait()


async def _participant(url: str, crowd: Crowd, plan: Journey, tally: Tally, doors: _Doors) -> None:
    async with PageClient(url) as page:
        try:
            try:
                tally.steps.append(Step("open", 0, await page.open()))
            finally:
                doors.arrive()
            await doors.opened()
            await _visit(page, crowd, plan, tally)
        except PageError as error:
            tally.problems.append(str(error))


async def _visit(page: PageClient, crowd: Crowd, plan: Journey, tally: Tally) -> None:
    dice = Random()  # noqa: S311  (think times need not repeat)
    for _ in range((crowd.turns + 1) * _ACTS_BETWEEN_TURNS):
        before = plan.turns
        act = plan.next_act(page.screen.widgets(), page.is_set)
        if act is None:
            break
        await asyncio.sleep(dice.uniform(*crowd.think))
        timing = await page.do(act)
        kind = "turn" if plan.turns > before else act.widget.kind
        if timing is not None:
            tally.steps.append(Step(kind, plan.turns, timing))
    if plan.turns >= crowd.turns:
        tally.finished += 1
    else:
        labels = ", ".join(widget.label for widget in page.screen.widgets())
        raise PageError("unfinished", f"{plan.turns} of {crowd.turns} answers; there is: {labels}")


@asynccontextmanager
async def _own_load(tally: Tally) -> AsyncIterator[None]:
    """Watch whether the bench itself is what is slow, and keep its collector out of the way."""
    gc.collect()
    gc.freeze()
    probe = asyncio.create_task(_probe(tally.lags))
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        tally.busy = (time.process_time() - cpu) / (time.perf_counter() - wall)
        probe.cancel()
        gc.unfreeze()


async def _probe(lags: list[float]) -> None:
    while True:
        asleep = time.perf_counter()
        await asyncio.sleep(_PROBE_SECONDS)
        lags.append((time.perf_counter() - asleep - _PROBE_SECONDS) * 1000)
