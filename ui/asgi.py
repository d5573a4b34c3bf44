"""What is served: Streamlit's app with our routes, headers and a way back after a reload."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import net_util
from streamlit.runtime import runtime

from ui.uploads import UploadGate
from ui.web import PageMiddleware

log = logging.getLogger("lange_adem")

# For a websocket of a foreign origin Streamlit would ask a server elsewhere what our address is,
# and everybody would wait for the answer. An address that is known is not asked for; this one
# equals no origin.
net_util._external_ip = ""
# Streamlit rests 5 ms after each round of sending; what a turn draws meanwhile waits. With 1 ms
# fifty people's turns end 2 ms sooner (ARCHITECTURE.md), and a round with nothing to send is none.
vars(runtime)["MESSAGE_FLUSH_INTERVAL_SECS"] = 0.001


class _NoMessages(logging.Filter):
    """Takes the exception out of Streamlit's own report of it: its message can hold an answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without the exception."""
        record.exc_info = record.exc_text = None
        return True


logging.getLogger("streamlit.error_util").addFilter(_NoMessages())


async def _healthz(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok\n")


async def _readyz(_: Request) -> PlainTextResponse:
    """Whether the library can be searched; interviews can be held before that."""
    from ui.resources import house

    ready = house().retriever.ready
    return PlainTextResponse("ok\n" if ready else "loading\n", 200 if ready else 503)


def _script_failed(wrong: Exception) -> bool:
    """The last resort: the person reads a sentence, the log gets the kind and place of the error.

    Not its message: that could hold what a person typed.
    """
    from ui.trouble import show_trouble

    place = wrong.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    log.error("page script failed: %s at %s", type(wrong).__name__, where)
    show_trouble()
    return True


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Open the house before the first visitor comes; the corpus index follows in the background.

    Here alone, so once and only where people are served, the language model is put to work.
    """
    from ui.resources import start_coding, warm

    await anyio.to_thread.run_sync(warm)
    stop_coding = await anyio.to_thread.run_sync(start_coding)
    try:
        yield {}
    finally:
        await anyio.to_thread.run_sync(stop_coding)


app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[Route("/healthz", _healthz), Route("/readyz", _readyz)],
    middleware=[Middleware(PageMiddleware), Middleware(UploadGate)],
    lifespan=_lifespan,
    on_script_error=_script_failed,
)
