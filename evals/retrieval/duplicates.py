"""Near-duplicates of what the library was written from: its expansions, and the rings of synonyms.

README.md argues the limits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from evals.near_duplicates import Known, Written

TERMS_ALIKE = 2 / 3  # in characters, to a member of a synonym ring: a term, not a line


def expansions(corpus_dir: Path) -> tuple[Known, Known]:
    """Every line in the corpus's expansions, background among them; and every member of a ring."""
    paths = sorted((corpus_dir / "expansions").glob("*.jsonl"))
    lines = (text for path in paths for text in _written(path) if path.stem != "rings")
    rings = (text for path in paths for text in _written(path) if path.stem == "rings")
    return Known(lines), Known(rings, TERMS_ALIKE)


def _written(path: Path) -> Iterator[Written]:
    """What stands in a file of expansions, as it stands there: we name the line.

    That the files are well formed is checked where the library is read.
    """
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), start=1):
        entry = json.loads(raw) if raw.strip() else {}
        texts = [entry["text"]] if "text" in entry else [*entry.get("nl", ()), *entry.get("en", ())]
        for text in texts:
            yield Written(f"expansions/{path.name}: line {number}", text)
