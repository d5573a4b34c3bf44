"""Turns what a database driver raises into a `StoreError` that says what to do.

The message is made here and never taken from the driver: a driver's own words can hold the row it
was about, and so what a person said, or the password it connected with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from assistant.errors import StoreError

_BUSY = "too many wait for it, or another program holds it. Try again; then see what else uses it."
_DAMAGED = "the file is damaged or is not a SQLite database. Put a backup in its place."
_UNOPENABLE = "it cannot be opened. It must be a file, in a folder that this program may write."
_FULL = "the disk is full. Make room; nothing was half-written."
_UNWRITABLE = "it may not be written. Check owner and permissions of file and folder."
_CONTRADICTS = "what was to be stored contradicts what is there. Nothing was changed."
_UNREADABLE = "it holds something that this version of lange-adem cannot read. Upgrade the program."
_UNREACHABLE = (
    "it cannot be reached, or lets us not in."
    " Check that it runs, and host, port, name and password in LANGE_ADEM_DATABASE_URL."
)

_BY_SQLITE_NAME = {
    "SQLITE_CANTOPEN": _UNOPENABLE,
    "SQLITE_READONLY": _UNWRITABLE,
    "SQLITE_PERM": _UNWRITABLE,
    "SQLITE_FULL": _FULL,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_PROTOCOL": _BUSY,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_IOERR": "the disk fails. Check the disk and its free space.",
    "SQLITE_CONSTRAINT": _CONTRADICTS,
}

# By SQLSTATE, or its first two digits: https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_SQLSTATE = {
    "08": _UNREACHABLE,
    "28": _UNREACHABLE,
    "3D": _UNREACHABLE,
    "57": _UNREACHABLE,
    "23": _CONTRADICTS,
    "40": _BUSY,
    "55": _BUSY,
    "53100": _FULL,
    "53": _BUSY,
    "25006": "it is read-only. Connect to the primary server.",
    "42501": "this user may not write it. Grant CREATE on the schema, or ownership of the tables.",
    "42P01": "tables are missing. Restore a backup, or name an empty database.",
}


@contextmanager
def plainly(place: str) -> Iterator[None]:
    """Raise whatever the database or the disk raises as a `StoreError` about `place`."""
    try:
        yield
    except (SQLAlchemyError, OSError, OverflowError, ValidationError) as fault:
        # `from None`: the cause may hold what a person said.
        raise StoreError(f"The store {place} cannot be used: {_advice(fault)}") from None


def _advice(fault: Exception) -> str:
    if isinstance(fault, DBAPIError):
        return _advice_on_driver(fault)
    if isinstance(fault, PoolTimeout):
        return _BUSY
    if isinstance(fault, OSError):
        return f"{fault.strerror or type(fault).__name__}. Check path, permissions and free space."
    if isinstance(fault, ValidationError):
        return _UNREADABLE
    return _unforeseen(fault)


def _advice_on_driver(fault: DBAPIError) -> str:
    original = fault.orig
    sqlite_name = getattr(original, "sqlite_errorname", None)
    if sqlite_name:
        known = _BY_SQLITE_NAME.get("_".join(sqlite_name.split("_")[:2]))
        return known or _unforeseen(fault, sqlite_name)
    sqlstate = getattr(original, "sqlstate", None)
    if sqlstate:
        known = _BY_SQLSTATE.get(sqlstate) or _BY_SQLSTATE.get(sqlstate[:2])
        return known or _unforeseen(fault, f"SQLSTATE {sqlstate}")
    # psycopg has no SQLSTATE when there is no connection to give one.
    return _UNREACHABLE if isinstance(fault, OperationalError) else _unforeseen(fault)


def _unforeseen(fault: Exception, code: str = "") -> str:
    name = code or type(fault).__name__
    return f"the database refused ({name}). Run `lange-adem doctor`."
