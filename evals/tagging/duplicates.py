"""Near-duplicates of what the tagger was trained on: the statements in the corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from evals.near_duplicates import Known, Written

FOLDER = "statements"


def training(corpus_dir: Path) -> Known:
    """Every training statement in the corpus."""
    paths = sorted((corpus_dir / FOLDER).glob("*.jsonl"))
    return Known(text for path in paths for text in _written(path))


def _written(path: Path) -> Iterator[Written]:
    """What stands in a file, as it stands there: we name the line.

    That the files are well formed is checked where the tagger is trained.
    """
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if raw.strip():
            yield Written(f"{FOLDER}/{path.name}: line {number}", json.loads(raw)["text"])
