"""The literature list as the page shows it, and the databanks to look in before inventing anew."""

from __future__ import annotations

import re
from typing import Any

from assistant.records import CitedAt, Document, Library, Reference, Work
from ui.components import draw
from ui.library.address import Place, followed
from ui.library.essay import page_of
from ui.library.passages import folded, runs
from ui.state import screen, t

_KEY_LIKE = re.compile(r"\b([a-z]+(?:[0-9]{4}|-)[a-z0-9-]*)\b")  # never a plain word
_KEY, _BANKS = "literature", "databanks"
_WORDS = ("basis_title", "documents_title", "letters", "link_work", "notes_title", "uncited")


def show_literature(library: Library, documents: tuple[Document, ...], place: Place) -> None:
    """All works in the order of a reference list, opened at the work of the address."""
    data = {
        "at": place.work,
        "words": {name: t(f"library.{name}") for name in _WORDS},
        "letters": _letters(library),
        "works": [_entry(library, work, documents) for work in in_order(library)],
    }
    draw("literature", data, key=_KEY, on_go=lambda: followed(_KEY))


def show_databanks(library: Library) -> None:
    """Who keeps a databank of what works, about what, and where."""
    lang = screen().lang
    banks = [
        {"name": bank.name, "theme": bank.theme.in_(lang), "url": bank.url, "id": bank.paragraph}
        for bank in library.literature.databanks
    ]
    data = {"open": t("library.open_site"), "named": t("library.bank_named"), "banks": banks}
    draw("databanks", data, key=_BANKS, on_go=lambda: followed(_BANKS))


def in_order(library: Library) -> list[Work]:
    """The works by their reference as it is read, whatever its capitals and accents."""
    literature = library.literature
    return sorted(literature.works, key=lambda work: folded(literature.reference(work.key).text))


def _letters(library: Library) -> list[dict[str, str]]:
    """The first work of each letter, to leap to in a long list."""
    first: dict[str, str] = {}
    for work in in_order(library):
        letter = folded(library.literature.reference(work.key).text)[0].upper()
        first.setdefault(letter, work.key)
    return [{"letter": letter, "key": key} for letter, key in first.items()]


def reference_runs(reference: Reference) -> list[dict[str, Any]]:
    """A reference in stretches: italics, addresses."""
    return [run._asdict() for run in runs(reference)]


def document_told(document: Document) -> str:
    """A document in a line: what the file was called, and how many pages it has."""
    if document.pages is None:
        return document.name
    return t("library.document", name=document.name, pages=document.pages)


def _entry(library: Library, work: Work, documents: tuple[Document, ...]) -> dict[str, Any]:
    about = library.literature.annotation(work.key)
    return {
        "key": work.key,
        "lang": work.language,
        "reference": reference_runs(library.literature.reference(work.key)),
        "kind": " · ".join((t(f"library.kind.{work.type}"), t(f"library.listed.{about.listed}"))),
        "annotation": about.annotation.in_(screen().lang),
        "fold": _fold_name(len({at.paragraph for at in about.cited})),
        "basis": t(f"library.basis.{about.basis}"),
        "seen": about.seen_at,
        "cited": [_cited(library, at) for at in about.cited],
        "notes": [_remark(library, note) for note in about.notes],
        "documents": [document_told(one) for one in documents if one.key == work.key],
    }


def _remark(library: Library, note: str) -> list[str | dict[str, str]]:
    """A remark of ours; where it names another work by its key, a link to that work."""
    known = library.literature.references
    return [
        {"key": piece, "short": known[piece].in_text} if piece in known else piece
        for piece in _KEY_LIKE.split(note)
    ]


def _fold_name(n: int) -> str:
    return t("library.cited_in_one") if n == 1 else t("library.cited_in", n=n)


def _cited(library: Library, at: CitedAt) -> dict[str, Any]:
    home = library.essay.paragraph(at.paragraph)
    where = f"{home.section or home.chapter}, {page_of(home)}"
    return {"id": at.paragraph, "where": where, "claim": at.claim}
