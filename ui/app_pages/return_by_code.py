"""Back to an interview with its code."""

from __future__ import annotations

import streamlit as st

from ui.state import reopen, t, widget
from ui.trouble import show_notice

_CODE = "return_code"


st.title(t("return.title"), anchor=False)
st.text(t("return.intro"))
with st.form("return", border=False):
    st.text_input(t("return.code"), key=_CODE, max_chars=60, autocomplete="off")
    st.text(t("return.example"))
    sent = st.form_submit_button(t("return.go"), type="primary")
if sent and reopen(widget(_CODE) or ""):
    st.switch_page("app_pages/interview.py")
show_notice()
