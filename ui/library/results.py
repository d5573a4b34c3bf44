"""What a search found, as the page shows it: passages, marked words, where they stand, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.records import Library, Passage, Reason
from ui.components import draw
from ui.library.address import followed
from ui.library.essay import page_of
from ui.library.literature import reference_runs
from ui.library.passages import Part, cut, excerpt, found_words, marked, words_in
from ui.state import screen, t
from ui.texts import read_texts

_KEY = "results"
_WORDS = ("our_words", "whole_passage", "why_found")


def show_results(library: Library, found: tuple[Passage, ...]) -> None:
    """What was found, the best first; or a sentence that there is nothing."""
    told = [t("library.nothing"), t("library.found_one"), t("library.found", n=len(found))]
    data = {
        "title": t("library.results"),
        "told": told[min(len(found), 2)],
        "words": {name: t(f"library.{name}") for name in _WORDS},
        "results": [_result(library, one) for one in found],
    }
    draw("passages", data, key=_KEY, on_go=lambda: followed(_KEY))


def content_words(query: str) -> frozenset[str]:
    """The words of a query that say something of a subject, folded."""
    small = (words_in(texts["library.small_words"]) for texts in read_texts().values())
    return words_in(query).difference(*small)


def reasons(passage: Passage, *, researcher: bool) -> list[str]:
    """Why it was found, a line for each ground. Expansions are for researchers' eyes only."""
    shown = [one for one in passage.why if researcher or one.kind != "expansion"]
    return list(dict.fromkeys(_told(one) for one in shown))


def _told(one: Reason) -> str:
    kind = "expansion_word" if one.kind == "expansion" and one.hand is None else one.kind
    return t(f"library.why.{kind}", asked=one.asked, found=one.found, hand=one.hand)


def _result(library: Library, one: Passage) -> dict[str, Any]:
    parts = tuple(_marked(one, one.text))
    shown = {"kind": one.kind, "why": reasons(one, researcher=screen().researcher)}
    if one.kind == "work":
        return shown | _work(library, one)
    if one.kind == "essay":
        return shown | _quoted(parts, one.excerpt) | _essay_place(library, one)
    return shown | _quoted(parts) | _document_place(library, one)


def _marked(one: Passage, text: str) -> Iterator[Part]:
    yield from marked(text, content_words(screen().query), found_words(one.why))


def _quoted(parts: tuple[Part, ...], chosen: tuple[int, int] | None = None) -> dict[str, Any]:
    """The best sentences, chosen by the search or by marks; and the whole where there is more."""
    length = sum(len(text) for text, _ in parts)
    start, end = chosen or excerpt(parts)
    whole = (start, end) == (0, length)
    return {
        "quote": cut(parts, start, end),
        "before": start > 0,
        "after": end < length,
        "whole": None if whole else parts,
    }


def _essay_place(library: Library, one: Passage) -> dict[str, Any]:
    home = library.essay.paragraph(one.id)
    whose = f"{one.speaker}, in: " if one.speaker else ""
    page = page_of(home)
    return {
        "heading": home.section or home.chapter,
        "source": f"{whose}{one.source} {page}",
        "go": {"alinea": one.id},
        "link": t("library.read_on", page=page),
        "lang": "nl",
    }


def _document_place(library: Library, one: Passage) -> dict[str, Any]:
    """A document has no address of its own: it hangs on a work."""
    key = one.work or ""
    page = t("library.page", page=one.page.replace("-", "–")) if one.page else ""
    section = f"{one.section}." if one.section else ""
    return {
        "heading": t(
            "library.added_document",
            name=one.chapter or one.id,
            work=library.literature.reference(key).in_text,
        ),
        "source": " ".join(part for part in (one.source, section, page) if part),
        "go": {"werk": key},
        "link": t("library.see_work"),
        "lang": None,
    }


def _work(library: Library, one: Passage) -> dict[str, Any]:
    """A work in our own words: reference and annotation, never a quotation."""
    key = one.work or one.id
    reference = library.literature.reference(key)
    text = library.literature.annotation(key).annotation.in_(screen().lang)
    return {
        "heading": reference.in_text,
        "reference": reference_runs(reference),
        "annotation": tuple(_marked(one, text)),
        "go": {"werk": key},
        "link": t("library.see_work"),
        "lang": library.literature.work(key).language,
    }
