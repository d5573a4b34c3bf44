"""A library that loads in the background, so that nobody waits for the imports it needs."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence

from assistant.errors import CorpusError
from assistant.ports import Retriever
from assistant.records import PASSAGE_KINDS, Passage, PassageKind

AGAIN_SECONDS = 30.0

log = logging.getLogger(__name__)


class LazyLibrary:
    """A Retriever in front of one that takes a while to load.

    Loading starts with `warm()`, or with the first search, in a thread of its own, and once only.

    With `wait=False` a search never waits and never fails: until the library is there nothing
    fits. When it cannot be loaded, or breaks while it is searched, it is loaded anew by a search
    that comes AGAIN_SECONDS later; the first reason is logged. With `wait=True` a search waits for
    the library and raises CorpusError when there is none.
    """

    def __init__(
        self,
        load: Callable[[], Retriever],
        version: str,
        *,
        wait: bool,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.version = version
        self._load = load
        self._wait = wait
        self._guard = threading.Lock()
        self._started = False
        self._done = threading.Event()
        self._library: Retriever | None = None
        self._why_not = ""
        self._told = False
        self._seconds = seconds
        self._failed_at: float | None = None

    def warm(self) -> None:
        """Start loading; returns at once. Doing it again changes nothing."""
        with self._guard:
            if self._started and not self._is_due():
                return
            self._started, self._failed_at = True, None
        threading.Thread(target=self._run, name="library", daemon=True).start()

    def _is_due(self) -> bool:
        """Whether it failed, and long enough ago to try again."""
        if self._wait or self._failed_at is None:
            return False
        return self._seconds() - self._failed_at >= AGAIN_SECONDS

    @property
    def ready(self) -> bool:
        """Whether the library is there."""
        return self._library is not None

    def search(
        self,
        query: str,
        k: int,
        kinds: Collection[PassageKind] = PASSAGE_KINDS,
        *,
        why: bool = False,
    ) -> Sequence[Passage]:
        """What the library finds; see the class for what happens before it is there."""
        self.warm()
        if self._wait:
            self._done.wait()
        if self._library is None:
            if self._wait:
                raise CorpusError(self._why_not)
            return ()
        try:
            return self._library.search(query, k, kinds, why=why)
        except CorpusError as wrong:
            if self._wait:
                raise
            self._library, self._failed_at = None, self._seconds()
            self._tell(f"A search failed and showed nothing. {wrong}")
            return ()

    def _run(self) -> None:
        try:
            self._library = self._load()
            # The vendors it brings stay for good. The garbage collector would go through all their
            # objects again and again, in the middle of somebody's turn.
            gc.freeze()
        # A thread has no caller to raise to: whatever it was is logged here and told to searches.
        except Exception as wrong:  # noqa: BLE001
            told = isinstance(wrong, CorpusError)
            self._why_not = str(wrong) if told else f"The library fails: {type(wrong).__name__}."
            self._failed_at = self._seconds()
            self._tell(f"No passages are shown for now. {self._why_not}")
        finally:
            self._done.set()

    def _tell(self, why: str) -> None:
        with self._guard:
            told, self._told = self._told, True
        if not told:
            log.error("%s", why)
