"""What codings cost, and the queue of answers that wait for a slow coder.

SQLite adds columns to the table that is there. To make it anew and drop the old one would take all
tags along: a dropped table deletes its rows first, and the foreign keys of the store are on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and make the tables."""
    _usage()
    _workers()
    _coding_jobs()


def downgrade() -> None:
    """Drop the tables and the columns; what waited and what codings cost is lost."""
    op.drop_table("coding_jobs")
    op.drop_table("workers")
    op.drop_column("codings", "completion_tokens")
    op.drop_column("codings", "prompt_tokens")


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}"))


def _usage() -> None:
    counted = _check(
        "codings_usage",
        "(prompt_tokens IS NULL) = (completion_tokens IS NULL)"
        " AND prompt_tokens >= 0 AND completion_tokens >= 0",
    )
    op.add_column("codings", sa.Column("prompt_tokens", sa.Integer))
    op.add_column("codings", sa.Column("completion_tokens", sa.Integer, counted))


def _workers() -> None:
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("alive_until", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )


def _coding_jobs() -> None:
    op.create_table(
        "coding_jobs",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("interview_id", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("codebook", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("holder", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_jobs")),
        sa.ForeignKeyConstraint(
            ["interview_id", "seq"],
            ["turns.interview_id", "turns.seq"],
            name=op.f("fk_coding_jobs_turns"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["holder"], ["workers.name"], name=op.f("fk_coding_jobs_workers"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint(
            "interview_id", "seq", "origin", "codebook", "version", name=op.f("uq_coding_jobs")
        ),
        _check("coding_jobs_state", "state IN ('waiting', 'given_up')"),
        _check("coding_jobs_attempts", "attempts >= 0"),
        _check("coding_jobs_holder", "holder IS NULL OR state = 'waiting'"),
    )
    by_turn_in_line = ["origin", "codebook", "version", "state", "id"]
    op.create_index("ix_coding_jobs_next", "coding_jobs", by_turn_in_line)
    op.create_index(
        "ix_coding_jobs_holder",
        "coding_jobs",
        ["holder"],
        sqlite_where=sa.text("holder IS NOT NULL"),
        postgresql_where=sa.text("holder IS NOT NULL"),
    )
