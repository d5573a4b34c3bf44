"""Spans: whether a tag points into the text, and at what readers point at. Pure."""

from __future__ import annotations

import re

from assistant.records import Tag

Stretch = tuple[int, int]
_WORD = re.compile(r"\w+")


def valid(tag: Tag, text: str) -> bool:
    """Whether the span is a stretch of the text."""
    return 0 <= tag.start < tag.end <= len(text)


def overlaps(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches share a character."""
    return max(one[0], other[0]) < min(one[1], other[1])


def likeness(one: Stretch, other: Stretch, text: str) -> float:
    """Words in both over words in either: intersection over union, by token.

    As in DeYoung et al. (2020), ERASER. A word that is only touched counts; stretches without a
    word have nothing in common.
    """
    words = [found.span() for found in _WORD.finditer(text)]
    ours, theirs = ({word for word in words if overlaps(word, it)} for it in (one, other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0
