"""Records to rows and back. Nothing is lost on the way: what is read equals what was kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Row

from assistant.records import (
    Answer,
    Citation,
    Coder,
    Coding,
    CodingJob,
    Interview,
    Move,
    Tag,
    Turn,
    Usage,
    Versions,
)

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


def interview_row(interview: Interview, text_answers: int) -> dict[str, Any]:
    """The columns of an interview."""
    return {**interview.model_dump(), "text_answers": text_answers}


def interview_from(row: AnyRow) -> Interview:
    """The interview in these columns."""
    columns = dict(row._mapping)
    del columns["text_answers"]
    return Interview.model_validate(columns)


def answer_row(answer: Answer | None) -> dict[str, Any]:
    """The answer columns of a turn; all NULL while there is no answer."""
    kept = dict.fromkeys(Answer.model_fields) if answer is None else answer.model_dump()
    return {f"answer_{field}": value for field, value in kept.items()}


def turn_row(interview_id: str, turn: Turn) -> dict[str, Any]:
    """The columns of a turn."""
    return {
        "interview_id": interview_id,
        "seq": turn.seq,
        **turn.move.model_dump(),
        "versions": turn.versions.model_dump(),
        **answer_row(turn.answer),
    }


def turn_from(row: AnyRow) -> Turn:
    """The turn in these columns."""
    return Turn(
        seq=row.seq, move=_move(row), answer=_answer(row), versions=Versions(**row.versions)
    )


def _move(row: AnyRow) -> Move:
    return Move(
        kind=row.kind,
        topic=row.topic,
        prompt=row.prompt,
        text=row.text,
        options=row.options,
        several=row.several,
        about=row.about,
        citation=row.citation and Citation(**row.citation),
    )


def _answer(row: AnyRow) -> Answer | None:
    if row.answer_kind is None:
        return None
    return Answer(
        kind=row.answer_kind,
        text=row.answer_text,
        choices=row.answer_choices,
        redacted=row.answer_redacted,
    )


def coding_row(interview_id: str, seq: int, coding: Coding, counts: bool) -> dict[str, Any]:
    """The columns of a coding, but for its id; its tags have rows of their own."""
    return {
        "interview_id": interview_id,
        "seq": seq,
        "origin": coding.origin,
        "codebook": coding.codebook,
        "coder": coding.coder,
        "authority": coding.authority,
        "counts": counts,
        "prompt_tokens": coding.usage and coding.usage.prompt_tokens,
        "completion_tokens": coding.usage and coding.usage.completion_tokens,
    }


def tag_rows(coding_id: int, tags: Sequence[Tag], shown: bool) -> list[dict[str, Any]]:
    """The columns of a coding's tags, numbered in their order."""
    return [
        {
            "coding_id": coding_id,
            "nr": nr,
            "level": tag.level,
            "code": tag.code,
            "polarity": tag.polarity,
            "span_start": tag.start,
            "span_end": tag.end,
            "confidence": tag.confidence,
            "shown": shown,
        }
        for nr, tag in enumerate(tags)
    ]


def coding_from(rows: Iterable[AnyRow]) -> Coding:
    """The coding in these rows of `codings` left joined to `tags`; at least one row."""
    joined = list(rows)
    first = joined[0]
    return Coding(
        origin=first.origin,
        codebook=first.codebook,
        coder=first.coder,
        tags=tuple(_tag(row) for row in joined if row.nr is not None),
        usage=_usage(first),
    )


def _usage(row: AnyRow) -> Usage | None:
    if row.prompt_tokens is None:
        return None
    return Usage(prompt_tokens=row.prompt_tokens, completion_tokens=row.completion_tokens)


def _tag(row: AnyRow) -> Tag:
    return Tag(
        level=row.level,
        code=row.code,
        polarity=row.polarity,
        start=row.span_start,
        end=row.span_end,
        confidence=row.confidence,
    )


def job_row(interview_id: str, seq: int, coder: Coder, attempts: int) -> dict[str, Any]:
    """The columns of a job that waits from now on, but for its id."""
    return {
        "interview_id": interview_id,
        "seq": seq,
        **coder.model_dump(),
        "attempts": attempts,
        "state": "waiting",
    }


def job_from(row: AnyRow, coder: Coder) -> CodingJob:
    """The job for `coder` in these columns, as it is begun: with one attempt more than so far."""
    return CodingJob(
        interview_id=row.interview_id,
        seq=row.seq,
        coder=coder,
        text=row.answer_text,
        lang=row.lang,
        consent=row.consent,
        attempts=row.attempts + 1,
    )
