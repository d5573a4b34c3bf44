"""The tagging eval: measures by the literature and by hand, whoever tags perfectly, and nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import LEVELS, POLARITIES, Level, Polarity, Tag
from evals.estimates import Estimate, wilson
from evals.tagging import scorers, spans
from evals.tagging.calibration import calibration
from evals.tagging.cases import Case, Gold
from evals.tagging.measures import TwoWay
from evals.tagging.task import Answer

TEXT = "Door de aanbesteding kwam er een nieuwe begeleider, en die weet niets van mij."
SHARES = ("macro_f1", "mean_kappa", "none_kept_empty", "polarity", "exact", "valid", "overlap")


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # Feinstein & Cicchetti (1990), J Clin Epidemiol 43: the same agreement of .85, twice.
        (TwoWay(40, 9, 6, 45), 0.70),
        (TwoWay(80, 10, 5, 5), 0.32),
        # Gerstman, Epidemiology Kept Simple (3rd ed.), example 10.1: .524.
        (TwoWay(1467, 782, 1309, 16232), 0.524),
    ],
)
def test_kappa_is_the_published_one(table: TwoWay, kappa: float) -> None:
    """To the digits that are in print, whoever of the two is called first."""
    assert table.kappa == pytest.approx(kappa, abs=0.005)
    mirrored = TwoWay(table.both, table.first, table.second, table.neither)
    assert mirrored.kappa == table.kappa


@pytest.mark.parametrize(
    ("table", "precision", "recall"),
    [
        # Jurafsky & Martin, Speech and Language Processing (3rd ed.), section 4.7, three classes.
        (TwoWay(8, 11, 8, 340), 0.42, 0.50),
        (TwoWay(60, 55, 40, 212), 0.52, 0.60),
        (TwoWay(200, 33, 51, 83), 0.86, 0.80),
    ],
)
def test_precision_and_recall_are_the_published_ones(
    table: TwoWay, precision: float, recall: float
) -> None:
    """To two digits; F1 is their harmonic mean."""
    assert table.precision == pytest.approx(precision, abs=0.005)
    assert table.recall == pytest.approx(recall, abs=0.005)
    assert table.precision is not None
    assert table.recall is not None
    harmonic = 2 / (1 / table.precision + 1 / table.recall)
    assert table.f1 == pytest.approx(harmonic)


def test_undefined_is_not_zero() -> None:
    """Nothing said, nothing there, both the same of every statement: no figure, not 0."""
    nobody_sees = TwoWay(0, 0, 0, 9)
    assert (nobody_sees.precision, nobody_sees.recall) == (None, None)
    assert (nobody_sees.f1, nobody_sees.kappa) == (None, None)
    assert TwoWay(9, 0, 0, 0).kappa is None
    assert TwoWay(9, 0, 0, 0).f1 == 1
    never_said = TwoWay(0, 0, 4, 5)
    assert (never_said.precision, never_said.recall, never_said.f1) == (None, 0, 0)
    assert never_said.kappa == 0  # as good as chance, which is a figure


@pytest.mark.parametrize(
    ("confidence", "right", "brier"),
    [(0.7, True, 0.09), (0.3, True, 0.49), (0.5, True, 0.25), (1.0, True, 0.0), (1.0, False, 1.0)],
)
def test_the_brier_score_of_one_forecast(confidence: float, right: bool, brier: float) -> None:
    """The squared distance, as every account of Brier (1950) shows it with rain."""
    found = calibration([(confidence, right)])
    assert found is not None
    assert found.brier == pytest.approx(brier)
    assert found.ece == pytest.approx(abs(confidence - right))


def test_calibration_by_hand() -> None:
    """Four at .9, three of them right; six at .3, three right: ECE (4 × .15 + 6 × .2) / 10."""
    told = [(0.9, True)] * 3 + [(0.9, False)] + [(0.3, True)] * 3 + [(0.3, False)] * 3
    found = calibration(told)
    assert found is not None
    assert found.ece == pytest.approx(0.18)
    assert found.brier == pytest.approx((3 * 0.01 + 0.81 + 3 * 0.49 + 3 * 0.09) / 10)
    filled = [(one.low, one.n) for one in found.bins if one.n]
    assert filled == [(0.3, 6), (0.9, 4)]
    assert [one.confidence for one in found.bins if one.n] == pytest.approx([0.3, 0.9])
    empty = found.bins[0]
    assert (empty.n, empty.confidence, empty.right) == (0, None, None)
    assert calibration([]) is None


def test_a_confidence_of_one_is_in_the_last_bin() -> None:
    """Ten bins take every confidence from 0 to 1, the ends too."""
    found = calibration([(0.0, False), (1.0, True), (0.1, False)])
    assert found is not None
    assert [one.n for one in found.bins] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]


def test_spans_by_hand() -> None:
    """Three words against two of them: 2 of 3. A word that is touched counts; apart is 0."""
    text = "weer een ander gezicht"
    assert spans.likeness((0, 14), (5, 14), text) == pytest.approx(2 / 3)
    assert spans.likeness((6, 10), (5, 14), text) == 1.0
    assert spans.likeness((0, 8), (9, 22), text) == 0.0
    assert spans.likeness((4, 5), (4, 5), text) == 0.0  # the blank between words
    assert spans.overlaps((0, 5), (4, 9))
    assert not spans.overlaps((0, 4), (4, 9))


@pytest.mark.parametrize(
    ("start", "end", "valid"), [(0, 4, True), (0, 5, False), (3, 3, False), (3, 2, False)]
)
def test_a_span_lies_inside_its_text(start: int, end: int, valid: bool) -> None:
    """It ends after it starts, and not after the text."""
    assert spans.valid(_tag("policy", start=start, end=end), "weer") is valid


def test_scores_by_hand() -> None:
    """Five statements, one that failed; every figure counted on fingers."""
    found = scorers.score(
        [
            # Right level and polarity, the code too; the span is half the evidence's words.
            _answer(_case(_gold("policy", code="tendering", span=(0, 20))), _tag("policy", end=7)),
            # The level is right, the other way round.
            _answer(_case(_gold("policy")), _tag("policy", "continuity", confidence=0.6)),
            # One level right with another code and a span elsewhere, one level missed.
            _answer(
                _case(_gold("relational", code="fixed_person", span=(0, 4)), _gold("policy")),
                _tag("relational", start=60, end=70, code=None),
            ),
            _answer(_case()),  # rightly empty
            _answer(_case(), _tag("organisational", end=999)),  # wrongly not, and beyond the text
            Answer(_case(_gold("policy")), None, "ValueError", 1.0),
        ]
    )
    assert (found.scored, found.unscored) == (5, 1)
    policy = found.levels["policy"]
    assert (policy.support, policy.said) == (3, 2)
    assert _value(policy.precision) == 1.0
    assert _value(policy.recall) == pytest.approx(2 / 3)
    assert _value(policy.f1) == pytest.approx(0.8)
    assert _value(policy.kappa) == pytest.approx((4 / 5 - 12 / 25) / (1 - 12 / 25))
    assert _value(found.levels["organisational"].f1) == 0.0
    assert found.levels["organisational"].recall is None
    assert _value(found.macro_f1) == pytest.approx((0.8 + 0 + 1) / 3)
    assert _of(found.none_kept_empty) == pytest.approx((0.5, 2))
    assert _of(found.polarity) == pytest.approx((2 / 3, 3))
    assert _of(found.exact) == pytest.approx((3 / 5, 5))
    assert _of(found.valid) == pytest.approx((0.75, 4))
    assert _of(found.overlap) == pytest.approx((0.5, 2))
    assert _of(found.iou) == pytest.approx(((2 / 3 + 0) / 2, 2))
    assert _of(found.code) == pytest.approx((0.5, 2))
    assert found.calibration is not None
    assert found.calibration.n == 4


def test_unscored_is_not_zero() -> None:
    """Where everything failed there is no figure."""
    found = scorers.score([Answer(_case(_gold("policy")), None, "ValueError", 1.0)])
    assert (found.scored, found.unscored) == (0, 1)
    assert [getattr(found, name) for name in SHARES] == [None] * len(SHARES)
    assert found.calibration is None


def test_whoever_tags_nothing_gets_what_it_should() -> None:
    """Nothing kept from those without a level, nothing found of the others, nothing undefined 0."""
    cases = [_case(*(_gold(level, span=(0, 4)) for level in LEVELS))] * 6 + [_case()] * 4
    found = scorers.score([_answer(case) for case in cases])
    for level in found.levels.values():
        assert (level.support, level.said, level.precision) == (6, 0, None)
        assert (_value(level.recall), _value(level.f1), _value(level.kappa)) == (0.0, 0.0, 0.0)
    assert (_value(found.macro_f1), _value(found.mean_kappa)) == (0.0, 0.0)
    assert _of(found.none_kept_empty) == pytest.approx((1.0, 4))
    assert _of(found.exact) == pytest.approx((0.4, 10))
    undefined = (found.polarity, found.valid, found.overlap, found.iou, found.code)
    assert undefined == (None,) * 5
    assert found.calibration is None


@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(LEVELS), st.sampled_from(POLARITIES)), unique=True, max_size=4
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whoever_tags_perfectly_gets_one_everywhere(
    carried: Sequence[Sequence[tuple[Level, Polarity]]],
) -> None:
    """Every figure that is defined is 1, with nothing above; no error of calibration."""
    codes: dict[Level, str] = {"policy": "tendering", "relational": "fixed_person"}
    cases = [
        _case(*(_gold(*one, code=codes.get(one[0]), span=(8, 20)) for one in each))
        for each in carried
    ]
    found = scorers.score([_perfect(case) for case in cases])
    levels = (getattr(it, n) for it in found.levels.values() for n in ("f1", "kappa", "recall"))
    figures = [getattr(found, name) for name in (*SHARES, "iou", "code")]
    for it in filter(None, (*levels, *figures)):
        assert (it.value, it.high) == (1.0, 1.0)
        assert it.low <= 1.0
    assert _value(found.exact) == 1.0
    if found.calibration:
        assert (found.calibration.ece, found.calibration.brier) == (0.0, 0.0)


def test_intervals_are_repeatable_and_narrow_with_more() -> None:
    """The same answers, the same interval; four times as many, about half the width."""
    few = [_answer(_case(_gold("policy")), _tag("policy")), _answer(_case(_gold("policy")))] * 40
    first, again, many = scorers.score(few), scorers.score(few), scorers.score(few * 4)
    assert first == again
    narrow, wide = many.levels["policy"].recall, first.levels["policy"].recall
    assert narrow is not None
    assert wide is not None
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(2, rel=0.2)
    assert first.none_kept_empty is None


def test_a_share_of_all_has_wilsons_interval() -> None:
    """Five right of five prove less than fifty of fifty, though no resample would differ."""
    for n in (5, 50):
        found = scorers.score([_answer(_case())] * n).none_kept_empty
        assert found == Estimate(1.0, *wilson(n, n), n)


def test_readers_are_compared_where_both_labelled() -> None:
    """Kappa of the levels of two labellings, polarity left aside; one labelling is none."""
    pairs = [(["policy-"], ["policy+"])] * 4 + [([], ["policy-"])] + [([], [])] * 4
    cases = [_case(first=first, second=second) for first, second in pairs]
    found = scorers.readers([*cases, _case(first=["policy-"], second=None)])
    assert found.n == 9
    assert _value(found.kappa["policy"]) == pytest.approx(TwoWay(4, 1, 0, 4).kappa)
    assert (found.kappa["relational"], found.mean_kappa) == (None, None)


def _case(*gold: Gold, **more: Any) -> Case:
    return Case(
        id="x1", hand="me", voice="resident", lang="nl", text=TEXT, kind="interview", gold=gold,
        **more,
    )  # fmt: skip


def _gold(
    level: Level,
    polarity: Polarity = "discontinuity",
    code: str | None = None,
    span: tuple[int, int] | None = None,
) -> Gold:
    start, end = span or (None, None)
    return Gold(level=level, polarity=polarity, code=code, start=start, end=end)


def _tag(level: Level, polarity: Polarity = "discontinuity", **more: Any) -> Tag:
    code = "tendering" if level == "policy" else None
    given = {"start": 0, "end": 4, "confidence": 0.9, "code": code, **more}
    return Tag(level=level, polarity=polarity, **given)


def _answer(case: Case, *tags: Tag) -> Answer:
    return Answer(case, tags, None, 1.0)


def _perfect(case: Case) -> Answer:
    tags = (
        Tag(**one.model_dump(include={"level", "polarity", "code", "start", "end"}), confidence=1.0)
        for one in case.gold
    )
    return _answer(case, *tags)


def _value(found: Estimate | None) -> float:
    assert found is not None
    return found.value


def _of(found: Estimate | None) -> tuple[float, int]:
    assert found is not None
    assert found.low <= found.value <= found.high
    return found.value, found.n
