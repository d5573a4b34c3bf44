"""What is found at all, best first, and why: on a library small enough to look at every line."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.library.core import THRESHOLD, Core, Find
from assistant.adapters.library.lines import OWN
from assistant.adapters.library.model import Model
from assistant.adapters.library.reasons import LINES_SHOWN, WORDS_SHOWN, Asked, reasons
from assistant.records import Reason
from tests.toy_library import FINDS, QUERY, toy_model
from tests.unit.test_library_ranking import FACES, LINES, small


def near_all(model: Model, query: str) -> list[tuple[int, float]]:
    """Every line with its cosine to the query, best first: what an index would say."""
    cosines = model.placed @ np.array(model.embedding.embed_query(query), np.float32)
    return [(int(n), float(cosines[n])) for n in np.argsort(-cosines, kind="stable")]


def found(query: str, near: list[tuple[int, float]] | None = None) -> list[Find]:
    """What the toy core finds."""
    model, lines = toy_model()
    core = Core(model, lines)
    given = near_all(model, query)[:60] if near is None else near
    return core.find(model.analyser.features(query), lambda: given)


def test_the_best_is_what_the_lines_say() -> None:
    """A story is met by the paragraph that it is the story of."""
    assert found(QUERY)[0].id == FINDS


@pytest.mark.parametrize(
    "query", ["recept voor appeltaart met kaneel", "xyzzy", "welke film is er"]
)
def test_nothing_is_found_when_it_is_not_sure(query: str) -> None:
    """Under the threshold nothing is returned, however many lines are near."""
    model, lines = toy_model()
    core = Core(model, lines)
    counts = model.analyser.features(query)
    assert core.confidence(counts, model.lexical_scores(counts)) < THRESHOLD
    assert found(query) == []


near_lines = st.lists(
    st.tuples(st.integers(0, 300), st.floats(-1, 1)), max_size=60, unique_by=lambda one: one[0]
)


@given(near_lines.map(lambda near: sorted(near, key=lambda one: -one[1])))
def test_only_what_has_a_near_line_is_found_best_first(near: list[tuple[int, float]]) -> None:
    """Scores go down, within [0, 1]; each find names the near lines that are about it, in order."""
    _, lines = toy_model()
    finds = found(QUERY, near)
    scores = [find.score for find in finds]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for find in finds:
        assert find.lines
        assert list(find.lines) == [one for one in near if find.id in lines[one[0]].about]


def test_confidence_is_a_share_and_lower_for_what_is_strange() -> None:
    """In [0, 1] for anything; adding what is not ours never makes it surer."""
    model, lines = toy_model()
    core = Core(model, lines)
    for query in ("", "x", QUERY, QUERY * 50, "appeltaart " * 500):
        counts = model.analyser.features(query)
        assert 0 <= core.confidence(counts, model.lexical_scores(counts)) <= 1
    told = [QUERY, f"{QUERY} Recept voor appeltaart met kaneel, twee eieren en een pakje boter."]
    sure = [model.analyser.features(text) for text in told]
    plain, mixed = (core.confidence(counts, model.lexical_scores(counts)) for counts in sure)
    assert plain > mixed


# Reasons


def why(query: str) -> tuple[Reason, ...]:
    """Why FACES is found for a query."""
    near = [(n, cosine) for n, cosine in near_all(small(), query) if FACES in LINES[n].about]
    find = Find(FACES, 0.9, tuple(near))
    return reasons(Asked(query, small()), find, LINES[0].text, small(), LINES)


@pytest.mark.parametrize(
    ("query", "kind", "asked", "met"),
    [
        ("het wisselde steeds", "word", "wisselde", "wisselt"),
        ("een begleider", "spelling", "begleider", "begeleider"),
        ("die hulpverlener", "ring", "hulpverlener", "mentor"),
        ("een ander gezicht", "expansion", "gezicht", "gezicht"),
    ],
)
def test_a_word_counts_for_one_reason(query: str, kind: str, asked: str, met: str) -> None:
    """It stands in the text, is spelled nearly so, is in a ring, or stands in an expansion."""
    told = [(reason.kind, reason.found) for reason in why(query) if reason.asked == asked]
    assert told == [(kind, met)]


def test_the_words_come_first_then_the_lines() -> None:
    """At most five words and two lines, each the heaviest first; weights are above 0."""
    told = why(
        "Mijn begeleider wisselt weer, een nieuw gezicht aan de deur, steeds opnieuw vertellen"
    )
    words, lines = ([one for one in told if bool(one.hand) == by_hand] for by_hand in (False, True))
    assert told == (*words, *lines)
    assert (len(words), len(lines)) == (WORDS_SHOWN, LINES_SHOWN)
    for some in (words, lines):
        weights = [reason.weight for reason in some]
        assert weights == sorted(weights, reverse=True)
        assert min(weights) > 0


def test_the_text_of_an_expansion_is_named_as_one() -> None:
    """Only a reason of kind `expansion` has a line that is not the library's own, and its hand."""
    model, lines = toy_model()
    hands = {line.text: line.hand for line in lines if line.hand != OWN}
    met = Counter[str]()
    for query in (QUERY, "de opvang en gemeente kennen elkaar", "wethoudder", "Erik Dannenberg"):
        for find in found(query):
            for reason in reasons(Asked(query, model), find, "De wethouder vertrok.", model, lines):
                met[reason.kind] += 1
                assert reason.hand == hands.get(reason.found)
                assert reason.kind == "expansion" or reason.found not in hands
    assert met["expansion"] > 10


def test_what_adds_nothing_is_no_reason() -> None:
    """Words that neither the passage nor its lines have are not named."""
    for query, words in [("zzz kaneel televisie", set()), ("kaneel begeleider", {"begeleider"})]:
        assert {reason.asked for reason in why(query) if not reason.hand} == words


def test_half_a_surrogate_pair_does_no_harm() -> None:
    """What is shown of a query can be written down, whatever was typed."""
    told = why("Mijn begeleider \ud800 wisselt weer")
    assert [reason.model_dump_json() for reason in told]
    assert "Mijn begeleider wisselt weer" in {reason.asked for reason in told}
