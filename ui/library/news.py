"""What came of the last thing done here, said at the place where it was done."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from assistant.errors import DocumentRefused
from ui.state import News, screen, t
from ui.texts import read_texts


def show_news(place: Literal["search", "shelf"]) -> None:
    """The news of this place, if any. It stands until something else is done."""
    news = screen().news
    if news is None or news.place != place:
        return
    told = t(news.name, **{name: _in_our_words(fact) for name, fact in news.facts.items()})
    with st.container(key=f"news_{place}"):
        (st.success if news.good else st.warning)(_literal(told))


def refused(wrong: DocumentRefused) -> News:
    """Why a file was not taken, in the words of the page."""
    name = f"library.refused.{wrong.reason}"
    if name not in read_texts()["nl"]:
        name = "library.refused.crashed"
    return News("shelf", good=False, name=name, facts=wrong.facts)


def _in_our_words(fact: str | int) -> str | int:
    """A fact that is an English phrase of the reader's, in the language of the screen."""
    return read_texts()[screen().lang].get(f"library.facts.{fact}", fact)


def _literal(told: str) -> str:
    r"""For Streamlit's boxes, which read markdown: whatever stands in it is only read."""
    return "".join(f"\\{mark}" if mark in r"\`*_{}[]()<>#+-.!|~$:@&" else mark for mark in told)
