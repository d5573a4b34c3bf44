"""Vectors in Chroma, on disk.

No text of a query reaches Chroma, only its vector. Chroma is asked itself and not by LangChain's
vector store: that makes a document of each of the 120 that are near, which took as long as finding
them. Importing this module is cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from assistant.adapters.library.folders import vendor_errors
from assistant.errors import CorpusError

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection

COLLECTION = "lines"
BATCH = 5000
NEAR_ENOUGH = 1e-3
# So generous that the lines are searched exactly: the same answer in every index. With 12,400 lines
# a search takes 3.0 ms. A graph half as dense took 2.8, and on a busy machine now and then came out
# such that two of 362 queries missed a line.
EXACT = 5000
QUICK = 400  # for chunks, of which fifty are looked at and few are shown
_GRAPH = {"space": "cosine", "ef_construction": 800, "max_neighbors": 128}


class Vectors:
    """Numbered vectors in one folder. Safe to search from several threads at once."""

    def __init__(self, folder: Path, width: int = EXACT) -> None:
        """Open the folder, making an empty one, searched with this width, when there is none."""
        with vendor_errors(f"{folder.name} cannot be opened"), ExitStack() as undo:
            self._client = _client(folder)
            undo.callback(self._client.close)
            self._collection = _collection(self._client, width)
            undo.pop_all()

    def add(self, vectors: Sequence[Sequence[float]]) -> None:
        """Keep `vectors` under the numbers 0, 1 and so on. Who asks has what they were made of."""
        import numpy as np

        with vendor_errors("The index cannot be written"):
            for start in range(0, len(vectors), BATCH):
                some = slice(start, start + BATCH)
                self._collection.add(
                    ids=[str(number) for number in range(len(vectors))[some]],
                    embeddings=np.asarray(vectors[some], np.float32),
                )

    def nearest(self, vector: Sequence[float], many: int) -> list[tuple[int, float]]:
        """(number, cosine) of the `many` nearest, best first, equals by number."""
        import numpy as np

        with vendor_errors("The index cannot be searched; restart to build it anew", secret=True):
            found = self._collection.query(
                query_embeddings=np.asarray([vector], np.float32),
                n_results=many,
                include=["distances"],
            )
            numbers, distances = found["ids"][0], (found["distances"] or [[]])[0]
            near = [(int(n), 1.0 - far) for n, far in zip(numbers, distances, strict=True)]
        return sorted(near, key=lambda one: (-round(one[1], 6), one[0]))

    def check(self, vectors: Sequence[Sequence[float]]) -> None:
        """Raises CorpusError unless just these are here and are found by themselves."""
        import numpy as np

        with vendor_errors("The index cannot be read"):
            held = self._collection.get(include=["embeddings"])
            numbers = map(int, held["ids"])
            by_number = dict(zip(numbers, _given(held["embeddings"]), strict=True))
        if sorted(by_number) != list(range(len(vectors))):
            raise CorpusError("The index does not hold the lines it was built from.")
        kept = np.array([by_number[number] for number in range(len(vectors))])
        if not np.allclose(kept, np.asarray(vectors), atol=1e-5):
            raise CorpusError("The index holds other vectors than its lines give.")
        for number in {0, len(vectors) - 1} if len(vectors) else set():
            if self.nearest(vectors[number], 1)[0][1] < 1 - NEAR_ENOUGH:
                raise CorpusError("The index does not find a line by its own vector.")

    def close(self) -> None:
        """Let go of the files; searching is over."""
        self._client.close()


def _given(vectors: Iterable[Any] | None) -> Iterable[Any]:
    return () if vectors is None else vectors


def _client(folder: Path) -> Client:
    """Chroma on this folder; telemetry off whatever the environment says."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(
        _env_file=None,
        anonymized_telemetry=False,
        chroma_otel_granularity="none",
        chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
        migrations="apply",
        allow_reset=False,
    )
    return cast("Client", chromadb.PersistentClient(folder, settings))


def _collection(client: Client, width: int) -> Collection:
    graph = cast("CreateCollectionConfiguration", {"hnsw": {**_GRAPH, "ef_search": width}})
    return client.get_or_create_collection(COLLECTION, embedding_function=None, configuration=graph)
