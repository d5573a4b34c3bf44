"""The report: figures by set and by kind, as lines to read and as one JSON object.

It says nothing of single cases but the ids of near-duplicates: whoever sees which held-out cases
miss, tunes on them.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from evals.asking import errors
from evals.case_files import ROLES, Role
from evals.near_duplicates import Duplicate, by_file
from evals.pages import WIDTH, cell
from evals.retrieval.bars import Verdict, judge
from evals.retrieval.cases import KINDS, CaseSet
from evals.retrieval.scorers import Latency, Score, score
from evals.retrieval.task import Answer

# A group of kinds: whatever some paragraph of the essay fits.
ESSAY = "essay"
NEAR_DUPLICATES = "near-duplicates"
_HEAD = "  {:<16}{:>4}  {:<14}  {:<14}  {:<14}  nothing found"
_LEGEND = "Intervals are 95%. Nothing found: right for kind none, wrong for every other."


@dataclass(frozen=True, slots=True)
class Run:
    """One set with what the library and the baseline answered, in the order of its cases."""

    cases: CaseSet
    duplicates: tuple[Duplicate, ...]
    library: tuple[Answer, ...]
    baseline: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind, or group of kinds: the library and the baseline on the same cases."""

    kind: str
    library: Score
    bm25: Score


@dataclass(frozen=True, slots=True)
class SetReport:
    """One set, or all of a role together; `rows` are over the cases that repeat nothing.

    `repeated` is over those that do, which no other figure counts.
    """

    name: str
    file: str | None
    hand: str | None
    written: str | None
    n: int
    near_duplicates: tuple[Duplicate, ...]
    errors: dict[str, int]
    rows: tuple[Row, ...]
    repeated: Row | None


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run; `facts` say of what. Roles are never mixed."""

    facts: dict[str, str | int | None]
    k: int
    latency_ms: Latency | None
    roles: dict[Role, tuple[SetReport, ...]]
    bars: tuple[Verdict, ...]

    @property
    def failed(self) -> int:
        """How many queries failed; one that is also counted under "together" counts once."""
        sets = (one for many in self.roles.values() for one in many if one.file)
        return sum(times for one in sets for times in one.errors.values())


def report(
    runs: Sequence[Run], k: int, latency: Latency | None, facts: dict[str, str | int | None]
) -> Report:
    """The report of these runs, hits among the first `k`."""
    roles: dict[Role, tuple[SetReport, ...]] = {}
    verdicts: list[Verdict] = []
    for role in ROLES:
        mine = [run for run in runs if run.cases.role == role]
        sets = [_set_report(_named(run), [run], k) for run in mine]
        if len(mine) > 1:
            sets.append(_set_report({"name": f"all {role} sets together"}, mine, k))
        if sets:
            roles[role] = tuple(sets)
        for one in sets:
            scores = {row.kind: row.library for row in one.rows}
            verdicts += judge(one.name, role, scores, k)
    return Report(facts, k, latency, roles, tuple(verdicts))


def as_json(found: Report) -> str:
    """The report as one JSON object on one line."""
    document = {"eval": "retrieval", **asdict(found)}
    return json.dumps(document, ensure_ascii=False)


def as_text(found: Report) -> str:
    """The report as lines for a terminal."""
    return "\n".join(_lines(found))


def _named(run: Run) -> dict[str, str | None]:
    one = run.cases
    written = one.written.isoformat() if one.written else None
    return {"name": one.name, "file": one.file, "hand": one.hand, "written": written}


def _set_report(names: dict[str, str | None], runs: Sequence[Run], k: int) -> SetReport:
    duplicates = tuple(one for run in runs for one in run.duplicates)
    repeating = {one.id for one in duplicates}
    pairs = [pair for run in runs for pair in zip(run.library, run.baseline, strict=True)]
    counted = [pair for pair in pairs if pair[0].case.id not in repeating]
    repeated = [pair for pair in pairs if pair[0].case.id in repeating]
    return SetReport(
        name=names["name"] or "",
        file=names.get("file"),
        hand=names.get("hand"),
        written=names.get("written"),
        n=len(pairs),
        near_duplicates=duplicates,
        errors=errors(one for pair in pairs for one in pair),
        rows=tuple(_rows(counted, k)),
        repeated=_row(NEAR_DUPLICATES, repeated, k) if repeated else None,
    )


Pairs = Sequence[tuple[Answer, Answer]]


def _rows(pairs: Pairs, k: int) -> Iterator[Row]:
    """A row for each kind that there is, and one for all that fit a paragraph."""
    for kind in KINDS:
        if kind == "work":  # the kinds before it are those of the essay
            essay = [pair for pair in pairs if pair[0].case.kind not in ("work", "none")]
            if essay:
                yield _row(ESSAY, essay, k)
        mine = [pair for pair in pairs if pair[0].case.kind == kind]
        if mine:
            yield _row(kind, mine, k)


def _row(kind: str, pairs: Pairs, k: int) -> Row:
    return Row(kind, score((ours for ours, _ in pairs), k), score((plain for _, plain in pairs), k))


def _lines(found: Report) -> Iterator[str]:
    yield "  ".join(f"{name}: {value}" for name, value in found.facts.items() if value is not None)
    if found.latency_ms:
        took = found.latency_ms
        yield f"a query: p50 {took.p50:.1f} ms, p95 {took.p95:.1f} ms ({took.n} queries)"
    yield _LEGEND
    for role, sets in found.roles.items():
        yield from ("", role.upper())
        for one in sets:
            yield from _set_lines(one, found.k)
    yield ""
    yield from (_verdict_line(verdict) for verdict in found.bars)


def _set_lines(one: SetReport, k: int) -> Iterator[str]:
    told = (one.file, one.hand and f"by {one.hand}", one.written)
    about = ", ".join(part for part in told if part)
    yield from ("", f"{one.name}: {one.n} cases{f' ({about})' if about else ''}")
    yield _HEAD.format("", "n", "hit@1", f"hit@{k}", "MRR@10")
    for row in (*one.rows, *([one.repeated] if one.repeated else [])):
        yield _score_line(row.kind, row.library)
        yield _score_line("  plain BM25", row.bm25)
    if one.file:  # all of a role together repeats what its sets say
        yield from _left_out(one.near_duplicates)
    for name, times in one.errors.items():
        yield f"  UNSCORED {times} x {name}"


def _score_line(name: str, found: Score) -> str:
    silent = found.nothing or found.abstention
    cells = "".join(f"  {cell(one):<14}" for one in (found.hit_1, found.hit_k, found.mrr, silent))
    return f"  {name:<16}{found.scored:>4}{cells}".rstrip()


def _left_out(duplicates: Sequence[Duplicate]) -> Iterator[str]:
    """The ids of the near-duplicates, by the file that they are too much like."""
    if duplicates:
        yield f"  {len(duplicates)} near-duplicates are in no other row:"
    for file, ids in by_file(duplicates):
        told = f"{file} ({len(ids)}): {' '.join(ids)}"
        yield textwrap.fill(told, WIDTH, initial_indent="    ", subsequent_indent="      ")


def _verdict_line(verdict: Verdict) -> str:
    word = {True: "met", False: "MISSED", None: "not measured"}[verdict.met]
    bar = verdict.bar
    line = (
        f"{word:<14}{verdict.role}, {verdict.name}: {bar.kind} {bar.measure} ≥ {bar.at_least:.2f}"
    )
    return f"{line}: {cell(verdict.measured)}" if verdict.measured else line
