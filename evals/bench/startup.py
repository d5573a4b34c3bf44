"""How long the web app takes to be there: from spawning it to healthy, and to a complete page."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from evals.bench.page_client import PageClient
from evals.bench.servers import Starter


@dataclass(frozen=True, slots=True)
class Start:
    """One start, in milliseconds from spawning: first healthy answer, first page complete."""

    ready_ms: float
    page_ms: float


def measure(start: Starter, times: int) -> list[Start]:
    """Start and end a server `times` times. One start before that, to warm the disk, is left out.

    Raises ServerError or PageError when one of the starts goes wrong.
    """
    _one(start)
    return [_one(start) for _ in range(times)]


def _one(start: Starter) -> Start:
    with start() as server:
        began = time.perf_counter()
        asyncio.run(_first_page(server.url))
        return Start(server.ready_ms, server.ready_ms + (time.perf_counter() - began) * 1000)


async def _first_page(url: str) -> None:
    async with PageClient(url) as page:
        await page.open()
