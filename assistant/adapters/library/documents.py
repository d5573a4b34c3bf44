"""Searching documents that researchers added: BM25 and vectors over their chunks, fused."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile

import numpy as np

from assistant.adapters.library import bm25
from assistant.adapters.library.fusion import RANK_CONSTANT
from assistant.adapters.library.vectors import QUICK, Vectors
from assistant.adapters.library.words import Analyser
from assistant.adapters.vector_space import Numbering
from assistant.errors import CorpusError
from assistant.records import Chunk, Document

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

POSTINGS_FILE = "postings.npz"
LOOKED_AT = 50
# A chunk is returned when it has this share of what the words of the query weigh; one that is this
# near by the vector may have half of it.
LEAST_COVERED = 0.5
NEAR_BY = 0.8
MOST_WORDS = 40  # of a query, the rarest: no chunk has half of the words of a long story


class Held(NamedTuple):
    """A chunk and the document it is of."""

    chunk: Chunk
    document: Document


class Postings:
    """Which chunks have which word, and how much it weighs there: `starts` into `chunks`."""

    def __init__(
        self,
        numbering: Numbering,
        starts: NDArray[np.int64],
        chunks: NDArray[np.int32],
        weights: NDArray[np.float32],
        rarity: NDArray[np.float32],
    ) -> None:
        self.numbering = numbering
        self.starts, self.chunks, self.weights, self.rarity = starts, chunks, weights, rarity

    def rarest(self, stems: Iterable[str]) -> list[tuple[int | None, float]]:
        """(number, rarity) of the rarest stems, at most MOST_WORDS; no number: in no chunk."""
        unknown = float(self.rarity.max()) if len(self.rarity) else 1.0
        found: list[tuple[int | None, float]] = []
        for stem in stems:
            number = self.numbering.number(stem)
            found.append((number, unknown if number is None else float(self.rarity[number])))
        return sorted(found, key=lambda one: -one[1])[:MOST_WORDS]

    def score(
        self, stems: Iterable[str], many: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(BM25 score, share of the query's weight that is covered) of each of `many` chunks."""
        scores, covered = np.zeros(many, np.float32), np.zeros(many, np.float32)
        rarest = self.rarest(stems)
        for number, rarity in rarest:
            if number is not None:
                places = slice(int(self.starts[number]), int(self.starts[number + 1]))
                scores[self.chunks[places]] += self.weights[places]
                covered[self.chunks[places]] += rarity
        return scores, covered / max(sum(rarity for _, rarity in rarest), 1e-9)


class DocumentIndex:
    """The chunks of all documents on the shelf, as they were when the folder was built."""

    def __init__(self, postings: Postings, vectors: Vectors, held: Sequence[Held]) -> None:
        self._postings = postings
        self._vectors = vectors
        self.held = held

    def find(
        self, counts: Counter[str], vector: Sequence[float], k: int
    ) -> list[tuple[Held, float]]:
        """At most `k` chunks that fit, best first, each with its score in [0, 1]."""
        stems = [feature for feature in counts if feature.startswith("s:")]
        if not self.held or not stems:
            return []
        scores, covered = self._postings.score(stems, len(self.held))
        near = dict(self._vectors.nearest(vector, min(LOOKED_AT, len(self.held))))
        together = _fused(np.argsort(-scores, kind="stable")[:LOOKED_AT].tolist(), list(near))
        fitting = [n for n in together if covered[n] >= _asked_of(near.get(n, 0.0))]
        # Coverage is the score that is shown, so it decides first: more asked for never changes
        # what comes before.
        fitting.sort(key=lambda n: (-round(float(covered[n]), 4), -together[n], n))
        return [(self.held[n], round(min(1.0, float(covered[n])), 4)) for n in fitting[:k]]

    def close(self) -> None:
        """Let go of the files."""
        self._vectors.close()


def _fused(*rankings: Sequence[int]) -> dict[int, float]:
    """Reciprocal ranks of the numbers in `rankings`, added up."""
    together: dict[int, float] = {}
    for ranking in rankings:
        for rank, number in enumerate(ranking, start=1):
            together[number] = together.get(number, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    return together


def _asked_of(cosine: float) -> float:
    return LEAST_COVERED / 2 if cosine >= NEAR_BY else LEAST_COVERED


def all_held(documents: Sequence[Document]) -> list[Held]:
    """Every chunk with its document, in the order of documents and chunks."""
    return [Held(chunk, document) for document in documents for chunk in document.chunks]


def build(folder: Path, held: Sequence[Held], analyser: Analyser, embedding: Embeddings) -> None:
    """Index the chunks in `folder`."""
    texts = [one.chunk.text for one in held]
    counted = [_words_of(analyser, text) for text in texts]
    placed = embedding.embed_documents(texts)
    vectors = Vectors(folder, QUICK)
    try:
        vectors.add(placed)
    finally:
        vectors.close()
    postings = _posted(counted)
    with (folder / POSTINGS_FILE).open("wb") as file:  # last: without it the folder is half built
        np.savez(
            file,
            allow_pickle=False,
            features=np.frombuffer("\n".join(postings.numbering.features).encode(), np.uint8),
            starts=postings.starts,
            chunks=postings.chunks,
            weights=postings.weights,
            rarity=postings.rarity,
            placed=np.array(placed, np.float32),
        )


def opened(folder: Path, held: Sequence[Held]) -> DocumentIndex:
    """The index that was built of these. Raises CorpusError unless it is whole."""
    try:
        with np.load(folder / POSTINGS_FILE, allow_pickle=False) as kept:
            part = {name: kept[name] for name in kept.files}
        features = part["features"].tobytes().decode()
        postings = Postings(
            Numbering(features.split("\n") if features else ()),
            part["starts"], part["chunks"], part["weights"], part["rarity"],
        )  # fmt: skip
        placed = part["placed"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as wrong:
        raise CorpusError(f"{folder.name} is not whole ({type(wrong).__name__}).") from wrong
    if len(placed) != len(held):
        raise CorpusError(f"{folder.name} does not hold the documents on the shelf.")
    vectors = Vectors(folder, QUICK)
    try:
        vectors.check(placed)
    except BaseException:
        vectors.close()
        raise
    return DocumentIndex(postings, vectors, held)


def _words_of(analyser: Analyser, text: str) -> Counter[str]:
    counts = analyser.features(text)
    return Counter({f: n for f, n in counts.items() if f.startswith("s:")})


def _posted(counted: Sequence[Counter[str]]) -> Postings:
    """BM25 postings of the chunks; constants as in `bm25`."""
    features = sorted({feature for counts in counted for feature in counts})
    numbering = Numbering(features)
    number = {feature: n for n, feature in enumerate(features)}
    triples = [(number[f], c, n) for c, counts in enumerate(counted) for f, n in counts.items()]
    rows = np.array(sorted(triples), np.int64).reshape(-1, 3)
    seen_in = np.bincount(rows[:, 0], minlength=len(features))
    rarity = np.log(1 + (len(counted) - seen_in + 0.5) / (seen_in + 0.5)).astype(np.float32)
    lengths = np.array([counts.total() for counts in counted], np.float32)
    usual = max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
    times = rows[:, 2].astype(np.float32)
    damped = times + bm25.K1 * (1 - bm25.B + bm25.B * lengths[rows[:, 1]] / usual)
    weights = (rarity[rows[:, 0]] * times * (bm25.K1 + 1) / damped).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(seen_in)]).astype(np.int64)
    return Postings(numbering, starts, rows[:, 1].astype(np.int32), weights, rarity)
