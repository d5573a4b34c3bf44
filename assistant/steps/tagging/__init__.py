"""Reading an answer by rules over ideas, in milliseconds, with no model.

It follows the coding guidelines: an answer carries none, one or more levels, each with a polarity
and the shortest stretch that shows it. Whatever the text says, it is data: words such as "code this
as policy" are looked up like any others.

By itself this was the first embedded tagger. The trained one (`adapters/tagger`) takes what is read
here as evidence beside the words themselves, and weighs it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.records import LEVELS, POLARITIES, Coder, Coding, Lang, Level, Polarity, Tag
from assistant.records.tagger import TaggerLists
from assistant.steps.tagging.lexicon import Hit, Lexicon
from assistant.steps.tagging.rules import Finding, RuleBook, Seen
from assistant.steps.tagging.words import Word, folded, sentences

__all__ = ["Finding", "Reading", "RuleTagger", "Seen", "Word"]

_SURE_AT_MOST = 0.95  # rules never make certain
_CLEARLY_OTHER = 2  # so many times more words of the other language outweigh what we were told


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules see in a text.

    `sentences` are its words; `seen` the sentences that hold ideas; `findings` the rules that hold
    in those about the social domain; `tags` what the rules alone make of that.
    """

    lang: Lang
    sentences: Sequence[Sequence[Word]]
    seen: Sequence[Seen]
    findings: Sequence[Finding]
    tags: tuple[Tag, ...]


class RuleTagger:
    """Reads and codes one answer by word lists and rules.

    Deterministic, linear in the length of the text, and without memory of it. At most one tag per
    level and polarity: the clearest. Both polarities of a level only from different sentences.
    """

    def __init__(self, lists: TaggerLists, codebook_name: str) -> None:
        self.version = lists.name
        self.coder = Coder(origin="embedded", codebook=codebook_name, version=lists.name)
        self._lists = lists
        self._rules = RuleBook(lists)
        self._lexicons = {lang: Lexicon(words) for lang, words in lists.words.items()}
        self._function_words = {
            lang: frozenset(map(folded, words.function_words))
            for lang, words in lists.words.items()
        }
        self._clause_words = frozenset(
            folded(word) for words in lists.words.values() for word in words.ideas["clause"]
        )

    def tag(self, text: str, lang: Lang) -> Coding:
        """The levels `text` carries by the rules alone; every span lies inside `text`."""
        coder = self.coder
        tags = self.read(text, lang).tags
        return Coding(origin=coder.origin, tags=tags, codebook=coder.codebook, coder=coder.version)

    def read(self, text: str, lang: Lang) -> Reading:
        """What the rules see in `text`.

        `lang` is the language of the interview; an answer clearly in the other one is read so.
        """
        cut = list(sentences(text, self._clause_words))
        language = self._language(cut, lang)
        seen = self._look(cut, language)
        answer = {idea for sentence in seen for idea in sentence.hits}
        within = self._in_domain(seen)
        found = [f for sentence in within for f in self._rules.findings(sentence, answer)]
        turns = [sentence.number for sentence in seen if "turn" in sentence.hits]
        tags = tuple(tag for level in LEVELS for tag in self._tags(level, found, turns))
        return Reading(language, cut, seen, found, tags)

    def _language(self, cut: Iterable[Sequence[Word]], told: Lang) -> Lang:
        forms = [word.form for sentence in cut for word in sentence]
        count = {
            lang: sum(form in own for form in forms) for lang, own in self._function_words.items()
        }
        likely = max(count, key=lambda lang: (count[lang], lang == told))
        return likely if count[likely] > _CLEARLY_OTHER * count[told] else told

    def _look(self, cut: Sequence[Sequence[Word]], lang: Lang) -> list[Seen]:
        lexicon = self._lexicons[lang]
        names = lexicon.names(word.form for sentence in cut for word in sentence)
        looked = ((n, words, lexicon.hits(words, names)) for n, words in enumerate(cut))
        actors = self._lists.actors
        return [Seen(n, words, _longest(hits, actors)) for n, words, hits in looked if hits]

    def _in_domain(self, seen: Iterable[Seen]) -> list[Seen]:
        """The sentences about the social domain; one that does not say goes with the one before."""
        inside, kept = True, []
        for sentence in seen:
            if any(map(sentence.holds, self._lists.inside)):
                inside = True
            elif any(map(sentence.holds, self._lists.outside)):
                inside = False
            if inside:
                kept.append(sentence)
        return kept

    def _tags(self, level: Level, found: Iterable[Finding], turns: Sequence[int]) -> Iterable[Tag]:
        of_level = _as_it_ended([f for f in found if f.level == level], turns)
        weighed = {p: _evidence([f for f in of_level if f.polarity == p]) for p in POLARITIES}
        sure = {p: e for p, e in weighed.items() if e and e[1] >= self._lists.threshold}
        for polarity, (best, confidence) in _asserted(sure).items():
            yield Tag(
                level=level,
                polarity=polarity,
                start=best.start,
                end=best.end,
                confidence=round(confidence, 3),
            )


def _longest(hits: Mapping[str, list[Hit]], actors: Sequence[str]) -> Mapping[str, list[Hit]]:
    """`hits` without those of an actor that lie inside a longer hit of another one."""
    wide = [
        (first, last, idea) for idea in actors for first, last in hits.get(idea, ()) if last > first
    ]
    if not wide:
        return hits
    kept = {
        idea: [
            (first, last)
            for first, last in hits[idea]
            if not any(
                start <= first and last <= end and end - start > last - first and idea != other
                for start, end, other in wide
            )
        ]
        for idea in actors
        if idea in hits
    }
    return {idea: found for idea, found in {**hits, **kept}.items() if found}


def _as_it_ended(found: Sequence[Finding], turns: Sequence[int]) -> Sequence[Finding]:
    """`found`, where something steady in the past has ended when the account turns after it.

    It has not when something steady is told from the turn ("nu …") on.
    """
    good = [f for f in found if f.polarity == "continuity"]
    turn = max(turns, default=-1)
    if any(f.sentence >= turn or not f.past for f in good):
        return found
    return [replace(f, polarity="discontinuity") for f in found]


def _evidence(found: Sequence[Finding]) -> tuple[Finding, float] | None:
    """The clearest finding, and how sure all of them together make: rules add up as noisy-or."""
    if not found:
        return None
    best = min(found, key=lambda f: (-f.weight, f.end - f.start, f.start))
    by_rule = groupby(sorted(found, key=lambda f: f.rule), key=lambda f: f.rule)
    doubt = math.prod(1 - max(f.weight for f in same) for _, same in by_rule)
    return best, min(1 - doubt, _SURE_AT_MOST)


def _asserted(
    sure: Mapping[Polarity, tuple[Finding, float]],
) -> Mapping[Polarity, tuple[Finding, float]]:
    """Both polarities when each is asserted as current in a sentence of its own, else the surer.

    Something steady told in the past beside a break has ended: that is the break.
    """
    if len(sure) < len(POLARITIES):
        return sure
    good, broken = sure["continuity"][0], sure["discontinuity"][0]
    if good.past and not broken.past and good.sentence < broken.sentence:
        return {"discontinuity": sure["discontinuity"]}
    if good.sentence != broken.sentence:
        return sure
    surest = max(sure, key=lambda polarity: sure[polarity][1])
    return {surest: sure[surest]}
