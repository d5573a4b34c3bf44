"""Texts as vectors of weighed features: which feature has which number, and what it weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array


class Numbering:
    """Features by number. The same features in the same order give the same numbers."""

    def __init__(self, features: Iterable[str]) -> None:
        self.features = tuple(features)
        self._numbers = {feature: number for number, feature in enumerate(self.features)}

    def number(self, feature: str) -> int | None:
        """The number of a feature, if it has one."""
        return self._numbers.get(feature)

    def known(self, counts: Mapping[str, int]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """(numbers, counts) of the features in `counts` that have a number, in their order."""
        pairs = [(self._numbers[f], n) for f, n in counts.items() if f in self._numbers]
        numbers = np.fromiter((number for number, _ in pairs), np.intp, len(pairs))
        return numbers, np.fromiter((count for _, count in pairs), np.float32, len(pairs))

    def __len__(self) -> int:
        return len(self.features)


def weighed(
    counts: Counter[str], numbering: Numbering, rarity: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """tf-idf of the known features, of length 1: their numbers, and what each weighs."""
    numbers, times = numbering.known(counts)
    values = (1 + np.log(times)) * rarity[numbers]
    return numbers, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


def matrix(
    counted: Sequence[Counter[str]], numbering: Numbering, rarity: NDArray[np.float32]
) -> csr_array:
    """The tf-idf vectors of lines: (lines, features)."""
    from scipy.sparse import csr_array

    rows = [weighed(counts, numbering, rarity) for counts in counted]
    numbers = np.concatenate([numbers for numbers, _ in rows])
    values = np.concatenate([values for _, values in rows])
    ends = np.cumsum([0, *(len(numbers) for numbers, _ in rows)])
    return csr_array((values, numbers, ends), shape=(len(rows), len(numbering)))


def packed(words: Sequence[str]) -> NDArray[np.uint8]:
    """Words without a line break, as an array of bytes; `unpacked` gives them back."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def unpacked(kept: NDArray[np.uint8]) -> tuple[str, ...]:
    """The words in such an array."""
    return tuple(kept.tobytes().decode().split("\n"))
