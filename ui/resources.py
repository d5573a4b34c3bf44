"""What all visitors share: one house, one set of texts."""

from __future__ import annotations

import gc

import streamlit as st

from assistant.bootstrap import open_house
from assistant.house import House


@st.cache_resource(show_spinner=False)
def house() -> House:
    """The house, put together once for this process."""
    return open_house()


def warm() -> None:
    """Open the house before the first visitor comes.

    What is loaded by then stays for good, so the garbage collector need not go through it again in
    the middle of somebody's turn.
    """
    house()
    gc.freeze()
