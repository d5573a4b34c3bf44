"""Ranking by BM25, fusion and concepts, on examples small enough to check by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from assistant.adapters.library import bm25
from assistant.adapters.library.concepts import ConceptEmbedding, _solved, learn
from assistant.adapters.library.fusion import RANK_CONSTANT, fused
from assistant.adapters.library.lines import OWN, Line
from assistant.adapters.library.model import Model, learned
from assistant.adapters.library.words import Analyser
from assistant.records import Ring
from tests.toy_library import toy_model

ROOT = Path(__file__).parents[2]
FACES, TENDER = "faces", "tender"
LINES = (
    Line("De begeleider wisselt en wisselt.", (FACES,), OWN),
    Line("Alweer een ander gezicht aan de deur.", (FACES,), "street"),
    Line("Elk halfjaar komt er een nieuwe begeleider.", (FACES,), "street"),
    Line("Je moet je verhaal steeds opnieuw vertellen aan een nieuw gezicht.", (FACES,), "street"),
    Line("De aanbesteding gaat om de laagste prijs.", (TENDER,), OWN),
    Line("Wie het goedkoopst inschrijft, krijgt het contract.", (TENDER,), "official"),
    Line("Om de drie jaar loopt het contract af en wordt er weer ingeschreven.", (TENDER,), "desk"),
    Line("Prijs en contract, daar draait het om.", (TENDER,), "desk"),
    Line("Recept voor appeltaart met kaneel.", (), "background"),
    Line("De appeltaart moet een uur in de oven.", (), "background"),
    Line("Welke voetbalwedstrijd is er op televisie?", (), "background"),
)
RINGS = (Ring(ring="mentor", nl=("begeleider", "hulpverlener")),)


@cache
def small() -> Model:
    """What is learned from LINES."""
    return learned(LINES, (FACES, TENDER), RINGS)


# BM25


def test_bm25_is_what_a_hand_computes() -> None:
    """Two documents of 4 and 2 features, so 3 in the mean; k1 = 1.2, b = 0.75.

    Rarity: ln(1 + 0.5 / 2.5) = 0.182322 of `a`, in both; ln(1 + 1.5 / 1.5) = 0.693147 of the rest.
    Damping: 1.2 (0.25 + 0.75 · 4/3) = 1.5 in the first, 1.2 (0.25 + 0.75 · 2/3) = 0.9 in the other.
    """
    documents = [Counter({"s:a": 2, "s:b": 2}), Counter({"s:a": 1, "s:c": 1})]
    numbering = bm25.numbered(documents)
    assert numbering.features == ("s:a", "s:b", "s:c")
    weights = bm25.weigh(documents, numbering)
    by_hand = [
        [0.182322 * 2 * 2.2 / 3.5, 0.182322 * 2.2 / 1.9],
        [0.693147 * 2 * 2.2 / 3.5, 0],
        [0, 0.693147 * 2.2 / 1.9],
    ]
    assert weights == pytest.approx(np.array(by_hand), rel=1e-5)
    # Of a word in a query two count at most; one that nobody knows counts for nothing.
    found = bm25.scores(weights, numbering, Counter({"s:a": 5, "s:b": 1, "s:zz": 3}))
    assert found == pytest.approx([2 * 0.229205 + 0.871385, 2 * 0.211110], rel=1e-5)


def test_an_n_gram_weighs_less_and_one_of_a_single_text_is_left_out() -> None:
    """n-grams that two texts share count for two fifths of a word in the same place."""
    documents = [Counter(["s:a", "g:a", "g:once"]), Counter(["s:a", "g:a"])]
    numbering = bm25.numbered(documents)
    assert numbering.features == ("g:a", "s:a")
    gram, word = bm25.weigh(documents, numbering)
    assert gram == pytest.approx(bm25.GRAM_WEIGHT * word)


features = st.dictionaries(st.sampled_from([f"s:{c}" for c in "abcdef"]), st.integers(1, 4))


@given(st.lists(features.map(Counter), min_size=1, max_size=6), features.map(Counter))
def test_bm25_is_zero_without_and_more_with_every_shared_word(
    documents: list[Counter[str]], query: Counter[str]
) -> None:
    """A document scores above 0 just when it shares a word; never under 0; order is no matter."""
    numbering = bm25.numbered(documents)
    weights = bm25.weigh(documents, numbering)
    found = bm25.scores(weights, numbering, query)
    for score, document in zip(found, documents, strict=True):
        assert (score > 0) == bool(set(document) & set(query))
    backwards = bm25.scores(bm25.weigh(documents[::-1], numbering), numbering, query)
    assert backwards[::-1] == pytest.approx(found)


# Fusion

permutations = st.integers(2, 12).flatmap(
    lambda many: st.lists(st.permutations(range(many)), min_size=1, max_size=4)
)


def scored(rankings: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
    """Rankings as arrays of scores."""
    return [np.array(ranking, np.float32) for ranking in rankings]


@given(permutations, st.data())
def test_first_in_all_rankings_is_first(rankings: list[list[int]], data: st.DataObject) -> None:
    """Whatever the rankings say of the others."""
    winner = data.draw(st.integers(0, len(rankings[0]) - 1))
    scores = scored(rankings)
    for ranking in scores:
        ranking[winner] = 100.0
    together = fused(*scores)
    assert np.argmax(together) == winner
    assert together[winner] == pytest.approx(len(scores) / (RANK_CONSTANT + 1))


@given(permutations, st.data())
def test_above_in_all_rankings_is_above(rankings: list[list[int]], data: st.DataObject) -> None:
    """Who is above another in every ranking is above in the whole."""
    one, other = data.draw(st.permutations(range(len(rankings[0]))))[:2]
    scores = scored(rankings)
    for ranking in scores:
        ranking[one], ranking[other] = sorted([ranking[one], ranking[other]], reverse=True)
    together = fused(*scores)
    assert together[one] > together[other]


@given(permutations, st.data())
def test_the_order_documents_are_given_in_makes_no_difference(
    rankings: list[list[int]], data: st.DataObject
) -> None:
    """Shuffled documents have the same sums, shuffled; shuffled rankings the same sums."""
    scores = scored(rankings)
    together = fused(*scores)
    order = data.draw(st.permutations(range(len(together))))
    assert fused(*(ranking[order] for ranking in scores)) == pytest.approx(together[order])
    assert fused(*data.draw(st.permutations(scores))) == pytest.approx(together)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_equals_keep_their_order(scores: list[int]) -> None:
    """Among equal scores the earlier document ranks first, so that ranks never differ by chance."""
    together = fused(np.array(scores, np.float32))
    best = sorted(range(len(scores)), key=lambda number: -scores[number])
    assert [int(number) for number in np.argsort(-together)] == best
    assert len(set(together)) == len(scores)


# Concepts


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("Steeds een ander die aan de deur komt.", FACES),
        ("mijn begeleiders wisselden", FACES),
        ("een hulpverlener die weer wisselt", FACES),  # by its ring
        ("Het ging alleen om de prijs.", TENDER),
        ("contractinschrijving", TENDER),  # by its letters
        ("hoe lang moet een taart in de oven", ""),
        ("appeltaartrecept", ""),
    ],
)
def test_what_was_never_said_finds_what_says_the_same(text: str, nearest: str) -> None:
    """Held-out words land nearest to the concept they paraphrase; strange ones to the background.

    The background is the last concept.
    """
    model = small()
    place = model.embedding.place(model.analyser.features(text))
    assert (*model.ids, "")[int(np.argmax(place))] == nearest


def test_a_line_lies_with_its_own_concept() -> None:
    """Nine lines in ten have what they are about, or the background, among the nearest three."""
    model, lines = toy_model()
    columns = np.array([*model.ids, ""])
    places = [model.embedding.place(model.analyser.features(line.text)) for line in lines]
    nearest = [set(columns[np.argsort(-place)[:3]]) for place in places]
    at_home = [near & {*(line.about or ("",))} for near, line in zip(nearest, lines, strict=True)]
    assert sum(map(bool, at_home)) > 0.9 * len(lines)


@given(st.text(max_size=200))
def test_a_vector_has_a_number_for_each_concept_and_length_one(text: str) -> None:
    """Whatever is typed, also nothing or lone surrogates, is a point on the unit sphere."""
    embedding = small().embedding
    for vector in (embedding.embed_query(text), *embedding.embed_documents([text])):
        assert len(vector) == len(small().ids) + 1
        assert float(np.linalg.norm(vector)) == pytest.approx(1.0)


def test_documents_and_queries_are_placed_alike_and_in_order() -> None:
    """One text has one vector, alone or among others, and what was learned holds just these."""
    embedding, texts = small().embedding, [line.text for line in LINES]
    together = embedding.embed_documents(texts)
    assert together == [embedding.embed_query(text) for text in texts]
    told = [vector for vector, line in zip(together, LINES, strict=True) if line.about]
    assert small().placed == pytest.approx(np.array(told), abs=1e-5)


def test_learning_again_gives_the_same() -> None:
    """To the last bit: what was kept on disk stays good."""
    again = learned(LINES, (FACES, TENDER), RINGS)
    for one, other in zip(parts(again), parts(small()), strict=True):
        assert np.array_equal(one, other)
    assert again.numbering.features == small().numbering.features
    assert again.vocabulary == small().vocabulary


def parts(model: Model) -> list[NDArray[np.float32]]:
    """The arrays of a model."""
    concepts = model.concepts
    return [model.bm25, model.placed, concepts.rarity, concepts.weights, concepts.usual]


def test_the_same_in_every_process() -> None:
    """Nothing hangs on Python's hash seed, so an index outlives the process that built it."""
    script = (
        "import hashlib; from tests.unit.test_library_ranking import parts, small\n"
        "whole = b''.join(part.tobytes() for part in parts(small()))\n"
        "print(hashlib.sha256(whole + repr(small().vocabulary).encode()).hexdigest())"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    told = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert told[0] == told[1] != b""


@given(st.integers(0, 1000))
def test_conjugate_gradients_solve_what_they_should(seed: int) -> None:
    """(X Xᵀ + ridge) shares = wanted, each column with its own ridge, as a dense solver has it."""
    chance = np.random.default_rng(seed)
    lines = chance.random((7, 5)).astype(np.float32)
    wanted = chance.choice([-1.0, 1.0], (7, 3)).astype(np.float32)
    ridges = np.array([5.0, 5.0, 2.0], np.float32)
    found = _solved(csr_array(lines), wanted, ridges)
    for column, ridge in enumerate(ridges):
        exact = np.linalg.solve(lines @ lines.T + ridge * np.eye(7), wanted[:, column])
        assert found[:, column] == pytest.approx(exact, abs=1e-3)


def test_what_nobody_is_told_about_is_learned_all_the_same() -> None:
    """A line without any feature, and a concept without any line, are no division by zero."""
    counted = [Counter({"s:a": 1}), Counter[str](), Counter({"s:b": 1})]
    numbering = bm25.numbered(counted)
    concepts = learn(counted, [[0], [0], [2]], 3, numbering)
    embedding = ConceptEmbedding(Analyser((), ()), numbering, concepts)
    for counts in counted:
        assert np.isfinite(embedding.place(counts)).all()
    assert np.argmax(embedding.place(counted[0])) == 0
