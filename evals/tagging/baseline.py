"""The baseline: a list of words, beside the tagger in the same run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from pydantic import Field

from assistant.records import LEVELS, Level, Polarity, Record, Tag

WORDS = Path(__file__).with_name("keywords.yaml")
Stems = tuple[str, ...]


class Keywords(Record):
    """Word stems of every level and of both polarities."""

    levels: dict[Level, Stems] = Field(min_length=len(LEVELS))
    polarity: dict[Polarity, Stems] = Field(min_length=2)


class KeywordTagger:
    """A level for every text that has one of its stems at the beginning of a word.

    One tag for a level, at its first stem, `n / (n + 1)` sure after `n` of them. The polarity is
    that of which the text has most stems, discontinuity when it has as many of both. No codes.
    """

    def __init__(self, words: Keywords) -> None:
        self._levels = {level: _pattern(stems) for level, stems in words.levels.items()}
        self._polarity = {polarity: _pattern(stems) for polarity, stems in words.polarity.items()}

    def tag(self, text: str) -> tuple[Tag, ...]:
        """The levels `text` has stems of."""
        return tuple(self._tags(text))

    def _tags(self, text: str) -> Iterator[Tag]:
        times = {way: len(pattern.findall(text)) for way, pattern in self._polarity.items()}
        lasts = times["continuity"] > times["discontinuity"]
        for level in LEVELS:
            found = [match.span() for match in self._levels[level].finditer(text)]
            if found:
                yield Tag(
                    level=level,
                    polarity="continuity" if lasts else "discontinuity",
                    start=found[0][0],
                    end=found[0][1],
                    confidence=round(len(found) / (len(found) + 1), 3),
                )


def read_keywords(path: Path = WORDS) -> Keywords:
    """The words that ship with the eval."""
    return Keywords.model_validate(yaml.safe_load(path.read_text("utf-8")))


def _pattern(stems: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, stems))})\w*", re.IGNORECASE)
