"""The schema as it stands at head. Migrations make it; a test holds the two together.

No column holds a time of day, an address or a device. What is newest follows from `codings.id`,
which only grows. Three things are derived, for speed, and kept in the transaction that changes
what they follow from: `interviews.text_answers`, `tags.shown` and the table `tallies`. The one
clock time there is says until when a worker of the queue lives; it goes with the worker.
"""

from __future__ import annotations

import re
from typing import get_args

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from assistant.records import (
    AUTHORITY,
    LANGS,
    LEVELS,
    POLARITIES,
    ROLES,
    AnswerKind,
    InterviewStatus,
    MoveKind,
)

KEY_KINDS = ("code", "browser")
JOB_STATES = ("waiting", "given_up")

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Words(TypeDecorator[str]):
    """Text as a person wrote it, code point for code point.

    What no database can hold (NUL, half a surrogate pair) is kept as U+FFFD, one for one, so that
    spans still fit and no answer is lost over it.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """`value` with what cannot be stored replaced."""
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _flag(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN (TRUE, FALSE)", name=column)


def _of_interview() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["interview_id"], ["interviews.id"], ondelete="CASCADE")


def _of_turn() -> ForeignKeyConstraint:
    here, there = ["interview_id", "seq"], ["turns.interview_id", "turns.seq"]
    return ForeignKeyConstraint(here, there, ondelete="CASCADE")


# Both or neither; a comparison with NULL is no objection.
_COUNTED = (
    "(prompt_tokens IS NULL) = (completion_tokens IS NULL)"
    " AND prompt_tokens >= 0 AND completion_tokens >= 0"
)

interviews = Table(
    "interviews",
    metadata,
    Column("id", Words, primary_key=True),
    Column("role", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("guide", Words, nullable=False),
    Column("consent", Words, nullable=False),
    Column("begun_on", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("quotable", Boolean, nullable=False),
    Column("text_answers", Integer, nullable=False),
    _one_of("role", ROLES),
    _one_of("lang", LANGS),
    _one_of("status", get_args(InterviewStatus)),
    _flag("quotable"),
    CheckConstraint("text_answers >= 0", name="text_answers"),
    Index("ix_interviews_text_answers", "text_answers"),
)

turns = Table(
    "turns",
    metadata,
    Column("interview_id", Words, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("topic", Words, nullable=False),
    Column("prompt", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("options", JSON, nullable=False),
    Column("several", Boolean, nullable=False),
    Column("about", Integer),
    Column("citation", JSON(none_as_null=True)),
    Column("versions", JSON, nullable=False),
    Column("answer_kind", Text),
    Column("answer_text", Words),
    Column("answer_choices", JSON(none_as_null=True)),
    Column("answer_redacted", JSON(none_as_null=True)),
    PrimaryKeyConstraint("interview_id", "seq"),
    _of_interview(),
    _one_of("kind", get_args(MoveKind)),
    _one_of("answer_kind", get_args(AnswerKind)),
    _flag("several"),
    CheckConstraint("seq >= 0", name="seq"),
    CheckConstraint(
        "(answer_kind IS NULL) = (answer_text IS NULL)"
        " AND (answer_kind IS NULL) = (answer_choices IS NULL)"
        " AND (answer_kind IS NULL) = (answer_redacted IS NULL)",
        name="answer",
    ),
)

codings = Table(
    "codings",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("interview_id", Words, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("origin", Words, nullable=False),
    Column("codebook", Words, nullable=False),
    Column("coder", Words, nullable=False),
    Column("authority", Integer, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("prompt_tokens", Integer),
    # On the column, not the table: so SQLite can add it to a table that is there.
    Column("completion_tokens", Integer, CheckConstraint(_COUNTED, name="usage")),
    _of_turn(),
    UniqueConstraint("interview_id", "seq", "origin", "codebook", "coder"),
    CheckConstraint(f"authority BETWEEN 1 AND {max(AUTHORITY.values())}", name="authority"),
    _flag("counts"),
    # At most one coding of an answer counts: the database keeps this too.
    Index(
        "ix_codings_counting",
        "interview_id",
        "seq",
        unique=True,
        sqlite_where=text("counts"),
        postgresql_where=text("counts"),
    ),
)

tags = Table(
    "tags",
    metadata,
    Column("coding_id", Integer, nullable=False),
    Column("nr", Integer, nullable=False),
    Column("level", Text, nullable=False),
    Column("code", Words),
    Column("polarity", Text, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Column("confidence", Double, nullable=False),
    # Of a coding that counts, in an interview that may be quoted.
    Column("shown", Boolean, nullable=False),
    PrimaryKeyConstraint("coding_id", "nr"),
    ForeignKeyConstraint(["coding_id"], ["codings.id"], ondelete="CASCADE"),
    _one_of("level", LEVELS),
    _one_of("polarity", POLARITIES),
    _flag("shown"),
    CheckConstraint("0 <= span_start AND span_start < span_end", name="span"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
    Index(
        "ix_tags_shown",
        "level",
        "polarity",
        "coding_id",
        sqlite_where=text("shown"),
        postgresql_where=text("shown"),
    ),
)

keys = Table(
    "keys",
    metadata,
    Column("hash", Words, primary_key=True),
    Column("interview_id", Words, nullable=False),
    Column("kind", Text, nullable=False),
    _of_interview(),
    _one_of("kind", KEY_KINDS),
    Index("ix_keys_interview_id", "interview_id"),
)

# How many text answers of an interview carry a level in one direction, by the codings that count.
# One million answers are counted from some hundred thousand of these.
tallies = Table(
    "tallies",
    metadata,
    Column("interview_id", Words, nullable=False),
    Column("level", Text, nullable=False),
    Column("polarity", Text, nullable=False),
    Column("answers", Integer, nullable=False),
    PrimaryKeyConstraint("interview_id", "level", "polarity"),
    _of_interview(),
    _one_of("level", LEVELS),
    _one_of("polarity", POLARITIES),
    CheckConstraint("answers > 0", name="answers"),
    Index("ix_tallies_findings", "level", "polarity", "answers"),
)

# Who codes slowly, and until when (seconds since 1970, by the clock of the queue) it surely lives.
workers = Table(
    "workers",
    metadata,
    Column("name", Words, primary_key=True),
    Column("alive_until", Double, nullable=False),
)

# Answers that wait for a slow coder: the lowest id longest. Who works on one holds it.
coding_jobs = Table(
    "coding_jobs",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("interview_id", Words, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("origin", Words, nullable=False),
    Column("codebook", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("holder", Words),
    _of_turn(),
    ForeignKeyConstraint(["holder"], ["workers.name"], ondelete="SET NULL"),
    UniqueConstraint("interview_id", "seq", "origin", "codebook", "version"),
    _one_of("state", JOB_STATES),
    CheckConstraint("attempts >= 0", name="attempts"),
    CheckConstraint("holder IS NULL OR state = 'waiting'", name="holder"),
    Index("ix_coding_jobs_next", "origin", "codebook", "version", "state", "id"),
    Index(
        "ix_coding_jobs_holder",
        "holder",
        sqlite_where=text("holder IS NOT NULL"),
        postgresql_where=text("holder IS NOT NULL"),
    ),
)
