"""The schema, written out: what stands here is what the migrations make, and no more."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from assistant.adapters.sql import SqlStore
from assistant.adapters.sql.schema import HEAD, MIGRATIONS, REVISIONS
from assistant.adapters.sql.tables import metadata

SQLITE = """
CREATE TABLE coding_jobs (
    id INTEGER NOT NULL, interview_id TEXT NOT NULL, seq INTEGER NOT NULL, origin TEXT NOT NULL,
    codebook TEXT NOT NULL, version TEXT NOT NULL, attempts INTEGER NOT NULL, state TEXT NOT NULL,
    holder TEXT,
    CONSTRAINT pk_coding_jobs PRIMARY KEY (id),
    CONSTRAINT fk_coding_jobs_turns FOREIGN KEY(interview_id, seq)
        REFERENCES turns (interview_id, seq) ON DELETE CASCADE,
    CONSTRAINT fk_coding_jobs_workers FOREIGN KEY(holder)
        REFERENCES workers (name) ON DELETE SET NULL,
    CONSTRAINT uq_coding_jobs UNIQUE (interview_id, seq, origin, codebook, version),
    CONSTRAINT ck_coding_jobs_state CHECK (state IN ('waiting', 'given_up')),
    CONSTRAINT ck_coding_jobs_attempts CHECK (attempts >= 0),
    CONSTRAINT ck_coding_jobs_holder CHECK (holder IS NULL OR state = 'waiting') );
CREATE INDEX ix_coding_jobs_holder ON coding_jobs (holder) WHERE holder IS NOT NULL;
CREATE INDEX ix_coding_jobs_next ON coding_jobs (origin, codebook, version, state, id);
CREATE TABLE codings (
    id INTEGER NOT NULL, interview_id TEXT NOT NULL, seq INTEGER NOT NULL, origin TEXT NOT NULL,
    codebook TEXT NOT NULL, coder TEXT NOT NULL, authority INTEGER NOT NULL,
    counts BOOLEAN NOT NULL, prompt_tokens INTEGER,
    completion_tokens INTEGER CONSTRAINT ck_codings_usage
        CHECK ((prompt_tokens IS NULL) = (completion_tokens IS NULL)
        AND prompt_tokens >= 0 AND completion_tokens >= 0),
    CONSTRAINT pk_codings PRIMARY KEY (id),
    CONSTRAINT fk_codings_turns FOREIGN KEY(interview_id, seq)
        REFERENCES turns (interview_id, seq) ON DELETE CASCADE,
    CONSTRAINT uq_codings UNIQUE (interview_id, seq, origin, codebook, coder),
    CONSTRAINT ck_codings_authority CHECK (authority BETWEEN 1 AND 4),
    CONSTRAINT ck_codings_counts CHECK (counts IN (TRUE, FALSE)) );
CREATE UNIQUE INDEX ix_codings_counting ON codings (interview_id, seq) WHERE counts;
CREATE TABLE interviews (
    id TEXT NOT NULL, role TEXT NOT NULL, lang TEXT NOT NULL, guide TEXT NOT NULL,
    consent TEXT NOT NULL, begun_on DATE NOT NULL, status TEXT NOT NULL, quotable BOOLEAN NOT NULL,
    text_answers INTEGER NOT NULL,
    CONSTRAINT pk_interviews PRIMARY KEY (id),
    CONSTRAINT ck_interviews_role CHECK (role IN ('resident', 'professional', 'official')),
    CONSTRAINT ck_interviews_lang CHECK (lang IN ('nl', 'en')),
    CONSTRAINT ck_interviews_status CHECK (status IN ('open', 'finished', 'stopped')),
    CONSTRAINT ck_interviews_quotable CHECK (quotable IN (TRUE, FALSE)),
    CONSTRAINT ck_interviews_text_answers CHECK (text_answers >= 0) );
