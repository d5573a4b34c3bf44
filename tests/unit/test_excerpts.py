"""The part of a paragraph that is read first: whole sentences, verbatim, by what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.library.excerpts import LEAST, SHORT_ENOUGH, excerpt, sentences_of
from assistant.records import Citation
from tests.fakes import shipped_library
from tests.toy_library import toy_model

MODEL, _ = toy_model()
ESSAY = shipped_library().essay
LONG = [
    one
    for one in ESSAY.paragraphs
    if len(one.text) > SHORT_ENOUGH and len(sentences_of(one.text, MODEL)) > 2
]


@given(st.one_of(st.sampled_from([one.text for one in ESSAY.paragraphs]), st.text(max_size=300)))
def test_sentences_leave_out_nothing_but_white_space(text: str) -> None:
    """In order, apart from each other, and all that is between them is blank."""
    edge = 0
    for sentence in sentences_of(text, MODEL):
        assert text[edge : sentence.start].strip() == ""
        assert sentence.start < sentence.end
        edge = sentence.end
    assert text[edge:].strip() == ""


@pytest.mark.parametrize("paragraph", LONG, ids=lambda one: one.id)
def test_a_sentence_asked_for_in_its_own_words_is_in_the_excerpt(paragraph: object) -> None:
    """Of each paragraph most sentences, as the query, are what is shown."""
    text = paragraph.text  # type: ignore[attr-defined] # a Paragraph, which pytest does not know
    sentences = sentences_of(text, MODEL)
    hits = 0
    for sentence in sentences:
        asked = MODEL.analyser.features(text[sentence.start : sentence.end])
        part = excerpt(text, sentences, asked, ())
        hits += part is not None and part[0] <= sentence.start and sentence.end <= part[1]
    assert hits >= 0.6 * len(sentences)


def test_an_excerpt_is_whole_sentences_and_not_too_short() -> None:
    """It begins and ends where sentences do; one alone is at least so long."""
    for paragraph in LONG:
        sentences = sentences_of(paragraph.text, MODEL)
        asked = MODEL.analyser.features("nieuwe organisaties en beleid")
        part = excerpt(paragraph.text, sentences, asked, ())
        if part:
            assert part[0] in {one.start for one in sentences}
            assert part[1] in {one.end for one in sentences}
            alone = any((one.start, one.end) == part for one in sentences)
            assert not alone or part[1] - part[0] >= LEAST


def test_what_shares_nothing_or_is_short_is_shown_whole() -> None:
    """No excerpt rather than a random one."""
    text = LONG[0].text
    assert excerpt(text, sentences_of(text, MODEL), ["s:xqzw"], ()) is None
    short = "Een korte alinea. Met twee zinnen."
    assert excerpt(short, sentences_of(short, MODEL), ["s:kort"], ()) is None


def test_a_citation_holds_no_excerpt_outside_its_text() -> None:
    """Beyond the end, turned round or empty is refused; inside is still the same quotation."""
    library = shipped_library()
    cited = library.cite("e19")
    for wrong in ((0, len(cited.text) + 1), (5, 5), (9, 3), (-1, 4)):
        with pytest.raises(ValueError, match="excerpt"):
            Citation.model_validate({**cited.model_dump(), "excerpt": wrong})
    assert library.holds(Citation.model_validate({**cited.model_dump(), "excerpt": (0, 9)}))
