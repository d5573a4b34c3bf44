"""Navigation only: which pages there are, and the frame around them."""

from __future__ import annotations

import streamlit as st

from ui.frame import bottom, top
from ui.state import t

page = st.navigation(
    [
        st.Page("app_pages/welcome.py", title=t("nav.welcome"), url_path="", default=True),
        st.Page("app_pages/interview.py", title=t("nav.welcome"), url_path="gesprek"),
        st.Page("app_pages/return_by_code.py", title=t("nav.return"), url_path="verder"),
        st.Page("app_pages/library.py", title=t("nav.library"), url_path="bibliotheek"),
        st.Page("app_pages/findings.py", title=t("nav.findings"), url_path="uitkomsten"),
        st.Page("app_pages/about.py", title=t("nav.about"), url_path="over"),
    ],
    position="hidden",
)
st.set_page_config(
    page_title=f"{page.title} · {t('site.name')}",
    layout="centered",
    initial_sidebar_state="collapsed",
)
top()
page.run()
bottom(page.url_path)
