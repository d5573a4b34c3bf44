"""Files of cases and the manifest that names them, for every eval: read and checked.

Every mistake is told by file and line, all of them at once, before anything is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeVar, get_args

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from assistant.errors import LangeAdemError
from assistant.records import Record

MANIFEST = "sets.yaml"
# `given`: a file from the command line that the manifest does not know.
Role = Literal["development", "held-out", "given"]
ROLES: tuple[Role, ...] = get_args(Role)


class CaseFileError(LangeAdemError):
    """A file of cases or the manifest is wrong; one line for each mistake, with file and line."""


class Named(Protocol):
    """What every case has: an id, unique over all sets, and what is said or asked in it."""

    @property
    def id(self) -> str:
        """The id."""
        ...

    @property
    def text(self) -> str:
        """What is said or asked."""
        ...


C = TypeVar("C", bound=Named)
Parse = Callable[[dict[str, Any]], C]
"""Makes a case of one JSON object. Raises ValueError telling what is wrong with it."""


class Entry(Record):
    """What the manifest says of a set: `n` is how many cases its file has."""

    name: str = Field(min_length=1)
    file: str = Field(min_length=1)
    role: Literal["development", "held-out"]
    hand: str = Field(min_length=1)
    date: date
    n: int = Field(ge=1)


@dataclass(frozen=True)  # no slots: with them, a generic cannot be made by the name of an alias
class CaseSet(Generic[C]):
    """Cases with where they come from; `hand` and `written` are None when nobody said."""

    name: str
    file: str
    role: Role
    hand: str | None
    written: date | None
    cases: tuple[C, ...]


def read_sets(folder: Path, parse: Parse[C]) -> tuple[CaseSet[C], ...]:
    """Every set in the manifest of `folder`. Raises CaseFileError."""
    sets = tuple(_listed(folder, entry, parse) for entry in _manifest(folder))
    _refuse_twice(sets)
    return sets


def read_given(paths: Sequence[Path], folder: Path, parse: Parse[C]) -> tuple[CaseSet[C], ...]:
    """The sets in these files; one that the manifest knows keeps its role. Raises CaseFileError."""
    listed = {(folder / entry.file).resolve(): entry for entry in _manifest(folder)}
    sets = []
    for path in dict.fromkeys(path.resolve() for path in paths):
        if path in listed:
            sets.append(_listed(folder, listed[path], parse))
        else:
            cases = read_cases(path, parse)
            sets.append(CaseSet(path.stem, path.name, "given", None, None, cases))
    _refuse_twice(sets)
    return tuple(sets)


def read_cases(path: Path, parse: Parse[C]) -> tuple[C, ...]:
    """The cases in a file of JSON Lines; empty lines are passed over. Raises CaseFileError."""
    cases, mistakes = [], []
    for number, raw in enumerate(_text(path).split("\n"), start=1):
        if raw.strip():
            try:
                cases.append(parse(_object(raw)))
            except ValueError as wrong:
                mistakes.append(f"{path.name}: line {number}: {_told(wrong)}")
    if not cases and not mistakes:
        mistakes.append(f"{path.name}: there is no case in it")
    if mistakes:
        raise CaseFileError("\n".join(mistakes))
    return tuple(cases)


def _object(raw: str) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - a mistake in a file, not in code
    return found


def _manifest(folder: Path) -> tuple[Entry, ...]:
    try:
        found: Any = yaml.safe_load(_text(folder / MANIFEST))
        return TypeAdapter(tuple[Entry, ...]).validate_python(found)
    except yaml.YAMLError as wrong:
        raise CaseFileError(f"{MANIFEST}: not valid YAML: {wrong}") from None
    except ValidationError as wrong:
        raise CaseFileError(f"{MANIFEST}: {_told(wrong)}") from None


def _listed(folder: Path, entry: Entry, parse: Parse[C]) -> CaseSet[C]:
    cases = read_cases(folder / entry.file, parse)
    if len(cases) != entry.n:
        raise CaseFileError(f"{MANIFEST}: {entry.name} is said to have {entry.n}, not {len(cases)}")
    return CaseSet(entry.name, entry.file, entry.role, entry.hand, entry.date, cases)


def _refuse_twice(sets: Iterable[CaseSet[C]]) -> None:
    """Ids are unique over all sets, and so are the names of sets."""
    homes: dict[str, str] = {}
    mistakes = []
    for key, home in _names(sets):
        if key in homes:
            mistakes.append(f"{home}: {key} is in {homes[key]} already")
        homes.setdefault(key, home)
    if mistakes:
        raise CaseFileError("\n".join(mistakes))


def _names(sets: Iterable[CaseSet[C]]) -> Iterator[tuple[str, str]]:
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
