"""Training: the same statements give the same bytes; and the model that ships is of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from assistant.adapters.tagger.features import Stems, by_sentence
from assistant.adapters.tagger.model import MODEL_FILE, load, save
from assistant.adapters.tagger.statements import Statement, read_statements
from assistant.adapters.tagger.tagger import EmbeddedTagger
from assistant.adapters.tagger.training import (
    BACKGROUND,
    LEAST_SEEN,
    digest,
    nothing_of_ours,
    trained,
)
from assistant.bootstrap import read_codebook
from assistant.records import LEVELS
from assistant.settings import Settings, shipped
from tests.toy_tagger import lists, rules

ROOT = Path(__file__).parents[2]
CORPUS = shipped("corpus")


@cache
def few() -> tuple[Statement, ...]:
    """Some 300 of the statements that ship with us, of every hand, and some of the background."""
    return (*read_statements(CORPUS)[::50], *list(nothing_of_ours(CORPUS))[::200])


def learn(path: Path) -> None:
    """Train on those, and save."""
    made = trained(few(), rules(), "of a few")
    save(made, path)
    # What is learned fits what is used: nothing is lost by keeping it.
    again = load(path)
    for name in ("rarity", "weights", "intercepts", "scales"):
        assert np.array_equal(getattr(again, name), getattr(made, name)), name


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """Two models of the same statements, each from a process of its own, with another hash seed."""
    folder = tmp_path_factory.mktemp("models")
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.integration.test_tagger_training import learn; learn(Path(sys.argv[1]))"
    )
    # One thread, as `make tagger` does: with more, sums come in another order, and slower.
    setting = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    paths = [folder / f"{seed}.npz" for seed in ("1", "2")]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            cwd=ROOT,
            env={**setting, "PYTHONHASHSEED": path.stem},
        )
        for path in paths
    ]
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    return paths


# --- the same again -------------------------------------------------------------------------------


def test_the_same_statements_give_the_same_bytes(learned: Sequence[Path]) -> None:
    """In any process, so that a model can be checked by making it anew."""
    one, other = (path.read_bytes() for path in learned)
    assert one == other != b""


def test_a_trained_model_is_saved_as_it_was_loaded(learned: Sequence[Path], tmp_path: Path) -> None:
    """Byte for byte."""
    save(load(learned[0]), tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == learned[0].read_bytes()


def test_features_codes_and_stems_are_sorted(learned: Sequence[Path]) -> None:
    """So that nothing hangs on the order of statements in a file; and no feature is there twice."""
    model = load(learned[0])
    for kept in (model.numbering.features, model.codes, tuple(model.stems.known)):
        assert list(kept) == sorted(set(kept))
    assert set(model.codes) == {m.code for one in few() for m in one.marks if m.code}


def test_a_feature_is_kept_that_stands_in_enough_statements(learned: Sequence[Path]) -> None:
    """Counted anew, for the features of words."""
    times: dict[str, int] = {}
    for one in few():
        found = by_sentence(rules().read(one.text, one.lang), Stems({}))
        for name in {f.name for of_sentence in found for f in of_sentence}:
            times[name] = times.get(name, 0) + 1
    assert load(learned[0]).numbering.features == tuple(
        sorted(name for name, n in times.items() if n >= LEAST_SEEN)
    )


def test_what_was_learned_is_a_tagger(learned: Sequence[Path]) -> None:
    """Of 300 statements it knows most again, and each level by its own."""
    codebook = read_codebook(Settings(_env_file=None))
    tagger = EmbeddedTagger(rules(), load(learned[0]), codebook)
    for level in LEVELS:
        there = [one for one in few() if level in {at for at, _ in one.carried}]
        found = [level in {t.level for t in tagger.tag(s.text, s.lang).tags} for s in there]
        assert len(there) > 20
        assert sum(found) / len(found) > 0.5


# --- the model that ships -------------------------------------------------------------------------


def test_the_model_that_ships_is_made_from_the_statements_and_lists_that_ship() -> None:
    """Who edits those trains anew."""
    made_from = load(MODEL_FILE).made_from
    assert made_from == digest(CORPUS, lists()), "statements or lists changed: run `make tagger`"


def test_the_background_of_the_search_carries_nothing() -> None:
    """It is everyday life, and learned from as such; apart from the hands of the guideline."""
    background = list(nothing_of_ours(CORPUS))
    assert len(background) > 1000
    assert {(one.hand, one.marks, one.second) for one in background} == {(BACKGROUND, (), None)}
    assert BACKGROUND not in {one.hand for one in read_statements(CORPUS)}


def test_the_model_that_ships_has_every_code_and_sorted_features() -> None:
    """And a threshold that says something."""
    model = load(MODEL_FILE)
    codebook = read_codebook(Settings(_env_file=None))
    assert set(model.codes) == {code.id for code in codebook.codes}
    assert list(model.numbering.features) == sorted(set(model.numbering.features))
    assert 0.2 < model.threshold < 0.8
    assert np.isfinite(model.weights).all()
    assert (model.scales[:, 0] > 0).all()  # more odds are more chance
