"""An embedding whose dimensions are the paragraphs and works of the library.

A text is placed by how much it resembles what people say whose story each of them speaks to:
explicit semantic analysis (Gabrilovich, E. & Markovitch, S., 2007, "Computing Semantic Relatedness
using Wikipedia-based Explicit Semantic Analysis"), with the resemblance learned from the authored
expansions by regularised least squares (Rifkin, R. et al., 2003) on tf-idf weighted features.
Nothing is downloaded, and the same files give the same embedding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.adapters.library.words import Analyser
from assistant.adapters.vector_space import Numbering, matrix, weighed

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

RIDGE = 5.0
# The background is one thing against all the rest, with many lines on either side: less smoothing.
RIDGE_OF_BACKGROUND = 2.0
CLOSE_ENOUGH = 1e-4
MOST_STEPS = 200


@dataclass(frozen=True)
class Concepts:
    """What was learned: `rarity` (features), `weights` (features, concepts), `usual` (concepts)."""

    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    usual: NDArray[np.float32]


class ConceptEmbedding(Embeddings):
    """Places texts among the concepts. Vectors have one number per concept and length 1.

    Safe to use from several threads at once; remembers nothing of what it is asked.
    """

    def __init__(self, analyser: Analyser, numbering: Numbering, concepts: Concepts) -> None:
        self._analyser = analyser
        self._numbering = numbering
        self._concepts = concepts

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of `texts`, in their order."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a query, of which the first 4,000 characters count."""
        placed = self.place(self._analyser.features(text))
        return [float(number) for number in placed / max(float(np.linalg.norm(placed)), 1e-9)]

    def place(self, counts: Counter[str]) -> NDArray[np.float32]:
        """How much a text with these features resembles each concept; about 0 to 2."""
        numbers, values = weighed(counts, self._numbering, self._concepts.rarity)
        found: NDArray[np.float32] = values @ self._concepts.weights[numbers]
        return found + self._concepts.usual + 1.0


def learn(
    counted: Sequence[Counter[str]],
    about: Sequence[Sequence[int]],
    concepts: int,
    numbering: Numbering,
) -> Concepts:
    """Learn from lines: `counted` their features, `about` the concepts each is about.

    The last concept is the background. Takes some seconds for ten thousand lines.
    """
    seen_in = Counter(number for counts in counted for number in numbering.known(counts)[0])
    seen = np.array([seen_in[number] for number in range(len(numbering))])
    rarity = (np.log((len(counted) + 1) / (seen + 1)) + 1).astype(np.float32)
    lines = matrix(counted, numbering, rarity)
    wanted = np.full((len(counted), concepts), -1.0, np.float32)
    for row, columns in enumerate(about):
        wanted[row, list(columns)] = 1.0
    usual = wanted.mean(axis=0)
    ridges = np.array([RIDGE] * (concepts - 1) + [RIDGE_OF_BACKGROUND], np.float32)
    shares = _solved(lines, wanted - usual, ridges)
    return Concepts(rarity, np.asarray(lines.T @ shares, np.float32), usual)


def _solved(
    lines: csr_array, wanted: NDArray[np.float32], ridges: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Shares of the lines that solve (X Xᵀ + ridge) shares = wanted, by conjugate gradients.

    Every column goes its own way, all in one loop (Hestenes & Stiefel, 1952).
    """
    turned = lines.T.tocsr()
    shares = np.zeros_like(wanted)
    residue, direction = wanted.copy(), wanted.copy()
    left = (residue**2).sum(axis=0)
    goal = CLOSE_ENOUGH**2 * np.maximum(left, 1e-12)
    for _ in range(MOST_STEPS):
        moved = lines @ (turned @ direction) + ridges * direction
        step = left / np.maximum((direction * moved).sum(axis=0), 1e-12)
        shares += step * direction
        residue -= step * moved
        still = (residue**2).sum(axis=0)
        if (still <= goal).all():
            break
        direction = residue + (still / np.maximum(left, 1e-12)) * direction
        left = still
    return shares
