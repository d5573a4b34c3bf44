"""A slow tagger for the tests: it does what it is told, and knows what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from assistant.adapters.coding_workers import CodingWorkers, Pace
from assistant.ports import CodingQueue, SlowTagger
from assistant.records import Coder, Coding, Lang

SLOW = Coder(origin="model:m", codebook="codebook.v0", version="v1")
MADE = Coding(origin=SLOW.origin, codebook=SLOW.codebook, coder=SLOW.version)
QUICK = Pace(lease=5, look=0.02, first_rest=0.001, longest_rest=0.01, store_rest=0.01, grace=2)
SOON = 30.0
T = TypeVar("T")


class Model:
    """Codes by a function of the text and how often that was asked before; without: no tags."""

    coder = SLOW

    def __init__(self, does: Callable[[str, int], Coding] = lambda _text, _before: MADE) -> None:
        self._does = does
        self._guard = threading.Lock()
        self._busy = 0
        self.asked: list[str] = []
        self.most_at_once = 0

    def tag(self, text: str, lang: Lang) -> Coding:  # noqa: ARG002 - the port's
        """See SlowTagger."""
        with self._guard:
            before = self.asked.count(text)
            self.asked.append(text)
            self._busy += 1
            self.most_at_once = max(self.most_at_once, self._busy)
        try:
            return self._does(text, before)
        finally:
            with self._guard:
                self._busy -= 1


def until(holds: Callable[[], T]) -> T:
    """Wait until it holds, SOON seconds at most; what it then is."""
    deadline = time.monotonic() + SOON
    while not (found := holds()):
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)
    return found


def crew(
    queue: CodingQueue,
    tagger: SlowTagger,
    workers: int,
    pace: Pace = QUICK,
    *,
    bell: threading.Event | None = None,
    allowed: Callable[[str], bool] = lambda _consent: True,
) -> CodingWorkers:
    """Workers who are quick; everybody agreed to everything unless said otherwise."""
    return CodingWorkers(queue, tagger, workers, allowed=allowed, pace=pace, bell=bell)