CREATE INDEX ix_interviews_text_answers ON interviews (text_answers);
CREATE TABLE keys (
    hash TEXT NOT NULL, interview_id TEXT NOT NULL, kind TEXT NOT NULL,
    CONSTRAINT pk_keys PRIMARY KEY (hash),
    CONSTRAINT fk_keys_interviews FOREIGN KEY(interview_id)
        REFERENCES interviews (id) ON DELETE CASCADE,
    CONSTRAINT ck_keys_kind CHECK (kind IN ('code', 'browser')) );
CREATE INDEX ix_keys_interview_id ON keys (interview_id);
CREATE TABLE tags (
    coding_id INTEGER NOT NULL, nr INTEGER NOT NULL, level TEXT NOT NULL, code TEXT,
    polarity TEXT NOT NULL, span_start INTEGER NOT NULL, span_end INTEGER NOT NULL,
    confidence DOUBLE NOT NULL, shown BOOLEAN NOT NULL,
    CONSTRAINT pk_tags PRIMARY KEY (coding_id, nr),
    CONSTRAINT fk_tags_codings FOREIGN KEY(coding_id) REFERENCES codings (id) ON DELETE CASCADE,
    CONSTRAINT ck_tags_level CHECK (level IN ('policy', 'organisational', 'relational')),
    CONSTRAINT ck_tags_polarity CHECK (polarity IN ('discontinuity', 'continuity')),
    CONSTRAINT ck_tags_shown CHECK (shown IN (TRUE, FALSE)),
    CONSTRAINT ck_tags_span CHECK (0 <= span_start AND span_start < span_end),
    CONSTRAINT ck_tags_confidence CHECK (confidence BETWEEN 0 AND 1) );
CREATE INDEX ix_tags_shown ON tags (level, polarity, coding_id) WHERE shown;
CREATE TABLE tallies (
    interview_id TEXT NOT NULL, level TEXT NOT NULL, polarity TEXT NOT NULL,
    answers INTEGER NOT NULL,
    CONSTRAINT pk_tallies PRIMARY KEY (interview_id, level, polarity),
    CONSTRAINT fk_tallies_interviews FOREIGN KEY(interview_id)
        REFERENCES interviews (id) ON DELETE CASCADE,
    CONSTRAINT ck_tallies_level CHECK (level IN ('policy', 'organisational', 'relational')),
    CONSTRAINT ck_tallies_polarity CHECK (polarity IN ('discontinuity', 'continuity')),
    CONSTRAINT ck_tallies_answers CHECK (answers > 0) );
CREATE INDEX ix_tallies_findings ON tallies (level, polarity, answers);
CREATE TABLE turns (
    interview_id TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, topic TEXT NOT NULL,
    prompt TEXT NOT NULL, text TEXT NOT NULL, options JSON NOT NULL, several BOOLEAN NOT NULL,
    about INTEGER, citation JSON, versions JSON NOT NULL, answer_kind TEXT, answer_text TEXT,
    answer_choices JSON, answer_redacted JSON,
    CONSTRAINT pk_turns PRIMARY KEY (interview_id, seq),
    CONSTRAINT fk_turns_interviews FOREIGN KEY(interview_id)
        REFERENCES interviews (id) ON DELETE CASCADE,
    CONSTRAINT ck_turns_kind
        CHECK (kind IN ('tap', 'ask', 'probe', 'rephrase', 'check', 'close')),
    CONSTRAINT ck_turns_answer_kind
        CHECK (answer_kind IN ('text', 'choice', 'skip', 'unclear')),
    CONSTRAINT ck_turns_several CHECK (several IN (TRUE, FALSE)),
    CONSTRAINT ck_turns_seq CHECK (seq >= 0),
    CONSTRAINT ck_turns_answer CHECK ((answer_kind IS NULL) = (answer_text IS NULL)
        AND (answer_kind IS NULL) = (answer_choices IS NULL)
        AND (answer_kind IS NULL) = (answer_redacted IS NULL)) );
CREATE TABLE workers (
    name TEXT NOT NULL, alive_until DOUBLE NOT NULL,
    CONSTRAINT pk_workers PRIMARY KEY (name) )
