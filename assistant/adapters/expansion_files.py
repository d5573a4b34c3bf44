"""Reading the expansions from their files; a mistake in one names file and line."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.errors import CorpusError
from assistant.records import Background, Expansion, Expansions, Record, Ring

FOLDER = "expansions"
RINGS = "rings"
BACKGROUND = "background"


def read_expansions(corpus_dir: Path, ids: Collection[str]) -> Expansions:
    """Everything in `corpus_dir`/expansions: a file of JSON Lines for each hand that wrote.

    `rings.jsonl` holds synonym rings, files whose name begins with "background" hold lines that
    nothing in the library fits; every other file holds expansions by the hand it is named for.
    `Expansions.version` is `expansions.` and 8 hex digits that follow the content.
    Raises CorpusError for a line that is wrong, and for a target that is not in `ids`.
    """
    found: dict[str, list[Record]] = {"lines": [], "rings": [], "background": []}
    digest = sha256()
    for path in sorted((corpus_dir / FOLDER).glob("*.jsonl")):
        for place, entry in _entries(path):
            digest.update(repr((path.stem, entry)).encode("utf-8", "backslashreplace"))
            try:
                kind, record = _record(entry, path.stem, ids)
            except (ValidationError, ValueError) as wrong:
                raise CorpusError(f"{place}: {_told(wrong)}") from None
            found[kind].append(record)
    if not found["lines"]:
        raise CorpusError(f"{FOLDER}: there are no expansions; without them little is found")
    try:
        return Expansions(version=f"expansions.{digest.hexdigest()[:8]}", **found)
    except ValidationError as wrong:
        raise CorpusError(f"{FOLDER}: {_told(wrong)}") from None


def _entries(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file and line, what stands there) of each line that is not empty."""
    name = f"{FOLDER}/{path.name}"
    try:
        lines = path.read_text("utf-8").split("\n")  # other line ends may stand within a text
    except (OSError, UnicodeDecodeError) as wrong:
        raise CorpusError(f"{name}: cannot be read as UTF-8 ({type(wrong).__name__})") from wrong
    for number, line in enumerate(lines, start=1):
        if line.strip():
            place = f"{name}: line {number}"
            try:
                entry = json.loads(line, object_pairs_hook=_once)
            except (ValueError, RecursionError) as wrong:
                raise CorpusError(f"{place}: not JSON as it should be ({wrong})") from None
            if not isinstance(entry, dict):
                raise CorpusError(f"{place}: not a JSON object")
            yield place, entry


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that is given twice is an error."""
    entry = dict(pairs)
    if len(entry) < len(pairs):
        raise ValueError("a key is given twice")
    return entry


def _record(entry: dict[str, Any], stem: str, ids: Collection[str]) -> tuple[str, Record]:
    """Where the line belongs, and the line."""
    if stem == RINGS:
        return "rings", Ring.model_validate(entry)
    if stem.startswith(BACKGROUND):
        return "background", Background.model_validate(entry)
    odd = set(entry) - {"for", "also", "text"}
    if odd:
        raise ValueError(f"nothing goes by the name {', '.join(sorted(odd))}")
    also = entry.get("also", [])
    targets = [entry.get("for"), *(also if isinstance(also, list) else [also])]
    line = Expansion(targets=targets, text=entry.get("text"), hand=stem)
    for target in line.targets:
        if target not in ids:
            raise ValueError(f"the library has no {target}")
    return "lines", line


def _told(wrong: Exception) -> str:
    if isinstance(wrong, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors())
    return str(wrong)
