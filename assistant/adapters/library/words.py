"""From text to features: lemmas, stems, parts of compounds, synonym rings, character n-grams.

Dutch first, English where a text reads as English. No download, the same on every machine, linear
in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from simplemma import Lemmatizer

# snowballstemmer ships no type information
from snowballstemmer.dutch_stemmer import DutchStemmer  # type: ignore[import-untyped]
from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]

from assistant.records import Lang
from assistant.records.expansion import Ring

CHARACTERS_READ = 4000
LONGEST_WORD = 40
GRAM_SIZES = (3, 4, 5)
SHORTEST_COMPOUND, SHORTEST_PART = 8, 4
LONGEST_PHRASE = 3

_WORD = re.compile(r"[^\W\d_]{2,}")
# Words that bind a sentence and say nothing of a subject. Short on purpose: "weer", "nieuw",
# "nooit" and "zelf" tell a good deal about continuity.
_BINDING_WORDS_NL = """
aan als ben bent bij daar dan dat de deed deze die dit doe doen doet door dus een en er ga gaan gaat
ging had hadden haar heb hebben hebt heeft hem hen het hier hij hun ik in is je jij jouw jullie kan
kon kunnen maar mag me met mij mijn moest moet moeten mogen naar nog nu of om omdat ons onze ook op
over te toen tot u uit uw van voor want waren was wat we werd wie wij wil willen worden wordt ze zal
zij zijn zo zou zouden zullen al wel
"""
_BINDING_WORDS_EN = """
a am an and are as at be been but by can could did do does for from had has have he her here him his
how i if in is it its me my no not of on or our she should so than that the their them then there
these they this those to us was we were what when where which who whom whose why will with would you
your
"""
_TELLING_WORDS_NL = """
aan als bij dat de die een en er het hoe ik je maar met mijn naar niet om ook op over te van voor
wat we wie ze zijn
"""
_TELLING_WORDS_EN = """
and are at does do for from had has have i is it my not of on that the they this to was we were what
who with you
"""
_BINDING: dict[Lang, frozenset[str]] = {
    "nl": frozenset(_BINDING_WORDS_NL.split()),
    "en": frozenset((_BINDING_WORDS_NL + _BINDING_WORDS_EN).split()),
}
_TELLS_NL = frozenset(_TELLING_WORDS_NL.split())
_TELLS_EN = frozenset(_TELLING_WORDS_EN.split())


def folded(text: str) -> str:
    """`text` in lower case without diacritics."""
    # Twice casefold: some signs fall apart into capitals, some capitals into two letters.
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def words_in(text: str) -> list[str]:
    """The words of `text`, folded, in order; of its first 4,000 characters, 40 of each word."""
    found = _WORD.findall(folded(text[:CHARACTERS_READ])[:CHARACTERS_READ])
    return [word[:LONGEST_WORD] for word in found]


def language_of(words: Iterable[str]) -> Lang:
    """English when more words tell so than tell Dutch; else Dutch."""
    counted = Counter(words)
    english = sum(counted[word] for word in _TELLS_EN)
    return "en" if english > sum(counted[word] for word in _TELLS_NL) else "nl"


class Stemming:
    """Words to stems: first the lemma ("liep" → "lopen"), then the stem of the lemma.

    Remembers only words of the corpus, given as `known`: a memory of queries would be a memory of
    what people said. Safe to use from several threads at once.
    """

    def __init__(self, known: Collection[str] = ()) -> None:
        self._known = frozenset(known)
        self._remembered: dict[tuple[str, Lang], str] = {}
        # The lemmatizer's own memory is off for the same reason.
        self._lemmatizer = Lemmatizer(cache_max_size=0)

    def stem(self, word: str, lang: Lang) -> str:
        """The stem of a folded word."""
        remembered = self._remembered.get((word, lang))
        if remembered is not None:
            return remembered
        lemma = folded(self._lemmatizer.lemmatize(word, lang=lang))
        # A stemmer keeps the word it works on, and threads search at once: made anew each time.
        stemmer = EnglishStemmer() if lang == "en" else DutchStemmer()
        stem = str(stemmer.stemWord(lemma))
        if word in self._known:
            self._remembered[word, lang] = stem
        return stem


@dataclass(frozen=True)
class Term:
    """One content word of a text and its stem."""

    word: str
    stem: str
    lang: Lang


class Analyser:
    """Turns a text into features, each a string that begins with its kind.

    `s:` a stem, also of the parts of a compound; `r:` a synonym ring; `g:` a character n-gram,
    which survives typing errors and reaches into compounds nobody listed.
    `vocabulary` is every word of the corpus and its expansions: compounds are split into those.
    """

    def __init__(self, vocabulary: Collection[str], rings: Sequence[Ring]) -> None:
        self._vocabulary = frozenset(vocabulary)
        self._stemming = Stemming(self._vocabulary)
        self._given = rings

    @cached_property
    def _rings(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Language and stems of a word or phrase: the rings it is in."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for ring in self._given:
            for lang, said in ring.said():
                key = (lang, *(term.stem for term in self._terms(words_in(said), lang)))
                if 1 < len(key) <= LONGEST_PHRASE + 1 and ring.ring not in found.get(key, ()):
                    found[key] = (*found.get(key, ()), ring.ring)
        return found

    def terms(self, text: str) -> list[Term]:
        """The content words of `text` with their stems, in order."""
        words = words_in(text)
        return self._terms(words, language_of(words))

    def _terms(self, words: Sequence[str], lang: Lang) -> list[Term]:
        binding = _BINDING[lang]
        return [Term(w, self._stemming.stem(w, lang), lang) for w in words if w not in binding]

    def features(self, text: str) -> Counter[str]:
        """How often each feature stands in `text`."""
        terms = self.terms(text)
        counted = Counter(feature for term in terms for feature in self.features_of(term))
        counted.update(self._phrases(terms))
        return counted

    def features_of(self, term: Term) -> Iterator[str]:
        """The features of one word, in itself."""
        stems = [term.stem, *(self._stemming.stem(p, term.lang) for p in self.parts(term.word))]
        for stem in stems:
            yield f"s:{stem}"
            yield from (f"r:{ring}" for ring in self._rings.get((term.lang, stem), ()))
        yield from (f"g:{gram}" for gram in _grams(term.word))

    def _phrases(self, terms: Sequence[Term]) -> Iterator[str]:
        """The rings of phrases of two words and more."""
        for length in range(2, LONGEST_PHRASE + 1):
            for start in range(len(terms) - length + 1):
                phrase = terms[start : start + length]
                key = (phrase[0].lang, *(term.stem for term in phrase))
                yield from (f"r:{ring}" for ring in self._rings.get(key, ()))

    def parts(self, word: str) -> tuple[str, ...]:
        """The two parts of a compound, both words of the corpus; none when it cannot be split.

        The longest last part wins: it is what the compound is a kind of. A linking s, e or en may
        stand between.
        """
        if len(word) < SHORTEST_COMPOUND:
            return ()
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            first, last = word[:cut], word[cut:]
            if last in self._vocabulary:
                for bare in _without_link(first):
                    if len(bare) >= SHORTEST_PART and bare in self._vocabulary:
                        return bare, last
        return ()


def _without_link(first: str) -> Iterator[str]:
    yield first
    for link in ("s", "e", "en"):
        if first.endswith(link):
            yield first.removesuffix(link)


def _grams(word: str) -> Iterator[str]:
    """The character n-grams of a word, its beginning and end marked."""
    marked = f"^{word}$"
    for size in GRAM_SIZES:
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]
