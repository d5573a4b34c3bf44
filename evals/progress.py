"""Progress on standard error, when a person is there to see it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]


@contextmanager
def bar(doing: str) -> Iterator[Progress]:
    """What to call with (done, in all): it draws a line that is filled, where one can be seen."""
    watched = sys.stderr.isatty()

    def drawn(done: int, of: int) -> None:
        if watched:
            full = "#" * (30 * done // of)
            print(f"\r{doing} [{full:<30}] {done}/{of}", end="", file=sys.stderr, flush=True)  # noqa: T201 - for the person who waits

    try:
        yield drawn
    finally:
        if watched:
            print(file=sys.stderr)  # noqa: T201 - ends the line
