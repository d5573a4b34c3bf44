"""When the database fails: a `StoreError` that says what to do, and holds nobody's words."""

from __future__ import annotations

import resource
import socket
import sqlite3
import traceback
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from assistant.adapters.sql import SqlStore, open_store
from assistant.errors import StoreError
from tests.integration.stories import begin, coding, interview, said, tag, turn

SECRET = "s3cr3t-w00rd"


def shown(error: pytest.ExceptionInfo[StoreError]) -> str:
    """All that a log would show of the error."""
    return "".join(traceback.format_exception(error.value))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (SECRET, "is no database URL"),
        (f"postgresql://u:{SECRET}@host:{SECRET}/name", "is no database URL"),
        (f"mysql://u:{SECRET}@host/name", "unknown kind of database"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:x?mode=memory&uri=true", "names no file"),
        ("", "is no database URL"),
    ],
)
def test_a_wrong_url_is_told_without_repeating_it(url: str, told: str) -> None:
    """The message names the setting and an example, and not the password in it."""
    with pytest.raises(StoreError, match=told) as error:
        open_store(url)

    assert "LANGE_ADEM_DATABASE_URL" in str(error.value)
    assert "sqlite:///path/to/file" in str(error.value)
    assert SECRET not in shown(error)


def test_a_postgresql_that_is_down_is_told(postgresql: str) -> None:
    """No server at the port, or no such database: StoreError with the place, not the password."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        port = taken.getsockname()[1]
        with pytest.raises(StoreError, match=rf"name at 127\.0\.0\.1:{port} .*Check") as error:
            open_store(f"postgresql://u:{SECRET}@127.0.0.1:{port}/name")
    assert SECRET not in shown(error)

    with pytest.raises(StoreError, match=r"nowhere at .*Check"):
        open_store(make_url(postgresql).set(database="nowhere").render_as_string())


def test_postgresql_may_go_down_and_come_back(postgresql: str, postgresql_url: str) -> None:
    """While it is down each use is a StoreError; when it is back the store just works."""
    store = open_store(postgresql_url)
    begin(store)
    database = sql.Identifier(str(make_url(postgresql_url).database))
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(database))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [make_url(postgresql_url).database],
        )
        with pytest.raises(StoreError, match="cannot be used"):
            store.record_answer("anna", 0, said(SECRET))
        assert len(list(store.check())) == 1
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(database))

    assert store.record_answer("anna", 0, said("ja"))
    store.close()


def test_a_connection_that_was_cut_while_idle_is_replaced(
    postgresql: str, postgresql_url: str
) -> None:
    """A server that was restarted between two answers costs no one an answer."""
    store = open_store(postgresql_url)
    begin(store)
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [make_url(postgresql_url).database],
        )

    assert store.record_answer("anna", 0, said("ja"))
    store.close()


def test_doctor_warns_of_a_postgresql_that_may_lose_answers(postgresql_url: str) -> None:
    """synchronous_commit=off breaks the promise "on return it is on disk"."""
    store = open_store(postgresql_url)
    assert list(store.check()) == []
    with store.database.writing() as connection:
        name = make_url(postgresql_url).database
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    store.close()

    assert [line for line in store.check() if "synchronous_commit=off" in line]
    store.close()


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("a folder", "It must be a file"),
        ("a file/store", "Check path, permissions"),
        ("/proc/store.sqlite", "Check path, permissions"),
        ("/dev/full", "Make room"),
    ],
)
def test_a_path_that_cannot_be_a_store_is_told(tmp_path: Path, place: str, told: str) -> None:
    """A folder, a path through a file, a place where no file can be made, a device that is full."""
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a file").write_text("not a folder")
    path = tmp_path / place

    with pytest.raises(StoreError, match=told) as error:
        open_store(f"sqlite:///{path}")

    assert str(path) in str(error.value)


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    """Whatever file someone points at, it is not touched."""
    content = b"a letter, long enough to be taken for a database" * 99
    path = tmp_path / "letter.txt"
    path.write_bytes(content)

    with pytest.raises(StoreError, match="damaged or is not a SQLite database"):
        open_store(f"sqlite:///{path}")

    assert path.read_bytes() == content


def test_a_damaged_file_is_told(sqlite_url: str, tmp_path: Path) -> None:
    """A store with a spoiled page: reading raises StoreError, and doctor says it is damaged."""
    store = open_store(sqlite_url)
    begin(store, text="woord " * 9000)
    store.close()
    path = tmp_path / "folder" / "store.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))

    with pytest.raises(StoreError, match="damaged"):
        store.turns("anna")
    assert any("damaged" in line for line in store.check())
    with pytest.raises(StoreError, match="damaged"):
        open_store(sqlite_url)
    store.close()


def test_a_full_disk_loses_nothing_that_was_stored(sqlite_store: SqlStore) -> None:
    """What does not fit is refused whole; what was there is there, and a short answer fits."""
    begin(sqlite_store)
    with sqlite_store.database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreError, match="the disk is full") as error:
        sqlite_store.record_answer("anna", 0, said(SECRET * 9000))

    assert SECRET not in shown(error)
    assert sqlite_store.turns("anna") == (turn(0),)
    assert sqlite_store.record_answer("anna", 0, said("kort"))


def test_a_store_held_by_another_program_is_told(sqlite_store: SqlStore, tmp_path: Path) -> None:
    """Reading goes on; a write waits for the lock (here a moment), and then says why it failed."""
    begin(sqlite_store)
    with sqlite_store.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(tmp_path / "folder" / "store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert sqlite_store.turns("anna") == (turn(0),)
    with pytest.raises(StoreError, match="another program holds it"):
        sqlite_store.record_answer("anna", 0, said("ja"))
    assert [line for line in sqlite_store.check() if "another program holds it" in line]

    other.close()
    assert sqlite_store.record_answer("anna", 0, said("ja"))


def test_a_disk_that_takes_no_more_is_told(sqlite_store: SqlStore, tmp_path: Path) -> None:
    """The operating system refuses to let files grow: nothing is half-written, doctor sees it."""
    begin(sqlite_store)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log_size = (tmp_path / "folder" / "store.sqlite-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (log_size, hard))
    try:
        found = list(sqlite_store.check())
        with pytest.raises(StoreError, match="Check the disk and its free space"):
            sqlite_store.record_answer("anna", 0, said("ja"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [line for line in found if "free space" in line]
    assert list(sqlite_store.check()) == []
    assert sqlite_store.record_answer("anna", 0, said("ja"))


def test_doctor_tries_to_write(sqlite_store: SqlStore) -> None:
    """A store that can be read and not written is not well."""
    raw = sqlite_store.database.writer.raw_connection()
    raw.cursor().execute("PRAGMA query_only = ON")
    raw.close()

    assert [line for line in sqlite_store.check() if "may not be written" in line]


def test_a_refused_row_is_not_repeated(store: SqlStore) -> None:
    """PostgreSQL names the whole failing row in its error; ours holds nothing of it."""
    begin(store, text=SECRET)
    odd = turn(1).model_copy(
        update={"move": turn(1).move.model_copy(update={"kind": "odd", "text": SECRET})}
    )

    with pytest.raises(StoreError, match="contradicts") as error:
        store.move_on("anna", odd)
    assert SECRET not in shown(error)
    assert SECRET not in repr(error.value.__dict__)

    with pytest.raises(StoreError) as error:
        store.create(interview("anna").model_copy(update={"id": SECRET, "role": SECRET}), odd, "h")
    assert SECRET not in shown(error)


def test_a_number_no_database_holds_is_told(store: SqlStore) -> None:
    """A turn number beyond what either database counts to is a StoreError, not a crash."""
    begin(store)

    with pytest.raises(StoreError, match="cannot be used"):
        store.record_answer("anna", 10**30, said("ja"))


def test_a_record_of_another_version_is_told(store: SqlStore) -> None:
    """What is stored and does not fit the records is a StoreError without the stored words."""
    begin(store, text=SECRET)
    with store.database.writing() as connection:
        connection.exec_driver_sql("""UPDATE turns SET versions = '{"s3cr3t-w00rd": 1}'""")

    with pytest.raises(StoreError, match="this version of lange-adem cannot read") as error:
        store.turns("anna")

    assert SECRET not in shown(error)


def test_no_log_holds_what_was_said(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    """Not even when someone turns SQLAlchemy's logging of statements on."""
    with caplog.at_level("INFO", logger="sqlalchemy.engine"):
        begin(store, text=SECRET)
        store.move_on("anna", turn(1), [(0, coding("embedded", tag("policy", "continuity")))])

    assert SECRET not in caplog.text


def test_a_new_file_is_for_its_owner_only(sqlite_store: SqlStore, tmp_path: Path) -> None:
    """The file and the logs beside it can be read by no other user."""
    begin(sqlite_store)

    made = list((tmp_path / "folder").iterdir())

    assert len(made) == 3
    assert {file.stat().st_mode & 0o777 for file in made} == {0o600}


def test_a_relative_path_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It means the working directory of the start, also when that changes later."""
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///new/store.sqlite")
    store.close()
    monkeypatch.chdir("/")

    begin(store)

    assert (tmp_path / "new" / "store.sqlite").is_file()
    store.close()
