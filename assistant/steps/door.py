"""The door to what researchers may do: one password from the settings, never a default."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable

TRIES = 5
SECONDS = 60.0


class Door:
    """Opens for the password it was given; without one it has no handle and stays shut.

    At most TRIES wrong ones in SECONDS, whoever tries; after that every password is wrong until
    time has passed, so that guessing by machine leads nowhere. Safe to use from several threads.
    """

    def __init__(self, password: str | None, seconds: Callable[[], float] = time.monotonic) -> None:
        self._password = password
        self._seconds = seconds
        self._wrong: list[float] = []
        self._guard = threading.Lock()

    @property
    def exists(self) -> bool:
        """Whether there is a password at all."""
        return self._password is not None

    def opens(self, given: str) -> bool:
        """Whether `given` is the password; takes the same time wherever it differs."""
        with self._guard:
            now = self._seconds()
            self._wrong = [at for at in self._wrong if now - at < SECONDS]
            if self._password is None or len(self._wrong) >= TRIES:
                return False
            same = hmac.compare_digest(given.encode("utf-8", "replace"), self._password.encode())
            if not same:
                self._wrong.append(now)
            return same
