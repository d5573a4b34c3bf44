"""The store on SQLite or PostgreSQL: SQLAlchemy Core, with a schema kept by Alembic."""

from assistant.adapters.sql.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
