"""The words of one language, compiled: which ideas does a sentence hold, and where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from assistant.records.tagger import LangLists
from assistant.steps.tagging.words import Word, folded

Hit = tuple[int, int]
"""First and last word of a sentence that carry an idea."""

_GAP = ".."
_GAP_AT_MOST = 3
_SOUND_FROM = 6  # letters; shorter words that sound alike are too often other words
_TWICE = re.compile(r"(\w)\1")


class _Spellings:
    """Names of words by their whole, their beginning, their end or a part of them."""

    def __init__(self) -> None:
        self._tables: dict[tuple[bool, bool], dict[str, set[str]]] = {
            (before, after): defaultdict(set) for before in (False, True) for after in (False, True)
        }

    def learn(self, stem: str, open_ends: tuple[bool, bool], name: str) -> None:
        """Words like `stem`, which may have more before or after it, are called `name`."""
        self._tables[open_ends][stem].add(name)

    def names(self, form: str) -> set[str]:
        """All names of `form`. Looks at every cut of it, so `form` has to be short."""
        found = set(self._tables[False, False].get(form, ()))
        beginning, ending = self._tables[False, True], self._tables[True, False]
        for cut in range(1, len(form) + 1):
            found |= beginning.get(form[:cut], set())
            found |= ending.get(form[-cut:], set())
        for stem, names in self._tables[True, True].items():
            if stem in form:
                found |= names
        return found


class Lexicon:
    """Finds ideas in sentences. Work per word is bounded; nothing of a text is kept.

    A word whose spelling says nothing is looked up by its sound: that takes in misspellings.
    """

    def __init__(self, lists: LangLists) -> None:
        self._sounds = lists.sounds
        self._spelled = _Spellings()
        self._sounded = _Spellings()
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for idea, entries in lists.ideas.items():
            for entry in entries:
                self._learn(idea, entry.split())

    def _learn(self, idea: str, pieces: Sequence[str]) -> None:
        if len(pieces) == 1:
            self._learn_word(pieces[0], f"<{idea}>")
            return
        for piece in pieces:
            if piece != _GAP and not piece.startswith("<"):
                self._learn_word(piece, piece)
        self._phrases[pieces[0]].append((tuple(pieces[1:]), idea))

    def _learn_word(self, piece: str, name: str) -> None:
        stem = folded(piece.strip("~"))
        open_ends = piece.startswith("~"), piece.endswith("~")
        self._spelled.learn(stem, open_ends, name)
        if len(stem) >= _SOUND_FROM:
            self._sounded.learn(self._sound(stem), open_ends, name)

    def _sound(self, form: str) -> str:
        for spelled, sounds in self._sounds:
            form = form.replace(spelled, sounds)
        return _TWICE.sub(r"\1", form)

    def _names(self, form: str) -> frozenset[str]:
        found = self._spelled.names(form)
        if not found and len(form) >= _SOUND_FROM:
            found = self._sounded.names(self._sound(form))
        digits = {"<digits>", "<number>", "<count>"} if form.isdecimal() else set()
        return frozenset(found | digits)

    def names(self, forms: Iterable[str]) -> dict[str, frozenset[str]]:
        """What each distinct form is called, worked out once."""
        return {form: self._names(form) for form in set(forms)}

    def hits(
        self, sentence: Sequence[Word], names: Mapping[str, frozenset[str]]
    ) -> dict[str, list[Hit]]:
        """Where each idea stands in `sentence`, whose forms are all in `names`."""
        called = [names[word.form] for word in sentence]
        found: dict[str, list[Hit]] = defaultdict(list)
        for first, own in enumerate(called):
            if sentence[first].capital and not own:
                found["name"].append((first, first))
            for name in sorted(own):
                if name.startswith("<"):
                    found[name[1:-1]].append((first, first))
                for rest, idea in self._phrases.get(name, ()):
                    if last := _end_of(rest, called, first):
                        found[idea].append((first, last))
        return found


def _end_of(rest: Sequence[str], called: Sequence[frozenset[str]], at: int) -> int | None:
    """The last word of a phrase whose first word is `at`, or None where it does not continue."""
    gap = 0
    for name in rest:
        if name == _GAP:
            gap = _GAP_AT_MOST
            continue
        reach = range(at + 1, min(at + 2 + gap, len(called)))
        follows = next((i for i in reach if name in called[i]), None)
        if follows is None:
            return None
        at, gap = follows, 0
    return at
