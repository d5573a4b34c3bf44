"""Two coders of the same answers, side by side: what agreement is measured on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.ports import Store
from assistant.records import Coding
from assistant.records.coding import ORIGIN
from assistant.steps.rereading import every_answer

_ANY = ("model", "researcher")  # of these there may be several, each with a name


def is_origin(named: str) -> bool:
    """Whether people can name an origin so: as it is kept, or any `model`, any `researcher`."""
    return named in _ANY or re.fullmatch(ORIGIN, named) is not None


def may_be_one(named: str, other: str) -> bool:
    """Whether one coding may be of both origins: they agree with themselves then."""
    return _is_of(named, other) or _is_of(other, named)


def coded_by_both(store: Store, one: str, other: str) -> Iterator[tuple[Coding, Coding]]:
    """The newest coding of each of two origins, of every answer that has both.

    Raises StoreError.
    """
    for answer in every_answer(store):
        pair = _newest(answer.codings, one), _newest(answer.codings, other)
        if pair[0] and pair[1]:
            yield pair[0], pair[1]


def _newest(codings: Sequence[Coding], named: str) -> Coding | None:
    return next((coding for coding in reversed(codings) if _is_of(coding.origin, named)), None)


def _is_of(origin: str, named: str) -> bool:
    return origin == named or (named in _ANY and origin.startswith(f"{named}:"))
