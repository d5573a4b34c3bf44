"""What is said when something goes wrong."""

from __future__ import annotations

import streamlit as st

from ui.resources import house
from ui.state import screen
from ui.texts import read_texts


def show_trouble() -> None:
    """One sentence for what nobody foresaw, and what to do."""
    st.error(read_texts()[screen().lang]["trouble.unforeseen"])


def show_notice() -> None:
    """The notice that waits, if any, in the words of the phrases file or the page's own.

    It is said once, where the person is when it happened, and does not follow them to other pages.
    """
    now = screen()
    notice, now.notice = now.notice, None
    if notice is None:
        return
    own = read_texts()[now.lang].get(f"notice.{notice}")
    if own:
        st.info(own)
        return
    words = house().phrases.errors
    st.warning(words.get(notice, words["unknown"]).in_(now.lang).format(**now.facts))
