"""The index of the library's lines on disk: the model that was learned, and vectors in Chroma.

Lines of background are learned from and not indexed: they are nothing to be found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.adapters.library import model
from assistant.adapters.library.folders import open_or_build
from assistant.adapters.library.lines import Line
from assistant.adapters.library.model import Model
from assistant.adapters.library.vectors import Vectors
from assistant.errors import CorpusError
from assistant.records import Ring

if TYPE_CHECKING:
    import sqlite3

    from assistant.adapters.library.remote_embedding import RemoteEmbedding

MODEL_FILE = "model.npz"
ASKED_FILE = "asked.npy"


def safe(version: str) -> str:
    """A version as part of a folder's name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", version)


class Index:
    """An open folder: the vectors of the lines and, of our own embedding, the model."""

    def __init__(self, vectors: Vectors, learned: Model | None = None) -> None:
        self.vectors = vectors
        self.learned = learned
        self._mark: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the files."""
        self.vectors.close()
        if self._mark:
            self._mark.close()

    def kept_open(self, mark: sqlite3.Connection) -> Index:
        """The same, holding the mark that the folder is in use."""
        self._mark = mark
        return self


def open_own(
    index_dir: Path, version: str, lines: Sequence[Line], ids: Sequence[str], rings: Sequence[Ring]
) -> tuple[Model, Index]:
    """The model and the index under its embedding; learned and built when they are not there.

    Raises CorpusError when they can be neither opened nor built.
    """
    told = [line for line in lines if line.about]

    def build(folder: Path) -> None:
        made = model.learned(lines, ids, rings)
        _fill(folder, made.placed.tolist())
        model.save(made, folder / MODEL_FILE)

    def open_(folder: Path) -> Index:
        made = model.load(folder / MODEL_FILE, ids, rings)
        return Index(_checked(folder, made.placed.tolist(), len(told)), made)

    index, mark = open_or_build(index_dir, f"corpus-{safe(version)}", build, open_)
    if index.learned is None:
        raise CorpusError("The index has no model.")
    return index.learned, index.kept_open(mark)


def open_remote(
    index_dir: Path, version: str, lines: Sequence[Line], remote: RemoteEmbedding
) -> Index:
    """The index under an endpoint's embedding; asked for and built when it is not there.

    Raises CorpusError, EmbeddingUnavailable among them.
    """
    told = [line for line in lines if line.about]

    def build(folder: Path) -> None:
        asked = remote.embed_documents([line.text for line in told])
        _fill(folder, asked)
        np.save(folder / ASKED_FILE, np.array(asked, np.float32), allow_pickle=False)

    def open_(folder: Path) -> Index:
        try:
            asked = np.load(folder / ASKED_FILE, allow_pickle=False)
        except (OSError, ValueError, EOFError) as wrong:
            raise CorpusError(f"{folder.name} is not whole ({type(wrong).__name__}).") from wrong
        return Index(_checked(folder, asked.tolist(), len(told)))

    name = f"remote-{safe(version)}-{safe(remote.version)}"
    index, mark = open_or_build(index_dir, name, build, open_)
    return index.kept_open(mark)


def _fill(folder: Path, vectors: list[list[float]]) -> None:
    made = Vectors(folder)
    try:
        made.add(vectors)
    finally:
        made.close()


def _checked(folder: Path, vectors: list[list[float]], many: int) -> Vectors:
    """The vectors in the folder; closed, and a CorpusError, unless they are just these."""
    if len(vectors) != many:
        raise CorpusError(f"{folder.name} is of other lines.")
    opened = Vectors(folder)
    try:
        opened.check(vectors)
    except BaseException:
        opened.close()
        raise
    return opened
