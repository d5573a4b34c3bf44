"""An embedding made of the corpus's own words: no download, no network, the same on every machine.

Two texts are near when they share uncommon words (as Dutch stems) or parts of words (character
n-grams, which survive typos and reach into compounds). It knows nothing of meaning: a synonym that
shares no letters is far away.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from langchain_core.embeddings import Embeddings

# snowballstemmer ships no type information
from snowballstemmer.dutch_stemmer import DutchStemmer  # type: ignore[import-untyped]

ALGORITHM = "lexical.v1"
DIMENSIONS = 4096  # at 2048 hash collisions cost about 1 in 41 hits of evals/retrieval
CHARACTERS_READ = 4000
LONGEST_WORD = 40
GRAM_SIZES = (3, 4, 5)
GRAM_SHARE = 0.7  # of a text's weight that its n-grams carry; the stems carry the rest
IDF_FLOOR = 1.0  # keeps a word that stands in every text, such as "continuïteit", findable

# Two places hold what the corpus has no word for. They differ for queries and documents, so what
# is strange to the corpus never matches, yet counts in the length and so lowers the score.
_STRANGE_IN_QUERY = 0
_STRANGE_IN_DOCUMENT = 1
_RESERVED = 2

# Words that say nothing of a subject, as people speak and type, Dutch and then English.
_EMPTY_WORDS = """
aan aangezien al alle alleen allemaal als alsof althans altijd ander andere anders ben bent bij
bijna bijvoorbeeld binnen boven buiten daar daarbij daardoor daarmee daarna daarom daarop daarvan
dan dat de deze die dit doch doe doen doet door doordat drie dus echt echter een één eens eerst
eigenlijk elk elkaar elke en enige er eraan erg ergens ermee erop eruit even ga gaan gaat geen
gehad geweest geworden gewoon ging gingen gisteren goed graag had hadden heb hebben heeft heel hem
hen het hier hierbij hij hoe hoewel hun ieder iedere iedereen iemand iets ik in is ja je jij jou
jouw jullie kan kom komen komt kon konden kreeg krijg krijgen krijgt kunnen kwam laat laten maak
maakt maar maken me meer meest men met mij mijn minder misschien mocht moest moesten moet moeten
mogen morgen na naar naast namelijk nee niemand niet niets nog nogal nooit nou nu of om omdat onder
ons onze ook op over paar pas per precies samen sinds soms steeds te tegen terwijl tien tijdens
toch toen tot tussen twee u uit uw van vanaf vandaag vanuit veel vier vijf vind vond voor voordat
vooral waar waarbij waardoor waarin waarmee waarom waarop waarvan wanneer want waren was wat we
weer weet weg weinig wel welk welke werd werden weten wie wij wil wilde willen word worden wordt
zal ze zeer zeg zeggen zegt zei zelf zelfs zich zie zien ziet zij zijn zit zitten zo zoals zodat
zonder zou zouden zoveel
a about after all also am an and any are as at be because been before but by can could did do does
for from get got had has have he her him his how i if in into is it its just me more my no not now
of on one or our out she so some than that the their them then there these they this those to too
two up us very was we were what when where which who why will with would you your
"""
_WORD = re.compile(r"[^\W\d_]{2,}")


def _folded(text: str) -> str:
    """`text` in lower case without diacritics."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


_STOPPED = frozenset(_folded(_EMPTY_WORDS).split())


def content_words(text: str) -> list[str]:
    """The words of `text` that can say what it is about, folded, in order.

    Reads the first 4,000 characters and the first 40 of a word; a query costs the same whatever
    its length.
    """
    words = _WORD.findall(_folded(text[:CHARACTERS_READ])[:CHARACTERS_READ])
    return [word[:LONGEST_WORD] for word in words if word not in _STOPPED]


def _grams(word: str) -> Iterator[str]:
    """The character n-grams of a word, its beginning and end marked."""
    marked = f"^{word}$"
    for size in GRAM_SIZES:
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]


