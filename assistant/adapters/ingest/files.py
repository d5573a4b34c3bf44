"""Taking in a file: only an ordinary one, only when small enough, under a harmless name."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from pathlib import Path, PurePosixPath

from assistant.adapters.ingest.limits import MEGABYTE, Limits
from assistant.adapters.ingest.refusals import refusal

NAME_LIMIT = 120  # characters
_KINDS = (
    (stat.S_ISDIR, "folder"),
    (stat.S_ISLNK, "symbolic link"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISSOCK, "socket"),
)


def take(path: Path, name: str, limits: Limits) -> bytes:
    """The bytes of the ordinary file at `path`.

    Its size is looked at before anything is read. A link is not followed: it could point at what
    the person who gave it may not read. Raises DocumentRefused with `name` in it.
    """
    # Not blocking: a pipe that nobody writes to would hold us up for good.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        _check_kind(path.lstat().st_mode, name)
        with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
            facts = os.fstat(file.fileno())
            _check_kind(facts.st_mode, name)  # it may have been swapped since
            _check_size(facts.st_size, name, limits)
            data = file.read(limits.file_bytes + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise refusal("missing", name) from None
    except (OSError, ValueError) as wrong:  # ValueError: a NUL in the path
        why = getattr(wrong, "strerror", None) or type(wrong).__name__
        raise refusal("unreadable", name, why=why) from None
    _check_size(len(data), name, limits)
    return data


def display_name(name: str) -> str:
    """A name to show: the last part of a path, of either kind, without what does not show.

    Control, formatting (such as those that turn the direction of reading) and private characters
    go; at most 120 characters stay, the ending among them.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if mark.isspace() else mark for mark in last if _shows(mark))
    plain = unicodedata.normalize("NFC", " ".join(seen.split())).rstrip(". ")
    ending = extension(plain)
    if len(plain) > NAME_LIMIT and len(ending) < 12:
        plain = plain[: NAME_LIMIT - len(ending)].rstrip(". ") + ending
    return plain[:NAME_LIMIT] or "document"


def extension(name: str) -> str:
    """The ending of a name, in small letters, with its dot; empty when it has none."""
    return PurePosixPath(name.lower()).suffix


def _shows(mark: str) -> bool:
    return mark.isspace() or not unicodedata.category(mark).startswith("C")


def _check_kind(mode: int, name: str) -> None:
    if not stat.S_ISREG(mode):
        what = next((word for test, word in _KINDS if test(mode)), "device")
        raise refusal("not_a_file", name, what=what)


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size == 0:
        raise refusal("empty", name)
    if size > limits.file_bytes:
        limit = f"{limits.file_bytes / MEGABYTE:g}"
        raise refusal("too_big", name, megabytes=f"{size / MEGABYTE:,.0f}", limit=limit)
