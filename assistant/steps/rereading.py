"""Reading back what was told, of everybody, however many they are."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.ports import Store
from assistant.records import CodedAnswer

_PAGE = 200  # answers in memory at once


def every_answer(store: Store) -> Iterator[CodedAnswer]:
    """Every answer in words with its codings, by interview and turn. Raises StoreError."""
    place: tuple[str, int] | None = None
    while page := store.coded_answers(place, _PAGE):
        yield from page
        place = (page[-1].interview_id, page[-1].seq)
