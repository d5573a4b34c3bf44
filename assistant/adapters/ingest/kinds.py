"""What a file is: told from its bytes, and held against the ending of its name."""

from __future__ import annotations

import re
from typing import Literal

from assistant.adapters.ingest.refusals import refusal
from assistant.records.document import Media

Content = Literal["pdf", "docx", "zip", "ole", "rtf", "html", "text", "binary"]

ENDINGS: dict[str, Media] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
_FITTING: dict[Media, Content] = {
    "pdf": "pdf",
    "docx": "docx",
    "html": "html",
    "markdown": "text",
    "text": "text",
}
NAMES: dict[Content, str] = {
    "pdf": "a PDF document",
    "docx": "a Word document (DOCX)",
    "zip": "a ZIP archive",
    "ole": "an old Office document",
    "rtf": "a rich text (RTF) document",
    "html": "an HTML page",
    "text": "plain text",
    "binary": "neither text nor a kind of document that is read",
}
_ODD_SHARE = 0.01  # of control characters, above which bytes are no text
_LOOKED_AT = 64_000
_DOCX = (b"[Content_Types].xml", b"word/")  # names of parts, which are not packed
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PAGE = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.S | re.I
)
_TAG = re.compile(rb"<(p|div|h[1-6]|br|ul|ol|li|table|span|a|body|html|article|section)\b", re.I)


def media_of(data: bytes, ending: str) -> Media:
    """The kind that both the bytes and the ending of the name say it is.

    Raises DocumentRefused when the ending is not known, or the two do not agree.
    """
    media = ENDINGS.get(ending)
    if media is None:
        raise refusal("unknown_kind", extension=ending[:12] or "(nothing)")
    content = content_of(data)
    if content == "ole" and media == "docx":  # also what Word makes of a document with a password
        raise refusal("old_word")
    if media == "html" and content == "text" and _TAG.search(data[:_LOOKED_AT]):
        content = "html"  # a part of a page is a page
    if content != _FITTING[media]:
        raise refusal("mismatch", extension=ending, content=NAMES[content])
    return media


def content_of(data: bytes) -> Content:
    """What the bytes are, whatever the name says."""
    start = data[:_LOOKED_AT]
    if re.search(rb"(?m)^%PDF-\d", start[:1024]):
        return "pdf"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx" if all(name in data for name in _DOCX) else "zip"
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(_UTF16):
        return _as_text(start.decode("utf-16", "replace").encode())
    return _as_text(start.removeprefix(b"\xef\xbb\xbf"))


def _as_text(start: bytes) -> Content:
    odd = sum(start.count(bytes([code])) for code in range(32) if code not in b"\t\n\r\f\v")
    if odd > _ODD_SHARE * len(start):
        return "binary"
    return "html" if _PAGE.match(start) else "text"
