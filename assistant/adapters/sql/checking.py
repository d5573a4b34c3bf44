"""What `doctor` looks at: whether the store is whole, writable and set as intended."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from assistant.adapters.sql.derived import contradictions
from assistant.adapters.sql.engine import PRAGMAS, Database
from assistant.adapters.sql.jobs import coded_jobs, wordless_jobs
from assistant.adapters.sql.schema import HEAD, stored_revision
from assistant.errors import StoreError


def what_is_wrong(database: Database) -> list[str]:
    """One sentence for each thing that is wrong; stops at the first look that fails altogether."""
    wrong: list[str] = []
    try:
        with database.reading() as connection:
            wrong += _schema(connection)
            wrong += _sqlite(connection) if database.is_sqlite else _postgresql(connection)
            wrong += [] if wrong else [*_derived(connection), *_queue(connection)]
        with database.writing() as connection:
            wrong += _settings(connection) if database.is_sqlite else []
            # Committed, for only then a full disk shows.
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
    except StoreError as fault:
        wrong.append(str(fault))
    return list(dict.fromkeys(wrong))


def _schema(connection: Connection) -> Iterator[str]:
    found = stored_revision(connection)
    if found != HEAD:
        yield f"The schema is {found or 'missing'}, not {HEAD}. Upgrade or restart the program."


def _sqlite(connection: Connection) -> Iterator[str]:
    if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        yield "The file of the store is damaged. Put a backup in its place."
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        yield "Rows refer to interviews that are gone. Put a backup in the place of the store."
    yield from _settings(connection)


def _settings(connection: Connection) -> Iterator[str]:
    for name, (value, answer) in PRAGMAS.items():
        if connection.exec_driver_sql(f"PRAGMA {name}").scalar() != answer:
            yield f"SQLite does not keep {name}={value} here. Put the store on a local disk."


def _postgresql(connection: Connection) -> Iterator[str]:
    if connection.scalar(text("SHOW server_encoding")) != "UTF8":
        yield "The database does not hold UTF-8. Make a new one with ENCODING 'UTF8'."
    for name in ("fsync", "synchronous_commit"):
        if connection.scalar(text(f"SHOW {name}")) == "off":
            yield f"PostgreSQL has {name}=off: an answer can be lost. Set it on."


def _derived(connection: Connection) -> Iterator[str]:
    if any(connection.execute(query.limit(1)).first() for query in contradictions()):
        yield "The counts do not follow from the codings. Put a backup in the place of the store."


def _queue(connection: Connection) -> Iterator[str]:
    if connection.execute(coded_jobs().limit(1)).first():
        yield "Answers wait for a coding that they have. Once they are coded again they are right."
    if connection.execute(wordless_jobs().limit(1)).first():
        yield "Answers without words wait for a coding. Put a backup in the place of the store."
