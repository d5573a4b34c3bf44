"""Which sentences of a long paragraph bear most on what somebody said."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.adapters.library.model import Model

SHORT_ENOUGH = 350  # characters of a paragraph that is read as a whole
LEAST = 120  # characters of an excerpt: a shorter sentence brings its neighbour
BY_LINES = 0.3  # what a near line counts for, beside the query itself
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]['’\"”)]*(?=\s+[^\sa-z])|$)", re.DOTALL)


class Sentence(NamedTuple):
    """A sentence of a text, by code points, with the rarity of each of its features."""

    start: int
    end: int
    features: dict[str, float]


def sentences_of(text: str, model: Model) -> list[Sentence]:
    """The sentences of `text`, in order; together they leave out nothing but white space."""
    return [
        Sentence(one.start(), one.end(), _rarities(model, one.group()))
        for one in _SENTENCE.finditer(text)
    ]


def excerpt(
    text: str,
    sentences: Sequence[Sentence],
    asked: Iterable[str],
    lines: Iterable[Iterable[str]],
) -> tuple[int, int] | None:
    """Start and end of the sentences that share most with what was asked, and with near `lines`.

    `asked` are the features of a query, `lines` what each near line is about.

    None when the text is short enough to be read as a whole, or nothing is shared.
    """
    if len(text) <= SHORT_ENOUGH or len(sentences) < 2:
        return None
    weights = dict.fromkeys(asked, 1.0)
    for line in lines:
        for feature in line:
            weights[feature] = weights.get(feature, 0.0) + BY_LINES
    scores = [_shared(one, weights) for one in sentences]
    best = max(range(len(scores)), key=lambda number: (scores[number], -number))
    if scores[best] <= 0:
        return None
    first, last = best, best
    if sentences[last].end - sentences[first].start < LEAST:
        before = scores[first - 1] if first > 0 else -1.0
        after = scores[last + 1] if last + 1 < len(scores) else -1.0
        first, last = (first - 1, last) if before > after else (first, last + 1)
    if (first, last) == (0, len(sentences) - 1):
        return None
    return sentences[first].start, sentences[last].end


def telling(model: Model, text: str) -> list[str]:
    """Stems and rings: what a sentence is about. N-grams would favour long sentences."""
    return [feature for feature in model.analyser.features(text) if not feature.startswith("g:")]


def _rarities(model: Model, text: str) -> dict[str, float]:
    numbers = ((feature, model.numbering.number(feature)) for feature in telling(model, text))
    return {
        feature: float(model.concepts.rarity[number])
        for feature, number in numbers
        if number is not None
    }


def _shared(sentence: Sentence, weights: dict[str, float]) -> float:
    """What the sentence shares, by rarity, damped by its length."""
    total = sum(
        rarity * weights[feature]
        for feature, rarity in sentence.features.items()
        if feature in weights
    )
    return total / math.sqrt(10 + len(sentence.features))
