"""The cited literature as it ships: complete, faithful to the print, and tied to the essay."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from assistant.adapters import apa_references
from assistant.adapters.essay_files import read_essay
from assistant.adapters.literature_files import PARTS, read_literature
from assistant.records.corpus import Essay
from assistant.records.literature import Annotation, Literature, Work

CORPUS = Path(__file__).parents[2] / "corpus"
# Nobody who reads one of these may take it for the other.
CLASHES = [
    ("menger2018-bezieling", "menger2018-werkalliantie"),
    ("naert2017-review", "naert2017-beleving"),
    ("engbersen2021-attentheid", "engbersen2021-bijstand"),
    ("jansen-thijs2009", "jansen-judith2021"),
    ("janssens2021", "jansen-judith2021"),
    ("beugelsdijk2021", "beugelsdijk2022"),
    ("ross1955", "ross1957"),
]
ONLY_LISTED = {
    "beek2017", "beugelsdijk2022", "cottam2018", "hoenderkamp2008", "janssens2019", "menger2016",
    "nelissen1985", "ross1957", "vlaams-welzijnsverbond2012",
}  # fmt: skip


@pytest.fixture(scope="module")
def essay() -> Essay:
    """The essay that ships."""
    return read_essay(CORPUS)


@pytest.fixture(scope="module")
def literature(essay: Essay) -> Literature:
    """The literature that ships."""
    return read_literature(CORPUS, essay)


def test_every_reference_of_the_essay_is_there_once(literature: Literature) -> None:
    """40 in the list, 11 in notes only (one names three films), 1 in the text only."""
    listed = Counter(about.listed for about in literature.annotations)
    assert listed == {"list": 40, "footnote": 13, "text": 1}
    notes = {p.at for a in literature.annotations if a.listed == "footnote" for p in a.printed}
    notes = {at for at in notes if at.startswith("footnote") and at != "footnote 18"}  # ibidem 17
    assert len(notes) == 11
    assert {about.key for about in literature.annotations if about.uncited} == ONLY_LISTED


def test_every_footnote_is_for_a_work(literature: Literature, essay: Essay) -> None:
    """No note is overlooked, and note 18 ("ibidem") is for the work of note 17."""
    for note in essay.footnotes:
        here = [work.key for work, at in literature.cited_in(note.paragraph) if at.footnote]
        assert here
        assert any(at.footnote == note.number for _, at in literature.cited_in(note.paragraph))
    (repeating,) = literature.cited_in("e24")
    assert (repeating[0].key, repeating[1].footnote) == ("jansen-judith2021", 18)


def test_every_name_in_the_text_is_of_a_work_cited_there(
    literature: Literature, essay: Essay
) -> None:
    """A paragraph that names a maker or a publisher of a cited work cites a work of theirs."""
    names = {name for work in literature.works for name in _names(work)}
    found = set()
    for paragraph in essay.paragraphs:
        here = {name for work, _ in literature.cited_in(paragraph.id) for name in _names(work)}
        for name in names:
            if re.search(rf"\b{re.escape(name)}\b", paragraph.text):
                assert name in here, (paragraph.id, name)
                found.add(name)
    assert {"Pollitt", "Ross", "Schuyt", "Avest", "Menger", "Trappenburg", "VNG"} <= found


def _names(work: Work) -> set[str]:
    people = {name.main for name in (*work.makers, *work.editor)} - {"others"}
    return people | ({work.publisher} if work.publisher else set())


def test_the_list_is_accounted_for_word_for_word(literature: Literature) -> None:
    """The printings of the works make up the whole list, each piece of it once."""
    pieces = [p.text for a in literature.annotations for p in a.printed if p.at == "list"]
    assert len(pieces) == 42  # 40 works, one of them twice, one glued to another's entry as well
    left = _list_of(_printed_source())
    for piece in sorted(pieces, key=len, reverse=True):
        assert piece in left
        left = left.replace(piece, "", 1)
    assert left.replace(";", "").replace("- ", "").split() == []


def test_every_printing_is_where_it_says(literature: Literature, essay: Essay) -> None:
    """A printing is in the source, errors included; one from a paragraph is in its text."""
    source = _printed_source()
    for about in literature.annotations:
        for printing in about.printed:
            assert printing.text in source or printing.at.startswith("e")
            if printing.at.startswith("e"):
                assert printing.text in essay.paragraph(printing.at).text


def test_what_is_said_to_be_printed_is_printed(literature: Literature) -> None:
    """Each word of a field verified as printed stands in a printing of that work."""
    checked = 0
    for work, about in zip(literature.works, literature.annotations, strict=True):
        printed = _words(" ".join(printing.text for printing in about.printed))
        for field, value in work.csl().items():
            if about.verified.get(field) == "printed":
                checked += 1
                assert _words(_flat(field, value)) <= printed, (work.key, field)
    assert checked > 200


def _flat(field: str, value: object) -> str:
    if field == "issued" and isinstance(value, dict):
        return str(value["date-parts"][0][0])
    if isinstance(value, list):
        said = [part for name in value for part in name.values() if part != "others"]
        return " ".join(said)
    return str(value).removeprefix("https://")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.replace("¾", "3/4").casefold()))


def _printed_source() -> str:
    """The source without markup and line ends, as the README of the corpus describes."""
    text = (CORPUS / "essay" / "source.txt").read_text("utf-8")
    text = re.sub(r"\[((?:[^\]\\]|\\.)*)\]\(#\)", r"\1", text)
    text = re.sub(r"<(https?://[^>]+)>", r"\1", text)
    return " ".join(re.sub(r"\\([()])", r"\1", text).replace("*", "").split())


def _list_of(source: str) -> str:
    after = source.rsplit("Literatuur Avest", 1)[1]
    end = "artikelongetemde-problemen-en-een-getemde-overheid"
    return "Avest" + after[: after.index(end) + len(end)]


@pytest.mark.parametrize(("one", "other"), CLASHES)
def test_works_that_look_alike_are_told_apart(literature: Literature, one: str, other: str) -> None:
    """They differ in key, title and short form, and the notes of both say so."""
    first, second = literature.work(one), literature.work(other)
    assert first.title != second.title
    assert literature.reference(one).in_text != literature.reference(other).in_text
    for key, unlike in ((one, second), (other, first)):
        notes = " ".join(literature.annotation(key).notes)
        assert unlike.key in notes or unlike.makers[0].main in notes


def test_no_two_works_have_the_same_title_or_short_form(literature: Literature) -> None:
    """What people see of a work is its own."""
    for seen in (
        [work.title for work in literature.works],
        [reference.in_text for reference in literature.references.values()],
        [reference.text for reference in literature.references.values()],
    ):
        assert len(set(seen)) == len(seen) == 54


def test_an_entry_that_is_printed_twice_is_one_work(literature: Literature) -> None:
    """The malformed duplicate and the entry glued to another are merged; both printings stay."""

    def listed(about: Annotation) -> list[str]:
        return [printing.text for printing in about.printed if printing.at == "list"]

    twice = {about.key: listed(about) for about in literature.annotations if len(listed(about)) > 1}
    assert set(twice) == {"spit2021", "menger2018-bezieling"}
    assert any("(2011)" in text for text in twice["spit2021"])
    assert literature.work("spit2021").year == 2021


def test_links_are_printed_or_seen(literature: Literature) -> None:
    """No DOI or address of our own making."""
    for work in literature.works:
        verified = literature.annotation(work.key).verified
        assert "ours" not in {verified.get("URL"), verified.get("DOI")}
        assert work.doi is None or verified["DOI"].startswith("seen:")


def test_the_references_are_what_the_library_renders(literature: Literature) -> None:
    """The shipped file equals a fresh rendering by the citation library."""
    works = (CORPUS / PARTS["works"]).read_text("utf-8")
    shipped = (CORPUS / PARTS["references"]).read_text("utf-8")
    assert apa_references.document(works) == shipped
    assert {work.key: work.csl() for work in literature.works} == {
        item["id"]: item for item in json.loads(works)
    }


def test_a_reference_shows_who_when_and_what(literature: Literature) -> None:
    """Every reference has its first maker, its year or "z.d.", its title, and italics on words."""
    for work in literature.works:
        reference = literature.reference(work.key)
        when = str(work.year) if work.year else "z.d."
        for part in (work.makers[0].main, when, work.title):
            assert part in reference.text, (work.key, part)
        slanted = [reference.text[start:end] for start, end in reference.italic]
        assert slanted
        assert all(words == words.strip() for words in slanted)
        assert {work.container_title, work.title} & set(slanted)


def test_the_databanks_are_those_of_the_footnote(literature: Literature, essay: Essay) -> None:
    """Eight, where the text counts seven; each is named in the note it points to."""
    assert len(literature.databanks) == 8
    assert "zeven gerenommeerde kennisinstituten" in essay.paragraph("e15").text
    for bank in literature.databanks:
        assert bank.footnote in essay.paragraph(bank.paragraph).footnotes
        assert _words(bank.name) <= _words(essay.footnote(bank.footnote).text)


def test_lookups(literature: Literature) -> None:
    """By key, or KeyError; of a paragraph the works in order of note, without a note first."""
    assert literature.work("pollitt2008").year == 2008
    for look_up in (literature.work, literature.annotation, literature.reference):
        with pytest.raises(KeyError):
            look_up("nobody1999")
    found = [(work.key, at.footnote) for work, at in literature.cited_in("e31")]
    assert found == [("pollitt2008", None), ("jansen-thijs2009", 25)]
    assert literature.cited_in("e01") == ()
