"""Folders of the index: one for each version, built by one process while others wait or go on.

The name of a folder is its kind (`corpus`, `remote` or `documents`), its version and eight hex
digits. What no process uses any more is removed when a newer one of its kind is there.
"""

from __future__ import annotations

import logging
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

from assistant.errors import CorpusError

LOCK_FILE = "lock.sqlite"
IN_USE_FILE = "in-use.sqlite"
LOCK_SECONDS = 120.0
_OURS = re.compile(r"(corpus|documents|remote)-[A-Za-z0-9._-]*\.[0-9a-f]{8}")

log = logging.getLogger(__name__)


class Closable(Protocol):
    """Something that holds files."""

    def close(self) -> None:
        """Let go of them."""


Opened = TypeVar("Opened", bound=Closable)


def open_or_build(
    index_dir: Path,
    name: str,
    build: Callable[[Path], None],
    open_: Callable[[Path], Opened],
) -> tuple[Opened, sqlite3.Connection]:
    """What `open_` makes of the folder for `name`, and the mark that it is in use.

    `open_` raises CorpusError for a folder that is half built or damaged: then `build` fills a new
    one. Older folders of the same kind that nobody uses are removed.
    """
    with _alone_in(index_dir, name.partition("-")[0]):
        for folder in sorted(index_dir.glob(f"{name}.*")):
            try:
                return _opened(folder, open_)
            except CorpusError as damage:
                log.warning("The index is built anew. %s", damage)
        # A new name every time: Chroma keeps clients by path, also of a folder that is gone.
        folder = index_dir / f"{name}.{secrets.token_hex(4)}"
        folder.mkdir()
        try:
            build(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return _opened(folder, open_)


def _opened(folder: Path, open_: Callable[[Path], Opened]) -> tuple[Opened, sqlite3.Connection]:
    with ExitStack() as undo:
        opened = open_(folder)
        undo.callback(opened.close)
        mark = _marked_in_use(folder)
        undo.pop_all()
    sweep(folder.parent, folder.name.partition("-")[0], folder)
    return opened, mark


def sweep(index_dir: Path, kind: str, kept: Path | None = None) -> None:
    """Remove older versions, damaged and half-built folders of a kind; nothing used or not ours."""
    for path in index_dir.iterdir() if index_dir.is_dir() else ():
        ours = _OURS.fullmatch(path.name) and path.name.startswith(f"{kind}-")
        if path == kept or not ours or _is_in_use(path):
            continue
        with suppress(OSError):  # one that stays is in nobody's way and goes another time
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _marked_in_use(folder: Path) -> sqlite3.Connection:
    """A shared lock on the folder for as long as the connection is open or its process lives."""
    # An index may be closed in another thread than the one that opened it.
    mark = sqlite3.connect(folder / IN_USE_FILE, isolation_level=None, check_same_thread=False)
    mark.execute("BEGIN")
    mark.execute("SELECT * FROM sqlite_master").fetchall()
    return mark


def _is_in_use(folder: Path) -> bool:
    try:
        _locked(folder / IN_USE_FILE, seconds=0).close()
    except sqlite3.Error as wrong:
        return wrong.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


@contextmanager
def _alone_in(index_dir: Path, kind: str) -> Iterator[None]:
    """One process or thread at a time for each kind: an endpoint that is slow holds up no other.

    SQLite's lock works everywhere and dies with its holder.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    path = index_dir / (LOCK_FILE if kind == "corpus" else f"lock-{kind}.sqlite")
    try:
        lock = _locked(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # its bytes are damaged: it holds nothing worth keeping
        path.unlink(missing_ok=True)
        lock = _locked(path)
    try:
        yield
    finally:
        lock.close()


def _locked(path: Path, seconds: float = LOCK_SECONDS) -> sqlite3.Connection:
    lock = sqlite3.connect(path, timeout=seconds, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise
    return lock


@contextmanager
def vendor_errors(message: str, *, secret: bool = False) -> Iterator[None]:
    """Whatever goes wrong inside becomes a CorpusError; with `secret`, its words stay out of it."""
    try:
        yield
    except (CorpusError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    # A panic of Chroma's Rust core is a BaseException that cannot be imported by name.
    except BaseException as wrong:
        if secret:
            raise CorpusError(f"{message} ({type(wrong).__name__}).") from None
        raise CorpusError(f"{message} ({type(wrong).__name__}: {wrong}).") from wrong
