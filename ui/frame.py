"""What stands around every page: style, name, navigation, language; nothing of Streamlit's own."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.components import furniture
from ui.state import in_an_interview, leave_library, screen, switch_language, t

_STYLE = Path(__file__).with_name("style.css")
_LIBRARY = "bibliotheek"
_LINKS = (
    ("app_pages/welcome.py", "nav.welcome"),
    ("app_pages/return_by_code.py", "nav.return"),
    ("app_pages/library.py", "nav.library"),
    ("app_pages/findings.py", "nav.findings"),
    ("app_pages/about.py", "nav.about"),
)


def top() -> None:
    """Style, and the head of the page."""
    st.html(_STYLE)
    with st.container(key="head", horizontal=True, vertical_alignment="center", gap="small"):
        st.text(t("site.name"))
        if not in_an_interview():  # an interview keeps the language it was begun in
            st.button(t("site.switch"), key="language", on_click=switch_language, type="tertiary")


def bottom(page: str) -> None:
    """The links to the other pages, below what the person came for; and what scripts must do."""
    if page != _LIBRARY:
        leave_library()
    with st.container(key="foot", horizontal=True, gap="small"):
        for linked, name in _LINKS:
            st.page_link(linked, label=t(name))
    furniture(place=f"{page} {screen().role} {in_an_interview()}")
