"""Why something was found, for a researcher: which words, which rings, which expansions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.adapters.library.core import Find
from assistant.adapters.library.lines import OWN, Line
from assistant.adapters.library.model import Model
from assistant.adapters.library.words import Term, words_in
from assistant.records import Reason

WORDS_SHOWN = 5
LINES_SHOWN = 2
ASKED_SHOWN = 200  # characters of the query
LEAST = 0.05  # of the heaviest word's weight


class Asked:
    """The words of a query with their features, looked up once for all that it finds."""

    def __init__(self, query: str, model: Model) -> None:
        kept = query.encode("utf-8", "ignore").decode()  # half a surrogate pair cannot be printed
        self.shown = " ".join(kept.split())[:ASKED_SHOWN]
        self._model = model
        self._words = [
            (term, _numbered(model, term)) for term in dict.fromkeys(model.analyser.terms(query))
        ]

    def heaviest(self, column: int) -> list[tuple[Term, dict[str, float]]]:
        """The words that add most to the score of this column, with what each feature adds."""
        weighed = []
        for term, features in self._words:
            adds = {f: float(self._model.bm25[number, column]) for f, number in features}
            weighed.append((sum(adds.values()), term, {f: n for f, n in adds.items() if n > 0}))
        weighed.sort(key=lambda one: -one[0])
        least = weighed[0][0] * LEAST if weighed else 0.0
        return [(term, by) for total, term, by in weighed[:WORDS_SHOWN] if total > least]


def _numbered(model: Model, term: Term) -> list[tuple[str, int]]:
    features = dict.fromkeys(model.analyser.features_of(term))
    numbers = ((feature, model.numbering.number(feature)) for feature in features)
    return [(feature, number) for feature, number in numbers if number is not None]


def reasons(
    asked: Asked, find: Find, own_text: str, model: Model, lines: Sequence[Line]
) -> tuple[Reason, ...]:
    """The heaviest words, then the nearest lines that are not the library's own text."""
    own = _Own(own_text, model)
    heaviest = asked.heaviest(model.ids.index(find.id))
    words = [told for term, by in heaviest if (told := _met(term, by, own))]
    return (*words, *_expansions(asked.shown, find, lines))


class _Own:
    """The words of the passage itself."""

    def __init__(self, text: str, model: Model) -> None:
        self.by_stem = {term.stem: term.word for term in model.analyser.terms(text)}
        self.words = sorted(set(words_in(text)))


def _expansions(asked: str, find: Find, lines: Sequence[Line]) -> Iterator[Reason]:
    """The nearest lines that are not the library's own text."""
    near = [(lines[number], cosine) for number, cosine in find.lines]
    others = [(line, cosine) for line, cosine in near if line.hand != OWN and cosine > 0]
    for line, cosine in others[:LINES_SHOWN]:
        yield Reason(
            kind="expansion",
            asked=asked,
            found=line.text,
            hand=line.hand,
            weight=round(cosine, 3),
        )


def _met(term: Term, weights: dict[str, float], own: _Own) -> Reason | None:
    """What a word of the query met, when it adds to the score."""
    total = sum(weights.values())
    rings = [name.removeprefix("r:") for name in weights if name.startswith("r:")]
    if term.stem in own.by_stem:
        return _reason("word", term, own.by_stem[term.stem], total)
    if rings:
        return _reason("ring", term, rings[0], total)
    if f"s:{term.stem}" in weights:  # it stands in the expansions, not in the text itself
        return _reason("expansion", term, term.word, total)
    alike = _alike(term.word, own.words)
    return _reason("spelling", term, alike, total) if alike else None


def shared_words(words: Sequence[Term], text: str, model: Model) -> tuple[Reason, ...]:
    """The words of a query that stand in `text`, a chunk of an added document."""
    own = _Own(text, model)
    shared = [term for term in dict.fromkeys(words) if term.stem in own.by_stem]
    return tuple(
        _reason("word", term, own.by_stem[term.stem], 1.0) for term in shared[:WORDS_SHOWN]
    )


def _reason(kind: str, term: Term, found: str, weight: float) -> Reason:
    return Reason.model_validate(
        {"kind": kind, "asked": term.word, "found": found, "weight": round(weight, 3)}
    )


def _alike(word: str, words: Sequence[str]) -> str | None:
    """The word that is spelled most like this one, if it is much like it."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, words, n=1, cutoff=0.75)), None)
