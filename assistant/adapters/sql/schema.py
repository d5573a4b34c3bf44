"""Brings a database to the schema of this version, also when two programs start at once."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from assistant.adapters.sql.engine import Database
from assistant.errors import StoreError

# Every released revision, oldest first. Kept here so that a start at head needs no Alembic, which
# takes a quarter of a second to import; a test compares it with the migrations.
REVISIONS = ("0001", "0002")
HEAD = REVISIONS[-1]
MIGRATIONS = Path(__file__).parent / "migrations"

MIGRATION_LOCK = 0x4C616E6765416465  # of PostgreSQL; any number that is ours: "LangeAde"
_one_thread = threading.Lock()  # Alembic keeps its context in module globals


def bring_to_head(database: Database) -> None:
    """Migrate to `HEAD` if need be.

    Raises `StoreError` when it cannot be, or when a newer version of the program made it.
    """
    with database.reading() as connection:
        found = stored_revision(connection)
    if found == HEAD:
        return
    if found is not None and found not in REVISIONS:
        raise StoreError(
            f"The store {database.place} was made by a newer version of lange-adem"
            f" (schema {found}, this version knows {HEAD}). Upgrade the program."
        )
    _migrate(database)


def stored_revision(connection: Connection) -> str | None:
    """The revision of the schema in the database; None when it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _migrate(database: Database) -> None:
    # Imported before the lock is taken, so that it is held for milliseconds.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with _one_thread, database.writing() as connection:
        # On SQLite the transaction itself is the lock. Who waited for it finds nothing to do.
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
