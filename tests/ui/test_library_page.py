"""The library page without a browser: marking, cutting, addresses, reasons, refusals, the gate."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant.adapters.ingest import REASONS, Limits
from assistant.adapters.ingest.kinds import ENDINGS, NAMES
from assistant.adapters.ingest.limits import MEGABYTE
from assistant.records import Passage, Reason
from assistant.records.literature import Basis, Listed, WorkType
from tests.fakes import shipped_library
from ui.library import passages, shelf
from ui.library.address import Place, place_of
from ui.library.literature import in_order
from ui.library.passages import Part, cleaned, cut, excerpt, folded, marked, words_in
from ui.library.results import content_words, reasons
from ui.texts import read_texts
from ui.uploads import UploadGate, _admitted

INGEST = Path(__file__).parents[2] / "assistant/adapters/ingest"
LIBRARY = shipped_library()
ESSAY = LIBRARY.essay.paragraphs
paragraphs = some.sampled_from([one.text for one in ESSAY])
texts = some.one_of(some.text(max_size=600), paragraphs)
asked = some.frozensets(some.sampled_from(sorted(words_in(ESSAY[30].text))), max_size=6)


def _joined(parts: tuple[Part, ...]) -> str:
    return "".join(text for text, _ in parts)


@given(text=texts, words=asked, found=asked)
def test_marking_alters_nothing(text: str, words: frozenset[str], found: frozenset[str]) -> None:
    """The parts joined are the text, whatever is marked; a marked part is one word."""
    parts = marked(text, words, found)
    assert _joined(parts) == text
    assert all(words_in(part) == {folded(part)} for part, mark in parts if mark)


@given(text=texts, words=asked)
def test_an_excerpt_is_verbatim_and_no_longer_than_it_may_be(
    text: str, words: frozenset[str]
) -> None:
    """It is a stretch of the text, without blanks at its ends; long only for a long sentence."""
    parts = marked(text, words)
    start, end = excerpt(parts)
    assert _joined(cut(parts, start, end)) == text[start:end]
    assert text[start:end] == text[start:end].strip()
    assert bool(text[start:end]) == bool(text.strip())
    if len(text[start:end]) > passages.EXCERPT_LIMIT:
        assert not re.search(r"[a-z]{3}\. [A-Z]", text[start:end])


@given(text=paragraphs, words=asked)
def test_an_excerpt_holds_the_sentence_with_most_marked_words(
    text: str, words: frozenset[str]
) -> None:
    """No sentence of the paragraph has more different marked words than the best one shown."""
    parts = marked(text, words)
    start, end = excerpt(parts)
    everywhere = passages._sentences(text)
    counts = [len(met) for met in passages._marked_words(parts, everywhere)]
    shown = [
        count
        for count, one in zip(counts, everywhere, strict=True)
        if start <= one.start + 1 and one.start < end
    ]
    assert max(shown) == max(counts)


def test_whole_sentences_are_shown() -> None:
    """An excerpt of a long paragraph begins and ends where sentences do."""
    text = " ".join(
        f"Zin {number} gaat over iets heel anders dan de vorige." for number in range(40)
    )
    start, end = excerpt(marked(text + " Slotzin over beschut wonen.", frozenset({"beschut"})))
    shown = (text + " Slotzin over beschut wonen.")[start:end]
    assert shown.startswith("Zin ")
    assert shown.endswith("Slotzin over beschut wonen.")


@pytest.mark.parametrize(
    ("word", "query", "is_marked"),
    [
        ("Continuïteit", "continuiteit", True),
        ("begeleiders", "begeleider", True),
        ("aanbesteding", "aanbestedingen", True),
        ("beleven", "beleid", False),
        ("steeg", "steeds", False),
        ("of", "of", False),
    ],
)
def test_what_is_marked(word: str, query: str, *, is_marked: bool) -> None:
    """The word itself or a form of it, without regard to accents; never a small word."""
    assert marked(word, content_words(query)) == ((word, is_marked),)


@given(typed=some.text(max_size=300))
def test_a_cleaned_query_shows_what_it_is(typed: str) -> None:
    """No control or invisible signs are left, no runs of blanks; cleaning twice changes nothing."""
    query = cleaned(typed)
    assert query == cleaned(query) == " ".join(query.split())
    assert query.isprintable()


def test_a_reference_and_a_marked_text_are_what_they_were() -> None:
    """Runs of a reference and pieces between note markers, joined, are the text; notes in order."""
    for reference in LIBRARY.literature.references.values():
        made = passages.runs(reference)
        assert "".join(run.text for run in made) == reference.text
        slanted = "".join(run.text for run in made if run.italic)
        assert slanted == "".join(reference.text[a:b] for a, b in reference.italic)
        assert all(run.text == run.url for run in made if run.url)
    for one in ESSAY:
        pieces = passages.with_markers(one.text, one.footnote_at)
        assert "".join(piece for piece in pieces if isinstance(piece, str)) == one.text
        assert [piece for piece in pieces if isinstance(piece, int)] == sorted(one.footnote_at)


def test_the_list_is_in_the_order_of_its_references() -> None:
    """As a reader looks a work up: by the first letters, whatever their case or accents."""
    read = [folded(LIBRARY.literature.reference(work.key).text) for work in in_order(LIBRARY)]
    assert read == sorted(read)
    assert len(read) == len(LIBRARY.literature.works)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({}, Place()),
        ({"alinea": "e19"}, Place(paragraph="e19")),
        ({"werk": "naert2017-review"}, Place("literatuur", work="naert2017-review")),
        ({"deel": "databanken"}, Place("databanken")),
        ({"alinea": "e99"}, Place(unknown=True)),
        ({"werk": "<script>"}, Place("literatuur", unknown=True)),
        ({"deel": "../etc"}, Place(unknown=True)),
    ],
)
def test_addresses(address: dict[str, str], place: Place) -> None:
    """A paragraph, a work and a part have an address; what is not there is said to be unknown."""
    assert place_of(address, LIBRARY) == place


def test_expansions_are_for_researchers_only() -> None:
    """Nobody else is shown the text of an expansion; the other grounds they are."""
    why = (
        Reason(kind="word", asked="vertrouwen", found="vertrouwen", weight=1.0),
        Reason(kind="ring", asked="hulp", found="steun", weight=0.5),
        Reason(kind="expansion", asked="hulp", found="steeds een ander", hand="street", weight=0.3),
        Reason(kind="expansion", asked="hulp", found="hulp", weight=0.2),
    )
    found = Passage(id="e19", text="x", source="y", corpus="c", score=1.0, why=why)
    assert len(reasons(found, researcher=False)) == 2
    assert "steeds een ander" not in " ".join(reasons(found, researcher=False))
    assert "steeds een ander" in " ".join(reasons(found, researcher=True))


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_reason_to_refuse_a_file_has_its_words() -> None:
    """In both languages, with no blank that the reason has no fact for."""
    for told in read_texts().values():
        words = {name for name in told if name.startswith("library.refused.")}
        assert words == {f"library.refused.{reason}" for reason in REASONS}
        for reason, english in REASONS.items():
            assert _blanks(told[f"library.refused.{reason}"]) == _blanks(english), reason


def _phrases() -> Iterator[str]:
    """English phrases that a refusal can have among its facts."""
    yield from NAMES.values()
    source = "\n".join(path.read_text("utf-8") for path in INGEST.glob("*.py"))
    yield from re.findall(r'detail="([^"]+)"', source)
    yield from re.findall(r'stat\.S_IS\w+, "([^"]+)"', source)


def test_what_the_reader_says_in_english_has_dutch_words() -> None:
    """What a file holds, what a path is and what is damaged, in the words of the page."""
    told = read_texts()["nl"]
    found = set(_phrases())
    assert len(found) > len(NAMES)
    assert {phrase for phrase in found if f"library.facts.{phrase}" not in told} == set()


def test_every_kind_of_work_has_its_words() -> None:
    """Kind, basis and place of listing, whatever the records allow."""
    told = read_texts()["nl"]
    for made, kinds in (("kind", WorkType), ("basis", Basis), ("listed", Listed)):
        assert all(f"library.{made}.{kind}" in told for kind in get_args(kinds))


def test_the_box_takes_what_the_shelf_reads() -> None:
    """The endings the box offers are all read, and its largest file is the reader's."""
    assert {f".{kind}" for kind in shelf._KINDS} <= set(ENDINGS)
    assert {ENDINGS[f".{kind}"] for kind in shelf._KINDS} == set(ENDINGS.values())
    assert Limits().file_bytes == shelf._LARGEST
    config = (Path(shelf.__file__).parents[1] / ".streamlit/config.toml").read_text("utf-8")
    most = re.search(r"maxUploadSize = (\d+)", config)
    assert most
    assert int(most[1]) * 1024 * 1024 >= 50 * MEGABYTE


def _sent_to(path: str, method: str) -> int:
    """The status a request gets; 204 when it reaches the app."""
    sent: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def keep(message: Any) -> None:
        sent.append(message)

    async def nothing() -> Any:
        pytest.fail("nothing of the file may be read")

    scope = {"type": "http", "method": method, "path": path, "headers": []}
    with ThreadPoolExecutor(1) as apart:  # the browser tests leave a loop running in this thread
        apart.submit(lambda: asyncio.run(UploadGate(app)(scope, nothing, keep))).result()
    return int(sent[0]["status"])


def test_only_researchers_can_send_files() -> None:
    """A tab that did not pass the door is refused before its file is read; other requests pass."""
    _admitted["researcher"] = None
    try:
        assert _sent_to("/_stcore/upload_file/researcher/f1", "PUT") == 204
        assert _sent_to("/_stcore/upload_file/somebody/f1", "PUT") == 403
        assert _sent_to("/under/_stcore/upload_file/somebody/f1", "POST") == 403
        assert _sent_to("/_stcore/health", "GET") == 204
    finally:
        del _admitted["researcher"]
