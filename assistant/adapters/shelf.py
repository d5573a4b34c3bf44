"""The shelf: documents that were added to works of the literature, one JSON file for each."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from assistant.adapters.ingest import (
    Limits,
    Progress,
    Reading,
    display_name,
    kept_line,
    read_bytes,
    refusal,
    take,
)
from assistant.errors import CorpusError
from assistant.records.document import DOCUMENT_ID, Chunk, Document

_FILE = re.compile(r"(d-[0-9a-f]{10})\.json")
_UNFINISHED = ".*.unfinished"
_LEFT_BEHIND_SECONDS = 3_600  # writing takes milliseconds; what is older was cut off
_KEY_SHOWN = 60  # characters of a wrong key that are repeated


class Added(NamedTuple):
    """What came of adding: the document, and whether it is new or stood there already."""

    document: Document
    new: bool


class Shelf:
    """Documents in a folder, each attached to a work by one of `keys`.

    A document is on the shelf or it is not: it is written under another name, brought to disk and
    then renamed, so that a crash at any moment leaves the shelf as it was and processes need not
    wait for each other. File names are ids of our own, never anything a user typed.

    Only the text is kept, never the file itself: it may be somebody's copyright, the text is what
    is searched, and whoever added it still has it.
    """

    def __init__(self, folder: Path, keys: Collection[str], limits: Limits | None = None) -> None:
        self._folder = folder
        self._keys = keys
        self._limits = limits or Limits()

    def add(
        self,
        path: Path,
        key: str,
        *,
        today: date,
        name: str | None = None,
        progress: Progress | None = None,
    ) -> Added:
        """Read the file at `path` and put it with the work that has `key`.

        `name` is what the file was called, when `path` does not say. `progress` hears pages done
        and pages in all. The same bytes with the same key are the same document: it stays as it
        is and is not read again, unless it is damaged. Raises DocumentRefused when the file or the
        key will not do, CorpusError when the shelf cannot be written; either way nothing changed.
        """
        self._check_key(key)
        shown = display_name(name if name is not None else path.name)
        data = take(path, shown, self._limits)
        digest = sha256(data).hexdigest()
        document_id = _id(digest, key)
        there = self._standing(document_id)
        if there and (there.sha256, there.key) != (digest, key):
            raise refusal("id_taken", shown, id=document_id)
        if there:
            return Added(there, new=False)
        reading = read_bytes(data, shown, self._limits, progress)
        known = {"id": document_id, "key": key, "name": shown, "sha256": digest, "added": today}
        document = _document(reading, known)
        self._put(document)
        return Added(document, new=True)

    def remove(self, document_id: str) -> None:
        """Take a document away, damaged or not. Raises CorpusError when it is not there."""
        if not re.fullmatch(DOCUMENT_ID, document_id):
            raise CorpusError("That is no document id; `lange-adem corpus list` shows them.")
        with self._disk():
            try:
                self._file(document_id).unlink()
            except FileNotFoundError:
                raise CorpusError(f"There is no document {document_id}.") from None
            self._settle()

    def documents(self) -> tuple[Document, ...]:
        """All that can be read, by key, then name."""
        found = [one for one in self._all() if isinstance(one, Document)]
        return tuple(sorted(found, key=lambda one: (one.key, one.name, one.id)))

    def faults(self) -> tuple[CorpusError, ...]:
        """What cannot be read, each naming its file and what to do; the others are not affected."""
        return tuple(one for one in self._all() if isinstance(one, CorpusError))

    def generation(self) -> str:
        """Changes whenever any process added or removed a document. Reads no file, only names."""
        facts = []
        with self._disk():
            for path in self._files():
                with suppress(FileNotFoundError):  # removed meanwhile
                    stat = path.stat()
                    facts.append((path.name, stat.st_mtime_ns, stat.st_size))
        return sha256(repr(facts).encode("utf-8")).hexdigest()[:16]

    def _all(self) -> Iterator[Document | CorpusError]:
        with self._disk():
            files = self._files()
        for path in files:
            try:
                yield self._read(path)
            except FileNotFoundError:  # removed meanwhile
                continue
            except CorpusError as fault:
                yield fault

    def _files(self) -> list[Path]:
        """The files of documents, by name. A shelf that was never used has no folder yet."""
        try:
            return sorted(path for path in self._folder.iterdir() if _FILE.fullmatch(path.name))
        except FileNotFoundError:
            return []

    def _read(self, path: Path) -> Document:
        """Raises CorpusError that names the file, FileNotFoundError when it is gone."""
        cure = f"`lange-adem corpus remove {path.stem}` takes it away; then add the file again."
        try:
            document = Document.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise
        except OSError as wrong:
            raise CorpusError(f"{path.name}: cannot be read ({wrong.strerror}).") from None
        except ValidationError as wrong:
            why = wrong.errors(include_input=False, include_url=False)[0]["msg"]
            raise CorpusError(f"{path.name}: damaged ({why}). {cure}") from None
        if document.id != path.stem:
            raise CorpusError(f"{path.name}: holds another document, {document.id}. {cure}")
        if document.key not in self._keys:
            why = f"belongs to “{document.key}”, and there is no such work (any more)"
            raise CorpusError(f"{path.name}: {why}. {cure}")
        return document

    def _standing(self, document_id: str) -> Document | None:
        """The document when it is there and whole: a damaged one may be put there anew."""
        try:
            return self._read(self._file(document_id))
        except (FileNotFoundError, CorpusError):
            return None

    def _put(self, document: Document) -> None:
        with self._disk():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._tidy()
            name = f".{document.id}.{secrets.token_hex(4)}.unfinished"
            unfinished = self._folder / name
            try:
                with unfinished.open("xb") as file:
                    file.write(document.model_dump_json(indent=1).encode("utf-8"))
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(self._file(document.id))
            finally:
                unfinished.unlink(missing_ok=True)
            self._settle()

    def _tidy(self) -> None:
        """Remove what a process that was killed while writing left behind."""
        for path in self._folder.glob(_UNFINISHED):
            with suppress(OSError):  # another process was faster
                if time.time() - path.stat().st_mtime > _LEFT_BEHIND_SECONDS:
                    path.unlink()

    def _settle(self) -> None:
        """Bring the folder itself to disk, where the system lets a folder be opened."""
        with suppress(OSError):
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _file(self, document_id: str) -> Path:
        return self._folder / f"{document_id}.json"

    def _check_key(self, key: str) -> None:
        if key not in self._keys:
            near = get_close_matches(key, self._keys, n=1, cutoff=0)
            shown = kept_line(key)[:_KEY_SHOWN]
            raise refusal("unknown_key", key=shown, near=near[0] if near else "")

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as wrong:
            why = wrong.strerror or type(wrong).__name__
            raise CorpusError(
                f"The documents in {self._folder} cannot be read or written ({why})."
                " Nothing was changed."
            ) from wrong


def _id(digest: str, key: str) -> str:
    return "d-" + sha256(f"{digest} {key}".encode()).hexdigest()[:10]


def _document(reading: Reading, known: dict[str, object]) -> Document:
    chunks = [
        Chunk(id=f"{known['id']}.{number}", text=cut.text, page=cut.page, heading=cut.heading)
        for number, cut in enumerate(reading.cuts, start=1)
    ]
    return Document.model_validate(
        {**known, "media": reading.media, "pages": reading.pages, "chunks": tuple(chunks)}
    )
