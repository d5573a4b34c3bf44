"""The essay as the page shows it: chapters, paragraphs, notes beside them, what was corrected."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from assistant.records import Erratum, Essay, Library, Paragraph
from ui.components import draw
from ui.library.address import Place, followed
from ui.library.passages import with_markers
from ui.state import screen, t

_KEY = "essay"
_WORDS = (
    "aimed", "aimed_copied", "back", "contents", "highlighted", "link", "note", "notes",
    "one_note", "to_contents", "works",
)  # fmt: skip


def show_essay(library: Library, place: Place) -> None:
    """The whole essay, opened at the paragraph of the address; one element."""
    draw("essay", _data(library, place.paragraph), key=_KEY, on_go=lambda: followed(_KEY))


def page_of(paragraph: Paragraph) -> str:
    """Where it is printed: "p. 7–9"; with "ca." where the page was inferred."""
    name = "library.page_inferred" if paragraph.page_inferred else "library.page"
    return t(name, page=paragraph.page.replace("-", "–"))


def _data(library: Library, at: str | None) -> dict[str, Any]:
    essay = library.essay
    return {
        "at": at,
        "words": {name: t(f"library.{name}") for name in _WORDS},
        "lead": t("library.told"),
        "source": f"{essay.provenance.source} {essay.provenance.attribution}.",
        "licence": essay.provenance.licence,
        "chapters": [
            {"title": title, "sections": _sections(library, paragraphs)}
            for title, paragraphs in groupby(essay.paragraphs, key=lambda one: one.chapter)
        ],
        "errata": _errata(essay),
    }


def _sections(library: Library, paragraphs: Iterable[Paragraph]) -> list[dict[str, Any]]:
    return [
        {"title": title, "paragraphs": [_paragraph(library, one) for one in inside]}
        for title, inside in groupby(paragraphs, key=lambda one: one.section)
    ]


def _paragraph(library: Library, one: Paragraph) -> dict[str, Any]:
    return {
        "id": one.id,
        "epigraph": one.kind == "epigraph",
        "text": with_markers(one.text, one.footnote_at),
        "page": page_of(one),
        "speaker": one.speaker,
        "highlights": [q.text for q in library.essay.pull_quotes if q.near == one.id],
        "notes": [_note(library, one, number) for number in one.footnotes],
        "works": _works(library, one.id, None),
    }


def _note(library: Library, home: Paragraph, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "text": library.essay.footnote(number).text,
        "unmarked": None if number in home.footnote_at else t("library.no_marker"),
        "works": _works(library, home.id, number),
    }


def _works(library: Library, paragraph_id: str, footnote: int | None) -> list[dict[str, str]]:
    """The works of the literature that a note is for, or the paragraph without a note."""
    cited = library.literature.cited_in(paragraph_id)
    keys = dict.fromkeys(work.key for work, at in cited if at.footnote == footnote)
    return [{"key": key, "short": library.literature.reference(key).in_text} for key in keys]


def _errata(essay: Essay) -> dict[str, Any]:
    return {
        "told": t("library.errata", n=len(essay.errata)),
        "each": [
            {"id": _home(essay, one), "was": t("library.erratum", old=one.old, new=one.new)}
            | {"why": one.why.in_(screen().lang)}
            for one in essay.errata
        ],
    }


def _home(essay: Essay, one: Erratum) -> str:
    """The paragraph in which, or in a note of which, the correction was made."""
    return one.paragraph or essay.footnote(one.footnote or 0).paragraph
