"""The tagging eval: bars, mistakes, the report on the terminal, in JSON and on a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.records import Lang, Level, Tag
from evals.case_files import Role
from evals.estimates import Estimate
from evals.near_duplicates import Duplicate
from evals.pages import as_markdown, as_text
from evals.tagging import bars
from evals.tagging.cases import Case, CaseSet, Gold
from evals.tagging.command import run
from evals.tagging.mistakes import Mistake, worst
from evals.tagging.report import OURS, Report, Run, all_mistakes, as_json, report
from evals.tagging.scorers import score
from evals.tagging.sections import blocks
from evals.tagging.task import Answer, Teller, answers
from evals.tagging.timing import Batch, Timing, batch, per_second

GOLD = Gold(level="relational", polarity="discontinuity", code=None, start=0, end=4)
QUICK = Timing(500.0, Batch(1000, 2.0))


# The task


def test_a_case_that_fails_is_counted_by_name_and_the_rest_goes_on() -> None:
    """In order, one after the other or several at once; the words of a case are not in the name."""

    def ask(case: Case) -> Sequence[Tag]:
        if case.id == "x2":
            raise KeyError(case.text)
        return [_tag()]

    cases = [_case(f"x{n}") for n in range(5)]
    for at_once in (1, 3):
        found = list(answers(cases, Teller("t", ask, at_once)))
        assert [one.case.id for one in found] == [case.id for case in cases]
        assert [one.error for one in found] == [None, None, "KeyError", None, None]


def test_progress_counts_everybody_to_the_end() -> None:
    """Each case once for each who tags it."""
    heard: list[tuple[int, int]] = []
    tellers = [Teller(OURS, lambda _: ()), Teller("other", lambda _: ())]
    sets = [_set("a", "held-out", _case("a1")), _set("b", "held-out", _case("b1"))]
    run(sets, lambda _: (), tellers, lambda done, of: heard.append((done, of)))
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]


# Bars


def test_only_the_held_out_cases_together_decide() -> None:
    """Bars are judged on every set; a miss counts on the held-out ones together, or the only."""
    bad = {"a1": (_tag(polarity="continuity"),)}
    both = _report(_run(_set("a", "held-out", _case("a1")), bad), _run(_held_out("b1")))
    assert {one.name for one in both.bars if one.decides} == {"all held-out sets together"}
    assert [one.met for one in both.bars if one.bar.measure == "polarity"] == [False, True, False]
    assert both.fails
    development = _report(_run(_set("a", "development", _case("a1")), bad))
    assert any(one.met is False for one in development.bars)
    assert not development.fails
    assert _report(_run(_set("a", "held-out", _case("a1")), bad)).fails


@pytest.mark.parametrize(("value", "met"), [(0.75, True), (0.7499, False), (None, None)])
def test_the_figure_itself_is_held_to_the_bar(value: float | None, met: bool | None) -> None:
    """At the bar is met; what is undefined is neither met nor missed."""
    figure = Estimate(value, 0.1, 1.0, 9) if value is not None else None
    made = replace(score([]), macro_f1=figure)
    verdicts = bars.judge("a", True, {"interview": made})
    assert [v.met for v in verdicts if v.bar.measure == "macro_f1"] == [met, None]
    assert bars.missed(verdicts) is (met is False)


def test_slow_and_broken_are_missed() -> None:
    """Five seconds are in time, more are not, and no figure is not."""
    times = (Batch(1000, 5.0), Batch(1000, 5.01), Batch(1000, None, "exit status 1"))
    assert [bars.quick(one) for one in times] == [True, False, False]
    slow = Timing(1.0, times[1])
    assert report([_run(_held_out("b1"))], slow, (), {}).fails


def test_a_failure_of_ours_fails_and_one_of_others_does_not() -> None:
    """Unscored cases are told for both."""
    ours = _run(_held_out("b1", "b2"), {"b1": None})
    theirs = _run(_held_out("b1", "b2"))
    failing = Answer(theirs.cases.cases[0], None, "ModelUnavailable", 1.0)
    theirs.answers["model:x"] = (failing, theirs.answers[OURS][1])
    assert _report(ours).fails
    made = _report(theirs)
    assert not made.fails
    (one,) = made.roles["held-out"]
    assert one.errors == {OURS: {}, "keyword": {}, "model:x": {"ModelUnavailable": 1}}
    assert one.parts[0].scores["model:x"].unscored == 1
    assert "UNSCORED model:x: 1 x ModelUnavailable" in as_text(blocks(made))


# Time


def test_statements_a_second_leave_failures_out() -> None:
    """Two in half a second each; the one that failed took no part."""
    times = [Answer(_case("a1"), (), None, 500.0)] * 2
    assert per_second([*times, Answer(_case("a2"), None, "ValueError", 9e9)]) == 2.0
    assert per_second([]) is None


def test_the_command_is_timed_from_start_to_end() -> None:
    """Texts are repeated to as many as asked; it takes some time, which is told."""
    found = batch(["Weer een ander gezicht.", "Regel één.\nRegel twee."], statements=5)
    assert (found.statements, found.problem) == (5, None)
    assert found.seconds is not None
    assert found.seconds > 0.05


def test_a_command_that_fails_has_no_time() -> None:
    """A line it cannot take: exit status 1 and a line too few; that is told and no text is."""
    found = batch(["goed", "x" * 100_001], statements=2)
    assert found == Batch(2, None, "exit status 1, 1 lines out")


# Mistakes


def test_each_kind_of_mistake_is_named() -> None:
    """Not there, the wrong way round, missed; what is right is none, and neither is a failure."""
    said = {
        "a1": (_tag(),),
        "a2": (_tag(polarity="continuity"),),
        "a3": (_tag("policy"),),
        "a4": None,
    }
    cases = _set("a", "held-out", *(_case(name) for name in said))
    found = [(one.id, one.level, one.what) for one in all_mistakes([_run(cases, said)])]
    assert found == [
        ("a2", "relational", "wrong way round"),
        ("a3", "policy", "not there"),
        ("a3", "relational", "missed"),
    ]


def test_the_worst_come_first_with_their_reasons() -> None:
    """Wrong tags by confidence, missed levels by the least evidence for them, in turn."""
    mistakes = [
        _mistake("low", 0.4),
        _mistake("near", None),
        _mistake("high", 0.9),
        _mistake("far", None),
    ]
    weights = {"near": 0.5, "far": -2.0}

    def explain(text: str, lang: Lang, level: Level) -> list[tuple[str, float]]:
        return [(f"{lang} {level}", 0.1), (text, weights.get(text, 0.3))]

    found = worst(mistakes, 3, explain)
    assert [one.id for one in found] == ["high", "far", "low"]
    assert found[1].why == (("far", -2.0), ("nl policy", 0.1))
    assert found[0].why[0] == ("high", 0.3)
    assert worst(mistakes, 0, explain) == ()


def test_mistakes_on_near_duplicates_are_not_shown() -> None:
    """What is in no figure is in no list."""
    missed = _run(_held_out("b1", "b2"), {"b1": (), "b2": ()}, repeats={"b1"})
    assert [one.id for one in all_mistakes([missed])] == ["b2"]


# The report


def test_roles_are_never_mixed_and_near_duplicates_left_out() -> None:
    """Each role has a sum of its own when it has more sets; it counts what repeats nothing."""
    made = _report(
        _run(_set("a", "development", _case("a1"))),
        _run(_held_out("b1", "b2"), repeats={"b2"}),
        _run(_set("c", "held-out", _case("c1"))),
    )
    names = {role: [one.name for one in sets] for role, sets in made.roles.items()}
    assert names["held-out"] == ["b", "c", "all held-out sets together"]
    together = made.roles["held-out"][-1]
    assert (together.n, together.parts[0].scores[OURS].scored) == (3, 2)
    assert [one.id for one in together.near_duplicates] == ["b2"]
    assert "some.jsonl (1): b2" in as_text(blocks(made))


def test_parts_are_of_every_kind_language_and_voice() -> None:
    """All, and each value that there is, with the agreement of its readers."""
    cases = (
        _case("a1", kind="public", voice="council", first=("policy-",), second=()),
        _case("a2", lang="en"),
    )
    (one,) = _report(_run(_set("a", "held-out", *cases))).roles["held-out"]
    parts = {(part.by, part.value): part for part in one.parts}
    assert set(parts) == {
        ("all", "all"), ("kind", "public"), ("kind", "interview"), ("lang", "nl"), ("lang", "en"),
        ("voice", "council"), ("voice", "resident"),
    }  # fmt: skip
    assert parts["voice", "council"].scores[OURS].scored == 1
    assert parts["kind", "public"].readers.kappa["policy"] == Estimate(0.0, 0.0, 0.0, 1)
    assert parts["kind", "interview"].readers.n == 0


def test_the_text_says_what_a_reader_needs() -> None:
    """Facts, role, set, both who tagged, readers, calibration, bars, time; undefined is a dash."""
    made = _report(_run(_held_out("b1", "b2"), {"b1": ()}))
    told = as_text(blocks(made))
    for words in (
        "tagger: fake.v1",
        "HELD-OUT",
        "b: 2 cases (b.jsonl, by me, 2026-01-02)",
        "embedded",
        "keyword",
        "readers",
        "Calibration, embedded: ECE 0.100",
        "Calibration, keyword: undefined, as it said nothing.",
        "0.67 0.00–1.00",
        "≤ 5 s",
        "500 statements a second",
    ):
        assert words in told
    (row,) = [line for line in told.splitlines() if line.strip().startswith("policy, embedded")]
    assert row.split()[2:] == ["0", "0", "–", "–", "–", "–"]


def test_the_json_is_one_object() -> None:
    """On one line; null for what is undefined, and mistakes with their text and reasons."""
    runs = [_run(_held_out("b1", "b2"), {"b1": ()})]
    shown = worst(all_mistakes(runs), 5, lambda _text, _lang, _level: [("s:weer", -0.5)])
    told = as_json(report(runs, QUICK, shown, {"tagger": "fake.v1"}))
    found = json.loads(told)
    assert "\n" not in told
    assert set(found) == {"eval", "facts", "roles", "bars", "timing", "mistakes"}
    part = found["roles"]["held-out"][0]["parts"][0]
    assert part["scores"][OURS]["levels"]["policy"]["f1"] is None
    assert part["scores"][OURS]["levels"]["relational"]["recall"]["value"] == 0.5
    assert part["scores"]["keyword"]["calibration"] is None
    (mistake,) = found["mistakes"]
    assert (mistake["id"], mistake["what"], mistake["confidence"]) == ("b1", "missed", None)
    assert mistake["gold"][0]["words"] == "Weer"
    assert mistake["why"] == [["s:weer", -0.5]]


def test_the_page_shows_text_as_it_is() -> None:
    """The words of a statement stand on the page, and nothing in them has a meaning there."""
    text = "Weer <script>alert(1)</script> `x` **vet** [a](b) | ![](c)\n\n# kop"
    runs = [_run(_set("a", "held-out", _case("a1", text=text)), {"a1": ()})]
    shown = worst(all_mistakes(runs), 5, lambda _text, _lang, _level: [])
    page = as_markdown(blocks(report(runs, QUICK, shown, {"tagger": "<b>"})))
    assert f"> `` {' '.join(text.split())} ``" in page
    assert r"tagger: \<b\>" in page
    assert "\n# kop" not in page


def _case(name: str, **more: Any) -> Case:
    given = {"lang": "nl", "voice": "resident", "text": "Weer een nieuwe.", "kind": "interview"}
    return Case(id=name, hand="me", gold=(GOLD,), **given | more)


def _tag(level: Level = "relational", **more: Any) -> Tag:
    given = {"polarity": "discontinuity", "start": 0, "end": 4, "confidence": 0.9, **more}
    return Tag(level=level, **given)


def _set(name: str, role: Role, *cases: Case) -> CaseSet:
    return CaseSet(name, f"{name}.jsonl", role, "me", date(2026, 1, 2), cases)


def _held_out(*names: str) -> CaseSet:
    return _set("b", "held-out", *map(_case, names))


def _run(
    cases: CaseSet,
    said: Mapping[str, tuple[Tag, ...] | None] | None = None,
    repeats: set[str] | None = None,
) -> Run:
    """A run in which ours is right unless told otherwise (None: it fails); another is silent."""

    def answer(case: Case) -> Answer:
        tags = (said or {}).get(case.id, (_tag(),))
        return Answer(case, tags, None if tags is not None else "ValueError", 1.0)

    found = tuple(Duplicate(name, "some.jsonl: line 1", 1.0) for name in sorted(repeats or ()))
    nothing = tuple(Answer(case, (), None, 1.0) for case in cases.cases)
    return Run(cases, found, {OURS: tuple(map(answer, cases.cases)), "keyword": nothing})


def _mistake(name: str, confidence: float | None) -> Mistake:
    return Mistake(
        set="a",
        role="held-out",
        id=name,
        kind="interview",
        lang="nl",
        text=name,
        level="policy",
        what="missed" if confidence is None else "not there",
        confidence=confidence,
        gold=(),
        said=(),
    )


def _report(*runs: Run) -> Report:
    return report(runs, QUICK, (), {"tagger": "fake.v1", "model": None})
