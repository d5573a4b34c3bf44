"""Addresses within the library: `?alinea=e19`, `?werk=naert2017-review`, `?deel=literatuur`.

What was searched for is never among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

import streamlit as st

from assistant.records import Library
from ui.state import widget

Section = Literal["essay", "literatuur", "databanken", "zoeken"]
SECTIONS: tuple[Section, ...] = get_args(Section)
_KEYS = ("alinea", "werk", "deel")
_LONGEST = 60  # characters of a value; ours are shorter


@dataclass(frozen=True)
class Place:
    """A place in the library. `unknown`: something was asked for that is not there."""

    section: Section = "essay"
    paragraph: str | None = None
    work: str | None = None
    unknown: bool = False


def place_of(given: Mapping[str, str], library: Library) -> Place:
    """The place an address names; the essay when it names none."""
    if paragraph := given.get("alinea"):
        known = paragraph in {one.id for one in library.essay.paragraphs}
        return Place("essay", paragraph=paragraph if known else None, unknown=not known)
    if work := given.get("werk"):
        known = work in {one.key for one in library.literature.works}
        return Place("literatuur", work=work if known else None, unknown=not known)
    section = given.get("deel", "essay")
    known = section in SECTIONS
    return Place(cast("Section", section) if known else "essay", unknown=not known)


def here(library: Library) -> Place:
    """The place of the address in the browser."""
    return place_of(st.query_params.to_dict(), library)


def go(**to: str) -> None:
    """Another place: the address in the browser becomes its address."""
    st.query_params.from_dict(to)


def followed(key: str) -> None:
    """A link in the element with this key was followed; a nonsensical one leads nowhere."""
    to = getattr(widget(key), "go", None)
    if isinstance(to, Mapping) and len(to) == 1:
        (name, value), *_ = to.items()
        if name in _KEYS and isinstance(value, str) and 0 < len(value) <= _LONGEST:
            go(**{name: value})
