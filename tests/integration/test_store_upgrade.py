"""A store that an earlier version made: it is brought to this one, and nothing in it is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from assistant.adapters.sql import open_store
from assistant.adapters.sql.engine import Database, connect
from assistant.adapters.sql.schema import HEAD, MIGRATIONS, REVISIONS, stored_revision
from assistant.errors import StoreError
from assistant.records import Usage
from tests.integration.stories import VERSIONS, coding, interview, said, tag, turn

# As version 0001 wrote it: an interview that may be quoted, an answer with two codings, three tags.
HELD_BY_0001 = [
    "INSERT INTO interviews VALUES ('anna', 'resident', 'nl', 'resident.v1', 'consent.v1',"
    " '2026-02-28', 'finished', TRUE, 1)",
    *(
        "INSERT INTO turns (interview_id, seq, kind, topic, prompt, text, options, several,"
        " versions, answer_kind, answer_text, answer_choices, answer_redacted)"
        f" VALUES ('anna', {seq}, 'ask', 'relation', 'relation.{seq}', 'Wie hielp u?', '[]', FALSE,"
        f" '{VERSIONS.model_dump_json()}', {answer})"
        for seq, answer in [(0, "'text', 'ja en nee', '[]', '[]'"), (1, "NULL, NULL, NULL, NULL")]
    ),
    "INSERT INTO codings VALUES"
    " (7, 'anna', 0, 'embedded', 'levels.v1', 'v1', 1, FALSE),"
    " (8, 'anna', 0, 'participant', 'levels.v1', 'v1', 3, TRUE)",
    "INSERT INTO tags VALUES"
    " (7, 0, 'policy', NULL, 'continuity', 0, 2, 0.7, FALSE),"
    " (8, 0, 'policy', NULL, 'continuity', 0, 2, 0.7, TRUE),"
    " (8, 1, 'relational', NULL, 'discontinuity', 6, 9, 0.7, TRUE)",
    "INSERT INTO keys VALUES ('hash', 'anna', 'code')",
    "INSERT INTO tallies VALUES"
    " ('anna', 'policy', 'continuity', 1), ('anna', 'relational', 'discontinuity', 1)",
]
EMBEDDED = coding("embedded", tag("policy", "continuity", 0, 2))
OWN = coding("participant", *EMBEDDED.tags, tag("relational", "discontinuity", 6, 9))


def migrate(connection: Connection, revision: str) -> None:
    """Bring the schema up or down to `revision`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    found = stored_revision(connection)
    down = found is not None and REVISIONS.index(found) > REVISIONS.index(revision)
    (command.downgrade if down else command.upgrade)(config, revision)


@pytest.fixture
def old(url: str) -> Iterator[Database]:
    """A database as version 0001 left it, with an interview in it; once of each kind."""
    database = connect(url)
    with database.writing() as connection:
        migrate(connection, "0001")
        for statement in HELD_BY_0001:
            connection.exec_driver_sql(statement)
        if not database.is_sqlite:
            connection.execute(text("SELECT setval(pg_get_serial_sequence('codings', 'id'), 8)"))
    database.close()
    yield database
    database.close()


@pytest.mark.usefixtures("old")
def test_all_that_an_older_version_kept_is_there_after_the_upgrade(url: str) -> None:
    """Interview, turns, codings with their tags, key and counts; and the program goes on with it.

    SQLite empties a table that is dropped, and the foreign keys would take the tags along.
    """
    store = open_store(url)

    assert list(store.check()) == []
    assert store.interview("anna") == interview().model_copy(
        update={"status": "finished", "quotable": True}
    )
    assert store.turns("anna") == (turn(0, said("ja en nee")), turn(1))
    assert store.codings("anna") == {0: (EMBEDDED, OWN)}
    assert store.find_by_key("hash", "code") == "anna"
    assert [one.answers for one in store.findings(9).counts] == [0, 1, 0, 0, 1, 0]
    assert [stretch.text for stretch in store.findings(9).stretches] == ["ja", "nee"]

    paid = coding("model:m").model_copy(
        update={"usage": Usage(prompt_tokens=9, completion_tokens=2)}
    )
    store.queue.enqueue("anna", [0], paid.made_by)
    store.add_coding("anna", 0, paid)
    assert store.codings("anna")[0] == (EMBEDDED, OWN, paid)
    assert list(store.check()) == []
    store.close()


def test_an_upgrade_that_fails_leaves_the_older_version_whole(url: str, old: Database) -> None:
    """A table of someone else in the way: StoreError; the next try, without it, succeeds."""
    with old.writing() as connection:
        connection.execute(text("CREATE TABLE workers (name TEXT)"))

    with pytest.raises(StoreError, match="cannot be used"):
        open_store(url)

    with old.writing() as connection:
        assert stored_revision(connection) == "0001"
        assert connection.scalar(text("SELECT count(*) FROM tags")) == 3
        connection.execute(text("DROP TABLE workers"))
    upgraded = open_store(url)
    assert upgraded.codings("anna") == {0: (EMBEDDED, OWN)}
    upgraded.close()


def test_a_step_back_keeps_what_the_older_version_knew(url: str, old: Database) -> None:
    """Down to 0001 and up again: interviews and codings are whole, what waited is gone."""
    store = open_store(url)
    store.queue.enqueue("anna", [0], coding("model:m").made_by)
    store.close()
    with old.writing() as connection:
        migrate(connection, "0001")
    with old.reading() as connection:
        assert stored_revision(connection) == "0001"

    again = open_store(url)

    assert list(again.check()) == []
    assert again.codings("anna") == {0: (EMBEDDED, OWN)}
    assert again.queue.counts(coding("model:m").made_by).waiting == 0
    with again.database.reading() as connection:
        assert stored_revision(connection) == HEAD
    again.close()
