"""What was learned, as plain arrays in one file."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from assistant.adapters.tagger.features import Stems
from assistant.adapters.vector_space import Numbering, packed, unpacked
from assistant.errors import PromptFileError
from assistant.records import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL_FILE = Path(__file__).with_name("embedded.v2.npz")
"""The model that ships with us, named for the tagger's version; a released one is never edited."""

_ARRAYS = (
    "features",
    "codes",
    "words",
    "stems",
    "rarity",
    "weights",
    "intercepts",
    "scales",
    "facts",
)
# What numpy raises, besides what one expects, on a file that is cut off, damaged or another's.
_UNREADABLE = (
    *(OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RuntimeError),
    *(BadZipFile, zlib.error),
)


@dataclass(frozen=True)
class Model:
    """The weights of every feature, and how to read them.

    Columns of `weights` (features, columns): the three levels; for each level the polarity,
    positive for continuity; then the codes. `scales`: slope and intercept of each of the first six
    columns, which make a chance of odds. `threshold`: from which chance on a level is carried.
    `made_from`: digest of all it was learned from.
    """

    numbering: Numbering
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    scales: NDArray[np.float64]
    codes: tuple[str, ...]
    stems: Stems
    threshold: float
    made_from: str


def save(model: Model, path: Path) -> None:
    """Write the model; the same model gives the same bytes."""
    facts = (str(model.threshold), model.made_from)
    arrays: dict[str, NDArray[np.generic]] = {
        "features": packed(model.numbering.features),
        "codes": packed(model.codes),
        "words": packed(tuple(model.stems.known)),
        "stems": packed(tuple(model.stems.known.values())),
        "rarity": model.rarity.astype(np.float16),
        "weights": model.weights.astype(np.float16),
        "intercepts": model.intercepts,
        "scales": model.scales,
        "facts": packed(facts),
    }
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load(path: Path) -> Model:
    """The model in this file; nothing in it is ever run.

    Raises PromptFileError when it cannot be read, or its parts do not fit together.
    """
    try:
        # Opened here: numpy leaves a file open that it cannot read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return _made({name: kept[name] for name in _ARRAYS})
    except _UNREADABLE as wrong:
        raise PromptFileError(
            f"{path.name}: no tagger can be read from it ({type(wrong).__name__}). "
            "Restore the file, or train it anew with `make tagger`."
        ) from wrong


def _made(part: dict[str, NDArray[Any]]) -> Model:
    """The model of these arrays. Raises ValueError when they do not fit together."""
    threshold, made_from = unpacked(part["facts"])
    made = Model(
        Numbering(unpacked(part["features"])),
        part["rarity"].astype(np.float32),
        part["weights"].astype(np.float32),
        part["intercepts"],
        part["scales"],
        unpacked(part["codes"]),
        Stems(dict(zip(unpacked(part["words"]), unpacked(part["stems"]), strict=True))),
        float(threshold),
        made_from,
    )
    rows, levels = len(made.numbering), 2 * len(LEVELS)
    columns = levels + len(made.codes)
    wanted = [(rows,), (rows, columns), (columns,), (levels, 2)]
    if [a.shape for a in (made.rarity, made.weights, made.intercepts, made.scales)] != wanted:
        raise ValueError("arrays of other sizes than the features and codes ask for")
    if not 0 < made.threshold < 1:
        raise ValueError("a threshold is a chance")
    return made
