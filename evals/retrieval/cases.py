"""Cases: what is asked of the library and what a reader would accept; read and checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from pydantic import Field, model_validator

from assistant.records import Record
from evals import case_files

HERE = Path(__file__).resolve().parent
Kind = Literal[
    "practice", "colloquial", "question", "keyword", "english", "typo", "work", "none"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


class Case(Record):
    """One query; `relevant` are all ids a reader would accept, none of them when nothing fits.

    `split` is of the first set only, see README.md; no figure rests on it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_.-]*$")
    kind: Kind
    query: str = Field(min_length=1, max_length=10_000)
    relevant: tuple[str, ...]
    split: Literal["tuned", "untouched"] | None = None

    @property
    def text(self) -> str:
        """What is asked."""
        return self.query

    @model_validator(mode="after")
    def _accepts_what_its_kind_does(self) -> Case:
        if not self.query.strip():
            raise ValueError("its query is empty")
        if (self.kind == "none") != (not self.relevant):
            raise ValueError('"relevant" is empty for kind none, and for no other')
        if len(set(self.relevant)) < len(self.relevant):
            raise ValueError('an id stands in "relevant" twice')
        return self


CaseSet: TypeAlias = case_files.CaseSet[Case]


def read_sets(ids: Collection[str], folder: Path = HERE) -> tuple[CaseSet, ...]:
    """Every set in the manifest of `folder`, for a library that has `ids`. Raises CaseFileError."""
    return case_files.read_sets(folder, _parse(ids))


def read_given(
    paths: Sequence[Path], ids: Collection[str], folder: Path = HERE
) -> tuple[CaseSet, ...]:
    """The sets in these files; one that the manifest knows keeps its role. Raises CaseFileError."""
    return case_files.read_given(paths, folder, _parse(ids))


def read_cases(path: Path, ids: Collection[str]) -> tuple[Case, ...]:
    """The cases in a file of JSON Lines; empty lines are passed over. Raises CaseFileError."""
    return case_files.read_cases(path, _parse(ids))


def _parse(ids: Collection[str]) -> case_files.Parse[Case]:
    def case(found: dict[str, Any]) -> Case:
        made = Case.model_validate(found)
        unknown = [one for one in made.relevant if one not in ids]
        if unknown:
            raise ValueError(f"relevant: the library has no {', '.join(unknown)}")
        return made

    return case