"""

POSTGRESQL = """
coding_jobs: id integer!, interview_id text!, seq integer!, origin text!, codebook text!,
    version text!, attempts integer!, state text!, holder text
codings: id integer!, interview_id text!, seq integer!, origin text!, codebook text!, coder text!,
    authority integer!, counts boolean!, prompt_tokens integer, completion_tokens integer
interviews: id text!, role text!, lang text!, guide text!, consent text!, begun_on date!,
    status text!, quotable boolean!, text_answers integer!
keys: hash text!, interview_id text!, kind text!
tags: coding_id integer!, nr integer!, level text!, code text, polarity text!, span_start integer!,
    span_end integer!, confidence double precision!, shown boolean!
tallies: interview_id text!, level text!, polarity text!, answers integer!
turns: interview_id text!, seq integer!, kind text!, topic text!, prompt text!, text text!,
    options json!, several boolean!, about integer, citation json, versions json!,
    answer_kind text, answer_text text, answer_choices json, answer_redacted json
workers: name text!, alive_until double precision!
ck_coding_jobs_attempts CHECK (attempts >= 0)
ck_coding_jobs_holder CHECK (holder IS NULL OR state = 'waiting')
ck_coding_jobs_state CHECK (state = ANY (ARRAY['waiting', 'given_up']))
ck_codings_authority CHECK (authority >= 1 AND authority <= 4)
ck_codings_counts CHECK (counts = ANY (ARRAY[true, false]))
ck_codings_usage CHECK ((prompt_tokens IS NULL) = (completion_tokens IS NULL)
    AND prompt_tokens >= 0 AND completion_tokens >= 0)
ck_interviews_lang CHECK (lang = ANY (ARRAY['nl', 'en']))
ck_interviews_quotable CHECK (quotable = ANY (ARRAY[true, false]))
ck_interviews_role CHECK (role = ANY (ARRAY['resident', 'professional', 'official']))
ck_interviews_status CHECK (status = ANY (ARRAY['open', 'finished', 'stopped']))
ck_interviews_text_answers CHECK (text_answers >= 0)
ck_keys_kind CHECK (kind = ANY (ARRAY['code', 'browser']))
ck_tags_confidence CHECK (confidence >= 0 AND confidence <= 1)
ck_tags_level CHECK (level = ANY (ARRAY['policy', 'organisational', 'relational']))
ck_tags_polarity CHECK (polarity = ANY (ARRAY['discontinuity', 'continuity']))
ck_tags_shown CHECK (shown = ANY (ARRAY[true, false]))
ck_tags_span CHECK (0 <= span_start AND span_start < span_end)
ck_tallies_answers CHECK (answers > 0)
ck_tallies_level CHECK (level = ANY (ARRAY['policy', 'organisational', 'relational']))
ck_tallies_polarity CHECK (polarity = ANY (ARRAY['discontinuity', 'continuity']))
ck_turns_answer CHECK ((answer_kind IS NULL) = (answer_text IS NULL)
    AND (answer_kind IS NULL) = (answer_choices IS NULL)
    AND (answer_kind IS NULL) = (answer_redacted IS NULL))
ck_turns_answer_kind
    CHECK (answer_kind = ANY (ARRAY['text', 'choice', 'skip', 'unclear']))
ck_turns_kind CHECK (kind = ANY (ARRAY['tap', 'ask', 'probe', 'rephrase', 'check', 'close']))
ck_turns_seq CHECK (seq >= 0)
ck_turns_several CHECK (several = ANY (ARRAY[true, false]))
fk_coding_jobs_turns FOREIGN KEY (interview_id, seq)
    REFERENCES turns(interview_id, seq) ON DELETE CASCADE
fk_coding_jobs_workers FOREIGN KEY (holder) REFERENCES workers(name) ON DELETE SET NULL
fk_codings_turns FOREIGN KEY (interview_id, seq)
    REFERENCES turns(interview_id, seq) ON DELETE CASCADE
