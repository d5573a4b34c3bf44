"""Progress on standard error, when a person is there to see it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WIDTH = 30


@contextmanager
def bar(doing: str) -> Iterator[Callable[[int, int], None] | None]:
    """What to call with (done, in all): it draws a line that is filled. None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    drawn = False

    def draw(done: int, of: int) -> None:
        nonlocal drawn
        drawn = True
        full = "#" * (WIDTH * done // max(of, 1))
        print(f"\r{doing} [{full:<{WIDTH}}] {done}/{of}", end="", file=sys.stderr, flush=True)

    try:
        yield draw
    finally:
        if drawn:
            print(file=sys.stderr)
