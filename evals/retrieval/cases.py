"""Cases: what is asked of the library and what a reader would accept; read and checked."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from assistant.errors import LangeAdemError
from assistant.records import Record

HERE = Path(__file__).resolve().parent
MANIFEST = "sets.yaml"
Kind = Literal[
    "practice", "colloquial", "question", "keyword", "english", "typo", "work", "none"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
# `given`: a file from the command line that the manifest does not know.
Role = Literal["development", "held-out", "given"]
ROLES: tuple[Role, ...] = get_args(Role)


class CaseFileError(LangeAdemError):
    """A file of cases or the manifest is wrong; one line for each mistake, with file and line."""


class Case(Record):
    """One query; `relevant` are all ids a reader would accept, none of them when nothing fits.

    `split` is of the first set only, see README.md; no figure rests on it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_.-]*$")
    kind: Kind
    query: str = Field(min_length=1, max_length=10_000)
    relevant: tuple[str, ...]
    split: Literal["tuned", "untouched"] | None = None

    @model_validator(mode="after")
    def _accepts_what_its_kind_does(self) -> Case:
        if not self.query.strip():
            raise ValueError("its query is empty")
        if (self.kind == "none") != (not self.relevant):
            raise ValueError('"relevant" is empty for kind none, and for no other')
        if len(set(self.relevant)) < len(self.relevant):
            raise ValueError('an id stands in "relevant" twice')
        return self


class Entry(Record):
    """What the manifest says of a set: `n` is how many cases its file has."""

    name: str = Field(min_length=1)
    file: str = Field(min_length=1)
    role: Literal["development", "held-out"]
    hand: str = Field(min_length=1)
    date: date
    n: int = Field(ge=1)


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases with where they come from; `hand` and `written` are None when nobody said."""

    name: str
    file: str
    role: Role
    hand: str | None
    written: date | None
    cases: tuple[Case, ...]


def read_sets(ids: Collection[str], folder: Path = HERE) -> tuple[CaseSet, ...]:
    """Every set in the manifest of `folder`, for a library that has `ids`. Raises CaseFileError."""
    sets = tuple(_listed(folder, entry, ids) for entry in _manifest(folder))
    _refuse_twice(sets)
    return sets


def read_given(
    paths: Sequence[Path], ids: Collection[str], folder: Path = HERE
) -> tuple[CaseSet, ...]:
    """The sets in these files; one that the manifest knows keeps its role. Raises CaseFileError."""
    listed = {(folder / entry.file).resolve(): entry for entry in _manifest(folder)}
    sets = []
    for path in dict.fromkeys(path.resolve() for path in paths):
        if path in listed:
            sets.append(_listed(folder, listed[path], ids))
        else:
            sets.append(CaseSet(path.stem, path.name, "given", None, None, read_cases(path, ids)))
    _refuse_twice(sets)
    return tuple(sets)


def read_cases(path: Path, ids: Collection[str]) -> tuple[Case, ...]:
    """The cases in a file of JSON Lines; empty lines are passed over. Raises CaseFileError."""
    cases, mistakes = [], []
    for number, raw in enumerate(_text(path).splitlines(), start=1):
        if raw.strip():
            try:
                cases.append(_case(raw, ids))
            except ValueError as wrong:
                mistakes.append(f"{path.name}: line {number}: {_told(wrong)}")
    if not cases and not mistakes:
        mistakes.append(f"{path.name}: there is no case in it")
    if mistakes:
        raise CaseFileError("\n".join(mistakes))
    return tuple(cases)


def _case(raw: str, ids: Collection[str]) -> Case:
    try:
        found = json.loads(raw)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - a mistake in a file, not in code
    case = Case.model_validate(found)
    unknown = [one for one in case.relevant if one not in ids]
    if unknown:
        raise ValueError(f"relevant: the library has no {', '.join(unknown)}")
    return case


def _manifest(folder: Path) -> tuple[Entry, ...]:
    try:
        found: Any = yaml.safe_load(_text(folder / MANIFEST))
        return TypeAdapter(tuple[Entry, ...]).validate_python(found)
    except yaml.YAMLError as wrong:
        raise CaseFileError(f"{MANIFEST}: not valid YAML: {wrong}") from None
    except ValidationError as wrong:
        raise CaseFileError(f"{MANIFEST}: {_told(wrong)}") from None


def _listed(folder: Path, entry: Entry, ids: Collection[str]) -> CaseSet:
    cases = read_cases(folder / entry.file, ids)
    if len(cases) != entry.n:
        raise CaseFileError(f"{MANIFEST}: {entry.name} is said to have {entry.n}, not {len(cases)}")
    return CaseSet(entry.name, entry.file, entry.role, entry.hand, entry.date, cases)


def _refuse_twice(sets: Iterable[CaseSet]) -> None:
    """Ids are unique over all sets, and so are the names of sets."""
    homes: dict[str, str] = {}
    mistakes = []
    for key, home in _names(sets):
        if key in homes:
            mistakes.append(f"{home}: {key} is in {homes[key]} already")
        homes.setdefault(key, home)
    if mistakes:
        raise CaseFileError("\n".join(mistakes))


def _names(sets: Iterable[CaseSet]) -> Iterator[tuple[str, str]]:
    for one in sets:
        yield f"a set by the name {one.name}", one.file
        yield from ((f"id {case.id}", one.file) for case in one.cases)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as wrong:
        raise CaseFileError(f"{path.name}: cannot be read: {wrong.strerror}") from None
    except UnicodeDecodeError:
        raise CaseFileError(f"{path.name}: cannot be read as UTF-8") from None


def _told(wrong: Exception) -> str:
    if not isinstance(wrong, ValidationError):
        return str(wrong)
    errors = wrong.errors(include_input=False)
    return "; ".join(": ".join((*map(str, e["loc"]), e["msg"])) for e in errors)
