"""The receipt: the code to come back with, what was noted, and the way out."""

from __future__ import annotations

import streamlit as st

from assistant.records import View
from ui.components import words
from ui.resources import house
from ui.state import another_code, delete, go_on, leave, screen, t
from ui.trouble import show_notice


def finished(view: View) -> None:
    """After the last question."""
    st.title(t("receipt.title"), anchor=False)
    show_notice()
    st.text(view.waiting.move.text)
    _code(t("receipt.code_help"))
    _noted(view)
    st.page_link("app_pages/findings.py", label=t("receipt.findings"))
    _leave()
    _delete()


def stopped(view: View) -> None:
    """After "stop": the same, with a way to go on."""
    st.title(t("receipt.stopped_title"), anchor=False)
    show_notice()
    guide = house().guide_of(view.interview)
    st.text(guide.stopped.in_(view.interview.lang))
    _code(t("receipt.code_help_stopped"))
    st.button(t("receipt.go_on"), key="go_on", type="primary", on_click=go_on)
    _leave()
    _delete()


def code_fold() -> None:
    """The code, folded, while the interview goes on; a new one where the first is gone."""
    with st.expander(t("interview.your_code")):
        _show_code(t("interview.code_help"))


def _code(helping: str) -> None:
    st.header(t("receipt.code"), anchor=False)
    _show_code(helping)


def _show_code(helping: str) -> None:
    code = screen().code
    if code is None:
        st.text(t("receipt.no_code"))
        st.button(t("receipt.new_code"), key="new_code", on_click=another_code)
        return
    with st.container(key="code"):
        st.text(code)
    st.text(helping)


def _noted(view: View) -> None:
    """In the words of the guide's check: what each answer was noted as."""
    words_of = {o.id: o.label for o in house().guide_of(view.interview).check.options}
    rows = [
        (
            turn.answer.text,
            ", ".join(
                dict.fromkeys(
                    words_of[f"{tag.level}_{tag.polarity}"].in_(view.interview.lang)
                    for tag in view.codings[turn.seq].tags
                )
            ),
        )
        for turn in view.turns
        if turn.answer and turn.answer.kind == "text" and turn.seq in view.codings
    ]
    if rows:
        with st.expander(t("receipt.noted")):
            words("noted", rows)


def _leave() -> None:
    st.text(t("receipt.leave_help"))
    st.button(t("receipt.leave"), key="leave", on_click=leave)


def _delete() -> None:
    with st.expander(t("receipt.delete")):
        st.text(t("receipt.delete_ask"))
        st.button(t("receipt.delete_yes"), key="delete", on_click=delete)
