"""From a text to features, each knowing which words it stands on.

A feature is a string that begins with its kind: `s:` the stem of a word, `n:` a stem that a
negation stands shortly before, `b:` two stems in a row with the pauses between them, `g:` a
character n-gram, which survives typing errors and reaches into compounds; and of what the rules see
`i:` an idea, `ii:` two ideas in one sentence, `R:` a rule that holds, `L:` the level it
is for, `T:` a tag by the rules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

# snowballstemmer ships no type information
from snowballstemmer.dutch_stemmer import DutchStemmer  # type: ignore[import-untyped]
from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]

from assistant.records import Lang, Tag
from assistant.steps.tagging import Finding, Reading, Seen, Word

GRAM_SIZES = (3, 4, 5)
SHORTEST_WITH_GRAMS = 4
NEGATION_REACHES = 5  # words
_NEGATIONS = frozenset(
    (
        *("niet", "geen", "nooit", "niemand", "nergens", "niets", "niks", "zonder", "nauwelijks"),
        *("amper", "no", "not", "never", "nobody", "nothing", "without", "hardly"),
        *("dont", "didnt", "isnt", "doesnt", "wasnt"),
    )
)
_TURNS = frozenset(("maar", "want", "omdat", "but", "because"))


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature and the words, numbered through the text, that it stands on: first and last."""

    name: str
    first: int
    last: int


def by_sentence(reading: Reading, stems: Stems) -> list[list[Feature]]:
    """The features of each sentence of a reading; words are numbered through the text."""
    offsets = _offsets(reading.sentences)
    found = [
        list(_of_words(words, [stems.of(word.form, reading.lang) for word in words], offset))
        for words, offset in zip(reading.sentences, offsets, strict=True)
    ]
    for seen in reading.seen:
        found[seen.number] += _ideas(seen, offsets[seen.number])
    starts = [word.start for words in reading.sentences for word in words]
    for finding in reading.findings:
        place = _words_at(starts, finding.start, finding.end)
        found[finding.sentence] += _of_finding(finding, place)
    sentence_starts = [words[0].start for words in reading.sentences]
    for tag in reading.tags:
        place = _words_at(starts, tag.start, tag.end)
        found[bisect_right(sentence_starts, tag.start) - 1] += _of_tag(tag, place)
    return found


def counted(features: Iterable[Feature]) -> Counter[str]:
    """How often each feature stands in a text."""
    return Counter(feature.name for feature in features)


def _offsets(sentences: Sequence[Sequence[Word]]) -> list[int]:
    """The number, through the text, of the first word of each sentence."""
    return [0, *accumulate(len(words) for words in sentences)][: len(sentences)]


def _words_at(starts: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The first and last word of a stretch of the text, by where words start."""
    return bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1


def _of_words(words: Sequence[Word], stems: Sequence[str], offset: int) -> Iterator[Feature]:
    yield from _plain(words, stems, offset)
    yield from _denied(words, stems, offset)
    yield from _pairs(words, stems, offset)


def _of_finding(finding: Finding, place: tuple[int, int]) -> Iterator[Feature]:
    yield Feature(f"R:{finding.rule}{finding.polarity[0]}", *place)
    yield Feature(f"L:{finding.level}", *place)


def _of_tag(tag: Tag, place: tuple[int, int]) -> Iterator[Feature]:
    for name in (f"{tag.level}{tag.polarity[0]}", tag.level, tag.polarity):
        yield Feature(f"T:{name}", *place)


class Stems:
    """Words to stems, by Snowball.

    It remembers the words of the training statements, given as `known` ("nl:word" to stem), and no
    others: a memory of answers would be a memory of what people said.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = known

    def of(self, form: str, lang: Lang) -> str:
        """The stem of a folded word; a number is `#`."""
        if form.isdecimal():
            return "#"
        remembered = self.known.get(f"{lang}:{form}")
        if remembered is not None:
            return remembered
        # A stemmer keeps the word it works on, and threads tag at once: made anew each time.
        stemmer = EnglishStemmer() if lang == "en" else DutchStemmer()
        return str(stemmer.stemWord(form))


def _plain(words: Sequence[Word], stems: Sequence[str], offset: int) -> Iterator[Feature]:
    for at, (word, stemmed) in enumerate(zip(words, stems, strict=True), start=offset):
        yield Feature(f"s:{stemmed}", at, at)
        if len(word.form) >= SHORTEST_WITH_GRAMS and word.form.isalpha():
            yield from (Feature(f"g:{gram}", at, at) for gram in _grams(word.form))


def _denied(words: Sequence[Word], stems: Sequence[str], offset: int) -> Iterator[Feature]:
    reaches = 0
    clause = -1
    for at, (word, stemmed) in enumerate(zip(words, stems, strict=True), start=offset):
        if word.form in _TURNS or word.clause != clause:
            reaches = 0
        if reaches:
            yield Feature(f"n:{stemmed}", at, at)
            reaches -= 1
        if word.form in _NEGATIONS:
            reaches = NEGATION_REACHES
        clause = word.clause


def _pairs(words: Sequence[Word], stems: Sequence[str], offset: int) -> Iterator[Feature]:
    for number in range(len(words) - 1):
        pause = "," if words[number].clause != words[number + 1].clause else " "
        at = offset + number
        yield Feature(f"b:{stems[number]}{pause}{stems[number + 1]}", at, at + 1)


def _ideas(seen: Seen, start: int) -> Iterator[Feature]:
    places = {idea: hits[0] for idea, hits in sorted(seen.hits.items())}
    for idea, (first, last) in places.items():
        yield Feature(f"i:{idea}", start + first, start + last)
    for (one, here), (other, there) in combinations(places.items(), 2):
        first, last = min(here[0], there[0]), max(here[1], there[1])
        yield Feature(f"ii:{one}+{other}", start + first, start + last)


def _grams(form: str) -> Iterator[str]:
    marked = f"^{form}$"
    for size in GRAM_SIZES:
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]
