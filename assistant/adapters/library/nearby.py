"""The lines that are near a query: under the library's own embedding, or under an endpoint's."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from assistant.adapters.library.core import NEAR, Near
from assistant.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from assistant.adapters.library.vectors import Vectors

REST_SECONDS = 30.0

log = logging.getLogger(__name__)


class Nearby(Protocol):
    """Says which lines are near a query."""

    def near(self, query: str) -> Near:
        """(number, cosine) of the near lines, best first."""
        ...


class ByIndex:
    """Near under one embedding, in one index."""

    def __init__(self, vectors: Vectors, embedding: Embeddings) -> None:
        self._vectors = vectors
        self._embedding = embedding

    def near(self, query: str) -> Near:
        """The near lines."""
        return self._vectors.nearest(self._embedding.embed_query(query), NEAR)


class WithFallback:
    """Near by the first way; by the other when the endpoint fails, which is logged once.

    An endpoint that failed is left alone for REST_SECONDS, so that not everybody waits for it.
    """

    def __init__(
        self, first: Nearby, other: Nearby, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._first, self._other = first, other
        self._seconds = seconds
        self._guard = threading.Lock()
        self._rests_until = float("-inf")
        self._told = False

    def near(self, query: str) -> Near:
        """The near lines, whatever the endpoint does."""
        if self._seconds() >= self._rests_until:
            try:
                return self._first.near(query)
            except EmbeddingUnavailable as wrong:
                self._failed(wrong)
        return self._other.near(query)

    def _failed(self, wrong: EmbeddingUnavailable) -> None:
        with self._guard:
            self._rests_until = self._seconds() + REST_SECONDS
            told, self._told = self._told, True
        if not told:
            log.warning("Searching goes on with the embedding that ships with us. %s", wrong)
