"""The text of a text file."""

from __future__ import annotations

from assistant.adapters.ingest.characters import kept
from assistant.adapters.ingest.layout import Line, paragraphs
from assistant.adapters.ingest.pieces import Piece


def read_plain(text: str) -> list[Piece]:
    """The paragraphs of a text: see `paragraphs` for where they end."""
    return paragraphs([Line(line.strip()) for line in kept(text).split("\n")])
