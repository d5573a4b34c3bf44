"""Interviews, turns, codings, tags, keys and tallies.

A released migration is frozen: it names everything itself and imports nothing of the program.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _interviews()
    _turns()
    _codings()
    _tags()
    _keys()
    _tallies()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("tallies", "keys", "tags", "codings", "turns", "interviews"):
        op.drop_table(table)


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}"))


def _of_interview(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["interview_id"],
        ["interviews.id"],
        name=op.f(f"fk_{table}_interviews"),
        ondelete="CASCADE",
    )


def _interviews() -> None:
    op.create_table(
        "interviews",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("guide", sa.Text, nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sa.Column("begun_on", sa.Date, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("quotable", sa.Boolean, nullable=False),
        sa.Column("text_answers", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interviews")),
        _check("interviews_role", "role IN ('resident', 'professional', 'official')"),
        _check("interviews_lang", "lang IN ('nl', 'en')"),
        _check("interviews_status", "status IN ('open', 'finished', 'stopped')"),
        _check("interviews_quotable", "quotable IN (TRUE, FALSE)"),
        _check("interviews_text_answers", "text_answers >= 0"),
    )
    op.create_index("ix_interviews_text_answers", "interviews", ["text_answers"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("interview_id", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("several", sa.Boolean, nullable=False),
        sa.Column("about", sa.Integer),
        sa.Column("citation", sa.JSON),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("answer_kind", sa.Text),
        sa.Column("answer_text", sa.Text),
        sa.Column("answer_choices", sa.JSON),
        sa.Column("answer_redacted", sa.JSON),
        sa.PrimaryKeyConstraint("interview_id", "seq", name=op.f("pk_turns")),
        _of_interview("turns"),
        _check("turns_kind", "kind IN ('tap', 'ask', 'probe', 'rephrase', 'check', 'close')"),
        _check("turns_answer_kind", "answer_kind IN ('text', 'choice', 'skip', 'unclear')"),
        _check("turns_several", "several IN (TRUE, FALSE)"),
        _check("turns_seq", "seq >= 0"),
        _check(
            "turns_answer",
            "(answer_kind IS NULL) = (answer_text IS NULL)"
            " AND (answer_kind IS NULL) = (answer_choices IS NULL)"
            " AND (answer_kind IS NULL) = (answer_redacted IS NULL)",
        ),
    )


def _codings() -> None:
    op.create_table(
        "codings",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("interview_id", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("codebook", sa.Text, nullable=False),
        sa.Column("coder", sa.Text, nullable=False),
        sa.Column("authority", sa.Integer, nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codings")),
        sa.ForeignKeyConstraint(
            ["interview_id", "seq"],
            ["turns.interview_id", "turns.seq"],
            name=op.f("fk_codings_turns"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "interview_id", "seq", "origin", "codebook", "coder", name=op.f("uq_codings")
        ),
        _check("codings_authority", "authority BETWEEN 1 AND 4"),
        _check("codings_counts", "counts IN (TRUE, FALSE)"),
    )
    op.create_index(
        "ix_codings_counting",
        "codings",
        ["interview_id", "seq"],
        unique=True,
        sqlite_where=sa.text("counts"),
        postgresql_where=sa.text("counts"),
    )


def _tags() -> None:
    op.create_table(
        "tags",
        sa.Column("coding_id", sa.Integer, nullable=False),
        sa.Column("nr", sa.Integer, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("polarity", sa.Text, nullable=False),
        sa.Column("span_start", sa.Integer, nullable=False),
        sa.Column("span_end", sa.Integer, nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("coding_id", "nr", name=op.f("pk_tags")),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["codings.id"], name=op.f("fk_tags_codings"), ondelete="CASCADE"
        ),
        _check("tags_level", "level IN ('policy', 'organisational', 'relational')"),
        _check("tags_polarity", "polarity IN ('discontinuity', 'continuity')"),
        _check("tags_shown", "shown IN (TRUE, FALSE)"),
        _check("tags_span", "0 <= span_start AND span_start < span_end"),
        _check("tags_confidence", "confidence BETWEEN 0 AND 1"),
    )
    op.create_index(
        "ix_tags_shown",
        "tags",
        ["level", "polarity", "coding_id"],
        sqlite_where=sa.text("shown"),
        postgresql_where=sa.text("shown"),
    )


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("interview_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_keys")),
        _of_interview("keys"),
        _check("keys_kind", "kind IN ('code', 'browser')"),
    )
    op.create_index("ix_keys_interview_id", "keys", ["interview_id"])


def _tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("interview_id", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("polarity", sa.Text, nullable=False),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("interview_id", "level", "polarity", name=op.f("pk_tallies")),
        _of_interview("tallies"),
        _check("tallies_level", "level IN ('policy', 'organisational', 'relational')"),
        _check("tallies_polarity", "polarity IN ('discontinuity', 'continuity')"),
        _check("tallies_answers", "answers > 0"),
    )
    op.create_index("ix_tallies_findings", "tallies", ["level", "polarity", "answers"])
