"""What Streamlit leaves to the web layer: language of the page, security headers, the way back."""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "lange_adem_plek"
COOKIE_SECONDS = 4 * 60 * 60
_KEY = re.compile(r"[A-Za-z0-9_-]{32}")
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "x-frame-options": "DENY",
}


class PageMiddleware:
    """Headers on every response; on the page itself `lang="nl"` and the cookie of the way back.

    The cookie is random, unreadable to scripts and gone four hours after the page was last opened.
    The store keeps its hash, and nothing else of it, until the person signs off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; websockets pass through untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(_uncompressed(scope), receive, _Dressed(scope, send))


def _uncompressed(scope: Scope) -> Scope:
    """The request for a page as one that takes no compression: its words are yet to be changed."""
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}


class _Dressed:
    """A `send` that dresses a response: it holds an HTML page back until it is whole."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._headers = Headers(scope=scope)
        self._secure = scope.get("scheme") == "https" or (
            self._headers.get("x-forwarded-proto") == "https"
        )
        self._start: Message | None = None
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            if headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
        elif self._start is not None:
            self._page += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        page = self._page.replace(b'<html lang="en"', b'<html lang="nl"', 1)
        headers = MutableHeaders(scope=start)
        headers["content-length"] = str(len(page))
        headers["cache-control"] = "no-store"
        for stale in ("etag", "last-modified"):
            if stale in headers:
                del headers[stale]
        headers.append("set-cookie", self._cookie())
        await self._send(start)
        await self._send({"type": "http.response.body", "body": page})

    def _cookie(self) -> str:
        secure = "; Secure" if self._secure else ""
        theirs = cookie_parser(self._headers.get("cookie", "")).get(COOKIE, "")
        key = theirs if _KEY.fullmatch(theirs) else secrets.token_urlsafe(24)
        return f"{COOKIE}={key}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}"
