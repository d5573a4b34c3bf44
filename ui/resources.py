"""What all visitors share: one house, one set of texts."""

from __future__ import annotations

import gc
from collections.abc import Callable

import streamlit as st

from assistant import bootstrap
from assistant.house import House


@st.cache_resource(show_spinner=False)
def house() -> House:
    """The house, put together once for this process."""
    return bootstrap.open_house()


def warm() -> None:
    """Open the house before the first visitor comes.

    What is loaded by then stays for good, so the garbage collector need not go through it again in
    the middle of somebody's turn.
    """
    house()
    gc.freeze()


def start_coding() -> Callable[[], None]:
    """Let the language model, if one is set, code what people tell; what to call to end that."""
    workers = bootstrap.start_coding(house())
    return workers.stop if workers else lambda: None
