"""Cases: what was said, and what readers made of it; read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from pydantic import Field, model_validator

from assistant.records import Codebook, Lang, Level, Polarity, Record
from evals import case_files

HERE = Path(__file__).resolve().parent
Kind = Literal["interview", "public"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# What one labelling says: a level, and - for discontinuity or + for continuity.
Label = Literal[
    "policy-", "policy+", "organisational-", "organisational+", "relational-", "relational+"
]  # fmt: skip
_LEVELS: dict[Label, Level] = {
    "policy-": "policy",
    "policy+": "policy",
    "organisational-": "organisational",
    "organisational+": "organisational",
    "relational-": "relational",
    "relational+": "relational",
}


class Gold(Record):
    """A level that the statement carries, after adjudication.

    `start`/`end` are code points of the evidence; None, like `code`, when it was not marked.
    """

    level: Level
    polarity: Polarity
    code: str | None = None
    start: int | None = Field(None, ge=0)
    end: int | None = None

    @property
    def span(self) -> tuple[int, int] | None:
        """The evidence [start, end); None when it was not marked."""
        return None if self.start is None or self.end is None else (self.start, self.end)

    @model_validator(mode="after")
    def _is_a_stretch_or_none(self) -> Gold:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end are both there, or neither")
        if self.span and self.span[1] <= self.span[0]:
            raise ValueError("the evidence ends before it starts")
        return self


class Case(Record):
    """One statement. `first` and `second` are labellings by two readers who did not see each other.

    None of either: nobody labelled it so. An empty one found no level.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    hand: str = Field(min_length=1)
    voice: str = Field(min_length=1)
    lang: Lang
    text: str = Field(min_length=1, max_length=10_000)
    kind: Kind
    gold: tuple[Gold, ...]
    first: tuple[Label, ...] | None = None
    second: tuple[Label, ...] | None = None

    @property
    def levels(self) -> frozenset[Level]:
        """The levels it carries."""
        return frozenset(one.level for one in self.gold)

    @property
    def carried(self) -> frozenset[tuple[Level, Polarity]]:
        """The levels it carries, each with a polarity."""
        return frozenset((one.level, one.polarity) for one in self.gold)

    def marked(self, level: Level, polarity: Polarity) -> tuple[Gold, ...]:
        """What readers say of this level and polarity."""
        return tuple(one for one in self.gold if (one.level, one.polarity) == (level, polarity))

    @model_validator(mode="after")
    def _is_sound(self) -> Case:
        if not self.text.strip():
            raise ValueError("its text is empty")
        if any(one.span and one.span[1] > len(self.text) for one in self.gold):
            raise ValueError("gold: evidence lies outside the text")
        for name, given in (("gold", self.gold), ("first", self.first), ("second", self.second)):
            if given is not None and len(set(given)) < len(given):
                raise ValueError(f"{name}: something stands in it twice")
        return self


CaseSet: TypeAlias = case_files.CaseSet[Case]


def levels(labels: Iterable[Label]) -> frozenset[Level]:
    """The levels in one labelling."""
    return frozenset(_LEVELS[one] for one in labels)


def read_sets(codebook: Codebook, folder: Path = HERE) -> tuple[CaseSet, ...]:
    """Every set in the manifest of `folder`, coded by this codebook. Raises CaseFileError."""
    return case_files.read_sets(folder, _parse(codebook))


def read_given(
    paths: Sequence[Path], codebook: Codebook, folder: Path = HERE
) -> tuple[CaseSet, ...]:
    """The sets in these files; one that the manifest knows keeps its role. Raises CaseFileError."""
    return case_files.read_given(paths, folder, _parse(codebook))


def read_cases(path: Path, codebook: Codebook) -> tuple[Case, ...]:
    """The cases in a file of JSON Lines; empty lines are passed over. Raises CaseFileError."""
    return case_files.read_cases(path, _parse(codebook))


def _parse(codebook: Codebook) -> case_files.Parse[Case]:
    def case(found: dict[str, Any]) -> Case:
        made = Case.model_validate(found)
        for one in made.gold:
            if not codebook.allows(one.level, one.code):
                raise ValueError(f"gold: {codebook.name} has no code {one.code} under {one.level}")
        return made

    return case
