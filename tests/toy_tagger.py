"""A tagger's model of five features with weights of our own: small enough to follow by hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from assistant.adapters.prompt_files import newest, read_record
from assistant.adapters.tagger.features import Stems
from assistant.adapters.tagger.model import Model
from assistant.adapters.vector_space import Numbering
from assistant.records import TaggerLists
from assistant.settings import shipped
from assistant.steps.tagging import RuleTagger

CODES = ("fixed_person", "fragmentation", "tendering")
# Of each feature: the three levels; the three ways, positive for continuity; the three codes.
WEIGHTS: Mapping[str, tuple[float, ...]] = {
    "b:mijn begeleider": (0, 0, 1, 0, 0, 0.5, 1, 0, 0),
    "s:begeleider": (-0.5, 0.5, 2, 0, 0, 0, 2, 0, 0),
    "s:blijft": (0, 0, 0.5, 1, 1, 3, 0, 0, 0),
    "s:gemeente": (3, 0.5, -1, 0, 0, 0, 0, 1, 2),
    "s:kwijt": (0, 0, 1, -1, -1, -3, 0.5, 0, 0),
}
INTERCEPTS = (-1, -1, -1, 0, 0, 0, 0, 0, 0)


@cache
def lists() -> TaggerLists:
    """The word lists and rules that ship with us."""
    return read_record(newest(shipped("prompts"), "tagger"), TaggerLists)


@cache
def rules() -> RuleTagger:
    """What reads a text, before anything is weighed."""
    return RuleTagger(lists(), "toy.v1")


def toy_model(codes: tuple[str, ...] = CODES) -> Model:
    """The weights above; each feature is as rare as the next, and a stem is the word itself."""
    words = [name.removeprefix("s:") for name in WEIGHTS if name.startswith("s:")]
    return Model(
        numbering=Numbering(WEIGHTS),
        rarity=np.ones(len(WEIGHTS), np.float32),
        weights=np.array(list(WEIGHTS.values()), np.float32),
        intercepts=np.array(INTERCEPTS, np.float32),
        scales=np.tile([1.0, 0.0], (6, 1)),
        codes=codes,
        stems=Stems({f"nl:{word}": word for word in ("mijn", *words)}),
        threshold=0.5,
        made_from="0123456789abcdef",
    )
