"""What a report says, block by block, for a terminal and as a page of Markdown.

Our own words and the names in a report are set as they are; what people said stands in a `Quote`
or as the value of a `Points`, and no markup in it works.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from evals.estimates import Estimate
from evals.markdown import code, escaped, one_line

WIDTH = 100  # of running text in a terminal


@dataclass(frozen=True, slots=True)
class Heading:
    """Depth 1 is the title of the page."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line in our own words; names in it are shown as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as long as the head. The first column names the row."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody said, word for word."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """Labels in our own words, each with something word for word."""

    points: tuple[tuple[str, str], ...]


Block: TypeAlias = Heading | Line | Table | Quote | Points


def cell(found: Estimate | None) -> str:
    """A figure with its interval; nothing where there is none."""
    return "" if found is None else f"{found.value:.2f} {found.low:.2f}–{found.high:.2f}"


def as_text(blocks: Iterable[Block]) -> str:
    """The blocks as lines for a terminal."""
    return "\n".join(line for block in blocks for line in _text(block))


def as_markdown(blocks: Iterable[Block]) -> str:
    """The blocks as a page."""
    return "\n".join(line for block in blocks for line in _markdown(block))


def _text(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        text = one_line(block.text)
        yield from ("", text.upper() if block.depth < 3 else text)
    elif isinstance(block, Line):
        yield _wrapped(block.text, "  ")
    elif isinstance(block, Quote):
        yield _wrapped(f"“{one_line(block.text)}”", "    ")
    elif isinstance(block, Points):
        yield from (_wrapped(f"{label}: {said}", "    ") for label, said in block.points)
    else:
        yield from _columns(block)


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(
        one_line(text), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  "
    )


def _columns(table: Table) -> Iterator[str]:
    lines = [tuple(map(one_line, row)) for row in (table.head, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    yield from ("", f"  {one_line(table.title)}")
    for line in lines:
        padded = (f"{one:<{width}}" for one, width in zip(line, widths, strict=True))
        yield f"    {'  '.join(padded)}".rstrip()


def _markdown(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.depth} {escaped(block.text)}"
    elif isinstance(block, Line):
        yield escaped(block.text)
    elif isinstance(block, Quote):
        yield f"> {code(block.text)}"
    elif isinstance(block, Points):
        yield from (f"- {escaped(label)}: {code(said)}" for label, said in block.points)
    else:
        yield from (f"**{escaped(block.title)}**", "", _row(block.head))
        yield "|---" * len(block.head) + "|"
        yield from map(_row, block.rows)
    yield ""


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"
