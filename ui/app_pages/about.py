"""What this is, whose essay it builds on, and what people agree to."""

from __future__ import annotations

import streamlit as st

from ui.resources import house
from ui.state import screen, t

consent, lang = house().consent, screen().lang
st.title(t("about.title"), anchor=False)
st.text(t("about.intro"))
st.header(t("about.computer"), anchor=False)
st.text(t("about.computer_text"))
st.markdown("\n".join(f"- {point.in_(lang)}" for point in consent.points if point.when != "always"))
st.header(t("about.consent"), anchor=False)
st.text("\n\n".join(part.in_(lang) for part in consent.intro))
st.markdown("\n".join(f"- {point.in_(lang)}" for point in consent.points))
st.header(t("about.essay"), anchor=False)
st.text(t("about.attribution"))
