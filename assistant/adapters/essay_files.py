"""Reading the essay from its files; a mistake in one is an error that names file and place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assistant.adapters.yaml_files import parsed
from assistant.errors import CorpusError
from assistant.records.corpus import Essay

MANIFEST = "manifest.yaml"
# Field of Essay: the file it is read from. The order is part of the version.
PARTS = {
    "paragraphs": "essay/paragraphs.yaml",
    "footnotes": "essay/footnotes.yaml",
    "pull_quotes": "essay/pull_quotes.yaml",
    "errata": "essay/errata.yaml",
}
_FILES = {**PARTS, "provenance": f"{MANIFEST}: essay"}


def read_essay(corpus_dir: Path) -> Essay:
    """The essay in `corpus_dir`, checked as a whole. Other entries of the manifest are not read.

    `Essay.version` is `essay.` and 8 hex digits that change whenever a file of it does, or its
    entry in the manifest: both are shown in citations.
    Raises CorpusError, one line for each mistake: file, place in the file, what is wrong.
    """
    texts = {part: _text(corpus_dir, name) for part, name in PARTS.items()}
    content = {part: _parsed(PARTS[part], text) for part, text in texts.items()}
    content["provenance"] = _essay_entry(corpus_dir)
    content["version"] = _version([*texts.values(), repr(content["provenance"])])
    try:
        return Essay.model_validate(content)
    except ValidationError as wrong:
        # The values are left out of the message: a whole paragraph would hide what is wrong.
        mistakes = [_told(error, content) for error in wrong.errors(include_input=False)]
        raise CorpusError("\n".join(mistakes)) from None


def _text(corpus_dir: Path, name: str) -> str:
    try:
        return (corpus_dir / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise CorpusError(f"{name}: cannot be read as UTF-8 ({type(wrong).__name__})") from wrong


def _parsed(name: str, text: str) -> Any:  # noqa: ANN401 - what a YAML file holds is checked later
    try:
        return parsed(text)
    except yaml.YAMLError as wrong:
        raise CorpusError(f"{name}: not valid YAML: {wrong}") from wrong


def _essay_entry(corpus_dir: Path) -> Any:  # noqa: ANN401 - what a YAML file holds is checked later
    manifest = _parsed(MANIFEST, _text(corpus_dir, MANIFEST))
    if not isinstance(manifest, Mapping) or "essay" not in manifest:
        raise CorpusError(f"{MANIFEST}: essay: there is no such entry")
    return manifest["essay"]


def _version(texts: Sequence[str]) -> str:
    """Of the text, not the bytes: line ends, which a checkout may change, make no difference."""
    digest = sha256()
    for text in texts:
        digest.update(sha256(text.encode("utf-8")).digest())
    return f"essay.{digest.hexdigest()[:8]}"


def _told(error: ErrorDetails, content: Mapping[str, Any]) -> str:
    part, *place = error["loc"]
    keys = [_name_of(content[str(part)], key) if i == 0 else key for i, key in enumerate(place)]
    where = ": ".join(map(str, (_FILES[str(part)], *keys)))
    return f"{where}: {error['msg']}"


def _name_of(entries: object, key: int | str) -> str:
    """How a person finds entry `key` of a list: by its id or number, else counted from 1."""
    if not isinstance(key, int) or not isinstance(entries, Sequence):
        return str(key)
    entry = entries[key]
    name = entry.get("id", entry.get("number")) if isinstance(entry, Mapping) else None
    return f"entry {key + 1}" if name is None else f"entry {key + 1} ({name})"
