"""The text of a Word document (DOCX), with its headings and notes."""

from __future__ import annotations

import re
from io import BytesIO

from assistant.adapters.ingest.archive import vetted
from assistant.adapters.ingest.limits import Limits
from assistant.adapters.ingest.markup import read_html
from assistant.adapters.ingest.pieces import Piece

_STYLES = "p[style-name='Title'] => h1:fresh"
# How the converter leads from a note back to its mark: an arrow that nobody wrote.
_BACK_FROM_A_NOTE = re.compile(r'<a href="#[^"]*note-ref-[^"]*">↑</a>')


def read_word(data: bytes, limits: Limits) -> list[Piece]:
    """The paragraphs of a Word document, in order, notes at the end; images are not looked at.

    Deleted text of tracked changes, comments, page heads and feet are left out. There are no page
    numbers: where a page ends is for the word processor to say. Raises DocumentRefused; see
    `vetted`.
    """
    import mammoth  # type: ignore[import-untyped] # it ships no types

    converted = mammoth.convert_to_html(
        BytesIO(vetted(data, limits)),
        style_map=_STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=lambda _image: [],
    )
    return read_html(_BACK_FROM_A_NOTE.sub("", converted.value))
