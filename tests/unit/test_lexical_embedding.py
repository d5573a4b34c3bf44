"""The lexical embedding: deterministic, of length 1, near when words or their parts are shared."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.adapters.lexical_embedding import (
    CHARACTERS_READ,
    DIMENSIONS,
    LexicalEmbedding,
    content_words,
    lexical_version,
)

ROOT = Path(__file__).parents[2]
TEXTS = [
    "Aanbestedingen leiden tot onzekerheid bij organisaties in de wijk.",
    "Een vertrouwensrelatie met één vaste hulpverlener kost tijd.",
    "De wethouder wisselt elke vier jaar en het beleid wisselt mee.",
    "Wachtlijsten ontstaan door een hoge werkdruk.",
]
EMBEDDING = LexicalEmbedding(TEXTS)
DOCUMENTS = EMBEDDING.embed_documents(TEXTS)


def dot(one: list[float], other: list[float]) -> float:
    """The dot product: the cosine, as both have length 1."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def similarities(query: str) -> list[float]:
    """The cosine of the query with each of TEXTS."""
    vector = EMBEDDING.embed_query(query)
    return [dot(vector, document) for document in DOCUMENTS]


@given(st.text(max_size=200))
def test_every_vector_has_all_dimensions_and_length_one(text: str) -> None:
    """Whatever is typed, also nothing or lone surrogates, is a point on the unit sphere."""
    for vector in (EMBEDDING.embed_query(text), *EMBEDDING.embed_documents([text])):
        assert len(vector) == DIMENSIONS
        assert math.hypot(*vector) == pytest.approx(1.0)


@given(st.text(max_size=100), st.text(max_size=100))
def test_a_corpus_of_any_texts_can_be_fitted(one: str, other: str) -> None:
    """No text, empty or strange, makes fitting fail."""
    vectors = LexicalEmbedding([one, other]).embed_documents([one, other])
    assert [math.hypot(*vector) for vector in vectors] == pytest.approx([1.0, 1.0])


@given(st.text(st.characters(max_codepoint=0x24F), max_size=80))
def test_case_makes_no_difference(text: str) -> None:
    """A query in capitals is the same query."""
    assume(text.upper().casefold() == text.casefold())
    assert EMBEDDING.embed_query(text.upper()) == EMBEDDING.embed_query(text)


def test_diacritics_make_no_difference() -> None:
    """People leave out the dots and accents, on a phone most of all."""
    assert EMBEDDING.embed_query("cliënten") == EMBEDDING.embed_query("clienten")
    assert EMBEDDING.embed_query("één") == EMBEDDING.embed_query("een")


def test_the_same_in_every_process() -> None:
    """The vector does not hang on Python's hash seed, so an index outlives the process."""
    script = (
        "import sys, hashlib; from assistant.adapters.lexical_embedding import LexicalEmbedding\n"
        "embedding = LexicalEmbedding(sys.argv[1:])\n"
        "print(hashlib.sha256(repr(embedding.embed_query(sys.argv[1])).encode()).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script, *TEXTS],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_threads_do_not_disturb_each_other() -> None:
    """The stemmer keeps the word it is at; two threads must not share one."""
    alone = [EMBEDDING.embed_query(text) for text in TEXTS]
    wrong: list[str] = []

    def ask(number: int) -> None:
        for _ in range(50):
            if EMBEDDING.embed_query(TEXTS[number]) != alone[number]:
                wrong.append(TEXTS[number])

    threads = [threading.Thread(target=ask, args=(i % len(TEXTS),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("aanbesteding", 0),  # another form of the word
        ("aanbesteeding", 0),  # a typing mistake
        ("ik vertrouw haar", 1),  # a part of a compound
        ("wisseling van wethouders", 2),
        ("WACHTLIJST", 3),
    ],
)
def test_forms_mistakes_and_parts_of_words_are_near(query: str, nearest: int) -> None:
    """A shared stem or shared letters bring a query near its text, clearly before the others."""
    found = similarities(query)
    assert found[nearest] == max(found)
    assert found[nearest] > 0.1 > sorted(found)[-2]


@pytest.mark.parametrize(
    "query", ["", "  \n", "\x00\x07\x1b", "12345 !?", "ik en de of", "a b c d"]
)
def test_without_content_words_nothing_is_near(query: str) -> None:
    """Spaces, control characters, figures and words such as "ik" are about nothing."""
    assert content_words(query) == []
    assert similarities(query) == [0.0] * len(TEXTS)


def test_two_texts_about_nothing_are_not_near() -> None:
    """An empty query does not find an empty paragraph."""
    empty = EMBEDDING.embed_documents([""])[0]
    assert dot(EMBEDDING.embed_query(""), empty) == 0.0


def test_strange_words_lower_the_score() -> None:
    """What the corpus has no word for matches nothing, yet counts."""
    assert max(similarities("zzz qqq xyzzy")) == 0.0
    assert similarities("aanbesteding zzz qqq xyzzy")[0] < similarities("aanbesteding")[0]


def test_only_the_beginning_of_a_long_query_is_read() -> None:
    """100,000 characters cost no more than CHARACTERS_READ of them."""
    long = ("werkdruk en wachtlijsten " * 4000)[:100_000]
    assert EMBEDDING.embed_query(long) == EMBEDDING.embed_query(long[:CHARACTERS_READ])
    for text in (long, "x" * 100_000, "\ufdfa" * 100_000, "e\u0301" * 50_000):
        began = time.perf_counter()
        EMBEDDING.embed_query(text)
        assert time.perf_counter() - began < 0.5


def test_the_version_follows_the_corpus() -> None:
    """Other texts, another order or another division into texts: another version."""
    versions = [
        lexical_version(texts)
        for texts in (TEXTS, TEXTS[::-1], TEXTS[:-1], ["".join(TEXTS)], [*TEXTS[:-1], "Anders."])
    ]
    assert len(set(versions)) == len(versions)
    assert EMBEDDING.version == lexical_version(list(TEXTS)) == versions[0]
