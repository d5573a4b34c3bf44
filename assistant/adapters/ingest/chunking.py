"""Cutting paragraphs into chunks of a size to be found by and shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil

from assistant.adapters.ingest.pieces import Cut, Piece
from assistant.records.document import CHUNK_LEAST, CHUNK_LIMIT

_BETWEEN_PARAGRAPHS = "\n\n"
# After the end of a sentence, its quotation marks and brackets, and before no small letter.
_SENTENCES = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*(\s+)(?![a-zß-öø-ÿ])")

Part = tuple[Piece, str]  # and what stands before it, when it is not the first of its chunk


def cut(pieces: Sequence[Piece]) -> tuple[Cut, ...]:
    """Chunks of 600 to 1,200 characters, in order, without overlap, losing nothing.

    Only a paragraph above 1,200 characters is cut: between sentences, a sentence above that
    between words, a word above that where the limit falls. A chunk stays under one heading and on
    one page, except that a paragraph which runs on takes it along to the next page. So a chunk is
    shorter where page, section or the next paragraph leave no choice; but no two neighbours that
    might share a chunk would fit in one.
    """
    parts = [part for piece in pieces for part in _parts(piece)]
    return tuple(_as_cut(chunk) for group in _groups(parts) for chunk in _merged(_packed(group)))


def _parts(piece: Piece) -> Iterator[Part]:
    if len(piece.text) <= CHUNK_LIMIT:
        yield piece, _BETWEEN_PARAGRAPHS
        return
    between = _BETWEEN_PARAGRAPHS
    for sentence in _sentences(piece.text):
        for text in _stretches(sentence):
            yield replace(piece, text=text), between
            between = " "


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCES.finditer(text):
        yield text[start : end.start(1)]
        start = end.end(1)
    yield text[start:]


def _stretches(sentence: str) -> Iterator[str]:
    """A sentence in stretches within the limit; a word beyond it fills whole ones."""
    stretch = ""
    for part in (part for word in sentence.split(" ") for part in _slices(word)):
        if stretch and len(stretch) + 1 + len(part) > CHUNK_LIMIT:
            yield stretch
            stretch = ""
        stretch = f"{stretch} {part}" if stretch else part
    if stretch:
        yield stretch


def _slices(word: str) -> list[str]:
    return [word[at : at + CHUNK_LIMIT] for at in range(0, len(word), CHUNK_LIMIT)]


def _groups(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Runs of parts that may share a chunk: one heading, each on the page the last one ends on."""
    group: list[Part] = []
    for part in parts:
        last = group[-1][0] if group else None
        if last and (last.heading, last.last_page) != (part[0].heading, part[0].first_page):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _packed(group: Sequence[Part]) -> Iterator[list[Part]]:
    """As few chunks as the limit allows, of about one size: hardly a crumb is left at the end."""
    total = _length(group)
    aim = max(CHUNK_LEAST, total / ceil(total / CHUNK_LIMIT))
    chunk: list[Part] = []
    size = 0
    for part in group:
        text, glue = len(part[0].text), len(part[1])
        enough = size >= CHUNK_LEAST and size + text / 2 > aim
        if chunk and (enough or size + glue + text > CHUNK_LIMIT):
            yield chunk
            chunk = []
        size = size + glue + text if chunk else text
        chunk.append(part)
    yield chunk


def _merged(chunks: Iterable[list[Part]]) -> Iterator[list[Part]]:
    """Chunks of which no two neighbours would fit in one."""
    held: list[Part] = []
    for chunk in chunks:
        if held and _length([*held, *chunk]) > CHUNK_LIMIT:
            yield held
            held = []
        held = [*held, *chunk]
    yield held


def _length(parts: Sequence[Part]) -> int:
    """Characters of the chunk that these parts make."""
    between = sum(len(glue) for _, glue in parts[1:])
    return between + sum(len(piece.text) for piece, _ in parts)


def _as_cut(chunk: Sequence[Part]) -> Cut:
    first, last = chunk[0][0], chunk[-1][0]
    text = first.text + "".join(glue + piece.text for piece, glue in chunk[1:])
    page = Piece("", first.first_page, last.last_page).page
    return Cut(text, page, first.heading)
