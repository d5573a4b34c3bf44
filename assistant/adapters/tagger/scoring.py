"""What the model makes of a text: window by window, sentence by sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.adapters.tagger.features import Feature, Stems, by_sentence
from assistant.adapters.tagger.learning import chance
from assistant.adapters.vector_space import weighed
from assistant.records import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.adapters.tagger.model import Model
    from assistant.steps.tagging import Reading

WINDOW = 90  # words, about: a longer answer is weighed piece by piece
COLUMNS = 2 * len(LEVELS)  # of odds: is the level there; which way round, positive for continuity


@dataclass(frozen=True)
class Window:
    """Some sentences in a row: the numbers of the sentences, and the features of each."""

    numbers: range
    features: Sequence[Sequence[Feature]]


def windows(reading: Reading, stems: Stems) -> Iterator[Window]:
    """The text in pieces of so many words, at the borders of sentences."""
    features = by_sentence(reading, stems)
    first, words = 0, 0
    for number, sentence in enumerate(reading.sentences):
        if number > first and words + len(sentence) > WINDOW:
            yield Window(range(first, number), features[first:number])
            first, words = number, 0
        words += len(sentence)
    if words:
        yield Window(range(first, len(features)), features[first:])


def odds(counts: Counter[str], model: Model) -> NDArray[np.float64]:
    """The odds of every column of the model for a text with these features."""
    numbers, values = weighed(counts, model.numbering, model.rarity)
    found = values @ model.weights[numbers] + model.intercepts
    return np.asarray(found, np.float64)


def chances(odds_: NDArray[np.float64], scales: NDArray[np.float64]) -> NDArray[np.float64]:
    """Calibrated chances of the first six columns."""
    return chance(scales[:, 0] * odds_ + scales[:, 1])


@dataclass(frozen=True)
class Scored:
    """The odds of a text under a model: of it as a whole, and of each of its sentences."""

    whole: NDArray[np.float64]
    sentences: NDArray[np.float64]

    def together(self) -> NDArray[np.float64]:
        """Odds of the first six columns, before they are scaled.

        Of a level: the mean chance of the whole and of the sentence that shows it most, since a
        long answer drowns what one sentence says. Of a polarity: of the whole and that sentence.
        """
        levels = len(LEVELS)
        best, each = self.best(), np.arange(levels)
        there = (chance(self.whole[:levels]) + chance(self.sentences[best, each])) / 2
        there = np.clip(there, 1e-6, 1 - 1e-6)
        turned = (self.whole[levels:COLUMNS] + self.sentences[best, levels + each]) / 2
        return np.concatenate([np.log(there / (1 - there)), turned])

    def best(self) -> NDArray[np.intp]:
        """For each level the sentence that shows it most."""
        return np.asarray(self.sentences[:, : len(LEVELS)].argmax(axis=0), np.intp)


def scored(whole: Counter[str], sentences: Sequence[Counter[str]], model: Model) -> Scored:
    """A text under the model, by the features of it as a whole and of each of its sentences."""
    of_whole = odds(whole, model)
    if len(sentences) < 2:
        return Scored(of_whole, of_whole[None, :])
    return Scored(of_whole, np.array([odds(counts, model) for counts in sentences]))
