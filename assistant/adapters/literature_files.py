"""Reading the literature from its files; a mistake in one is an error that names file and place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assistant.adapters.yaml_files import parsed
from assistant.errors import CorpusError
from assistant.records.corpus import Essay
from assistant.records.literature import Literature

# Field of Literature: the file it is read from. The order is part of the version.
PARTS = {
    "works": "literature/works.json",
    "annotations": "literature/annotations.yaml",
    "references": "literature/references.yaml",
    "databanks": "literature/databanks.yaml",
}
RENDERED_FROM = "works_sha256"
# A place that the essay does not have is in one of these; the key in the message says where.
_PLACES = f"{PARTS['annotations']} or {PARTS['databanks']}"


def read_literature(corpus_dir: Path, essay: Essay) -> Literature:
    """The literature in `corpus_dir`, checked as a whole and against the essay that cites it.

    `Literature.version` is `literature.` and 8 hex digits that change whenever a file of it does.
    Raises CorpusError, one line for each mistake: file, place in the file, what is wrong.
    """
    texts = {part: _text(corpus_dir, name) for part, name in PARTS.items()}
    content = {part: _parsed(PARTS[part], text) for part, text in texts.items()}
    content["references"] = _current(content["references"], texts["works"])
    content["version"] = _version(texts.values())
    try:
        literature = Literature.model_validate(content)
        literature.check_against(essay)
    except ValidationError as wrong:
        mistakes = [_told(error, content) for error in wrong.errors(include_input=False)]
        raise CorpusError("\n".join(mistakes)) from None
    except ValueError as wrong:
        raise CorpusError(f"{_PLACES}: {wrong}") from None
    return literature


def digest(text: str) -> str:
    """The sha256 of `text`, in hex. Of the text, not the bytes: line ends make no difference."""
    return sha256(text.encode("utf-8")).hexdigest()


def _text(corpus_dir: Path, name: str) -> str:
    try:
        return (corpus_dir / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise CorpusError(f"{name}: cannot be read as UTF-8 ({type(wrong).__name__})") from wrong


def _parsed(name: str, text: str) -> Any:  # noqa: ANN401 - what a file holds is checked later
    read: Callable[[str], Any] = _json if name.endswith(".json") else parsed
    kind = "JSON" if read is _json else "YAML"
    try:
        return read(text)
    except (yaml.YAMLError, ValueError) as wrong:
        raise CorpusError(f"{name}: not valid {kind}: {wrong}") from wrong


def _json(text: str) -> Any:  # noqa: ANN401 - what a file holds is checked later
    """Like json.loads, but a key given twice is an error."""
    return json.loads(text, object_pairs_hook=_without_doubles)


def _without_doubles(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    once = dict(pairs)
    if len(once) < len(pairs):
        raise ValueError(f"a key is given twice among {', '.join(key for key, _ in pairs)}")
    return once


def _current(rendered: object, works: str) -> Any:  # noqa: ANN401 - what a file holds is checked later
    """The references in the file, if they were rendered from the works as they are."""
    name = PARTS["references"]
    if not isinstance(rendered, Mapping) or set(rendered) != {RENDERED_FROM, "references"}:
        raise CorpusError(f"{name}: it is not what make references writes; run make references")
    if rendered[RENDERED_FROM] != digest(works):
        raise CorpusError(f"{name}: {PARTS['works']} has changed since; run make references")
    return rendered["references"]


def _version(texts: Iterable[str]) -> str:
    return f"literature.{digest(''.join(map(digest, texts)))[:8]}"


def _told(error: ErrorDetails, content: Mapping[str, Any]) -> str:
    if not error["loc"]:
        # A mistake between the files; its text names the work.
        return f"{PARTS['works']}, {PARTS['annotations']}: {error['msg']}"
    part, *place = error["loc"]
    keys = [_name_of(content[str(part)], key) if i == 0 else key for i, key in enumerate(place)]
    where = ": ".join(map(str, (PARTS[str(part)], *keys)))
    return f"{where}: {error['msg']}"


def _name_of(entries: object, place: int | str) -> str:
    """How a person finds an entry: by its key, else counted from 1."""
    if not isinstance(place, int) or not isinstance(entries, Sequence):
        return str(place)
    entry = entries[place]
    key = entry.get("key", entry.get("id")) if isinstance(entry, Mapping) else None
    return f"entry {place + 1}" if key is None else f"entry {place + 1} ({key})"
