"""Measures of two-way tables, as the literature defines them. Pure.

What is undefined is None, never zero: precision without a tag, recall without a gold, kappa where
both say the same of every statement, for then nobody can tell agreement from chance.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TwoWay:
    """How often one thing was seen by both, by the second alone, by the first alone, by neither.

    The first are the readers, the second is whoever tags.
    """

    both: float
    second: float
    first: float
    neither: float

    @property
    def n(self) -> float:
        """How many statements."""
        return self.both + self.second + self.first + self.neither

    @property
    def precision(self) -> float | None:
        """How much of what the second sees the first sees."""
        return ratio(self.both, self.both + self.second)

    @property
    def recall(self) -> float | None:
        """How much of what the first sees the second sees."""
        return ratio(self.both, self.both + self.first)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall (van Rijsbergen 1979); undefined if nobody sees."""
        return ratio(2 * self.both, 2 * self.both + self.second + self.first)

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance (Cohen 1960, A coefficient of agreement for nominal scales)."""
        yes = (self.both + self.first) * (self.both + self.second)
        no = (self.neither + self.first) * (self.neither + self.second)
        chance, agreed = yes + no, self.n * (self.both + self.neither)
        return ratio(agreed - chance, self.n * self.n - chance)


def ratio(part: float, whole: float) -> float | None:
    """`part` of `whole`; of nothing it is undefined."""
    return part / whole if whole else None


def mean(values: list[float | None]) -> float | None:
    """The mean, undefined when any of the values is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None
