"""Hands left out are left out: what is calibrated on was never seen, in no way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, product

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.adapters.tagger.statements import Mark, Statement
from assistant.adapters.tagger.training import (
    BACKGROUND,
    FOLDS,
    LEAST_SEEN,
    LINES,
    Read,
    known_stems,
    out_of_fold,
    read,
)
from assistant.records import LEVELS, POLARITIES
from tests.toy_tagger import rules

HANDS = ("a", "b", "c", "d")
ALONE = "dwars"
Odds = NDArray[np.float64]


def said(hand: str, text: str, marks: Sequence[Mark] = ()) -> Read:
    """A statement of a hand, each of its words a feature."""
    statement = Statement(hand=hand, voice="v", lang="nl", text=text, marks=tuple(marks))
    counts = Counter(text.split())
    return Read(statement, counts, [(0, len(text), counts)])


def by(hand: str) -> list[Read]:
    """What a hand says of each level, each way, and of none; in words of which all are known."""
    marks = [Mark(level=level, polarity=way) for level, way in product(LEVELS, POLARITIES)]
    told = [said(hand, f"{m.level} {m.polarity} {w}", [m]) for m in marks for w in "xyz"]
    return [*told, *(said(hand, f"none {w} {w}") for w in "xyzxyz")]


def everyone(*hands: str) -> list[Read]:
    """What they say, hand after hand."""
    return list(chain(*map(by, hands)))


def planted(hand: str, word: str = ALONE) -> list[Read]:
    """What a hand says again and again, and calls policy."""
    mark = Mark(level="policy", polarity="continuity")
    return [said(hand, f"{word} x", [mark])] * (3 * LEAST_SEEN)


def odds_of(word: str, said_: Sequence[Read]) -> Odds:
    """The odds of what was planted, by a model that never saw who said it."""
    return next(odds for one, odds in out_of_fold(said_) if word in one.whole)


def test_every_statement_by_a_hand_of_the_guideline_is_tried_once() -> None:
    """The folds take in all, whatever their number; what the search has is learned from only."""
    hands = [f"hand {number}" for number in range(FOLDS + 3)]
    tried = Counter(
        one.statement.hand for one, _ in out_of_fold(everyone(*hands, LINES, BACKGROUND))
    )
    assert tried == dict.fromkeys(hands, len(by("a")))


def test_the_vocabulary_of_a_hand_that_is_left_out_is_unknown() -> None:
    """What only it says weighs what nobody's words weigh; what another says is known.

    What the search has is always known: nothing is calibrated on it.
    """
    assert len(HANDS) == FOLDS  # a fold for each
    rest = everyone(*HANDS)
    alone = odds_of(ALONE, [*rest, *planted("a")])
    unsaid = next(odds for one, odds in out_of_fold([*rest, said("a", "x")]) if len(one.whole) == 1)
    assert np.array_equal(alone, unsaid)
    for other in ("b", LINES, BACKGROUND):
        assert odds_of(ALONE, [*rest, *planted("a"), *planted(other)])[0] > alone[0] + 1


def test_how_a_hand_labels_says_nothing_of_its_own_statements() -> None:
    """Its labels turned about, its odds stay to the last bit; those of the others do not."""
    before = everyone(*HANDS)
    mark = Mark(level="relational", polarity="continuity")
    turned = [
        said("a", one.statement.text, () if one.statement.marks else [mark]) for one in by("a")
    ]
    after = [*turned, *everyone(*HANDS[1:])]
    same: dict[str, list[bool]] = {hand: [] for hand in HANDS}
    for (one, odds), (_, other) in zip(out_of_fold(before), out_of_fold(after), strict=True):
        same[one.statement.hand].append(np.array_equal(odds, other))
    assert all(same["a"])
    assert not any(chain(same["b"], same["c"], same["d"]))


# --- a statement as it is learned from ------------------------------------------------------------


@pytest.mark.parametrize(
    ("evidence", "learned_from"),
    [
        ("subsidie", {"stopt"}),
        ("subsidie stopt.", {"stopt"}),
        ("slaapt. De subsidie", {"slaapt", "stopt"}),
        (None, {"slaapt", "stopt", "dag"}),
    ],
)
def test_a_code_is_learned_from_the_sentences_its_evidence_stands_in(
    evidence: str | None, learned_from: set[str]
) -> None:
    """Where no evidence is marked, from the whole."""
    text = "Mijn kat slaapt. De subsidie stopt. Dag."
    start = None if evidence is None else text.index(evidence)
    end = None if start is None or evidence is None else start + len(evidence)
    mark = Mark(level="policy", polarity="discontinuity", start=start, end=end)
    statement = Statement(hand="a", voice="v", lang="nl", text=text, marks=(mark,))
    stems = known_stems([statement], rules())
    around = read(statement, rules(), stems).around(mark)
    words = {"slaapt", "stopt", "dag"}
    assert {word for word in words if f"s:{stems.of(word, 'nl')}" in around} == learned_from


def test_a_statement_without_words_is_learned_from_all_the_same() -> None:
    """It carries nothing, and that is worth knowing."""
    texts = ("...", "🙂", "\u200b", "12")
    made = [Statement(hand="a", voice="v", lang="nl", text=text) for text in texts]
    stems = known_stems(made, rules())
    empty = [read(one, rules(), stems) for one in made]
    assert [len(one.sentences) for one in empty] == [0, 0, 1, 1]
    tried = list(out_of_fold([*everyone(*HANDS), *empty]))
    assert len(tried) == len(HANDS) * len(by("a")) + len(texts)
    assert all(np.isfinite(odds).all() for _, odds in tried)
