"""The tagger that ships with us: the laws it keeps, whatever is typed."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from assistant.adapters.tagger.tagger import EmbeddedTagger
from assistant.bootstrap import make_tagger, read_codebook
from assistant.records import Codebook, Coding, Lang
from assistant.settings import Settings
from assistant.steps.tagging.words import sentences

ROOT = Path(__file__).parents[2]
ODD = (
    "\x00\x07\x1b\ud800\udfff\u202e\u200b\u200d\u0300\u0489\ufeff\U0010ffff\U0001f469é🙂ﷺ\u2028\x85"
)
PIECES = (
    *("Mijn begeleider is alweer vertrokken.", "Ik heb al zes jaar dezelfde begeleider."),
    *("De gemeente heeft de subsidie stopgezet.", "De subsidie loopt al tien jaar door."),
    *("We zijn voor de derde keer gereorganiseerd.", "Ons team is al acht jaar hetzelfde."),
    *("My support worker left again.", "The council cut the funding.", "[naam 1]", "[telefoon 2]"),
    *(
        "maar",
        "niet",
        "door de aanbesteding",
        "Lekker weer vandaag!",
        "1",
        "شكرا جزيلا",
        "...",
        "\n",
    ),
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=200),
    st.lists(st.sampled_from((*PIECES, *ODD)), max_size=25).map(" ".join),
    st.lists(st.sampled_from((*PIECES, *ODD)), max_size=25).map("".join),
)
LANG = st.sampled_from(["nl", "en"])


@cache
def tagger() -> EmbeddedTagger:
    """As every house has it."""
    return make_tagger(Settings(_env_file=None))


@cache
def codebook() -> Codebook:
    """The newest."""
    return read_codebook(Settings(_env_file=None))


def tagged(text: str, lang: Lang = "nl") -> Coding:
    """What it makes of a text."""
    return tagger().tag(text, lang)


def check(text: str, made: Coding) -> None:
    """What holds of every coding of every text."""
    words = [word for sentence in sentences(text, frozenset()) for word in sentence]
    starts, ends = {word.start for word in words}, {word.end for word in words}
    for tag in made.tags:
        assert 0 <= tag.start < tag.end <= len(text)
        assert tag.start in starts
        assert tag.end in ends
        assert 0 <= tag.confidence <= 1
        assert tag.code is not None
        assert codebook().allows(tag.level, tag.code)
    assert len({(tag.level, tag.polarity) for tag in made.tags}) == len(made.tags)
    assert (made.origin, made.codebook, made.coder) == ("embedded", codebook().name, "embedded.v2")


# --- laws -----------------------------------------------------------------------------------------


@given(TEXTS, LANG)
@budget(max_examples=200)
def test_every_tag_lies_on_words_of_the_text_under_a_code_of_its_level(
    text: str, lang: Lang
) -> None:
    """At most one tag a level and polarity; a second look gives the same."""
    made = tagged(text, lang)
    check(text, made)
    assert tagged(text, lang) == made


@given(TEXTS.filter(bool), LANG)
@budget(max_examples=15)
def test_ten_thousand_characters_are_coded_by_the_same_laws(text: str, lang: Lang) -> None:
    """As long as an answer may be."""
    long = (text * (10_000 // len(text) + 1))[:10_000]
    check(long, tagged(long, lang))


@given(st.lists(st.sampled_from(PIECES), max_size=14))
@budget(max_examples=150)
def test_a_level_goes_both_ways_only_in_different_sentences(pieces: list[str]) -> None:
    """No sentence shows that something lasts and that it breaks."""
    text = " ".join(pieces)
    tags = tagged(text).tags
    ends = [sentence[-1].end for sentence in sentences(text, frozenset())]
    shown = [(tag.level, sum(end < tag.end for end in ends)) for tag in tags]
    assert len(set(shown)) == len(shown)


@given(st.lists(TEXTS, min_size=1, max_size=20))
@budget(max_examples=10)
def test_from_eight_threads_at_once_it_says_the_same(texts: list[str]) -> None:
    """As another tagger that nobody else asks."""
    texts = [*texts, *PIECES] * 2
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(tagged, texts))
    assert together == [another().tag(text, "nl") for text in texts]


@cache
def another() -> EmbeddedTagger:
    """Made apart."""
    return make_tagger(Settings(_env_file=None))


@given(st.integers(1, 99_999), st.integers(1, 99_999))
@budget(max_examples=20)
def test_the_number_of_a_placeholder_says_nothing(one: int, other: int) -> None:
    """Who was hidden first in a text is no evidence; a span takes in a placeholder or not."""
    text = "Door [naam {}] is mijn begeleider weer weg, bel [telefoon {}] voor een nieuwe."
    here, there = (tagged(text.format(n, n)) for n in (one, other))
    assert [t.model_copy(update={"start": 0, "end": 1}) for t in here.tags] == [
        t.model_copy(update={"start": 0, "end": 1}) for t in there.tags
    ]
    assert here.tags


# --- memory ---------------------------------------------------------------------------------------

INVENTED = "zwofferbankje"


def strings(of: object, seen: dict[int, object]) -> Iterator[str]:
    """Every text that can be reached from an object of ours; `seen` keeps what was seen alive."""
    if id(of) in seen or isinstance(of, type | ModuleType):
        return
    seen[id(of)] = of
    if isinstance(of, str):
        yield of
    elif isinstance(of, np.ndarray):
        yield of.tobytes().decode("latin-1") if of.dtype == np.uint8 else ""
    elif isinstance(of, dict):
        for pair in of.items():
            yield from strings(pair, seen)
    elif isinstance(of, list | tuple | set | frozenset):
        for one in of:
            yield from strings(one, seen)
    else:
        slots = [getattr(of, name, None) for name in getattr(type(of), "__slots__", ())]
        yield from strings([getattr(of, "__dict__", {}), slots], seen)


def test_nothing_of_a_text_is_remembered_or_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """What people say is not kept: in the tagger, in its modules, in a log, on a screen."""
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    text = f"Mijn begeleider {INVENTED} is alweer weg. Zo'n {INVENTED} kent mij niet."
    assert tagged(text).tags
    assert tagger().explain(text, "nl", "relational")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    ours = [
        vars(module)
        for name, module in sorted(sys.modules.items())
        if name.startswith(("assistant.adapters.tagger", "assistant.steps.tagging", "snowball"))
    ]
    reached = list(strings([vars(tagger()), ours], {}))
    assert any("begeleider" in one for one in reached)  # or it has not looked
    assert len(reached) > 50_000
    assert [one for one in reached if INVENTED[:8] in one] == []


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece", ["a.", "a", " ", "\u0300", "[x 1]", "weer een nieuwe begeleider. "]
)
def test_a_hundred_thousand_characters_take_a_moment(piece: str) -> None:
    """Texts made to make it crawl; a square of that would take minutes."""
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    begun = time.perf_counter()
    check(text, tagged(text))
    assert time.perf_counter() - begun < 15


@pytest.mark.parametrize("piece", ["a. ", "weer een nieuwe begeleider. "])
def test_time_grows_with_the_length(piece: str) -> None:
    """Four times the text in at most nine times the time of this process; a square is sixteen."""

    def spent(length: int) -> float:
        text = piece * (length // len(piece))
        begun = time.process_time()
        tagged(text)
        return time.process_time() - begun

    short, long = (min(spent(length) for _ in range(2)) for length in (8_000, 32_000))
    assert long < 9 * short


# --- what it takes to have it ---------------------------------------------------------------------

SCRIPT = """
import json, sys, time
from assistant.bootstrap import make_tagger
from assistant.settings import read_settings
made = make_tagger(read_settings())
assert made.tag("Door de aanbesteding is mijn begeleider vertrokken.", "nl").tags
heavy = ("sklearn", "scipy", "langchain", "langchain_core", "chromadb", "nltk", "torch")
from assistant.adapters.tagger.model import MODEL_FILE, load
took = []
for _ in range(3):
    begun = time.perf_counter()
    load(MODEL_FILE)
    took.append(time.perf_counter() - begun)
print(json.dumps({"heavy": [name for name in heavy if name in sys.modules], "load": min(took)}))
"""


def test_it_needs_nothing_heavy_and_is_there_at_once() -> None:
    """What only training takes is not imported; the model is read in well under a second."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    told = json.loads(run.stdout)
    assert told["heavy"] == []
    assert told["load"] < 0.6
