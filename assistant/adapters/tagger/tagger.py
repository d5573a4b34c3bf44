"""The embedded Tagger: trained, explainable, quick, the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.adapters.tagger.evidence import added, stretch, telling, widened
from assistant.adapters.tagger.features import Feature, counted
from assistant.adapters.tagger.scoring import Window, chances, odds, scored, windows
from assistant.errors import PromptFileError
from assistant.records import LEVELS, Codebook, Coder, Coding, Lang, Level, Polarity, Tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.adapters.tagger.model import Model
    from assistant.steps.tagging import Reading, RuleTagger

VERSION = "embedded.v2"
WAYS: tuple[Polarity, Polarity] = ("discontinuity", "continuity")
# A window has both polarities of a level only when a sentence of its own is this sure of each.
SURE_OF_BOTH = 0.75
TOLD = 8  # features, in an explanation
# Words that the model knows by their stem or letters, or a window carries nothing: the word alone
# is no evidence, and a vector of length 1 makes the little there is, a name, weigh like a story.
LEAST_WORDS = 2


@dataclass(frozen=True)
class _Found:
    """A level in a window: the chance of it, and of continuity; the sentence that shows it."""

    level: Level
    window: Window
    chance: float
    continues: float
    sentence: int


class EmbeddedTagger:
    """Codes one answer by a linear model over words and over what the rules see.

    Deterministic, linear in the length of the text, and without memory of it; whatever the text
    says, it is data. At most one tag per level and polarity. `confidence` is the calibrated chance
    that the window of some 90 words which shows it best carries the level that way round. Safe to
    use from several threads at once.
    Raises PromptFileError when the model has a code that the codebook has not.
    """

    def __init__(self, rules: RuleTagger, model: Model, codebook: Codebook) -> None:
        self.version = VERSION
        self.coder = Coder(origin="embedded", codebook=codebook.name, version=VERSION)
        self._rules, self._model = rules, model
        self._columns = {level: _columns(model, codebook, level) for level in LEVELS}
        unknown = set(model.codes) - {code.id for code in codebook.codes}
        if unknown:
            raise PromptFileError(
                f"{codebook.name} lacks codes that the tagger gives: {', '.join(sorted(unknown))}. "
                "Train it anew with `make tagger`."
            )

    def tag(self, text: str, lang: Lang) -> Coding:
        """The levels `text` carries; every span lies inside `text`; no words, no tags."""
        reading = self._rules.read(text, lang)
        best: dict[tuple[Level, Polarity], Tag] = {}
        pieces = list(windows(reading, self._model.stems))
        # With more windows there are more chances to see what is not there: the doubt that is
        # allowed is shared between them (Bonferroni).
        least = 1 - (1 - self._model.threshold) / max(len(pieces), 1)
        for window in pieces:
            for found in self._found(window, least):
                for tag in self._tags(found, reading):
                    held = best.get((tag.level, tag.polarity))
                    if held is None or tag.confidence > held.confidence:
                        best[tag.level, tag.polarity] = tag
        coder = self.coder
        tags = tuple(best[level, way] for level in LEVELS for way in WAYS if (level, way) in best)
        return Coding(origin=coder.origin, tags=tags, codebook=coder.codebook, coder=coder.version)

    def explain(self, text: str, lang: Lang, level: Level) -> list[tuple[str, float]]:
        """The features that weighed most for or against `level`, and what each added."""
        pieces = windows(self._rules.read(text, lang), self._model.stems)
        features = [one for piece in pieces for of_one in piece.features for one in of_one]
        return telling(features, LEVELS.index(level), self._model, TOLD)

    def _found(self, window: Window, least: float) -> Iterator[_Found]:
        if len(self._known(window)) < LEAST_WORDS:
            return
        alone = [counted(features) for features in window.features]
        whole = counted(feature for features in window.features for feature in features)
        score = scored(whole, alone, self._model)
        chance, best = chances(score.together(), self._model.scales), score.best()
        for number, level in enumerate(LEVELS):
            if chance[number] >= least:
                continues = float(chance[len(LEVELS) + number])
                yield _Found(level, window, float(chance[number]), continues, int(best[number]))

    def _known(self, window: Window) -> set[int]:
        """The numbers of the words that the model knows by themselves."""
        number = self._model.numbering.number
        return {
            one.first
            for features in window.features
            for one in features
            if one.name.startswith(("s:", "g:")) and number(one.name) is not None
        }

    def _tags(self, found: _Found, reading: Reading) -> Iterator[Tag]:
        """The tag of the likelier polarity; or one of each, where a sentence is sure of each.

        Those are two sentences, since none is sure of both; and each tag is as sure as its own.
        """
        several = len(found.window.features) > 1
        shown = {way: self._surest(found, way) for way in WAYS} if several else {}
        if not shown or min(sure for _, sure in shown.values()) < SURE_OF_BOTH:
            continues = found.continues >= 0.5
            sure = found.chance * (found.continues if continues else 1 - found.continues)
            shown = {WAYS[continues]: (found.sentence, sure)}
        elif shown["continuity"][0] < shown["discontinuity"][0]:
            # A good past that ended is the break alone.
            del shown["continuity"]
        for way, (sentence, sure) in shown.items():
            yield self._tag(found, way, sentence, reading, sure)

    def _surest(self, found: _Found, way: Polarity) -> tuple[int, float]:
        """The sentence that is surest to show the level this way round, and how sure it is."""
        number = LEVELS.index(found.level)
        sureness = []
        for features in found.window.features:
            made = odds(counted(features), self._model)[: 2 * len(LEVELS)]
            there, continues = chances(made, self._model.scales)[[number, len(LEVELS) + number]]
            sureness.append(float(there * (continues if way == "continuity" else 1 - continues)))
        best = int(np.argmax(sureness))
        return best, sureness[best]

    def _tag(
        self, found: _Found, way: Polarity, sentence: int, reading: Reading, sure: float
    ) -> Tag:
        features = found.window.features[sentence]
        words = reading.sentences[found.window.numbers[sentence]]
        first_word = sum(len(s) for s in reading.sentences[: found.window.numbers[sentence]])
        number = LEVELS.index(found.level)
        # What shows the level, and half as much which way round.
        columns = {number: 1.0, len(LEVELS) + number: 0.5 if way == "continuity" else -0.5}
        adds = added(features, columns, self._model, len(words), first_word)
        first, last = widened(*stretch(adds), [word.clause for word in words])
        return Tag(
            level=found.level,
            polarity=way,
            code=self._code(found.level, features),
            start=words[first].start,
            end=words[last].end,
            confidence=round(sure, 3),
        )

    def _code(self, level: Level, features: Sequence[Feature]) -> str | None:
        columns = self._columns[level]
        if not len(columns):
            return None
        made = odds(counted(features), self._model)[columns]
        return self._model.codes[int(columns[int(made.argmax())]) - 2 * len(LEVELS)]


def _columns(model: Model, codebook: Codebook, level: Level) -> NDArray[np.intp]:
    """The columns of the codes that a tag of `level` may have."""
    allowed = [n for n, code in enumerate(model.codes) if codebook.allows(level, code)]
    return np.array(allowed, np.intp) + 2 * len(LEVELS)
