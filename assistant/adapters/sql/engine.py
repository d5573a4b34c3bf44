"""Connections: how the store opens its database, and its two kinds of transaction."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from assistant.adapters.sql.faults import plainly
from assistant.errors import StoreError

log = logging.getLogger(__name__)

BUSY_SECONDS = 5.0
# What each SQLite connection is set to, and what `PRAGMA <name>` then answers. The wait for a
# lock comes first: it holds for the switch to WAL too.
PRAGMAS: dict[str, tuple[str, object]] = {
    "busy_timeout": (str(int(BUSY_SECONDS * 1000)), int(BUSY_SECONDS * 1000)),
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "secure_delete": ("ON", 1),
}
# libpq: give up on a server that does not answer, in seconds (tcp_user_timeout: milliseconds).
_POSTGRESQL_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
_HOW = "use sqlite:///path/to/file or postgresql://user:password@host:port/name"


@dataclass(frozen=True)
class Database:
    """One database, and its two kinds of transaction. Made by `connect`; for any number of threads.

    Errors: `StoreError` for whatever the database or the disk does, about `place`.
    """

    place: str
    reader: Engine
    writer: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, and not PostgreSQL."""
        return self.writer.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment throughout and waits for no writer."""
        with plainly(self.place), self.reader.begin() as connection:
            self._begin(connection, "BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends, or undone when it raises."""
        with plainly(self.place), self.writer.begin() as connection:
            self._begin(connection, "BEGIN IMMEDIATE")
            yield connection

    def _begin(self, connection: Connection, statement: str) -> None:
        # Left to Python, a write on SQLite would begin as a read and find the database locked
        # without waiting for it. Said here and not by SQLAlchemy's event "begin": an engine that
        # has any such event looks for its listeners at every statement (measured: 1/8 of a turn).
        if self.is_sqlite:
            connection.exec_driver_sql(statement)

    def wipe_log(self) -> None:
        """Take what was deleted out of SQLite's write-ahead log too; it is gone from the file.

        Best effort: while another program reads, the log keeps it until the next checkpoint.
        """
        if not self.is_sqlite:
            return
        try:
            with plainly(self.place):
                busy = _truncate_log(self.writer)
        except StoreError:
            busy = True
        if busy:
            log.warning("%s-wal may hold forgotten text until no one reads it", self.place)

    def close(self) -> None:
        """Close all connections. A later use opens new ones."""
        self.reader.dispose()
        self.writer.dispose()


def connect(url: str) -> Database:
    """The database at `url`; nothing is opened yet, but SQLite's folder and file are made.

    Raises `StoreError`, never naming a password, for a URL that is none or a path that cannot be.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        raise StoreError(f"LANGE_ADEM_DATABASE_URL is no database URL: {_HOW}.") from None
    if backend == "sqlite":
        return _sqlite(parsed)
    if backend == "postgresql":
        return _postgresql(parsed)
    raise StoreError(f"LANGE_ADEM_DATABASE_URL names an unknown kind of database: {_HOW}.")


def _sqlite(url: URL) -> Database:
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise StoreError(
            f"LANGE_ADEM_DATABASE_URL names no file to keep the interviews in: {_HOW}."
        )
    path = Path(url.database).absolute()
    with plainly(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Answers are for this user's eyes; SQLite gives its log files the same permissions.
            path.touch(mode=0o600)
    at = url.set(drivername="sqlite", database=str(path))
    # Writers of this process wait in one line for one connection: SQLite has one writer, and its
    # own waiting (sleep, look again) is slow and unfair when hundreds of threads do it.
    return Database(str(path), _sqlite_engine(at, 8), _sqlite_engine(at, 1))


def _sqlite_engine(url: URL, connections: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        # No isolation level: we say BEGIN ourselves.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        for name, (value, _answer) in PRAGMAS.items():
            execute_patiently(connection, f"PRAGMA {name}={value}")

    return engine


def execute_patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Execute a pragma, again while the database is locked, for `BUSY_SECONDS` at most.

    Of programs that switch a new file to WAL at the same moment one may be told "locked" at once,
    in spite of busy_timeout: measured, 2 of 1,000 starts with 16 programs together.
    """
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(statement).close()
        except sqlite3.OperationalError as fault:
            busy = fault.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
            if not busy or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


def _truncate_log(writer: Engine) -> bool:
    pooled = writer.raw_connection()
    try:
        cursor = pooled.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        answer = cursor.fetchone()
    except sqlite3.Error:
        return True
    finally:
        pooled.close()
    return answer is None or answer[0] != 0


def _postgresql(url: URL) -> Database:
    writer = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=10,
        max_overflow=10,
        pool_timeout=30,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={k: v for k, v in _POSTGRESQL_PATIENCE.items() if k not in url.query},
    )
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    place = f"{url.database or ''} at {url.host or 'the local socket'}:{url.port or 5432}"
    return Database(place, reader, writer)
