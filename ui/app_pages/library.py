"""The library: the essay with its notes, the literature, the databanks, and a search over all."""

from __future__ import annotations

import streamlit as st

from assistant.records import Library
from ui.components import draw
from ui.library.address import SECTIONS, Place, followed, here
from ui.library.essay import show_essay
from ui.library.literature import show_databanks, show_literature
from ui.library.results import show_results
from ui.library.search import search_box
from ui.library.shelf import documents, for_researchers
from ui.resources import house
from ui.state import screen, t

_LINKS = "sections"


def _sections(place: Place) -> None:
    """Links to the parts; to what was found only when something was looked for."""
    shown = [one for one in SECTIONS if one != "zoeken" or screen().found is not None]
    data = {
        "label": t("library.sections"),
        "sections": [
            {"id": one, "name": t(f"library.section.{one}"), "here": one == place.section}
            for one in shown
        ],
    }
    draw("sections", data, key=_LINKS, on_go=lambda: followed(_LINKS))


def _section(library: Library, place: Place) -> None:
    if place.section == "zoeken":
        show_results(library, screen().found or ())
    elif place.section == "literatuur":
        st.header(t("library.section.literatuur"), anchor=False)
        show_literature(library, documents(), place)
    elif place.section == "databanken":
        st.header(t("library.section.databanken"), anchor=False)
        st.text(t("library.banks_intro"))
        show_databanks(library)
    else:
        show_essay(library, place)


def _page() -> None:
    library = house().library
    place = here(library)
    if place.section == "zoeken" and screen().found is None:
        place = Place()  # somebody else's search, or one before a reload
    st.title(t("library.title"), anchor=False)
    st.text(t("library.intro"))
    search_box()
    _sections(place)
    if place.unknown:
        st.info(t("library.unknown_place"))
    if place.section == "literatuur":
        for_researchers()
    _section(library, place)
    if place.section != "literatuur":
        for_researchers()


_page()
