"""A ZIP archive of XML, unpacked with a hand on the tap."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from assistant.adapters.ingest.limits import Limits
from assistant.adapters.ingest.refusals import refusal

_BLOCK = 65_536
_XML = (".xml", ".rels")
_ENCRYPTED = 0x1


def vetted(data: bytes, limits: Limits) -> bytes:
    """A copy of the archive with its XML parts alone, stored plain, all of them looked through.

    What is counted is what comes out, whatever the archive says of itself; what is not XML is
    counted and let go. Nothing is written to disk, so the names in it lead nowhere.
    Raises DocumentRefused: a bomb, encrypted, damaged, with entities, nested too deeply, too long.
    """
    copy = BytesIO()
    try:
        with ZipFile(BytesIO(data)) as archive, ZipFile(copy, "w", ZIP_STORED) as plain:
            _check_parts(archive.infolist(), limits)
            tap = _Tap(len(data), limits)
            for part in archive.infolist():
                content = _unpacked(archive, part, tap, limits)
                if content is not None:
                    plain.writestr(part.filename, content)
    except expat.ExpatError:
        raise refusal("damaged", detail="not well-formed XML") from None
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise refusal("damaged", detail="its ZIP archive is broken") from None
    return copy.getvalue()


class _Tap:
    """Counts what comes out, and closes."""

    def __init__(self, packed: int, limits: Limits) -> None:
        by_ratio = max(limits.ratio_from_bytes, limits.ratio * packed)
        self._left = min(limits.unpacked_bytes, by_ratio)

    def count(self, size: int) -> None:
        """Raises DocumentRefused once more came out than may."""
        self._left -= size
        if self._left < 0:
            raise refusal("bomb")


def _check_parts(parts: list[ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.parts:
        raise refusal("bomb")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise refusal("encrypted")
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise refusal("damaged", detail="packed in a way Word does not use")
    if len({part.filename for part in parts}) < len(parts):
        raise refusal("damaged", detail="two parts with one name")


def _unpacked(archive: ZipFile, part: ZipInfo, tap: _Tap, limits: Limits) -> bytes | None:
    """The part when it is XML; None for another, of which only the size is looked at."""
    look = _Look(limits) if part.filename.lower().endswith(_XML) else None
    blocks = []
    for block in _blocks(archive, part):
        tap.count(len(block))
        if look:
            look.at(block)
            blocks.append(block)
    if look:
        look.at_end()
    return b"".join(blocks) if look else None


def _blocks(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as content:
        while block := content.read(_BLOCK):
            yield block


class _Look:
    """Goes through XML without building anything: no document type, not too deep, not too long."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._depth = 0
        self._characters = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text

    def at(self, block: bytes) -> None:
        """Look at the next block. Raises DocumentRefused or ExpatError."""
        self._parser.Parse(block, False)

    def at_end(self) -> None:
        """Nothing follows. Raises ExpatError when something should."""
        self._parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise refusal("entities")

    def _open(self, *_: object) -> None:
        self._depth += 1
        if self._depth > self._limits.depth:
            raise refusal("damaged", detail="nested too deeply")

    def _close(self, *_: object) -> None:
        self._depth -= 1

    def _text(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > self._limits.characters:
            raise refusal("too_long", limit=self._limits.characters)
