"""Opening a store: new, at head, of another version; and what the database itself refuses."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assistant.adapters.sql import SqlStore, open_store
from assistant.adapters.sql.engine import PRAGMAS, execute_patiently
from assistant.adapters.sql.schema import MIGRATION_LOCK
from assistant.adapters.sql.tables import metadata
from assistant.errors import StoreError
from tests.integration.stories import begin, coding, interview, tag, turn

ROOT = Path(__file__).parents[2]
ONE_TAG = coding("embedded", tag("policy", "continuity"))


def test_a_store_opens_again_with_what_it_held(url: str) -> None:
    """The first opening makes the schema; the next finds it and leaves all as it was."""
    first = open_store(url)
    begin(first, text="ja")
    first.close()

    again = open_store(url)

    assert again.interview("anna") == interview()
    assert list(again.check()) == []
    again.close()


def test_at_head_alembic_is_not_even_imported(url: str) -> None:
    """It takes a quarter of a second, and every start of the program would pay it."""
    open_store(url).close()
    program = (
        "import sys; from assistant.adapters.sql import open_store;"
        " open_store(sys.argv[1]).close(); print('alembic' in sys.modules)"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program, url], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout == "False\n"


def test_a_store_of_a_newer_version_is_left_alone(url: str) -> None:
    """An older program says so, in opening and in doctor, and changes nothing."""
    store = open_store(url)
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match=r"made by a newer version.*9999.*Upgrade the program"):
        open_store(url)

    assert [line for line in store.check() if "9999" in line]
    store.close()


def test_a_failed_migration_leaves_nothing_behind(url: str) -> None:
    """A table of someone else in the way: StoreError, and not half a schema."""
    store = open_store(url)
    with store.database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name != "interviews":
                connection.exec_driver_sql(f"DROP TABLE {table.name}")
        connection.exec_driver_sql("DROP TABLE alembic_version")
    store.close()

    with pytest.raises(StoreError, match="cannot be used"):
        open_store(url)
    with store.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE interviews")
    store.close()

    mended = open_store(url)  # it could not be made if anything of the schema were there
    assert list(mended.check()) == []
    mended.close()


def test_opening_waits_while_another_program_migrates(postgresql: str, postgresql_url: str) -> None:
    """On PostgreSQL an advisory lock lets one migrate at a time; the others find the work done."""
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with ThreadPoolExecutor() as threads, psycopg.connect(postgresql_url) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})".encode())
        opening = threads.submit(open_store, postgresql_url)
        with psycopg.connect(postgresql, autocommit=True) as server:
            while not server.execute(waiting).fetchone():
                assert not opening.done()
                time.sleep(0.01)
        other.rollback()

        assert list(opening.result().check()) == []
        opening.result().close()


class BusyOnce(sqlite3.Connection):
    """A connection that is told "database is locked" the first time, without waiting."""

    asked = 0

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """Fail, then work."""
        self.asked += 1
        if self.asked == 1:
            locked = sqlite3.OperationalError("database is locked")
            locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise locked
        return super().execute(*statement)


def test_switching_to_wal_waits_for_others_that_do_the_same(tmp_path: Path) -> None:
    """SQLite may say "locked" at once there; we ask again."""
    connection = sqlite3.connect(tmp_path / "store.sqlite", factory=BusyOnce)

    execute_patiently(connection, "PRAGMA journal_mode=WAL")

    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_every_sqlite_connection_is_set_as_intended(sqlite_store: SqlStore) -> None:
    """The pragmas hold on readers and writer alike, and survive reopening."""
    for _ in range(2):
        for transaction in (sqlite_store.database.reading, sqlite_store.database.writing):
            with transaction() as connection:
                set_to = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS
                }
            assert set_to == {
                "busy_timeout": 5000,
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "secure_delete": 1,
            }
        sqlite_store.close()


def test_doctor_sees_a_setting_that_does_not_hold(sqlite_store: SqlStore) -> None:
    """A connection that would lose answers at a power cut is reported."""
    raw = sqlite_store.database.writer.raw_connection()
    raw.cursor().execute("PRAGMA synchronous = OFF")
    raw.close()

    assert [line for line in sqlite_store.check() if "synchronous=FULL" in line]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE interviews SET role = 'alderman'",
        "UPDATE interviews SET lang = 'fr'",
        "UPDATE interviews SET status = 'lost'",
        "UPDATE interviews SET text_answers = -1",
        "UPDATE turns SET kind = 'joke'",
        "UPDATE turns SET seq = -1",
        "UPDATE turns SET answer_text = NULL",
        "UPDATE turns SET answer_kind = 'shrug'",
        "UPDATE turns SET interview_id = 'nobody'",
        "UPDATE codings SET seq = 7",
        "UPDATE codings SET authority = 5",
        "UPDATE codings SET counts = TRUE",
        "UPDATE tags SET level = 'national'",
        "UPDATE tags SET polarity = 'neutral'",
        "UPDATE tags SET span_start = 1",
        "UPDATE tags SET span_start = -1",
        "UPDATE tags SET confidence = 1.5",
        "UPDATE tags SET coding_id = 99",
        "UPDATE keys SET kind = 'face'",
        "UPDATE keys SET interview_id = 'nobody'",
        "UPDATE tallies SET answers = 0",
        "UPDATE tallies SET polarity = 'neutral'",
        "UPDATE codings SET prompt_tokens = 3",
        "UPDATE codings SET prompt_tokens = 3, completion_tokens = -1",
        "UPDATE coding_jobs SET seq = 7",
        "UPDATE coding_jobs SET state = 'lost'",
        "UPDATE coding_jobs SET attempts = -1",
        "UPDATE coding_jobs SET holder = 'nobody'",
        "UPDATE coding_jobs SET holder = 'w', state = 'given_up'",
        "UPDATE coding_jobs SET version = 'same'",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(store: SqlStore, statement: str) -> None:
    """Also a script that goes round the program cannot store it."""
    begin(store, text="ja")
    store.move_on("anna", turn(1), [(0, ONE_TAG), (0, coding("model:m")), (0, coding("model:n"))])
    if "tallies" in statement:
        store.move_on("anna", turn(1), [(0, coding("participant", *ONE_TAG.tags))])
    store.queue.alive("w", 60)
    for version in ("v2", "v3"):
        store.queue.enqueue("anna", [0], coding("model:m", coder=version).made_by)

    with (
        pytest.raises(StoreError, match="contradicts"),
        store.database.writing() as connection,
    ):
        connection.exec_driver_sql(statement)