fk_keys_interviews FOREIGN KEY (interview_id) REFERENCES interviews(id) ON DELETE CASCADE
fk_tags_codings FOREIGN KEY (coding_id) REFERENCES codings(id) ON DELETE CASCADE
fk_tallies_interviews FOREIGN KEY (interview_id) REFERENCES interviews(id) ON DELETE CASCADE
fk_turns_interviews FOREIGN KEY (interview_id) REFERENCES interviews(id) ON DELETE CASCADE
pk_coding_jobs PRIMARY KEY (id)
pk_codings PRIMARY KEY (id)
pk_interviews PRIMARY KEY (id)
pk_keys PRIMARY KEY (hash)
pk_tags PRIMARY KEY (coding_id, nr)
pk_tallies PRIMARY KEY (interview_id, level, polarity)
pk_turns PRIMARY KEY (interview_id, seq)
pk_workers PRIMARY KEY (name)
uq_coding_jobs UNIQUE (interview_id, seq, origin, codebook, version)
uq_codings UNIQUE (interview_id, seq, origin, codebook, coder)
CREATE INDEX ix_coding_jobs_holder ON coding_jobs (holder) WHERE (holder IS NOT NULL)
CREATE INDEX ix_coding_jobs_next ON coding_jobs (origin, codebook, version, state, id)
CREATE UNIQUE INDEX ix_codings_counting ON codings (interview_id, seq) WHERE counts
CREATE INDEX ix_interviews_text_answers ON interviews (text_answers)
CREATE INDEX ix_keys_interview_id ON keys (interview_id)
CREATE INDEX ix_tags_shown ON tags (level, polarity, coding_id) WHERE shown
CREATE INDEX ix_tallies_findings ON tallies (level, polarity, answers)
"""

SQLITE_STATEMENTS = """
SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version'
ORDER BY tbl_name, type DESC, name
"""
# Columns by table with ! for NOT NULL, then constraints, then the indexes that no constraint made.
POSTGRESQL_LINES = """
(SELECT table_name || ': ' || string_agg(
    column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN '!' ELSE '' END,
    ', ' ORDER BY ordinal_position)
 FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name <> 'alembic_version'
 GROUP BY table_name ORDER BY table_name)
UNION ALL
(SELECT conname || ' ' || pg_get_constraintdef(oid, true) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
 AND conrelid <> 'alembic_version'::regclass ORDER BY conname)
UNION ALL
(SELECT replace(replace(indexdef, ' USING btree', ''), 'public.', '') FROM pg_indexes
 WHERE schemaname = 'public' AND indexname LIKE 'ix%' ORDER BY indexname)
"""


def schema_of(connection: Connection) -> str:
    """The schema as the database itself tells it, with single spaces."""
    if connection.dialect.name == "sqlite":
        told = "; ".join(connection.execute(text(SQLITE_STATEMENTS)).scalars())
    else:
        told = " ".join(connection.execute(text(POSTGRESQL_LINES)).scalars())
    return " ".join(told.replace("::text", "").replace("::double precision", "").split())


def test_the_schema_is_what_is_written_here(store: SqlStore) -> None:
    """Every table, column, type, constraint and index; a change shows here first."""
    expected = SQLITE if store.database.is_sqlite else POSTGRESQL

    with store.database.reading() as connection:
        assert schema_of(connection) == " ".join(expected.split())


def test_the_migrations_make_what_the_program_uses(store: SqlStore) -> None:
    """`tables.py` says the same as the migrations, CHECKs too, which Alembic does not compare."""
    with store.database.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        migrated = schema_of(connection)
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert schema_of(connection) == migrated


def test_head_is_the_last_migration() -> None:
    """The revisions the program knows by heart are those in the folder, in their order."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)

    assert tuple(one.revision for one in scripts.walk_revisions())[::-1] == REVISIONS
    assert scripts.get_current_head() == HEAD