def _analysed(text: str, known: Mapping[str, str]) -> tuple[Counter[str], Counter[str]]:
    """How often each stem and each n-gram stands in `text`; `known` are stems worked out before."""
    words = content_words(text)
    stemmer = DutchStemmer()  # made anew: it keeps the word it works on, and threads search at once
    return (
        Counter(known.get(word) or stemmer.stemWord(word) for word in words),
        Counter(gram for word in words for gram in _grams(word)),
    )


def _place(kind: str, feature: str) -> tuple[int, int]:
    """The dimension and the sign of a feature: the same in every process, on every machine."""
    key = f"{kind}:{feature}".encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")
    return _RESERVED + (number >> 1) % (DIMENSIONS - _RESERVED), 1 if number & 1 else -1


class _Features:
    """The features of one kind, stems or n-grams, and what each weighs in this corpus."""

    def __init__(self, kind: str, share: float, counted: Sequence[Counter[str]]) -> None:
        self._share = share
        self._texts = len(counted)
        seen_in = Counter(feature for counts in counted for feature in counts)
        self._weights = {
            feature: (place, sign * self._rarity(texts))
            for feature, texts in seen_in.items()
            for place, sign in [_place(kind, feature)]
        }

    def _rarity(self, texts: int) -> float:
        """Inverse document frequency, at least IDF_FLOOR."""
        return IDF_FLOOR + max(0.0, math.log((self._texts + 1) / (texts + 0.5)))

    def spread(self, counts: Counter[str], strange: int) -> Iterator[tuple[int, float]]:
        """(dimension, value) of each feature in `counts`; their squares sum to the share.

        Features the corpus lacks go to dimension `strange`.
        """
        unseen = (strange, self._rarity(0))
        found = [
            (count, *self._weights.get(feature, unseen)) for feature, count in counts.items()
        ] or [(1, *unseen)]
        raw = [(place, (1 + math.log(count)) * weight) for count, place, weight in found]
        scale = math.sqrt(self._share / sum(value * value for _, value in raw))
        return ((place, value * scale) for place, value in raw)


class LexicalEmbedding(Embeddings):
    """Embeds texts by the words and word parts of the corpus it was fitted on.

    Every vector has DIMENSIONS numbers and length 1; the same text gives the same vector in every
    process. The dot product of a query and a document is 0 or near it when they share nothing.
    Safe to use from several threads at once. `version` changes with the algorithm, its settings
    and the corpus.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        # Stemming is half of the work on a query. Only the corpus's own words are remembered: a
        # memory of queries would be a memory of what people said.
        stemmer = DutchStemmer()
        words = {word for text in texts for word in content_words(text)}
        self._known = {word: stemmer.stemWord(word) for word in words}
        analysed = [_analysed(text, self._known) for text in texts]
        self._stems = _Features("stem", 1 - GRAM_SHARE, [stems for stems, _ in analysed])
        self._grams = _Features("gram", GRAM_SHARE, [grams for _, grams in analysed])
        self.version = lexical_version(texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of passages, in the order of `texts`."""
        return [self._vector(text, _STRANGE_IN_DOCUMENT) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a query, of which the first 4,000 characters count."""
        return self._vector(text, _STRANGE_IN_QUERY)

    def _vector(self, text: str, strange: int) -> list[float]:
        vector = [0.0] * DIMENSIONS
        squares_of_strange = 0.0
        for features, counts in zip(
            (self._stems, self._grams), _analysed(text, self._known), strict=True
        ):
            for place, value in features.spread(counts, strange):
                if place == strange:
                    squares_of_strange += value * value
                else:
                    vector[place] += value
        vector[strange] = math.sqrt(squares_of_strange)
        length = math.hypot(*vector)
        return [value / length for value in vector]


def lexical_version(texts: Sequence[str]) -> str:
    """The version a LexicalEmbedding fitted on `texts` has, without the work of fitting it."""
    settings = (DIMENSIONS, CHARACTERS_READ, LONGEST_WORD, GRAM_SIZES, GRAM_SHARE, IDF_FLOOR)
    digest = hashlib.sha256(repr((ALGORITHM, settings, sorted(_STOPPED), list(texts))).encode())
    return f"{ALGORITHM}.{digest.hexdigest()[:8]}"
