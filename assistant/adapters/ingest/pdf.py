"""The text of a PDF, by page, without running heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from assistant.adapters.ingest.characters import kept, kept_line
from assistant.adapters.ingest.layout import Line, paragraphs
from assistant.adapters.ingest.limits import Limits
from assistant.adapters.ingest.pieces import Piece
from assistant.adapters.ingest.refusals import refusal

if TYPE_CHECKING:
    from pypdf import PdfReader

_EDGE = 2  # lines at the top and at the bottom of a page that may be running heads or feet
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_NUMBER_AT_AN_END = re.compile(r"^(\d+|[ivxlc]+)\b|\b(\d+|[ivxlc]+)$")
_SHORT_LINE = 30  # characters: no sentence, so a number in it may well be that of the page
_REPEATED = 0.4  # of the pages; left and right pages may have heads of their own
_TEXT_PAGE = 10  # characters that make a page one with text
_LEAST_TEXT_PAGES = 0.2  # of the pages: a scan may have a cover sheet with text
_LABEL_LIMIT = 20  # characters of a page label
_END_LOOKED_AT = 4_096

Said = Callable[[int, int], None]


def read_pdf(data: bytes, limits: Limits, said: Said) -> tuple[list[Piece], int]:
    """The paragraphs of a PDF, and how many pages it has; `said` hears of every page done.

    The page of a paragraph is the label a reader shows, else the number counted from 1. Raises
    DocumentRefused for a file that is encrypted, cut off, too long, or of images only; what pypdf
    cannot read is an error of its own.
    """
    if b"%%EOF" not in data[-_END_LOOKED_AT:]:
        raise refusal("truncated")
    reader = _opened(data)
    count = len(reader.pages)
    if count > limits.pages:
        raise refusal("too_many_pages", pages=count, limit=limits.pages)
    pages = _lines(reader, count, limits, said)
    running = _running(pages)
    if _are_images(reader, pages, running):
        raise refusal("images_only")
    labels = _labels(reader, count)
    lines = [
        Line(text, label)
        for label, page in zip(labels, pages, strict=True)
        for text in _own(page, running)
    ]
    return paragraphs(lines), count


def _opened(data: bytes) -> PdfReader:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        reader = PdfReader(BytesIO(data))
    except (DependencyError, FileNotDecryptedError):  # a cipher that we cannot even try
        raise refusal("encrypted") from None
    if reader.is_encrypted:
        raise refusal("encrypted")
    return reader


def _lines(reader: PdfReader, count: int, limits: Limits, said: Said) -> list[list[str]]:
    from pypdf.errors import LimitReachedError

    pages, size = [], 0
    for number, page in enumerate(reader.pages, start=1):
        try:
            text = kept(page.extract_text())
        except LimitReachedError:  # what pypdf itself will not unpack
            raise refusal("bomb") from None
        size += len(text)
        if size > limits.characters:
            raise refusal("too_long", limit=limits.characters)
        pages.append([line.strip() for line in text.split("\n")])
        said(number, count)
    return pages


def _running(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Patterns of the lines that, but for a page number, stand at the edge of most pages."""
    counts = Counter(key for page in pages for key in set(_edges(page).values()))
    least = max(3.0, _REPEATED * len(pages))
    return frozenset(key for key, count in counts.items() if count >= least)


def _own(page: Sequence[str], running: frozenset[str]) -> list[str]:
    """A page without running heads and feet, or empty lines at its edges.

    A page that is hardly more than its edges keeps them: what is alike there may be all it says.
    """
    edges = _edges(page) if sum(map(bool, page)) > 2 * _EDGE else {}
    lines = [line for at, line in enumerate(page) if edges.get(at) not in running]
    filled = [at for at, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _edges(page: Sequence[str]) -> dict[int, str]:
    """Place and pattern of the lines at the top and the bottom."""
    filled = [at for at, line in enumerate(page) if line]
    at_edge = {*filled[:_EDGE], *filled[-_EDGE:]}
    return {at: _pattern(page[at].lower()) for at in at_edge}


def _pattern(line: str) -> str:
    """A line without what may be a page number: in a longer line, only at its start or end."""
    place = _NUMBER if len(line) <= _SHORT_LINE else _NUMBER_AT_AN_END
    return place.sub("#", line)


def _are_images(reader: PdfReader, pages: Sequence[Sequence[str]], running: frozenset[str]) -> bool:
    """Whether hardly a page has text: a scan may have a cover sheet, and a stamp on every page."""
    told = 0
    for number, page in enumerate(pages):
        edges = _edges(page)
        stamped = all(edges.get(at) in running for at, line in enumerate(page) if line)
        has_text = sum(map(len, page)) >= _TEXT_PAGE
        told += has_text and not (stamped and len(reader.pages[number].images))
    return told < max(1.0, _LEAST_TEXT_PAGES * len(pages))


def _labels(reader: PdfReader, count: int) -> list[str]:
    """What readers call the pages; a page without a label goes by its number."""
    labels: Sequence[str] = ()
    if "/PageLabels" in reader.root_object:
        labels = reader.page_labels
    plain = [kept_line(label)[:_LABEL_LIMIT] for label in labels[:count]]
    plain += [""] * (count - len(plain))
    return [label or str(number) for number, label in enumerate(plain, start=1)]
