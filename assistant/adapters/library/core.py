"""Searching essay and literature: two rankings, fused, and whether anything fits at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.adapters.library.fusion import fused
from assistant.adapters.library.lines import Line
from assistant.adapters.library.model import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR = 120  # lines that are looked at
BEST = 5  # of the near lines about one id, how many count
STRONGEST = 3  # concepts whose resemblance is taken together
# How sure we are that anything fits: a logistic regression, see evals/retrieval/README.md.
INTERCEPT = 4.43
WEIGHTS = (1.46, -6.27, 0.0375, 3.12, -8.68)  # in the order of `signals`
# A query that is less like every line has hardly a word in common with them, such as one in another
# script. Of the queries of development that something fits, none is under 0.20.
LEAST_ALIKE = 0.17
# Under this, nothing is returned.
THRESHOLD = 0.37

Near = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Find:
    """One id that was found: `score` in [0, 1]; the lines about it that were near, best first."""

    id: str
    score: float
    lines: tuple[tuple[int, float], ...]


class Core:
    """Finds ids of the library for the features of a query."""

    def __init__(self, model: Model, lines: Sequence[Line]) -> None:
        column = {name: number for number, name in enumerate(model.ids)}
        self._about = [[column[name] for name in line.about] for line in lines]
        self._model = model

    def find(self, counts: Counter[str], near: Callable[[], Near]) -> list[Find]:
        """What fits, best first; nothing when we are not sure enough that anything does.

        `near` is asked only when we are.
        """
        lexical = self._model.lexical_scores(counts)
        sure = self.confidence(counts, lexical)
        if sure < THRESHOLD:
            return []
        by_column = self._by_column(near())
        meaning = np.array(
            [sum(cosine for _, cosine in found[:BEST]) for found in by_column],
            np.float32,
        )
        together = fused(meaning, lexical)
        best = [int(c) for c in np.argsort(-together, kind="stable") if meaning[c] > 0]
        top = float(together.max())
        return [
            Find(self._model.ids[c], round(sure * float(together[c]) / top, 4), tuple(by_column[c]))
            for c in best
        ]

    def confidence(self, counts: Counter[str], lexical: NDArray[np.float32]) -> float:
        """How sure it is that anything fits, in [0, 1]."""
        signals = self.signals(counts, lexical)
        if signals[3] < LEAST_ALIKE:
            return 0.0
        odds = INTERCEPT + sum(w * signal for w, signal in zip(WEIGHTS, signals, strict=True))
        return float(1 / (1 + np.exp(-odds)))

    def signals(
        self, counts: Counter[str], lexical: NDArray[np.float32]
    ) -> tuple[float, float, float, float, float]:
        """What the confidence rests on.

        How much the query resembles the three concepts it resembles most, and the background; the
        best lexical score for the length of the query; how like it is, word for word, to the most
        alike lines about something, and of background.
        """
        place = self._model.embedding.place(counts)
        stems = sum(min(n, 2) ** 2 for feature, n in counts.items() if feature.startswith("s:"))
        return (
            float(np.sort(place[:-1])[-STRONGEST:].sum()),
            float(place[-1]),
            float(lexical.max()) / max(stems, 1) ** 0.5,
            *self._model.likeness(counts),
        )

    def _by_column(self, near: Near) -> list[list[tuple[int, float]]]:
        """The near lines of each column, best first."""
        found: list[list[tuple[int, float]]] = [[] for _ in self._model.ids]
        for number, cosine in near:
            for column in self._about[number]:
                found[column].append((number, cosine))
        return found
