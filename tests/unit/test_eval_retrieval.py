"""The retrieval eval: scores by hand, the baseline, the report."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from assistant.cli import evaluate
from evals.__main__ import app
from evals.asking import errors
from evals.case_files import Role
from evals.near_duplicates import Duplicate
from evals.retrieval import bars, report, scorers
from evals.retrieval.baseline import Baseline, PlainBm25
from evals.retrieval.cases import Case, CaseSet, Kind
from evals.retrieval.command import run
from evals.retrieval.task import DEPTH, Answer, answers
from tests.fakes import shipped_library

# Scores


def test_scores_by_hand() -> None:
    """Ranks 1, 3, 4 and none; one rightly silent of two; one failed and is in no figure."""
    given_answers = [
        _answer(["e01", "e02"]),
        _answer(["e02", "e03", "e01"]),
        _answer(["e02", "e03", "e04", "e01"]),
        _answer([]),
        _answer([], kind="none"),
        _answer(["e01"], kind="none"),
        _answer(None),
    ]
    found = scorers.score(given_answers, 3)
    assert (found.scored, found.unscored) == (6, 1)
    assert _figures(found) == {
        "hit_1": (0.25, 4),
        "hit_k": (0.5, 4),
        "mrr": (pytest.approx((1 + 1 / 3 + 1 / 4) / 4), 4),
        "nothing": (0.25, 4),
        "abstention": (0.5, 2),
    }


def test_a_rank_below_ten_is_none() -> None:
    """The tenth counts, the eleventh does not, whatever a search returns."""
    case = _case("x1")
    assert scorers.rank(case, [*["e02"] * 9, "e01"]) == 10
    assert scorers.rank(case, [*["e02"] * 10, "e01"]) is None


def test_unscored_is_not_zero() -> None:
    """Where every query failed there is no figure, and no verdict on the bar."""
    found = scorers.score([_answer(None), _answer(None, kind="none")], 3)
    assert found.unscored == 2
    assert _figures(found) == {}
    verdicts = bars.judge("x", "held-out", {"work": found}, 3)
    assert [verdict.met for verdict in verdicts] == [None] * len(bars.BARS)
    assert not bars.missed(verdicts)


def test_latency_leaves_failures_out() -> None:
    """Percentiles are of the queries that were answered; of none there are none."""
    timed = [Answer(_case("x1"), (), None, float(ms)) for ms in range(1, 102)]
    found = scorers.latency([*timed, Answer(_case("x2"), None, "ValueError", 9e9)])
    assert found == scorers.Latency(101, 51.0, 96.0)
    assert scorers.latency([_answer(None)]) is None
    assert scorers.latency(timed[:1]) == scorers.Latency(1, 1.0, 1.0)


# The task and the baseline


def test_a_failed_query_is_counted_by_name_and_the_rest_goes_on() -> None:
    """The error of one case is its own answer; the next is asked all the same."""

    def find(case: Case, k: int) -> Sequence[str]:
        if case.id == "x1":
            raise KeyError("secret words")
        return ["e01"] * k

    given_answers = list(answers([_case("x1"), _case("x2")], find))
    assert [one.found for one in given_answers] == [None, ("e01",) * DEPTH]
    assert errors(given_answers) == {"KeyError": 1}


def test_bm25_by_hand() -> None:
    """One word in one of two texts, each two words long: ln 2 × 1 × 2.2 / 2.2."""
    plain = PlainBm25({"a": "Nieuw gezicht", "b": "oud gezicht"})
    assert plain.score(_words("nieuw"), "a") == pytest.approx(math.log(2))
    assert plain.search("NIEUW!", 3) == ("a",)
    assert plain.search("nieuwe", 3) == ()
    assert plain.search("gezicht", 3) == ("a", "b")
    assert plain.search("gezicht", 1) == ("a",)


def test_bm25_prefers_the_shorter_of_equals() -> None:
    """At b = .75 a longer text needs the word more often."""
    plain = PlainBm25({"long": "vast " + "ander " * 20, "short": "vast gezicht"})
    assert plain.search("vast", 2) == ("short", "long")


def test_the_baseline_looks_where_the_kind_says() -> None:
    """Questions about a work among the references, all others among the paragraphs."""
    baseline, library = Baseline(shipped_library()), shipped_library()
    essay = {one.id for one in library.essay.paragraphs}
    query = "continuïteit in het sociaal werk"
    assert set(baseline.find(_case("x1", query=query), 10)) <= essay
    works = baseline.find(_case("x2", "work", query=query), 10)
    assert works
    assert not set(works) & essay


# The report


def test_roles_are_never_mixed() -> None:
    """Each role has its sets, and a sum of its own when it has more than one."""
    found = _report(
        _run(_set("a", "development", "a1")),
        _run(_set("b", "held-out", "b1")),
        _run(_set("c", "held-out", "c1")),
    )
    names = {role: [one.name for one in sets] for role, sets in found.roles.items()}
    assert names == {
        "development": ["a"],
        "held-out": ["b", "c", "all held-out sets together"],
    }
    assert [sets[-1].n for sets in found.roles.values()] == [1, 2]


def test_near_duplicates_are_in_no_other_figure() -> None:
    """Left out of their kind and of the sum, counted, listed by id, and scored apart."""
    cases = CaseSet("a", "a.jsonl", "held-out", None, None, (_case("a1"), _case("a2")))
    (one,) = _report(_run(cases, repeats={"a2"})).roles["held-out"]
    assert [(row.kind, row.library.scored) for row in one.rows] == [("practice", 1), ("essay", 1)]
    assert [duplicate.id for duplicate in one.near_duplicates] == ["a2"]
    assert one.repeated is not None
    assert one.repeated.library.scored == 1


def _measured(made: report.Report) -> list[bars.Verdict]:
    """The verdicts on what was measured."""
    return [verdict for verdict in made.bars if verdict.met is not None]


def test_the_bar_on_works_counts_held_out() -> None:
    """A miss shows on every set, and decides on held-out ones only; other ks do not measure it."""
    missing = [_work_run(role, found=()) for role in ("development", "held-out")]
    for each, decides in zip(missing, (False, True), strict=True):
        (verdict,) = _measured(_report(each))
        assert verdict.met is False
        assert bars.missed([verdict]) is decides
    (met,) = _measured(_report(_work_run("held-out", found=("janssens2021",))))
    assert met.met is True
    assert _measured(_report(missing[1], k=5)) == []


def test_the_text_says_what_a_reader_needs() -> None:
    """Role, set, hand, library beside baseline, left out and unscored, the verdict."""
    cases = CaseSet("b", "b.jsonl", "held-out", "hand B", date(2026, 1, 2), _some_cases())
    told = report.as_text(_report(_run(cases, repeats={"w2"}, fails={"p2"})))
    for words in (
        "HELD-OUT",
        "b: 5 cases (b.jsonl, by hand B, 2026-01-02)",
        "plain BM25",
        "UNSCORED 1 x ValueError",
        "1 near-duplicates are in no other row:",
        "some.jsonl (1): w2",
        "MISSED        held-out, b: work hit@3 ≥ 0.90: 0.00 0.00–0.79",
    ):
        assert words in told
    assert not [line for line in told.splitlines() if len(line) > 110]


def test_no_single_case_is_told_but_near_duplicates() -> None:
    """Neither the lines nor the JSON say which cases miss, or what was asked."""
    cases = CaseSet("b", "b.jsonl", "held-out", "hand B", date(2026, 1, 2), _some_cases())
    found = _report(_run(cases, repeats={"w2"}, fails={"p2"}))
    for told in (report.as_text(found), report.as_json(found)):
        assert "w2" in told
        assert not [case.id for case in _some_cases() if case.id in told and case.id != "w2"]
        assert not [case.query for case in _some_cases() if case.query in told]


def test_the_json_is_one_object() -> None:
    """On one line: facts, latency, roles with sets and rows, bars."""
    cases = CaseSet("b", "b.jsonl", "held-out", "hand B", date(2026, 1, 2), _some_cases())
    told = report.as_json(_report(_run(cases, repeats={"w2"}, fails={"p2"})))
    found = json.loads(told)
    assert "\n" not in told
    assert set(found) == {"eval", "facts", "k", "latency_ms", "roles", "bars"}
    (one,) = found["roles"]["held-out"]
    assert (one["written"], one["errors"]) == ("2026-01-02", {"ValueError": 1})
    rows = {row["kind"]: row for row in one["rows"]}
    assert rows["practice"]["library"]["hit_k"]["n"] == 1
    assert rows["practice"]["library"]["unscored"] == 1
    assert rows["practice"]["bm25"]["unscored"] == 0
    assert rows["none"]["library"]["hit_1"] is None
    assert rows["none"]["library"]["abstention"]["value"] == 1.0


def test_progress_counts_to_the_end() -> None:
    """Over all sets: each case once, the last is all of them."""
    heard: list[tuple[int, int]] = []
    sets = [_set("a", "held-out", "a1"), _set("b", "held-out", "b1")]
    run(sets, lambda _: (), _nothing, _nothing, lambda done, of: heard.append((done, of)))
    assert heard == [(1, 2), (2, 2)]


# The command


def test_the_command_line_passes_everything_on() -> None:
    """What follows `eval` is read by the evals: names, options, and the plea for help."""
    outer = typer.Typer(pretty_exceptions_enable=False)
    outer.command("eval", context_settings=evaluate.PASS_ON)(evaluate.evaluate)
    outer.command("other")(lambda: None)
    wrong = CliRunner().invoke(outer, ["eval", "retrieval", "--k", "99"])
    assert (wrong.exit_code, "--k" in wrong.output) == (2, True)
    helped = CliRunner().invoke(outer, ["eval", "retrieval", "--help"])
    assert (helped.exit_code, "lange-adem eval retrieval" in helped.output) == (0, True)


def test_an_unknown_eval_is_refused_by_name() -> None:
    """Exit status 2, and the name in the message."""
    done = CliRunner().invoke(app, ["retreival"])
    assert done.exit_code == 2
    assert "retreival" in done.output


def _case(
    name: str, kind: Kind = "practice", query: str = "zomaar", relevant: tuple[str, ...] = ("e01",)
) -> Case:
    return Case(id=name, kind=kind, query=query, relevant=() if kind == "none" else relevant)


def _answer(found: list[str] | None, kind: Kind = "practice") -> Answer:
    error = "ValueError" if found is None else None
    return Answer(_case("x1", kind), None if found is None else tuple(found), error, 1.0)


def _figures(found: scorers.Score) -> dict[str, tuple[float, int]]:
    names = ("hit_1", "hit_k", "mrr", "nothing", "abstention")
    each = ((name, getattr(found, name)) for name in names)
    return {name: (one.value, one.n) for name, one in each if one}


def _words(text: str) -> Counter[str]:
    return Counter(text.split())


def _set(name: str, role: Role, case_id: str, query: str = "zomaar") -> CaseSet:
    return CaseSet(name, f"{name}.jsonl", role, None, None, (_case(case_id, query=query),))


def _some_cases() -> tuple[Case, ...]:
    return (
        _case("p1", query="hele eigen woorden"),
        _case("p2", query="dit mislukt altijd"),
        _case("n1", "none", query="taart bakken"),
        _case("w1", "work", query="welk rapport", relevant=("janssens2021",)),
        _case("w2", "work", query="welk boek dan", relevant=("janssens2021",)),
    )


def _nothing(case: Case, k: int) -> Sequence[str]:  # noqa: ARG001 - as every search is called
    return ()


def _run(
    cases: CaseSet, repeats: frozenset[str] | set[str] = frozenset(), fails: set[str] | None = None
) -> report.Run:
    """A run in which nothing is found, some cases repeat something and some fail."""

    def find(case: Case, k: int) -> Sequence[str]:  # noqa: ARG001 - as every search is called
        if case.id in (fails or ()):
            raise ValueError(case.query)
        return ()

    found = tuple(Duplicate(name, "some.jsonl: line 1", 1.0) for name in sorted(repeats))
    ours, plain = tuple(answers(cases.cases, find)), tuple(answers(cases.cases, _nothing))
    return report.Run(cases, found, ours, plain)


def _work_run(role: Role, found: tuple[str, ...]) -> report.Run:
    cases = CaseSet("a", "a.jsonl", role, None, None, (_some_cases()[3],))
    given_answers = tuple(answers(cases.cases, lambda _case, _k: found))
    return report.Run(cases, (), given_answers, given_answers)


def _report(*runs: report.Run, k: int = 3) -> report.Report:
    took = scorers.latency(answer for one in runs for answer in one.library)
    return report.report(runs, k, took, {"library": "library.v0", "added documents": None})
