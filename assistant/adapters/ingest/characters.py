"""Characters as they are kept: composed, visible, one kind of line end, one kind of space."""

from __future__ import annotations

import codecs
import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls, marks that turn the direction of reading, zero-width marks, tags, halves of surrogate
# pairs, noncharacters. The joiners U+200C and U+200D stay: they change what is read.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SOFT_HYPHEN = re.compile("\u00ad[^\\S\n]*\n?")
_SPACES = re.compile(r"[^\S\n]+")
_LIGATURES = {
    ord(ligature): letters
    for ligature, letters in zip(
        "ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True
    )
}
_DECLARED = re.compile(rb"""(?i)(?:charset|encoding)\s*=\s*["']?([a-z0-9_-]{3,20})""")
_READ = re.compile(r"(utf-?8|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|(windows-|cp)125\d)")


def kept(text: str) -> str:
    """`text` as it is kept, with its lines. A soft hyphen joins what it stands between.

    Ligatures, which print sets for the eye, become their letters, so that a word is one word.
    """
    text = _SOFT_HYPHEN.sub("", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text.translate(_LIGATURES)))


def kept_line(text: str) -> str:
    """`text` as it is kept, on one line."""
    return " ".join(kept(text).split())


def decoded(data: bytes, *, declared: bool = False) -> str:
    """The text of `data`, in the encoding that fits first.

    Its byte order mark says, else what it declares (when `declared`), else UTF-8, else
    windows-1252, in which no byte is an error worth refusing a file for.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    told = _DECLARED.search(data[:4096]) if declared else None
    for encoding in (_encoding(told.group(1).decode()) if told else "utf-8-sig", "utf-8-sig"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("windows-1252", "replace")


def _encoding(declared: str) -> str:
    name = declared.lower()
    if not _READ.fullmatch(name) or name in ("utf8", "utf-8"):
        return "utf-8-sig"
    # As browsers do: what calls itself Latin 1 is windows-1252.
    return "windows-1252" if name in ("latin1", "latin-1", "iso-8859-1", "iso8859-1") else name
