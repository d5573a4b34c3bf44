"""The word lists and rules of the embedded tagger, as its versioned file says them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from assistant.records.base import LANGS, LEVELS, POLARITIES, Lang, Level, Polarity, Record

IDEAS_ASKED_FOR = (
    "not",
    "none",
    "not_really",
    "wish",
    "once",
    "bereft",
    "past",
    "still",
    "irony",
    "again",
    "turn",
    "name",
    "clause",
)
"""Ideas that the tagger itself asks for, beside those that the rules name."""


def _listed(words: object) -> object:
    """Words of a file are written in a row with commas between."""
    return (
        tuple(filter(None, map(str.strip, words.split(",")))) if isinstance(words, str) else words
    )


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class TagRule(Record):
    """Ideas that together show a level.

    `when`: every entry is found within `within` words of one sentence, in this order when
    `ordered`; `a|b` takes either.
    `given`: every entry occurs somewhere in the answer. `unless`: no entry occurs in the sentence.
    `weight` is the confidence this rule gives by itself. `negated` says what a negation close by
    does: turn the polarity, turn it only right `before` the words, cancel the rule, or nothing.
    """

    when: tuple[str, ...] = Field(min_length=1)
    given: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: int = Field(10, ge=1, le=30)
    weight: float = Field(gt=0.0, le=1.0)
    ordered: bool = False
    negated: Literal["flips", "before", "cancels", "ignored"] = "flips"

    def ideas(self) -> set[str]:
        """Every idea this rule names."""
        return {
            name for slot in (*self.when, *self.given, *self.unless) for name in slot.split("|")
        }


class LangLists(Record):
    """The words of one language, each list with commas between.

    `ideas`: by name, the words that carry it. `word~`, `~word` and `~word~` match a beginning, an
    end and a part; words in a row are a phrase; `..` in a phrase allows up to three words between;
    `<idea>` in a phrase is any single word of that idea; `<digits>` is a number in digits.
    `function_words` tell the language apart. `sounds`: spellings that sound alike, as (from, to).
    """

    function_words: Words = Field(min_length=1)
    sounds: tuple[tuple[str, str], ...] = ()
    ideas: dict[str, Words]


class TaggerLists(Record):
    """The file as a whole: rules for all languages, words for each.

    `inside` and `outside` are ideas that place a sentence in or out of the social domain. Of the
    `actors`, ideas for who it is about, the one with the longest phrase has a word: a "case
    manager" is no manager.
    """

    tagger: str = Field(pattern=r"^[a-z]+$")
    version: int = Field(ge=1)
    threshold: float = Field(gt=0.0, lt=1.0)
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    actors: tuple[str, ...]
    rules: dict[Level, dict[Polarity, tuple[TagRule, ...]]]
    words: dict[Lang, LangLists]

    @property
    def name(self) -> str:
        """Name and version as stored with every coding, e.g. `embedded.v1`."""
        return f"{self.tagger}.v{self.version}"

    @model_validator(mode="after")
    def _hangs_together(self) -> TaggerLists:
        if set(self.words) != set(LANGS) or set(self.rules) != set(LEVELS):
            raise ValueError("words for every language and rules for every level are required")
        if any(set(by_polarity) != set(POLARITIES) for by_polarity in self.rules.values()):
            raise ValueError("every level needs rules for both polarities")
        for lang, lists in self.words.items():
            if missing := self._named() - set(lists.ideas):
                raise ValueError(f"{lang}: no words for {', '.join(sorted(missing))}")
        return self

    def _named(self) -> set[str]:
        every = (r for of in self.rules.values() for rules in of.values() for r in rules)
        named = {name for rule in every for name in rule.ideas()}
        return named | {*self.inside, *self.outside, *self.actors, *IDEAS_ASKED_FOR}
