"""Welcome: what this is, who you are, and what you agree to before the first question."""

from __future__ import annotations

import streamlit as st

from assistant.records import Role
from ui.resources import house
from ui.state import begin, current, go_on, leave, screen, t, widget
from ui.trouble import show_notice

_ROLES: tuple[Role, ...] = ("resident", "professional", "official")
_INTERVIEW = "app_pages/interview.py"


def _choose(role: Role | None) -> None:
    screen().role = role
    screen().notice = None


def _try_to_begin() -> None:
    if widget("agreed"):
        begin()
    else:
        screen().notice = "tick_first"


def _welcome() -> None:
    st.title(t("welcome.title"), anchor=False)
    show_notice()
    st.text(t("welcome.intro"))
    st.header(t("welcome.choose"), anchor=False)
    with st.container(key="taps"):
        for role in _ROLES:
            st.button(t(f"welcome.{role}"), key=f"role_{role}", on_click=_choose, args=(role,))


def _consent() -> None:
    consent, lang = house().consent, screen().lang
    st.title(consent.title.in_(lang), anchor=False)
    st.text("\n\n".join(part.in_(lang) for part in consent.intro))
    st.markdown("\n".join(f"- {point.in_(lang)}" for point in consent.points))
    st.checkbox(consent.agree.in_(lang), key="agreed")
    show_notice()
    with st.container(horizontal=True):
        st.button(t("consent.begin"), key="begin", type="primary", on_click=_try_to_begin)
        st.button(t("consent.back"), key="back", on_click=_choose, args=(None,))


def _under_way() -> None:
    st.title(t("welcome.title"), anchor=False)
    st.text(t("welcome.under_way"))
    with st.container(key="taps"):
        if st.button(t("welcome.go_on"), key="go_on", type="primary", on_click=go_on):
            st.switch_page(_INTERVIEW)
        st.button(t("welcome.start_over"), key="start_over", on_click=leave)


view = current()
if view is not None and screen().role is not None:
    st.switch_page(_INTERVIEW)
elif view is not None:
    _under_way()
elif screen().role is None:
    _welcome()
else:
    _consent()
