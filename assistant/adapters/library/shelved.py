"""The documents on the shelf, searched as they are: what is added or removed is noticed."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters.library import documents
from assistant.adapters.library.documents import DocumentIndex, Held
from assistant.adapters.library.folders import open_or_build, sweep, vendor_errors
from assistant.adapters.library.index import safe
from assistant.adapters.library.model import Model
from assistant.errors import CorpusError, LangeAdemError
from assistant.ports import Shelf

if TYPE_CHECKING:
    import sqlite3

LOOK_SECONDS = 2.0

log = logging.getLogger(__name__)


class ShelvedDocuments:
    """Searches the added documents. A search looks at most every two seconds whether they changed.

    What changed is indexed in a thread of its own, while searches find what was there before. A
    shelf or an index that fails is logged, and nothing of it is found. Thread-safe.
    """

    def __init__(
        self,
        index_dir: Path,
        version: str,
        shelf: Shelf,
        model: Model,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index_dir, self._version = index_dir, version
        self._shelf, self._model = shelf, model
        self._seconds = seconds
        self._guard = threading.Lock()
        self._one_refresh = threading.Lock()  # who comes second waits until the first is done
        self._looked = float("-inf")
        self._busy = self._closed = False
        self._generation = ""
        self._index: DocumentIndex | None = None
        self._mark: sqlite3.Connection | None = None

    def find(
        self, counts: Counter[str], vector: Sequence[float], k: int
    ) -> list[tuple[Held, float]]:
        """At most `k` chunks that fit, best first."""
        self._look()
        with self._guard:  # an index that is being replaced is closed only between searches
            try:
                return self._index.find(counts, vector, k) if self._index else []
            except CorpusError as wrong:
                log.warning("The index of the added documents is built anew. %s", wrong)
                self._let_go()
                self._generation, self._looked = "", float("-inf")
                return []

    def refresh(self) -> None:
        """Index what is on the shelf now, and wait for it. Raises CorpusError when that fails."""
        with self._one_refresh:
            self._refresh()

    def _refresh(self) -> None:
        generation = self._shelf.generation()
        if generation == self._generation:
            return
        held = documents.all_held(self._shelf.documents())
        index, mark = self._opened(held)
        with self._guard:
            self._let_go()
            self._index, self._mark, self._generation = index, mark, generation
            if self._closed:  # meanwhile
                self._let_go()
        # What was removed from the shelf goes from the disk too, now that nobody here uses it.
        sweep(self._index_dir, "documents")

    def close(self) -> None:
        """Let go of the files."""
        with self._guard:
            self._closed = True
            self._let_go()

    def _let_go(self) -> None:
        if self._index:
            self._index.close()
        if self._mark:
            self._mark.close()
        self._index = self._mark = None

    def _look(self) -> None:
        with self._guard:
            now = self._seconds()
            if self._busy or now - self._looked < LOOK_SECONDS:
                return
            self._looked, self._busy = now, True
        threading.Thread(target=self._refreshed, name="documents", daemon=True).start()

    def _refreshed(self) -> None:
        try:
            self.refresh()
        except LangeAdemError as wrong:
            log.warning("The added documents are searched as they were before. %s", wrong)
        finally:
            with self._guard:
                self._busy = False

    def _opened(
        self, held: Sequence[Held]
    ) -> tuple[DocumentIndex | None, sqlite3.Connection | None]:
        if not held:
            return None, None
        embedding = self._model.embedding
        content = repr([(one.chunk.id, one.chunk.text) for one in held])
        of = sha256(content.encode("utf-8", "backslashreplace")).hexdigest()[:12]
        with vendor_errors("The added documents cannot be indexed"):
            return open_or_build(
                self._index_dir,
                f"documents-{safe(self._version)}-{of}",
                lambda folder: documents.build(folder, held, self._model.analyser, embedding),
                lambda folder: documents.opened(folder, held),
            )
