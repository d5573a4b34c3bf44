"""A small library: a few paragraphs and works of the one that ships, with some of their lines."""

from __future__ import annotations

from functools import cache

from assistant.adapters.expansion_files import read_expansions
from assistant.adapters.library.lines import Line, lines_of
from assistant.adapters.library.model import Model, learned
from assistant.records import Expansions, Library
from tests.fakes import CORPUS, shipped_library

PARAGRAPHS, WORKS = 8, 4
QUERY = "Elk jaar een nieuw project met een nieuwe naam en nieuwe gezichten."
FINDS = "e06"


@cache
def shipped_expansions() -> Expansions:
    """The expansions as they ship."""
    return read_expansions(CORPUS, frozenset(shipped_library().ids()))


@cache
def toy_library(version: str = "toy.1") -> Library:
    """The first paragraphs and works; other versions say the same."""
    essay, literature = shipped_library().essay, shipped_library().literature
    works = literature.works[:WORKS]
    changes = {
        "version": version,
        "works": works,
        "annotations": literature.annotations[:WORKS],
        "references": {work.key: literature.references[work.key] for work in works},
    }
    shorter = {"paragraphs": essay.paragraphs[:PARAGRAPHS], "version": version}
    return Library(
        essay=essay.model_copy(update=shorter), literature=literature.model_copy(update=changes)
    )


@cache
def toy_expansions() -> Expansions:
    """Some lines about these alone, and some background: learned from in a tenth of a second."""
    ids, shipped = set(toy_library().ids()), shipped_expansions()
    return Expansions(
        version="toy.1",
        lines=tuple(line for line in shipped.lines if {*line.targets} <= ids)[::8],
        rings=shipped.rings[:20],
        background=shipped.background[::20],
    )


@cache
def toy_model() -> tuple[Model, list[Line]]:
    """What is learned from the toy library, and its lines."""
    lines = lines_of(toy_library(), toy_expansions())
    return learned(lines, toy_library().ids(), toy_expansions().rings), lines
