"""The check: what a person says of what was noted becomes a coding of their own."""

from __future__ import annotations

from typing import cast

from assistant.records import Answer, Coding, Level, Polarity, Tag

VERSION = "check.v1"


def judged(judgement: Answer, noted: Coding, text: str, codebook: str) -> Coding | None:
    """The participant's coding of the answer `text`, or None when they passed the check over.

    `confirm` takes over what was noted; `none` says no level is carried; otherwise each chosen
    `<level>_<polarity>` becomes a tag. A participant marks no stretches: a tag takes the stretch
    noted for that level, or the whole answer where nothing was noted for it. The choices are
    those of a check move, taken in by `answering.receive`.
    """
    if judgement.kind != "choice":
        return None
    return Coding(
        origin="participant",
        tags=_tags(judgement.choices, noted, text),
        codebook=codebook,
        coder=VERSION,
    )


def _tags(choices: tuple[str, ...], noted: Coding, text: str) -> tuple[Tag, ...]:
    if choices == ("confirm",):
        return tuple(tag.model_copy(update={"confidence": 1.0}) for tag in noted.tags)
    return tuple(_tag(choice, noted, text) for choice in choices if choice != "none")


def _tag(choice: str, noted: Coding, text: str) -> Tag:
    level, polarity = choice.split("_")
    of_level = [tag for tag in noted.tags if tag.level == level]
    same = [tag for tag in of_level if tag.polarity == polarity] or of_level
    return Tag(
        level=cast("Level", level),
        polarity=cast("Polarity", polarity),
        start=same[0].start if same else 0,
        end=same[0].end if same else len(text),
        confidence=1.0,
    )
