"""What a person says of what was noted."""

from __future__ import annotations

from assistant.records import Answer, Coding, Tag
from assistant.steps.checking import judged

NOTED = Coding(
    origin="embedded",
    tags=(Tag(level="relational", polarity="discontinuity", start=5, end=15, confidence=0.6),),
    codebook="codebook.v0",
    coder="t",
)


def _judge(*choices: str) -> Coding:
    coding = judged(Answer(kind="choice", choices=choices), NOTED, "codebook.v0")
    assert coding is not None
    return coding


def test_confirming_takes_over_what_was_noted() -> None:
    """The participant's coding has the same tags, now certain, under their own origin."""
    coding = _judge("confirm")
    assert coding.origin == "participant"
    assert [(t.level, t.start, t.end, t.confidence) for t in coding.tags] == [
        ("relational", 5, 15, 1)
    ]


def test_none_is_a_coding_without_tags() -> None:
    """The choice "none" is said, not left out: it counts against what the machine noted."""
    assert _judge("none").tags == ()


def test_a_correction_keeps_the_stretch_where_there_is_one() -> None:
    """A level noted before keeps its stretch, another takes the first that was noted at all."""
    coding = _judge("policy_discontinuity", "relational_continuity")
    by_level = {tag.level: tag for tag in coding.tags}
    assert (by_level["policy"].start, by_level["policy"].end) == (5, 15)
    assert (by_level["relational"].start, by_level["relational"].end) == (5, 15)
    assert by_level["relational"].polarity == "continuity"


def test_passing_the_check_over_says_nothing() -> None:
    """Skipping makes no coding, so that silence is never counted as agreement."""
    assert judged(Answer(kind="skip"), NOTED, "codebook.v0") is None
