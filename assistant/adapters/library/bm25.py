"""BM25 over the features of documents that were expanded with authored lines.

Robertson, S. & Zaragoza, H. (2009), "The Probabilistic Relevance Framework: BM25 and Beyond";
document expansion after Nogueira, R. et al. (2019), "Document Expansion by Query Prediction", with
people instead of a model to do the predicting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.adapters.vector_space import Numbering

if TYPE_CHECKING:
    from numpy.typing import NDArray

K1, B = 1.2, 0.75
# An n-gram says less than a word, and a word has many: they count for this much each.
GRAM_WEIGHT = 0.4
MOST_OF_ONE = 2  # of how often a feature stands in a query


def numbered(counted: Iterable[Mapping[str, int]]) -> Numbering:
    """A Numbering of the features in `counted`, sorted; an n-gram of one text alone is left out."""
    seen_in = Counter(feature for counts in counted for feature in counts)
    return Numbering(sorted(f for f, n in seen_in.items() if n > 1 or not f.startswith("g:")))


def weigh(documents: Sequence[Counter[str]], numbering: Numbering) -> NDArray[np.float32]:
    """What each feature adds to the score of each document: (features, documents)."""
    weights = np.zeros((len(numbering), len(documents)), np.float32)
    for column, counts in enumerate(documents):
        numbers, times = numbering.known(counts)
        weights[numbers, column] = times
    lengths = weights.sum(axis=0)
    seen_in = (weights > 0).sum(axis=1)
    rarity = np.log(1 + (len(documents) - seen_in + 0.5) / (seen_in + 0.5))
    weights *= (K1 + 1) / (weights + K1 * (1 - B + B * lengths / max(lengths.mean(), 1)))
    kind = [GRAM_WEIGHT if f.startswith("g:") else 1.0 for f in numbering.features]
    weights *= (rarity * np.array(kind))[:, None].astype(np.float32)
    return weights


def scores(
    weights: NDArray[np.float32], numbering: Numbering, query: Counter[str]
) -> NDArray[np.float32]:
    """The score of each document for the features of a query; 0 where they share nothing."""
    numbers, times = numbering.known(query)
    found: NDArray[np.float32] = np.minimum(times, MOST_OF_ONE) @ weights[numbers]
    return found
