"""The embedded turn without a page: de-identify, keep, tag, choose, look up, keep.

Reached by the front door (`bootstrap`, `session`) with an empty store on disk, as one participant
after another. Only text answers count: they are what a turn does its work for.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from assistant import session
from assistant.bootstrap import open_house
from assistant.house import House
from assistant.records import Reply, Turn
from assistant.settings import Settings
from evals.bench.journey import ANSWERS

_WARM_UP = 5


def measure(turns: int) -> list[float]:
    """How long each of `turns` text turns took, in milliseconds; a few before them are left out."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        house = open_house(Settings(data_dir=Path(folder)), wait_for_library=True)
        took: list[float] = []
        while len(took) < turns + _WARM_UP:
            took += _one_interview(house, len(took))
        return took[_WARM_UP : turns + _WARM_UP]


def _one_interview(house: House, offset: int) -> list[float]:
    view = session.begin(house, "resident", "nl").view
    words = cycle(ANSWERS[offset % len(ANSWERS) :] + ANSWERS[: offset % len(ANSWERS)])
    took: list[float] = []
    while view.interview.status == "open" and view.waiting.move.kind != "close":
        reply = _reply(view.waiting, words)
        began = time.perf_counter()
        view = session.take_turn(house, view, reply)
        if reply.kind == "text":
            took.append((time.perf_counter() - began) * 1000)
    return took


def _reply(asked: Turn, words: Iterator[str]) -> Reply:
    """The first option where there are options, else the next of the words."""
    options = asked.move.options
    if options:
        return Reply(seq=asked.seq, kind="choice", choices=(options[0].id,))
    return Reply(seq=asked.seq, kind="text", text=next(words))
