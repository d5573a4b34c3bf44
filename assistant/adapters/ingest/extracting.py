"""From the bytes of a file to its chunks. Runs in the reading process; touches nothing else."""

from __future__ import annotations

from assistant.adapters.ingest.characters import decoded
from assistant.adapters.ingest.chunking import cut
from assistant.adapters.ingest.kinds import media_of
from assistant.adapters.ingest.limits import Limits
from assistant.adapters.ingest.markup import read_html, read_markdown
from assistant.adapters.ingest.pdf import Said, read_pdf
from assistant.adapters.ingest.pieces import Piece, Reading, check_length
from assistant.adapters.ingest.plain import read_plain
from assistant.adapters.ingest.word import read_word
from assistant.records.document import Media


def extract(data: bytes, ending: str, limits: Limits, said: Said) -> Reading:
    """What the file says, in chunks; `ending` is that of its name, with the dot.

    `said` hears pages done and pages in all; a file without pages counts as one. Raises
    DocumentRefused without a name, and whatever a parser raises on what it cannot read.
    """
    media = media_of(data, ending)
    pages: int | None = None
    if media == "pdf":
        pieces, pages = read_pdf(data, limits, said)
    else:
        pieces = _without_pages(media, data, limits)
        said(1, 1)
    check_length(pieces, limits)
    return Reading(media, pages, cut(pieces))


def _without_pages(media: Media, data: bytes, limits: Limits) -> list[Piece]:
    if media == "docx":
        return read_word(data, limits)
    if media == "html":
        return read_html(decoded(data, declared=True))
    return read_markdown(decoded(data)) if media == "markdown" else read_plain(decoded(data))
