"""The interview guide, the codebook and the consent text, as their versioned files say them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from assistant.records.base import (
    LEVELS,
    POLARITIES,
    Element,
    Lang,
    Level,
    Record,
    Role,
    Said,
)


class TapOption(Record):
    """An answer that can be tapped."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    label: Said


class Tap(Record):
    """A closed question, answered with one tap."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    question: Said
    options: tuple[TapOption, ...] = Field(min_length=2)


class Probe(Record):
    """A follow-up for what is missing in an account.

    `asks_for` names the element it brings out; None makes it the easier question for an answer of
    only a few words.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    asks_for: Element | None
    question: Said
    simpler: Said


class Topic(Record):
    """One subject of the guide: a core question, and probes for what an account may lack.

    `purpose` is for researchers and is never shown. `needs` are the elements that make an account
    of this topic complete, in the order in which they are worth asking for.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: Said
    purpose: str = Field(min_length=1)
    level: Level | None
    question: Said
    simpler: Said
    needs: tuple[Element, ...] = ()
    probes: tuple[Probe, ...] = ()
    probes_at_most: int = Field(2, ge=0, le=3)

    @model_validator(mode="after")
    def _probe_ids_are_unique(self) -> Topic:
        ids = [probe.id for probe in self.probes]
        if len(ids) != len(set(ids)):
            raise ValueError(f"topic {self.id}: two probes share an id")
        return self


class CheckWords(Record):
    """The words of the check: is this what you meant?"""

    question: Said
    confirm: Said
    none: Said
    options: tuple[TapOption, ...] = Field(min_length=6, max_length=6)


class Guide(Record):
    """An interview guide for one role."""

    guide: Role
    version: int = Field(ge=1)
    questions_at_most: int = Field(ge=3, le=20)
    minutes: int = Field(ge=5, le=45)
    opening: Said
    taps: tuple[Tap, ...] = ()
    topics: tuple[Topic, ...] = Field(min_length=2)
    quotation: Tap
    check: CheckWords
    closing: Said
    stopped: Said

    @property
    def name(self) -> str:
        """Name and version as stored with every turn, e.g. `resident.v1`."""
        return f"{self.guide}.v{self.version}"

    @model_validator(mode="after")
    def _hangs_together(self) -> Guide:
        ids = [tap.id for tap in (*self.taps, self.quotation)] + [t.id for t in self.topics]
        if len(ids) != len(set(ids)):
            raise ValueError("two parts share an id")
        if {option.id for option in self.quotation.options} != {"yes", "no"}:
            raise ValueError("quotation: options must be yes and no")
        if len(self.topics) > self.questions_at_most:
            raise ValueError("questions_at_most leaves no room for every topic")
        wanted = {f"{level}_{polarity}" for level in LEVELS for polarity in POLARITIES}
        if {option.id for option in self.check.options} != wanted:
            raise ValueError(f"check: options must be {', '.join(sorted(wanted))}")
        return self


class Cues(Record):
    """Words by which the interviewer sees which elements an account already holds.

    Each entry is the beginning of a word, or of several words in a row, in lower case.
    """

    cues: str = Field(pattern=r"^[a-z]+$")
    version: int = Field(ge=1)
    nl: dict[Element, tuple[str, ...]]
    en: dict[Element, tuple[str, ...]]

    @property
    def name(self) -> str:
        """Name and version."""
        return f"{self.cues}.v{self.version}"


class Phrases(Record):
    """Fixed words of the conversation: what may be typed for a button, and the terminal's texts.

    `skip`, `unclear` and `stop` hold whole replies, in lower case, without closing punctuation.
    """

    phrases: str = Field(pattern=r"^[a-z]+$")
    version: int = Field(ge=1)
    skip: dict[Lang, tuple[str, ...]]
    unclear: dict[Lang, tuple[str, ...]]
    stop: dict[Lang, tuple[str, ...]]
    terminal: dict[str, Said]
    errors: dict[str, Said]

    def typed(self, kind: Literal["skip", "unclear", "stop"], lang: Lang) -> tuple[str, ...]:
        """What may be typed for `kind`: in the interview's language, and in Dutch always."""
        entries = {"skip": self.skip, "unclear": self.unclear, "stop": self.stop}[kind]
        return (*entries[lang], *entries["nl"])
