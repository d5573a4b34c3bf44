"""One search box over the essay, the literature and the documents with it."""

from __future__ import annotations

import streamlit as st

from assistant.errors import LangeAdemError
from ui.library.address import go
from ui.library.news import show_news
from ui.library.passages import QUERY_LIMIT, cleaned
from ui.resources import house
from ui.state import News, screen, t, widget

_BOX = "search_for"
_MOST = 8  # passages


def search_box() -> None:
    """The box, its button, and what is wrong with what was typed.

    The box itself has no limit: Streamlit would drop a text that is too long without a word.
    """
    with st.form("search", border=False):
        st.text_input(t("library.search_label"), key=_BOX, autocomplete="off")
        st.form_submit_button(t("library.search"), type="primary", on_click=_search)
    show_news("search")


def _search() -> None:
    """Look it up. What was typed stays on this screen: no address, log or store gets it."""
    now = screen()
    typed = widget(_BOX) or ""
    now.news = _refusal(typed)
    if now.news:
        return
    # Redacted before anything else sees it: an endpoint for embeddings may be elsewhere.
    now.query = house().redactor.redact(cleaned(typed)).text
    try:
        now.found = tuple(house().retriever.search(now.query, _MOST, why=True))
    except LangeAdemError:
        now.news = News("search", good=False, name="library.search_failed")
        return
    go(deel="zoeken")


def _refusal(typed: str) -> News | None:
    if len(typed) > QUERY_LIMIT:
        facts: dict[str, str | int] = {"length": len(typed), "limit": QUERY_LIMIT}
        return News("search", good=False, name="library.query_too_long", facts=facts)
    if not cleaned(typed):
        return News("search", good=False, name="library.query_empty")
    if not house().retriever.ready:
        return News("search", good=False, name="library.not_ready")
    return None
