"""Quotes of a model are found back in the text, or they are not used."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.model_tagger.quotes import Quotable, alike

TEXT = "Ik kreeg wéér een nieuwe.\n\nDe gemeente zei: “dat is nu eenmaal zo”, en dat was dat."
AROUND = "'\"‘’“”«»" + string.whitespace


def found(text: str, quote: str) -> str | None:
    """The stretch of `text` that `quote` was found to be."""
    span = Quotable(text).find(quote)
    return text[span.start : span.end] if span else None


@pytest.mark.parametrize(
    ("quote", "stretch"),
    [
        ("wéér een nieuwe", "wéér een nieuwe"),
        ("  wéér een nieuwe\n", "wéér een nieuwe"),
        ('"wéér een nieuwe"', "wéér een nieuwe"),
        ("IK KREEG wéér", "Ik kreeg wéér"),
        ("een nieuwe. De gemeente", "een nieuwe.\n\nDe gemeente"),
        ('zei: "dat is nu', "zei: “dat is nu"),
        ("weer een nieuwe", None),
        ("wéér een … nieuwe", None),
        ("een nieuwe begeleider", None),
        ("Dat", None),
        ("", None),
        (" \n", None),
        ("“”", None),
        ("…", None),
    ],
)
def test_a_quote_is_the_stretch_it_reads_as(quote: str, stretch: str | None) -> None:
    """White space, quotation marks and capitals may differ, letters and their order may not."""
    assert found(TEXT, quote) == stretch


def test_whole_words_come_before_the_same_letters_in_others() -> None:
    """Not the end of "deze" but "ze"; where there are only others, the first of them."""
    span = Quotable("deze man, en ze ging, ze bleef").find("ze")
    assert span is not None
    assert span.start == 13
    assert found("organisaties", "organisatie") == "organisatie"


def test_a_quote_that_is_only_alike_in_two_places_is_not_used() -> None:
    """Which one was meant is a guess; word for word, the first says the same as the second."""
    assert found("Een nieuwe man. EEN nieuwe vrouw.", "een nieuwe") is None
    span = Quotable("een nieuwe, een nieuwe").find("een nieuwe")
    assert span is not None
    assert span.start == 0


@given(st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_found_lies_in_the_text_and_reads_as_the_quote(text: str, quote: str) -> None:
    """Up to white space, quotation marks and capitals, and quotation marks around it."""
    _holds(text, quote)


@given(
    st.text("aAbé .\n“”\"'İßΣ", max_size=40), st.text("aAbé .\n“”\"'İßΣ", min_size=1, max_size=6)
)
def test_the_same_where_much_is_alike(text: str, quote: str) -> None:
    """Few letters make many near matches; some of these are two letters when small."""
    _holds(text, quote)


def _holds(text: str, quote: str) -> None:
    span = Quotable(text).find(quote)
    if span is None:
        assert not quote.strip() or not any(map(str.isalnum, quote)) or quote.strip() not in text
        return
    assert 0 <= span.start < span.end <= len(text)
    stretch = text[span.start : span.end]
    assert alike(stretch, quote) or alike(stretch.strip(AROUND), quote.strip(AROUND))


@given(st.text(min_size=1, max_size=60), st.data())
def test_every_stretch_with_a_word_in_it_is_found(text: str, data: st.DataObject) -> None:
    """Copied character for character, a stretch is found, here or where the same stands."""
    start = data.draw(st.integers(0, len(text) - 1))
    stretch = text[start : data.draw(st.integers(start + 1, len(text)))]
    got = found(text, stretch)
    if any(map(str.isalnum, stretch)):
        assert got == stretch.strip()


@given(st.text("abc d\n'", min_size=1, max_size=40))
def test_a_text_with_other_capitals_and_white_space_is_found_as_a_whole(text: str) -> None:
    """The whole text stands in itself just once, however it was written down."""
    other = "\t ".join(text.strip().upper().replace("'", "’").split())
    if any(map(str.isalnum, text)):
        assert alike(found(text, other) or "", text)


def test_looking_up_is_linear_enough() -> None:
    """A hundred quotes in the longest text that is sent, made to match nearly everywhere."""
    quotable = Quotable("a" * 9_999 + "b")
    began = time.perf_counter()
    for length in range(4_900, 5_000):
        assert quotable.find("A" * length + "c") is None
    assert time.perf_counter() - began < 5
