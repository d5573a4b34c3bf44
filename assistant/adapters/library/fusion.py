"""Reciprocal rank fusion: several rankings to one.

Cormack, G., Clarke, C. & Büttcher, S. (2009), "Reciprocal Rank Fusion outperforms Condorcet and
individual Rank Learning Methods".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Cormack's 60 suits long rankings. Ours are about a hundred, of which three are looked at.
RANK_CONSTANT = 10


def fused(*rankings: NDArray[np.float32]) -> NDArray[np.float64]:
    """For each document the sum over `rankings` (its score in each) of 1 / (constant + rank).

    Ranks begin at 1; equals keep their order, so the same scores always give the same ranks.
    """
    together = np.zeros(len(rankings[0]))
    for scores in rankings:
        together += 1.0 / (RANK_CONSTANT + _ranks(scores))
    return together


def _ranks(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    best_first = np.argsort(-scores, kind="stable")
    ranks = np.empty(len(scores), np.intp)
    ranks[best_first] = np.arange(1, len(scores) + 1)
    return ranks
