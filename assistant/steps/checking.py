"""The check: what a person says of what was noted becomes a coding of their own."""

from __future__ import annotations

from typing import cast

from assistant.records import Answer, Coding, Level, Polarity, Tag

VERSION = "check.v1"


def judged(judgement: Answer, noted: Coding, codebook: str) -> Coding | None:
    """The participant's coding of a checked answer, or None when they passed the check over.

    `confirm` takes over what was noted; `none` says no level is carried; otherwise each chosen
    `<level>_<polarity>` becomes a tag. A participant marks no stretches: a tag takes the stretch
    noted for that level, or the first that was noted at all. Never the whole answer: people allow
    pieces to be quoted. The choices are
    those of a check move, taken in by `answering.receive`.
    """
    if judgement.kind != "choice":
        return None
    return Coding(
        origin="participant",
        tags=_tags(judgement.choices, noted),
        codebook=codebook,
        coder=VERSION,
    )


def _tags(choices: tuple[str, ...], noted: Coding) -> tuple[Tag, ...]:
    if choices == ("confirm",):
        return tuple(tag.model_copy(update={"confidence": 1.0}) for tag in noted.tags)
    return tuple(_tag(choice, noted) for choice in choices if choice != "none")


def _tag(choice: str, noted: Coding) -> Tag:
    level, polarity = choice.split("_")
    of_level = [tag for tag in noted.tags if tag.level == level]
    alike = [tag for tag in of_level if tag.polarity == polarity] or of_level or noted.tags
    return Tag(
        level=cast("Level", level),
        polarity=cast("Polarity", polarity),
        start=alike[0].start,
        end=alike[0].end,
        confidence=1.0,
    )
