"""Who may send a file: the browser tab of a researcher who passed the door, and nobody else.

Streamlit takes in files for every open tab, whether or not its page has a box for one. What it
takes in is held in memory, so it is stopped here before any of it is read.
"""

from __future__ import annotations

import re
from collections import OrderedDict

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

_MOST = 500  # tabs; a tab that was closed does not say so
_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/")
_admitted: OrderedDict[str, None] = OrderedDict()


def admit() -> None:
    """Let the tab whose script runs now send files."""
    if tab := _tab():
        _admitted[tab] = None
        while len(_admitted) > _MOST:
            _admitted.popitem(last=False)


def dismiss() -> None:
    """No longer."""
    _admitted.pop(_tab() or "", None)


def _tab() -> str | None:
    context = get_script_run_ctx()
    return context.session_id if context else None


class UploadGate:
    """Refuses files from tabs that were not admitted; all else passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        sent = _PATH.search(scope.get("path", "")) if scope["type"] == "http" else None
        if sent and sent[1] not in _admitted and scope["method"] not in ("OPTIONS", "DELETE"):
            await PlainTextResponse("Forbidden", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)
