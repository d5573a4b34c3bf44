"""Real embeddings from any endpoint that speaks OpenAI's `/v1/embeddings`, where one is set."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from assistant.adapters.endpoint import within, without_secrets
from assistant.adapters.library.words import CHARACTERS_READ
from assistant.errors import EmbeddingUnavailable
from assistant.settings import EmbeddingSettings

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

BATCH = 256
PROBE = "lange adem"


class RemoteEmbedding(Embeddings):
    """Embeds by asking an endpoint.

    Raises EmbeddingUnavailable, saying what to do, when it is down, slower than allowed, refuses,
    or answers vectors of another dimension than before. Texts are not in its messages.
    """

    def __init__(
        self, settings: EmbeddingSettings, progress: Callable[[int, int], None] | None = None
    ) -> None:
        self._settings = settings
        self._progress = progress
        self._patient = _client(settings, settings.build_seconds, retries=2)
        self._quick = _client(settings, settings.query_seconds, retries=0)
        self.dimensions = 0
        self.dimensions = len(self._asked(self._quick, [PROBE], settings.build_seconds)[0])

    @property
    def version(self) -> str:
        """Changes when another model, endpoint or dimension is in use."""
        from hashlib import sha256

        what = f"{self._settings.url} {self._settings.model} {self.dimensions}"
        return f"remote.{sha256(what.encode()).hexdigest()[:8]}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of `texts`, in batches."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            vectors += self._asked(
                self._patient, texts[start : start + BATCH], self._settings.build_seconds
            )
            if self._progress:
                self._progress(len(vectors), len(texts))
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a query, of which the first 4,000 characters count, as in our own."""
        asked = [text[:CHARACTERS_READ]]
        return self._asked(self._quick, asked, self._settings.query_seconds)[0]

    def _asked(
        self, client: OpenAIEmbeddings, texts: list[str], seconds: float
    ) -> list[list[float]]:
        try:
            # The client's own limit is for each read: an endpoint that drips would hold us longer.
            vectors = within(seconds, lambda: client.embed_documents(texts))
        # Whatever the client and the network can raise means the same to us, and its message may
        # repeat the text.
        except Exception as wrong:  # noqa: BLE001
            raise self._unavailable(
                f"does not answer as it should ({type(wrong).__name__})"
            ) from None
        if len(vectors) != len(texts) or not all(map(_is_a_vector, vectors)):
            raise self._unavailable("answers what are no vectors")
        for vector in vectors:
            if len(vector) != (self.dimensions or len(vectors[0])):
                raise self._unavailable(
                    f"answers vectors of {len(vector)} numbers where {self.dimensions} were "
                    "expected; restart to build the index anew"
                )
        return vectors

    def _unavailable(self, what: str) -> EmbeddingUnavailable:
        return EmbeddingUnavailable(
            f"The embeddings endpoint {without_secrets(self._settings.url)} {what}. "
            "Check LANGE_ADEM_EMBEDDING_URL, _MODEL and _KEY."
        )


def _is_a_vector(numbers: list[float]) -> bool:
    """Some numbers, all finite, not all 0."""
    # The client passes on whatever stood in the answer.
    return any(numbers) and all(isinstance(n, int | float) and math.isfinite(n) for n in numbers)


def _client(settings: EmbeddingSettings, seconds: float, retries: int) -> OpenAIEmbeddings:
    from langchain_openai import OpenAIEmbeddings
    from pydantic import SecretStr

    return OpenAIEmbeddings(
        model=settings.model,
        openai_api_base=settings.url,
        # Endpoints on one's own machine want none, the client wants some.
        openai_api_key=settings.key or SecretStr("none"),
        request_timeout=seconds,
        max_retries=retries,
        # Counting tokens would download a vocabulary; and other models count otherwise.
        check_embedding_ctx_length=False,
        tiktoken_enabled=False,
    )
