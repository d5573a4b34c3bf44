"""The baseline: plain BM25, beside the library in the same run."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping

from assistant.records import Library
from evals.retrieval.cases import Case

K1, B = 1.2, 0.75
_WORD = re.compile(r"\w+")


class PlainBm25:
    """BM25 as the textbook has it: lower-cased words, no stemming, no stop words.

    A text is found when it shares a word with the query; equals stay in their order.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._words = {name: Counter(_words(text)) for name, text in texts.items()}
        lengths = {name: counts.total() for name, counts in self._words.items()}
        mean = sum(lengths.values()) / max(len(lengths), 1)
        self._norms = {name: K1 * (1 - B + B * n / (mean or 1)) for name, n in lengths.items()}
        self._holders = Counter(word for counts in self._words.values() for word in counts)

    def search(self, query: str, k: int) -> tuple[str, ...]:
        """At most `k` names, best first; none when no word is shared."""
        asked = Counter(_words(query))
        scores = {name: self.score(asked, name) for name in self._words}
        found = sorted((name for name in scores if scores[name] > 0), key=lambda one: -scores[one])
        return tuple(found[:k])

    def score(self, asked: Counter[str], name: str) -> float:
        """The BM25 score of one text; a word that is asked twice counts twice."""
        counts, norm = self._words[name], self._norms[name]
        return sum(
            times * self._rarity(word) * counts[word] * (K1 + 1) / (counts[word] + norm)
            for word, times in asked.items()
            if counts[word]
        )

    def _rarity(self, word: str) -> float:
        holders = self._holders[word]
        return math.log(1 + (len(self._words) - holders + 0.5) / (holders + 0.5))


class Baseline:
    """Plain BM25 that is told where to look, which the library is not.

    Over the references for questions about a cited work, over the paragraphs for all others.
    """

    def __init__(self, library: Library) -> None:
        literature = library.literature
        self._paragraphs = PlainBm25({one.id: one.text for one in library.essay.paragraphs})
        self._references = PlainBm25(
            {work.key: literature.reference(work.key).text for work in literature.works}
        )

    def find(self, case: Case, k: int) -> tuple[str, ...]:
        """At most `k` ids for the query of `case`, best first."""
        texts = self._references if case.kind == "work" else self._paragraphs
        return texts.search(case.query, k)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
