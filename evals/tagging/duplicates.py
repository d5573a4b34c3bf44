"""Near-duplicates of what the tagger was trained on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from evals.near_duplicates import Known, Written

FOLDER = "statements"


def training(corpus_dir: Path) -> Known:
    """Everything that is trained on: the statements, and the background that carries nothing."""
    background = (corpus_dir / "expansions").glob("background*.jsonl")
    paths = sorted((*(corpus_dir / FOLDER).glob("*.jsonl"), *background))
    return Known(text for path in paths for text in _written(path))


def _written(path: Path) -> Iterator[Written]:
    """What stands in a file, as it stands there: we name the line.

    That the files are well formed is checked where the tagger is trained.
    """
    for number, raw in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if raw.strip():
            yield Written(f"{path.parent.name}/{path.name}: line {number}", json.loads(raw)["text"])
