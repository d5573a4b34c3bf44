"""What `codings.counts`, `tags.shown`, `interviews.text_answers` and `tallies` follow from.

Said once, so that who writes them and who checks them mean the same.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import CompoundSelect, Select, func, select

from assistant.adapters.sql.tables import codings, interviews, tags, tallies, turns

AnySelect: TypeAlias = Select[*tuple[Any, ...]]

ANSWERED = (turns.c.interview_id == codings.c.interview_id) & (turns.c.seq == codings.c.seq)


def findable() -> AnySelect:
    """The ids of the codings that findings are made of: those that count, of text answers."""
    return (
        select(codings.c.id)
        .join(turns, ANSWERED)
        .where(codings.c.counts, turns.c.answer_kind == "text")
    )


def tallied() -> AnySelect:
    """What `tallies` should hold: answers by interview, level and polarity."""
    cell = (codings.c.interview_id, tags.c.level, tags.c.polarity)
    return (
        findable()
        .join(tags, tags.c.coding_id == codings.c.id)
        .with_only_columns(*cell, func.count(codings.c.seq.distinct()))
        .group_by(*cell)
    )


def contradictions() -> list[CompoundSelect[*tuple[Any, ...]]]:
    """Queries that find nothing in a store whose derived columns are right."""
    pairs = [
        (select(tallies), tallied()),
        (select(codings.c.id).where(codings.c.counts), _weightiest()),
        (select(tags.c.coding_id, tags.c.nr).where(tags.c.shown), _quotable_tags()),
        (_text_answers_kept(), _text_answers_given()),
    ]
    return [one.except_(other) for pair in pairs for one, other in (pair, pair[::-1])]


def _weightiest() -> AnySelect:
    best_first = (codings.c.authority.desc(), codings.c.id.desc())
    rank = func.row_number().over(
        partition_by=(codings.c.interview_id, codings.c.seq), order_by=best_first
    )
    ranked = select(codings.c.id, rank.label("rank")).subquery()
    return select(ranked.c.id).where(ranked.c.rank == 1)


def _quotable_tags() -> AnySelect:
    return (
        findable()
        .join(interviews, interviews.c.id == codings.c.interview_id)
        .join(tags, tags.c.coding_id == codings.c.id)
        .where(interviews.c.quotable)
        .with_only_columns(tags.c.coding_id, tags.c.nr)
    )


def _text_answers_kept() -> AnySelect:
    return select(interviews.c.id, interviews.c.text_answers).where(interviews.c.text_answers > 0)


def _text_answers_given() -> AnySelect:
    by_interview = select(turns.c.interview_id, func.count()).where(turns.c.answer_kind == "text")
    return by_interview.group_by(turns.c.interview_id)
