"""Near-duplicates of what the library was made with: found, and not found."""

from __future__ import annotations

import json

import pytest

from evals.case_files import Role
from evals.near_duplicates import Known, Written, development, duplicates
from evals.retrieval.cases import Case, CaseSet
from evals.retrieval.duplicates import TERMS_ALIKE, expansions
from tests.fakes import CORPUS

LINES = Known(
    [
        Written("street.jsonl: line 1", "Weer een ander gezicht aan de deur, elke maand opnieuw."),
        Written("street.jsonl: line 2", "De wethouder draaide gewoon een nachtdienst mee."),
    ]
)


@pytest.mark.parametrize(
    "query",
    [
        "Weer een ander gezicht aan de deur, elke maand opnieuw.",
        "weer een ANDER gezicht aan de deur elke maand opniéuw",
        "weer een andr gezicht aan de deur, elke mand opnieuw",
        "Bij mij ook: weer een ander gezicht aan de deur, elke maand opnieuw, en niemand die belt "
        "of iets uitlegt aan mij of aan mijn oude moeder die hier inwoont.",
    ],
)
def test_a_near_duplicate_is_found(query: str) -> None:
    """The same line, folded, with typos, or inside a longer one; its place is named."""
    (found,) = duplicates([_case("x1", query=query)], [LINES])
    assert (found.id, found.place) == ("x1", "street.jsonl: line 1")
    assert found.likeness >= 0.5


@pytest.mark.parametrize(
    "query",
    [
        "Elke maand staat er een onbekende voor me",  # the same thought in other words
        "aan de deur",  # idiom, too short to be the line
        "Waarom draaide de wethouder het besluit terug?",
        "!?",
        "",
    ],
)
def test_what_shares_words_only_is_no_duplicate(query: str) -> None:
    """The same subject, or a turn of phrase, is what people share."""
    case = Case.model_construct(id="x1", kind="practice", query=query, relevant=("e01",))
    assert duplicates([case], [LINES]) == ()


def test_a_term_is_repeated_by_a_query_that_is_no_more_than_it() -> None:
    """A query of two terms does not repeat a ring that has the one."""
    rings = Known([Written("rings.jsonl: line 1", "aanbesteding")], TERMS_ALIKE)
    cases = [_case("x1", query="aanbestedingen"), _case("x2", query="aanbesteding wachtlijst")]
    assert [one.id for one in duplicates(cases, [rings])] == ["x1"]


def test_every_line_of_the_corpus_is_known() -> None:
    """Expansions, background and rings as they ship: each would be found, at its own place."""
    lines, rings = expansions(CORPUS)
    for name in ("street", "background"):
        path = CORPUS / "expansions" / f"{name}.jsonl"
        text = json.loads(path.read_text("utf-8").splitlines()[-1])["text"]
        assert lines.duplicate(_case("x1", query=text)) is not None
    ring = json.loads((CORPUS / "expansions" / "rings.jsonl").read_text("utf-8").splitlines()[0])
    found = rings.duplicate(_case("x1", query=ring["nl"][0]))
    assert found is not None
    assert (found.place, found.likeness) == ("expansions/rings.jsonl: line 1", 1.0)


def test_held_out_may_not_repeat_development() -> None:
    """Only development sets are what held-out cases are held against."""
    text = "iedereen kijkt weg tot het misgaat"
    known = development([_set("a", "development", "a1", text), _set("b", "held-out", "b1", "mist")])
    cases = [_case("c1", query=text), _case("c2", query="mist")]
    assert [(one.id, one.place) for one in duplicates(cases, [known])] == [("c1", "a.jsonl: a1")]


def _case(name: str, query: str) -> Case:
    return Case(id=name, kind="practice", query=query, relevant=("e01",))


def _set(name: str, role: Role, case_id: str, query: str) -> CaseSet:
    return CaseSet(name, f"{name}.jsonl", role, None, None, (_case(case_id, query),))
