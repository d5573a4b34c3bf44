"""The essay as data: it is the source text, whole, in order, changed only where errata say so."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.adapters.essay_files import read_essay
from assistant.records.corpus import Essay, Paragraph

CORPUS = Path(__file__).parents[2] / "corpus"
SOURCE = (CORPUS / "essay" / "source.txt").read_text("utf-8")
ESSAY = read_essay(CORPUS)
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# Printed in the body and neither paragraph, heading, speaker, note nor quote: after which it comes.
ALSO_PRINTED = {
    "e05": "Erik Dannenberg Voorzitter Divosa",
    "e19": "Figuur 1 - Interdependentie drie niveaus continuïteit",
}
BROKEN_BY_A_PAGE_END = {"e09", "e11", "e16", "e21", "e24", "e41", "e43"}


class MisfitError(Exception):
    """A block of the source that the data does not have at this place, or data left over."""


def body() -> list[str]:
    """The blocks between contents page and literature list, without markup, lines joined."""
    start, end = SOURCE.index("\nWoord Vooraf\n"), SOURCE.rindex("\nLiteratuur\n")
    return [plain(block) for block in re.split(r"\n\s*\n", SOURCE[start:end].strip())]


def plain(block: str) -> str:
    """`block` as a reader sees it: no Markdown, lines and the words broken over them joined."""
    block = block.replace("*", "")
    block = re.sub(r"\[(.*?)\]\(#\)", lambda link: link[1].replace("\\", ""), block)
    block = re.sub(r"<(https?://\S+)>", r"\1", block)
    block = re.sub(f"^[{SUPERSCRIPTS}]+", lambda raised: normalize("NFKC", raised[0]), block)
    return block.strip().replace("-\n", "").replace("\n", " ")


def as_printed(text: str, place: str | int, essay: Essay, marks: dict[int, int]) -> str:
    """A cleaned text with its markers back in place and its corrections undone."""
    for number, at in sorted(marks.items(), key=lambda mark: -mark[1]):
        text = text[:at] + "".join(SUPERSCRIPTS[int(d)] for d in str(number)) + text[at:]
    for erratum in essay.errata:
        if place in (erratum.paragraph, erratum.footnote):
            text = text.replace(erratum.new, erratum.old)
    return text


def in_reading_order(essay: Essay) -> Iterator[tuple[str, str]]:
    """Headings, paragraphs, speakers: (paragraph id or "", what is printed), in this order."""
    chapter = section = None
    for p in essay.paragraphs:
        if p.chapter != chapter:
            heading = re.fullmatch(r"(Hoofdstuk \d) (.+)", p.chapter)
            parts = heading.groups() if heading else ("Woord Vooraf",)
            yield from (("", part) for part in parts)
        if p.section is not None and p.section != section:
            yield "", p.section
        chapter, section = p.chapter, p.section
        yield p.id, as_printed(p.text, p.id, essay, p.footnote_at)
        if p.kind == "epigraph":
            yield "", str(p.speaker)
        if p.id in ALSO_PRINTED:
            yield "", ALSO_PRINTED[p.id]


def after(block: str, rest: str) -> str:
    """What is left of `rest` when the source has printed `block` of it."""
    if block in (rest, f"({rest})"):
        return ""
    if rest.startswith(f"{block} "):
        return rest[len(block) + 1 :]
    if block.endswith("-") and re.match(re.escape(block[:-1]) + r"\w", rest):
        return rest[len(block) - 1 :]
    raise MisfitError(block)


def rebuild(essay: Essay) -> list[str]:
    """Which part of the data each block of the source is: `e09`, `fn1`, `q01`, "" for headings.

    Consumes three streams, each in its own order: a block is the next quote, the next note, or
    what comes next in reading order. Raises MisfitError unless every character is used, once.
    """
    quotes = deque((q.id, q.text) for q in essay.pull_quotes)
    notes = deque(
        (f"fn{n.number}", f"{n.number} {as_printed(n.text, n.number, essay, {})}")
        for n in essay.footnotes
    )
    running = deque(in_reading_order(essay))
    labels, label, rest = [], "", ""
    for block in body():
        aside = next((s for s in (quotes, notes) if s and s[0][1] == block), None)
        if aside is None:
            if not rest:
                label, rest = running.popleft() if running else ("", "")
            rest = after(block, rest)
        labels.append(aside.popleft()[0] if aside is not None else label)
    if rest or running or notes or quotes:
        raise MisfitError("in the data and not in the source")
    return labels


def pages(page: str) -> range:
    """The pages `12` or `12-13` covers."""
    first, _, last = page.partition("-")
    return range(int(first), int(last or first) + 1)


def test_the_essay_has_all_its_parts() -> None:
    """44 paragraphs of which 3 are epigraphs, 36 footnotes, 17 pull quotes; ids say the order."""
    kinds = Counter(p.kind for p in ESSAY.paragraphs)
    assert kinds == {"running": 41, "epigraph": 3}
    assert [p.id for p in ESSAY.paragraphs] == [f"e{i:02}" for i in range(1, 45)]
    assert [n.number for n in ESSAY.footnotes] == list(range(1, 37))
    assert [q.id for q in ESSAY.pull_quotes] == [f"q{i:02}" for i in range(1, 18)]


def test_the_data_rebuilds_the_source_body_exactly() -> None:
    """Every character of the body is in the data once, in order; only page ends break paragraphs.

    Exact but for Markdown, line ends, and the hyphen of a word broken over lines.
    """
    pieces = Counter(label for label in rebuild(ESSAY) if label)
    parts = {p.id for p in ESSAY.paragraphs} | {q.id for q in ESSAY.pull_quotes}
    assert set(pieces) == parts | {f"fn{n.number}" for n in ESSAY.footnotes}
    assert {label for label, count in pieces.items() if count == 2} == BROKEN_BY_A_PAGE_END
    assert max(pieces.values()) == 2


@given(data=st.data())
def test_the_rebuild_notices_one_lost_character(data: st.DataObject) -> None:
    """The law above is sharp: drop any character of any text and something no longer fits."""
    part = data.draw(st.sampled_from(["paragraphs", "footnotes", "pull_quotes"]))
    entries = list(getattr(ESSAY, part))
    i = data.draw(st.integers(0, len(entries) - 1))
    at = data.draw(st.integers(0, len(entries[i].text) - 1))
    shorter = entries[i].text[:at] + entries[i].text[at + 1 :]
    entries[i] = entries[i].model_copy(update={"text": shorter})
    changed = ESSAY.model_copy(update={part: tuple(entries)})
    # A character whose loss undoes an erratum gives the printed text: then the erratum is missed.
    with pytest.raises((MisfitError, ValidationError)):
        rebuild(Essay.model_validate(changed.model_dump()))


@given(st.sampled_from([p for p in ESSAY.paragraphs if p.footnote_at]), st.integers(1, 20))
def test_the_rebuild_notices_a_marker_out_of_place(paragraph: Paragraph, shift: int) -> None:
    """`footnote_at` is exact: a marker somewhere else does not rebuild the source."""
    moved = {number: at - shift for number, at in paragraph.footnote_at.items()}
    changed = paragraph.model_copy(update={"footnote_at": moved})
    paragraphs = tuple(changed if p.id == changed.id else p for p in ESSAY.paragraphs)
    with pytest.raises(MisfitError):
        rebuild(ESSAY.model_copy(update={"paragraphs": paragraphs}))


def test_pull_quotes_stand_beside_their_paragraph_and_notes_after_it() -> None:
    """`near` is the paragraph before, around or after the quote; a note follows its marker."""
    labels = rebuild(ESSAY)
    for quote in ESSAY.pull_quotes:
        at = labels.index(quote.id)
        before = next((x for x in reversed(labels[:at]) if x.startswith("e")), None)
        behind = next((x for x in labels[at:] if x.startswith("e")), None)
        assert quote.near in (before, behind), quote.id
    for note in ESSAY.footnotes:
        assert labels.index(note.paragraph) < labels.index(f"fn{note.number}")


def test_pull_quotes_repeat_their_paragraph_on_the_same_page() -> None:
    """All words but at most one, which is inflected, stand in `echoes`, on the page of `near`."""
    for quote in ESSAY.pull_quotes:
        echoed = ESSAY.paragraph(quote.echoes)
        words = set(re.findall(r"\w+", quote.text.casefold()))
        assert len(words - set(re.findall(r"\w+", echoed.text.casefold()))) <= 1, quote.id
        assert set(pages(echoed.page)) & set(pages(ESSAY.paragraph(quote.near).page)), quote.id


def test_every_quotation_is_verbatim() -> None:
    """What the source sets in quotation marks or italics stands in one text, uncorrected.

    But for titles in footnotes, where errata may correct a title; nobody speaks there.
    """
    texts = [p.text for p in ESSAY.paragraphs]
    texts += [as_printed(n.text, n.number, ESSAY, {}) for n in ESSAY.footnotes]
    start, end = SOURCE.index("\nWoord Vooraf\n"), SOURCE.rindex("\nLiteratuur\n")
    marked = re.findall(r"(?<!\w)['‘][^\n]+?['’](?!\w)|\*[^*\n]+\*", SOURCE[start:end])
    quoted = {re.sub(f"[*{SUPERSCRIPTS}]", "", stretch) for stretch in marked}
    assert len(quoted) > 80
    assert [stretch for stretch in quoted if not any(stretch in text for text in texts)] == []
    corrected = {erratum.paragraph for erratum in ESSAY.errata}
    assert not corrected & {p.id for p in ESSAY.paragraphs if p.kind == "epigraph"}


def test_errata_are_found_where_they_say() -> None:
    """`old` stands once in the source body, in that block; `new` once in that text, `old` not."""
    blocks = list(zip(rebuild(ESSAY), body(), strict=True))
    for erratum in ESSAY.errata:
        label = erratum.paragraph or f"fn{erratum.footnote}"
        assert [where for where, block in blocks if erratum.old in block] == [label]
        place = ESSAY.paragraph(label) if erratum.paragraph else None
        text = place.text if place else ESSAY.footnote(erratum.footnote or 0).text
        assert (text.count(erratum.new), text.count(erratum.old)) == (1, 0)


def test_no_markup_is_left() -> None:
    """Texts hold no asterisks, raised digits, soft hyphens, line ends or doubled spaces."""
    texts = [p.text for p in ESSAY.paragraphs] + [n.text for n in ESSAY.footnotes]
    for text in texts + [q.text for q in ESSAY.pull_quotes]:
        assert not re.search(rf"[*{SUPERSCRIPTS}\u00ad\n\t]|  |^ | $|\]\(", text), text


def test_pages_follow_the_contents_page() -> None:
    """A chapter opens on the page the contents page prints, and only that page is not inferred.

    Pages never go back, stay in their chapter, and a note stands on a page of its paragraph.
    """
    contents = dict(re.findall(r"^(.+)\t(\d+)$", SOURCE, re.MULTILINE))
    chapters = list(dict.fromkeys(p.chapter for p in ESSAY.paragraphs))
    assert [*chapters, "Literatuur"] == list(contents)
    sure = {p.chapter: p.page for p in ESSAY.paragraphs if not p.page_inferred}
    assert sure == {chapter: contents[chapter] for chapter in chapters}
    starts = [int(page) for page in contents.values()]
    for p in ESSAY.paragraphs:
        chapter = chapters.index(p.chapter)
        assert set(pages(p.page)) <= set(range(starts[chapter], starts[chapter + 1])), p.id
    firsts = [pages(p.page)[0] for p in ESSAY.paragraphs]
    assert firsts == sorted(firsts)
    # The page end in the foreword left no trace; it falls in or beside these two.
    ranges = {p.id for p in ESSAY.paragraphs if len(pages(p.page)) > 1}
    assert ranges == BROKEN_BY_A_PAGE_END | {"e03", "e04"}
    for note in ESSAY.footnotes:
        assert int(note.page) in pages(ESSAY.paragraph(note.paragraph).page), note.number


def test_the_manifest_names_the_source_it_was_made_from() -> None:
    """The hash is that of source.txt, byte for byte; the terms are those the colophon prints."""
    data = (CORPUS / "essay" / "source.txt").read_bytes()
    told = ESSAY.provenance
    assert sha256(data).hexdigest() == told.source_sha256
    assert told.attribution in SOURCE
    assert told.licence.rstrip(".") in SOURCE
    assert re.search(r"\(2022\)\. Het geheim van de lange relatie\.", told.source)
