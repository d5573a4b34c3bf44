"""The report: figures by set, by kind, language and voice, of everybody who tagged the same cases.

Roles are never mixed. The text of statements stands in it only with the mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from evals.asking import errors
from evals.case_files import ROLES, Role
from evals.near_duplicates import Duplicate
from evals.tagging.bars import Verdict, judge, missed, quick
from evals.tagging.cases import Case, CaseSet
from evals.tagging.mistakes import Mistake, mistakes
from evals.tagging.scorers import Readers, Score, readers, score
from evals.tagging.task import Answer
from evals.tagging.timing import Timing

OURS = "embedded"  # the tagger that bars are for
_JUDGED = ("all", "kind")  # parts that have bars
Facts = Mapping[str, str | int | None]
_BY: dict[str, Callable[[Case], str]] = {
    "kind": lambda case: case.kind,
    "lang": lambda case: case.lang,
    "voice": lambda case: case.voice,
}


@dataclass(frozen=True, slots=True)
class Run:
    """One set with what everybody answered, by name, in the order of its cases."""

    cases: CaseSet
    duplicates: tuple[Duplicate, ...]
    answers: dict[str, tuple[Answer, ...]]

    def counted(self, name: str) -> tuple[Answer, ...]:
        """What `name` answered on the cases that repeat nothing."""
        repeating = {one.id for one in self.duplicates}
        return tuple(one for one in self.answers[name] if one.case.id not in repeating)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the cases of a set: `all`, or one kind, language or voice. Scores by who tagged."""

    by: str
    value: str
    scores: dict[str, Score]
    readers: Readers


@dataclass(frozen=True, slots=True)
class SetReport:
    """One set, or all of a role together; `parts` are over the cases that repeat nothing.

    `errors` are by who tagged and kind of error.
    """

    name: str
    file: str | None
    hand: str | None
    written: str | None
    n: int
    near_duplicates: tuple[Duplicate, ...]
    errors: dict[str, dict[str, int]]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run; `facts` say of what."""

    facts: Facts
    roles: dict[Role, tuple[SetReport, ...]]
    bars: tuple[Verdict, ...]
    timing: Timing
    mistakes: tuple[Mistake, ...]

    @property
    def fails(self) -> bool:
        """Whether a bar is missed where it counts, or our tagger failed on a case."""
        sets = (one for many in self.roles.values() for one in many)
        failed = any(one.errors.get(OURS) for one in sets)
        return failed or missed(self.bars) or not quick(self.timing.batch)


def report(runs: Sequence[Run], timing: Timing, shown: Sequence[Mistake], facts: Facts) -> Report:
    """The report of these runs, with the mistakes that are to be shown."""
    roles: dict[Role, tuple[SetReport, ...]] = {}
    verdicts: list[Verdict] = []
    for role in ROLES:
        mine = [run for run in runs if run.cases.role == role]
        sets = [_set_report(run.cases.name, [run]) for run in mine]
        if len(mine) > 1:
            sets.append(_set_report(f"all {role} sets together", mine))
        if sets:
            roles[role] = tuple(sets)
        for one in sets:
            decides = role == "held-out" and one is sets[-1]
            scores = {part.value: part.scores[OURS] for part in one.parts if part.by in _JUDGED}
            verdicts += judge(one.name, decides, scores)
    return Report(facts, roles, tuple(verdicts), timing, tuple(shown))


def all_mistakes(runs: Sequence[Run]) -> Iterator[Mistake]:
    """Every mistake of our tagger on cases that repeat nothing."""
    for run in runs:
        yield from mistakes(run.cases.name, run.cases.role, run.counted(OURS))


def as_json(found: Report) -> str:
    """The report as one JSON object on one line."""
    return json.dumps({"eval": "tagging", **asdict(found)}, ensure_ascii=False)


def _set_report(name: str, runs: Sequence[Run]) -> SetReport:
    only = runs[0].cases if len(runs) == 1 else None
    names = list(runs[0].answers)
    given = {who: [one for run in runs for one in run.answers[who]] for who in names}
    counted = {who: [one for run in runs for one in run.counted(who)] for who in names}
    return SetReport(
        name=name,
        file=only.file if only else None,
        hand=only.hand if only else None,
        written=only.written.isoformat() if only and only.written else None,
        n=len(given[OURS]),
        near_duplicates=tuple(one for run in runs for one in run.duplicates),
        errors={who: errors(answers) for who, answers in given.items()},
        parts=tuple(_parts(counted)),
    )


def _parts(counted: Mapping[str, Sequence[Answer]]) -> Iterator[Part]:
    """All cases, then each kind, each language and each voice that there is."""
    yield _part("all", "all", counted)
    for by, of in _BY.items():
        for value in dict.fromkeys(of(one.case) for one in counted[OURS]):
            some = {w: [a for a in many if of(a.case) == value] for w, many in counted.items()}
            yield _part(by, value, some)


def _part(by: str, value: str, counted: Mapping[str, Sequence[Answer]]) -> Part:
    scores = {who: score(many) for who, many in counted.items()}
    return Part(by, value, scores, readers(one.case for one in counted[OURS]))
