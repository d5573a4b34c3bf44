"""How like a query is, word for word, to the lines that were written: cosine of tf-idf vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

BEST = 5


@dataclass(frozen=True)
class LineWords:
    """The lines by feature: `lines` and `values` of feature n stand from `starts[n]` on.

    The first `told` lines are about something, the others are background. Vectors have length 1.
    """

    starts: NDArray[np.int64]
    lines: NDArray[np.int32]
    values: NDArray[np.float32]
    told: int
    many: int

    def likeness(
        self, numbers: NDArray[np.intp], values: NDArray[np.float32]
    ) -> tuple[float, float]:
        """Mean cosine with the five most alike lines about something, and of background.

        `numbers` and `values` are a query's vector: its features, and what each weighs.
        """
        first, length = self.starts[numbers], np.diff(self.starts)[numbers]
        before = np.cumsum(length) - length
        # All entries of these features at once: in a loop each feature costs more than it adds.
        entries = np.repeat(first - before, length) + np.arange(length.sum())
        adds = np.repeat(values, length) * self.values[entries]
        cosines = np.bincount(self.lines[entries], adds, self.many).astype(np.float32)
        return _best(cosines[: self.told]), _best(cosines[self.told :])


def _best(cosines: NDArray[np.float32]) -> float:
    if not len(cosines):
        return 0.0
    few = min(BEST, len(cosines))
    return float(np.partition(cosines, -few)[-few:].mean())


def by_feature(lines: csr_array, told: int) -> LineWords:
    """The matrix of lines (rows) and features (columns), turned round; background comes last."""
    turned = lines.tocsc()
    return LineWords(
        turned.indptr.astype(np.int64),
        turned.indices.astype(np.int32),
        turned.data.astype(np.float32),
        told,
        lines.shape[0],
    )
