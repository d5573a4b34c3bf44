"""The worst mistakes, with what the tagger was told by the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Literal

from assistant.records import LEVELS, Lang, Level, Polarity, Tag
from evals.case_files import Role
from evals.tagging.cases import Case, Kind
from evals.tagging.task import Answer

Explain = Callable[[str, Lang, Level], Sequence[tuple[str, float]]]
What = Literal["not there", "wrong way round", "missed"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What readers or the tagger see, in these words of the text; None: they point at nothing."""

    level: Level
    polarity: Polarity
    code: str | None
    words: str | None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A level of a statement that readers and the tagger see otherwise.

    `confidence`: of the wrong tag; None for a level that was missed, of which the tagger told none.
    `why`: the features that weighed most for the level, or against it, the heaviest first.
    """

    set: str
    role: Role
    id: str
    kind: Kind
    lang: Lang
    text: str
    level: Level
    what: What
    confidence: float | None
    gold: tuple[Stretch, ...]
    said: tuple[Stretch, ...]
    why: tuple[tuple[str, float], ...] = ()


def worst(mistakes: Iterable[Mistake], most: int, explain: Explain) -> tuple[Mistake, ...]:
    """At most so many mistakes with their reasons, the worst first.

    Wrong tags by their confidence. What was missed has none, so it is ordered by what its features
    add up to, the least first: there the tagger was furthest from seeing it. One of each in turn.
    """
    wrong, missed = [], []
    for one in mistakes if most else ():
        if one.confidence is None:
            missed.append(_explained(one, explain))
        else:
            wrong.append(one)
    wrong.sort(key=lambda one: -(one.confidence or 0))
    missed.sort(key=lambda one: sum(weight for _, weight in one.why))
    turns = chain.from_iterable(zip_longest(wrong, missed))
    chosen = [one for one in turns if one][:most]
    return tuple(one if one.why else _explained(one, explain) for one in chosen)


def mistakes(name: str, role: Role, answers: Iterable[Answer]) -> Iterator[Mistake]:
    """Every mistake in the answers on a set, at most one for each level of a statement."""
    for answer in answers:
        case, tags = answer.case, answer.found
        for level in LEVELS if tags is not None else ():
            found = _mistake(case, tags or (), level)
            if found:
                yield Mistake(
                    *(name, role, case.id, case.kind, case.lang, case.text, level, *found),
                    gold=tuple(_marked(case)),
                    said=tuple(_tagged(case, tags or ())),
                )


def _mistake(case: Case, tags: Sequence[Tag], level: Level) -> tuple[What, float | None] | None:
    mine = [tag for tag in tags if tag.level == level]
    wrong = [tag.confidence for tag in mine if (level, tag.polarity) not in case.carried]
    if wrong:
        return "wrong way round" if level in case.levels else "not there", max(wrong)
    return ("missed", None) if level in case.levels and not mine else None


def _marked(case: Case) -> Iterator[Stretch]:
    for one in case.gold:
        words = case.text[slice(*one.span)] if one.span else None
        yield Stretch(one.level, one.polarity, one.code, words)


def _tagged(case: Case, tags: Sequence[Tag]) -> Iterator[Stretch]:
    for tag in tags:
        words = case.text[tag.start : tag.end] or None
        yield Stretch(tag.level, tag.polarity, tag.code, words, tag.confidence)


def _explained(one: Mistake, explain: Explain) -> Mistake:
    why = explain(one.text, one.lang, one.level)
    return replace(one, why=tuple(sorted(why, key=lambda part: -abs(part[1]))))
