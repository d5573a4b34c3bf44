"""Near-duplicates: cases that say what something was made from, which would flatter it.

Two likenesses, each in [0, 1], of folded texts (lower case, no diacritics, words only):

- characters: the Jaccard index of their character 5-grams; sees the same line with another ending,
  a typo, a word more;
- words: how many word triples of the shorter stand in the longer; sees a line inside a longer one.
  Only where the shorter has at least 4 triples: fewer are idiom ("in de wijk").

The README of the retrieval eval argues the limits.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from evals.case_files import C, CaseSet, Named

CHARACTERS_ALIKE = 0.5
TRIPLES_ALIKE = 0.6
FEWEST_TRIPLES = 4

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Written:
    """A text that what is measured was made with, and where it stands: file, colon, line."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A case that is too much like a text at `place`; `likeness` is the greater of the two."""

    id: str
    place: str
    likeness: float


class Overlap:
    """How many items of one set the sets of many texts share with it."""

    def __init__(self, sets: Iterable[Collection[Hashable]]) -> None:
        self.sizes: list[int] = []
        self._holders: dict[Hashable, list[int]] = defaultdict(list)
        for number, items in enumerate(sets):
            self.sizes.append(len(items))
            for item in items:
                self._holders[item].append(number)

    def shared(self, items: Iterable[Hashable]) -> Counter[int]:
        """Number of a text: how many of `items` its set has. Those with none are left out."""
        counts: Counter[int] = Counter()
        for item in items:
            counts.update(self._holders.get(item, ()))
        return counts


class Known:
    """Texts that a case may not repeat; `limit` is for likeness in characters."""

    def __init__(self, texts: Iterable[Written], limit: float = CHARACTERS_ALIKE) -> None:
        self._limit = limit
        self._places: list[str] = []
        words = []
        for text in texts:
            self._places.append(text.place)
            words.append(_words(text.text))
        self._grams = Overlap(_grams(one) for one in words)
        self._triples = Overlap(_triples(one) for one in words)

    def __len__(self) -> int:
        return len(self._places)

    def characters(self, text: str) -> tuple[float, str]:
        """The greatest likeness of characters, and the place of the text that has it."""
        grams, sizes = _grams(_words(text)), self._grams.sizes
        shared = self._grams.shared(grams).items()
        return self._most((n / (len(grams) + sizes[at] - n), at) for at, n in shared)

    def words(self, text: str) -> tuple[float, str]:
        """The greatest likeness of words, and the place of the text that has it."""
        triples, sizes = _triples(_words(text)), self._triples.sizes
        shared = self._triples.shared(triples).items()
        least = ((n, min(len(triples), sizes[at]), at) for at, n in shared)
        return self._most((n / of, at) for n, of, at in least if of >= FEWEST_TRIPLES)

    def duplicate(self, case: Named) -> Duplicate | None:
        """What `case` repeats, at a limit or over it."""
        by_characters, by_words = self.characters(case.text), self.words(case.text)
        if by_characters[0] < self._limit and by_words[0] < TRIPLES_ALIKE:
            return None
        likeness, place = max(by_characters, by_words)
        return Duplicate(case.id, place, round(likeness, 2))

    def _most(self, found: Iterable[tuple[float, int]]) -> tuple[float, str]:
        likeness, at = max(found, default=(0.0, -1))
        return likeness, self._places[at] if at >= 0 else ""


def duplicates(cases: Iterable[Named], known: Sequence[Known]) -> tuple[Duplicate, ...]:
    """The cases that repeat something, each with the text it is most alike."""
    each = ([one.duplicate(case) for one in known] for case in cases)
    found = ([one for one in many if one] for many in each)
    return tuple(max(many, key=lambda one: one.likeness) for many in found if many)


def development(sets: Iterable[CaseSet[C]]) -> Known:
    """The cases that choices were made on: held-out ones may not repeat them."""
    seen = ((one.file, case) for one in sets if one.role == "development" for case in one.cases)
    return Known(Written(f"{file}: {case.id}", case.text) for file, case in seen)


def by_file(found: Iterable[Duplicate]) -> list[tuple[str, list[str]]]:
    """The ids of near-duplicates, by the file that they are too much like."""

    def file(one: Duplicate) -> str:
        return one.place.split(":")[0]

    return [
        (name, [one.id for one in group]) for name, group in groupby(sorted(found, key=file), file)
    ]


def _words(text: str) -> list[str]:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(mark for mark in apart if not unicodedata.combining(mark)))


def _grams(words: list[str]) -> set[str]:
    padded = f" {' '.join(words)} "
    return {padded[at : at + 5] for at in range(max(len(padded) - 4, 1))} if words else set()


def _triples(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}
