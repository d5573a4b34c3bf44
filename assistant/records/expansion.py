"""What helps searching and is never shown to a participant: expansions, rings, background."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, field_validator, model_validator

from assistant.records.base import Lang, Record


class Expansion(Record):
    """A line as people of some voice would say it, and what of the library speaks to it.

    `targets` are ids of paragraphs and keys of works, the best first; `hand` is who wrote it.
    """

    targets: tuple[str, ...] = Field(min_length=1, max_length=3)
    text: str = Field(max_length=1000, pattern=r"\S")
    hand: str = Field(min_length=1)

    @field_validator("targets")
    @classmethod
    def _are_different(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(targets)) < len(targets):
            raise ValueError("a target is given twice")
        return targets


class Ring(Record):
    """Words and short phrases that can stand for each other in talk about the social domain."""

    ring: str = Field(min_length=1)
    nl: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _rings_something(self) -> Ring:
        if len(self.nl) + len(self.en) < 2:
            raise ValueError(f"ring {self.ring}: it takes two words to make a ring")
        return self

    def said(self) -> Iterator[tuple[Lang, str]]:
        """(language, word or phrase) of each member."""
        yield from (("nl", word) for word in self.nl)
        yield from (("en", word) for word in self.en)


class Background(Record):
    """A line that has nothing to do with the library."""

    lang: Lang
    text: str = Field(max_length=1000, pattern=r"\S")


class Expansions(Record):
    """All of it, with a version that changes when any of it does.

    `background` are lines that have nothing to do with the library: what silence is learned from.
    """

    version: str
    lines: tuple[Expansion, ...]
    rings: tuple[Ring, ...]
    background: tuple[Background, ...]

    @field_validator("rings")
    @classmethod
    def _have_names_of_their_own(cls, rings: tuple[Ring, ...]) -> tuple[Ring, ...]:
        names = [ring.ring for ring in rings]
        if len(set(names)) < len(names):
            raise ValueError("a ring is given twice")
        return rings
