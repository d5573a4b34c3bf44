"""What all visitors share: one house, one set of texts."""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from assistant.bootstrap import open_house
from assistant.house import House


@st.cache_resource(show_spinner=False)
def house() -> House:
    """The house, put together once for this process."""
    return open_house()


def warm() -> None:
    """Open the house, and import what Streamlit would only import at the first visitor's cost."""
    import_module("pandas")
    house()
