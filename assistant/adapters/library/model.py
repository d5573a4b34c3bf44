"""What is learned from the lines, once, and kept on disk beside the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.adapters.library import bm25
from assistant.adapters.library.concepts import (
    ConceptEmbedding,
    Concepts,
    learn,
)
from assistant.adapters.library.likeness import LineWords, by_feature
from assistant.adapters.library.lines import Line
from assistant.adapters.library.words import Analyser, words_in
from assistant.adapters.vector_space import Numbering, matrix, packed, unpacked, weighed
from assistant.errors import CorpusError
from assistant.records import Ring

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PARTS = (
    *("vocabulary", "features", "bm25", "rarity", "weights", "usual", "placed"),
    *("starts", "lines", "values"),
)


@dataclass(frozen=True)
class Model:
    """What searching needs.

    `ids`: what can be found, in the order of the columns of `bm25`; the concepts are these and,
    last, "nothing of ours". `placed`: the vector of each line that is about something, of length 1.
    """

    analyser: Analyser
    numbering: Numbering
    ids: tuple[str, ...]
    bm25: NDArray[np.float32]
    concepts: Concepts
    placed: NDArray[np.float32]
    words: LineWords
    vocabulary: tuple[str, ...]

    @property
    def embedding(self) -> ConceptEmbedding:
        """The embedding that was learned."""
        return ConceptEmbedding(self.analyser, self.numbering, self.concepts)

    def lexical_scores(self, query: Counter[str]) -> NDArray[np.float32]:
        """The BM25 score of each of `ids` for the features of a query."""
        return bm25.scores(self.bm25, self.numbering, query)

    def likeness(self, query: Counter[str]) -> tuple[float, float]:
        """How like the features of a query are to lines about something, and to background."""
        return self.words.likeness(*weighed(query, self.numbering, self.concepts.rarity))


def learned(lines: Sequence[Line], ids: Sequence[str], rings: Sequence[Ring]) -> Model:
    """Learn from `lines`, background last, to find each of `ids`. Takes some ten seconds."""
    vocabulary = tuple(sorted({word for line in lines for word in words_in(line.text)}))
    analyser = Analyser(vocabulary, rings)
    counted = [analyser.features(line.text) for line in lines]
    numbering = bm25.numbered(counted)
    column = {name: number for number, name in enumerate(ids)}
    about = [[column[name] for name in line.about] or [len(ids)] for line in lines]
    concepts = learn(counted, about, len(ids) + 1, numbering)
    embedding = ConceptEmbedding(analyser, numbering, concepts)
    told = [counts for line, counts in zip(lines, counted, strict=True) if line.about]
    placed = np.array([embedding.place(counts) for counts in told])
    placed /= np.maximum(np.linalg.norm(placed, axis=1, keepdims=True), 1e-9)
    weights = bm25.weigh(_documents(counted, about, len(ids)), numbering)
    words = by_feature(matrix(counted, numbering, concepts.rarity), len(told))
    return Model(analyser, numbering, tuple(ids), weights, concepts, placed, words, vocabulary)


def _documents(
    counted: Sequence[Counter[str]], about: Sequence[Sequence[int]], many: int
) -> list[Counter[str]]:
    """All that is said of each id, as one document; background belongs to none."""
    documents: list[Counter[str]] = [Counter() for _ in range(many)]
    for counts, columns in zip(counted, about, strict=True):
        for column in columns:
            if column < many:
                documents[column].update(counts)
    return documents


def save(model: Model, path: Path) -> None:
    """Write `model` to `path`, and its digest to a file beside it, last."""
    arrays: dict[str, NDArray[np.generic]] = {
        "vocabulary": packed(model.vocabulary),
        "features": packed(model.numbering.features),
        "bm25": model.bm25,
        "rarity": model.concepts.rarity,
        "weights": model.concepts.weights,
        "usual": model.concepts.usual,
        "placed": model.placed,
        "starts": model.words.starts,
        "lines": model.words.lines,
        "values": model.words.values,
    }
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    _seal(path).write_text(_digest(path), "ascii")


def load(path: Path, ids: Sequence[str], rings: Sequence[Ring]) -> Model:
    """The model that was saved. Raises CorpusError unless it is there, whole and unchanged."""
    try:
        if _seal(path).read_text("ascii") != _digest(path):
            raise CorpusError(f"{path.name} is not what was written.")
        with np.load(path, allow_pickle=False) as kept:
            part = {name: kept[name] for name in _PARTS}
    except (OSError, ValueError, KeyError) as wrong:
        raise CorpusError(f"{path.name} cannot be read ({type(wrong).__name__}).") from wrong
    vocabulary = unpacked(part["vocabulary"])
    told, many = len(part["placed"]), int(part["lines"].max(initial=-1)) + 1
    return Model(
        Analyser(vocabulary, rings),
        Numbering(unpacked(part["features"])),
        tuple(ids),
        part["bm25"],
        Concepts(part["rarity"], part["weights"], part["usual"]),
        part["placed"],
        LineWords(part["starts"], part["lines"], part["values"], told, many),
        vocabulary,
    )


def _seal(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
