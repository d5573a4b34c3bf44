"""Which words show a level: the stretch of a sentence that adds most to its odds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.adapters.tagger.features import Feature, counted
from assistant.adapters.vector_space import weighed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.adapters.tagger.model import Model

# A word has to add this share of what an average word of the sentence adds, or the stretch ends.
TOLERANCE = 0.3
LONGEST = 18  # words
NEAR_END = 4  # words to the end of a clause, at most, or the stretch is not carried on to it


def added(
    features: Sequence[Feature], columns: Mapping[int, float], model: Model, words: int, first: int
) -> NDArray[np.float64]:
    """What each word of a sentence adds to the odds of these columns, each counting for so much.

    A feature that stands on several words is divided over them.
    """
    counts = counted(features)
    numbers, values = weighed(counts, model.numbering, model.rarity)
    weights = sum(share * model.weights[numbers, column] for column, share in columns.items())
    adds = dict(zip(numbers.tolist(), (values * weights).tolist(), strict=True))
    found = [0.0] * words
    for feature in features:
        number = model.numbering.number(feature.name)
        if number is not None:
            here = range(feature.first - first, feature.last - first + 1)
            share = adds[number] / counts[feature.name] / len(here)
            for word in here:
                found[word] += share
    return np.array(found)


def stretch(adds: NDArray[np.float64]) -> tuple[int, int]:
    """First and last word of the stretch that adds most, each word costing something.

    The maximum subarray (Kadane, in Bentley, J., 1984, "Programming Pearls"), of bounded length.
    """
    cost = TOLERANCE * max(float(np.clip(adds, 0, None).mean()), 1e-9)
    gains = adds - cost
    best, best_at = -np.inf, (0, 0)
    for first in range(len(gains)):
        sums = np.cumsum(gains[first : first + LONGEST])
        last = int(sums.argmax())
        if sums[last] > best:
            best, best_at = float(sums[last]), (first, first + last)
    return best_at


def widened(first: int, last: int, clauses: Sequence[int]) -> tuple[int, int]:
    """The stretch to the ends of its clauses, where those are near: half a clause reads badly.

    `clauses`: for each word of the sentence the number of its clause.
    """
    begin, end = first, last
    while begin > 0 and clauses[begin - 1] == clauses[first]:
        begin -= 1
    while end + 1 < len(clauses) and clauses[end + 1] == clauses[last]:
        end += 1
    return (
        begin if first - begin <= NEAR_END else first,
        end if end - last <= NEAR_END else last,
    )


def telling(
    features: Iterable[Feature], column: int, model: Model, most: int
) -> list[tuple[str, float]]:
    """The features that add most to the odds of a column, either way, and what they add."""
    numbers, values = weighed(counted(features), model.numbering, model.rarity)
    adds = values * model.weights[numbers, column]
    order = np.argsort(-np.abs(adds), kind="stable")[:most]
    return [(model.numbering.features[numbers[n]], round(float(adds[n]), 3)) for n in order]
