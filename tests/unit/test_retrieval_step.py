"""What is shown as a quotation stands in the corpus word for word, and nothing else is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import (
    PASSAGE_KINDS,
    Answer,
    Move,
    Passage,
    PassageKind,
    Turn,
    Versions,
)
from assistant.steps.retrieval import quoted, with_passage
from tests.fakes import shipped_library

LIBRARY = shipped_library()
VERSIONS = Versions(
    guide="g.v1", codebook="c.v1", interviewer="i.v1", redactor="r.v1", tagger="t.v1", corpus="l.v1"
)
DAY = date(2026, 6, 1)


class Finds:
    """A Retriever that finds what it was told to."""

    version = "fake.v1"

    def __init__(self, *passages: Passage) -> None:
        self._passages = passages

    @property
    def ready(self) -> bool:
        """Always."""
        return True

    def search(
        self,
        query: str,  # noqa: ARG002 - the port's
        k: int,
        kinds: Collection[PassageKind] = PASSAGE_KINDS,  # noqa: ARG002 - the port's
        *,
        why: bool = False,  # noqa: ARG002 - the port's
    ) -> Sequence[Passage]:
        """The passages."""
        return self._passages[:k]


def passage(paragraph_id: str = "e19", wrong: dict[str, object] | None = None) -> Passage:
    """A paragraph as it would be found, with some fields changed."""
    fields = {**LIBRARY.cite(paragraph_id).model_dump(), "score": 0.9, **(wrong or {})}
    return Passage.model_validate(fields)


def shown(*passages: Passage, told: str = "Er kwam steeds weer een ander langs.") -> Move:
    """The move after an account, with whatever these let it show."""
    asked = Move(kind="ask", topic="relation", prompt="relation.1", text="Wie hielp u?")
    answer = Answer(kind="text", text=told)
    turns = (Turn(seq=0, move=asked, answer=answer, versions=VERSIONS),)
    following = Move(kind="ask", topic="policy", prompt="policy.1", text="En de gemeente?")
    return with_passage(following, turns, Finds(*passages), LIBRARY)


def test_a_paragraph_as_it_stands_is_shown() -> None:
    """With its place, as the library cites it."""
    assert shown(passage()).citation == LIBRARY.cite("e19")


def test_a_few_words_are_no_account() -> None:
    """Who says they do not know is not answered with the essay."""
    assert shown(passage(), told="Dat weet ik niet meer.").citation is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "Continuïteit is altijd goed."},
        {"page": "99"},
        {"source": "Een ander boek"},
        {"speaker": "De minister"},
        {"footnotes": (36,)},
        {"id": "e20"},
        {"id": "e99"},
        {"corpus": "essay.00000000"},
        {"kind": "work", "work": "haggerty2003"},
        {"kind": "document", "work": "haggerty2003"},
        {"page": None},
        {"chapter": None},
    ],
)
def test_what_does_not_stand_so_is_not_shown(wrong: dict[str, object]) -> None:
    """Another text, page, source, speaker, note, place or edition; our own words; a document."""
    assert quoted(passage(wrong=wrong), LIBRARY) is None
    assert shown(passage(wrong=wrong)).citation is None
    assert shown(passage(wrong=wrong), passage("e08")).citation == LIBRARY.cite("e08")


@given(st.sampled_from([one.id for one in LIBRARY.essay.paragraphs]), st.data())
def test_one_character_more_or_less_is_no_quotation(paragraph_id: str, data: st.DataObject) -> None:
    """Whatever is changed in a text, it is not shown any more."""
    text = LIBRARY.essay.paragraph(paragraph_id).text
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.text(max_size=2).filter(lambda new: new != text[at]))
    changed = passage(paragraph_id, {"text": text[:at] + other + text[at + 1 :]})
    assert quoted(changed, LIBRARY) is None
