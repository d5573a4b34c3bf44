"""How long to leave alone what fails: longer each time it fails again (exponential backoff)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

_DOUBLED_AT_MOST = 30  # more than any rest needs, and a number that floats can hold


class Rest:
    """A rest from something that several threads use together. Nothing of it outlives the process.

    `first` and `longest` are seconds. Every rest is up to a quarter shorter or longer than planned,
    so that processes which failed together do not come back together.
    """

    def __init__(
        self,
        first: float,
        longest: float,
        *,
        seconds: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first, self._longest = first, longest
        self._seconds, self._chance = seconds, chance
        self._guard = threading.Lock()
        self._begun_at = self._until = 0.0
        self.in_a_row = 0

    def begin(self, tried_at: float) -> None:
        """Rest, because something that was tried at this moment failed.

        What was tried before the latest rest began, and fails only now, is the same failure.
        """
        with self._guard:
            now = self._seconds()
            if self.in_a_row and tried_at < self._begun_at:
                return
            planned = self._first * 2.0 ** min(self.in_a_row, _DOUBLED_AT_MOST)
            self.in_a_row += 1
            self._begun_at = now
            self._until = now + min(planned, self._longest) * (0.75 + self._chance() / 2)

    def over(self) -> None:
        """It works again: the next rest is a first one. The one there is goes on."""
        with self._guard:
            self.in_a_row = 0

    def left(self) -> float:
        """How many seconds of rest are left; 0 when there are none."""
        with self._guard:
            return max(0.0, self._until - self._seconds())
