"""Agreement of two coders: the library's figures are the textbooks', and what is undefined is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant.adapters.agreement import Pair, by_level, measured
from assistant.adapters.sql import SqlStore
from assistant.comparing import coded_by_both, is_origin, may_be_one
from assistant.records import Coding, Tag
from tests.integration.stories import begin, coding, tag, turn

BREAK, LAST = "discontinuity", "continuity"
values = some.sampled_from("abc")
ratings = some.lists(some.tuples(values, values), max_size=40)


def _pairs(cells: Mapping[str, int]) -> list[Pair]:
    """Answers of a table: for each cell what the one says, what the other, and how many do."""
    return [(cell[0], cell[1]) for cell, answers in cells.items() for _ in range(answers)]


def test_kappa_is_the_textbooks() -> None:
    """Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd ed., table 18.1.

    A hundred people diagnosed by two raters as psychotic, neurotic or organic: kappa is .68, where
    89 of 100 are the same and 66 of 100 would be by chance.
    """
    found = measured(_pairs({"pp": 75, "pn": 1, "po": 4, "np": 5, "nn": 4, "no": 1, "oo": 10}))
    assert (found.n, found.agreement) == (100, 0.89)
    assert found.kappa == pytest.approx((0.89 - 0.66) / (1 - 0.66))
    assert found.prevalence == ({"n": 0.1, "o": 0.1, "p": 0.8}, {"n": 0.05, "o": 0.15, "p": 0.8})


@pytest.mark.parametrize(
    ("one", "other", "alpha"),
    [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbccceddd", 0.692)],
)
def test_alpha_is_its_authors(one: str, other: str, alpha: float) -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A and B.

    Binary and nominal data, two observers, none missing.
    """
    found = measured(list(zip(one, other, strict=True)))
    assert found.alpha == pytest.approx(alpha, abs=0.0005)


@given(ratings)
def test_figures_are_figures_or_undefined(pairs: list[Pair]) -> None:
    """Never NaN, never out of bounds; undefined where there is no answer or one value for all."""
    found = measured(pairs)
    varied = len({value for pair in pairs for value in pair}) > 1
    assert (found.agreement is None) == (not pairs)
    for figure in (found.kappa, found.alpha):
        assert (figure is None) == (not varied)
        if figure is not None:
            assert -1 - 1e-9 <= figure <= 1 + 1e-9
            assert math.isfinite(figure)


@given(ratings)
def test_it_does_not_matter_who_is_named_first(pairs: list[Pair]) -> None:
    """Nor in which order the answers come."""
    found, turned = measured(pairs), measured([(other, one) for one, other in reversed(pairs)])
    assert (turned.n, turned.agreement, turned.prevalence[::-1]) == (
        (found.n, found.agreement, found.prevalence)
    )
    assert turned.kappa == (None if found.kappa is None else pytest.approx(found.kappa))
    assert turned.alpha == (None if found.alpha is None else pytest.approx(found.alpha))


@given(some.lists(values, min_size=2).filter(lambda said: len(set(said)) > 1))
def test_who_always_agrees_agrees_fully(said: list[str]) -> None:
    """Kappa and alpha are 1."""
    found = measured([(value, value) for value in said])
    assert [found.agreement, found.kappa, found.alpha] == pytest.approx([1, 1, 1])


def _coded(*tags: Tag) -> Coding:
    return coding("embedded", *tags)


def test_a_level_is_there_or_not_and_its_polarity_is_asked_where_both_have_it() -> None:
    """Several tags of a level are one level; both polarities are a value of their own."""
    breaks, lasts = tag("policy", "discontinuity"), tag("policy", "continuity")
    other = tag("relational", "continuity")
    pairs = [
        (_coded(breaks, breaks), _coded(breaks)),
        (_coded(breaks, lasts), _coded(lasts)),
        (_coded(breaks), _coded()),
        (_coded(other), _coded(other)),
    ]
    policy, organisational, relational = by_level(pairs)
    assert [each.level for each in (policy, organisational, relational)] == [
        "policy",
        "organisational",
        "relational",
    ]
    assert (policy.presence.n, policy.presence.agreement) == (4, 0.75)
    assert policy.presence.prevalence == (
        {"absent": 0.25, "present": 0.75},
        {"absent": 0.5, "present": 0.5},
    )
    assert (policy.polarity.n, policy.polarity.agreement) == (2, 0.5)
    assert policy.polarity.prevalence == ({"both": 0.5, BREAK: 0.5}, {LAST: 0.5, BREAK: 0.5})
    assert (organisational.presence.agreement, organisational.presence.kappa) == (1, None)
    assert (organisational.polarity.n, organisational.polarity.agreement) == (0, None)
    assert (relational.polarity.n, relational.polarity.kappa) == (1, None)


def _tell(store: SqlStore, name: str, codings: Sequence[Coding]) -> None:
    begin(store, name, "Er kwam weer een nieuwe.")
    store.move_on(name, turn(1), [(0, one) for one in codings])


def test_the_newest_coding_of_each_counts_where_both_coded(store: SqlStore) -> None:
    """Of any model or a named one; an answer that one of them did not code is left out."""
    old, new = coding("embedded"), coding("embedded", coder="v2")
    small, large = coding("model:small"), coding("model:large")
    mine, own = coding("researcher:an"), coding("participant")
    _tell(store, "anna", [old, small, new, large])
    _tell(store, "bo", [old, large, mine, small, own])
    _tell(store, "cas", [old])

    def both(one: str, other: str) -> list[tuple[Coding, Coding]]:
        return list(coded_by_both(store, one, other))

    assert both("embedded", "model") == [(new, large), (old, small)]
    assert both("model:small", "embedded") == [(small, new), (small, old)]
    assert both("participant", "researcher") == [(own, mine)]
    assert both("model:none", "embedded") == []


def test_what_names_an_origin() -> None:
    """Nothing else does; and nobody is compared with what may be the same coding."""
    for named in (
        "embedded",
        "participant",
        "model",
        "model:gpt-4.1",
        "researcher:an",
        "researcher",
    ):
        assert is_origin(named)
    for named in ("", "models", "model:", "embedded:x", "Embedded", "model:a\n"):
        assert not is_origin(named)
    assert may_be_one("model", "model:a")
    assert may_be_one("model:a", "model")
    assert may_be_one("embedded", "embedded")
    assert not may_be_one("model:a", "model:b")
    assert not may_be_one("model", "researcher")
