"""What every response of the page carries."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.records import Reply
from ui.web import COOKIE, PageMiddleware

PAGE = b'<!doctype html><html lang="en"><head></head><body>Streamlit</body></html>'


def _serve(
    body: bytes, kind: str, request: dict[str, str] | None = None, scheme: str = "http"
) -> tuple[dict[str, str], bytes, list[tuple[bytes, bytes]]]:
    """What comes out for a response of this kind: headers, body; and the headers the app saw."""
    seen: list[tuple[bytes, bytes]] = []
    sent: list[Any] = []

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        seen.extend(scope["headers"])
        headers = [(b"content-type", kind.encode()), (b"etag", b"x")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        half = len(body) // 2  # in two pieces, as a server may
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": body[half:]})

    async def keep(message: Any) -> None:
        sent.append(message)

    async def nothing() -> Any:
        return {"type": "http.request"}

    asked = [(name.encode(), value.encode()) for name, value in (request or {}).items()]
    scope = {"type": "http", "scheme": scheme, "headers": asked, "path": "/"}
    with ThreadPoolExecutor(1) as apart:  # the browser tests leave a loop running in this thread
        apart.submit(lambda: asyncio.run(PageMiddleware(app)(scope, nothing, keep))).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(message.get("body", b"") for message in sent[1:]), seen


def test_the_page_is_dutch_and_gets_a_cookie_scripts_cannot_read() -> None:
    """The document's language is nl, its length right, the cookie HttpOnly and SameSite."""
    headers, body, _ = _serve(PAGE, "text/html; charset=utf-8")
    assert b'<html lang="nl"' in body
    assert int(headers["content-length"]) == len(body)
    assert "etag" not in headers
    cookie = headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert len(cookie.split(";")[0]) >= len(COOKIE) + 32


@pytest.mark.parametrize(
    ("request_headers", "scheme", "secure"),
    [({}, "http", False), ({}, "https", True), ({"x-forwarded-proto": "https"}, "http", True)],
)
def test_over_tls_the_cookie_is_secure(
    request_headers: dict[str, str], scheme: str, secure: bool
) -> None:
    """Secure where the connection is encrypted, to us or to the proxy; not on plain http."""
    headers, _, _ = _serve(PAGE, "text/html", request_headers, scheme)
    assert ("Secure" in headers["set-cookie"]) is secure


def test_a_browser_keeps_its_cookie() -> None:
    """Who has the cookie keeps its value, for four hours more; what is no key of ours does not."""
    key = "k" * 32
    headers, _, _ = _serve(PAGE, "text/html", {"cookie": f"a=b; {COOKIE}={key}"})
    assert headers["set-cookie"].startswith(f"{COOKIE}={key};")
    headers, _, _ = _serve(PAGE, "text/html", {"cookie": f"{COOKIE}=<script>"})
    assert "script" not in headers["set-cookie"]


def test_other_responses_pass_as_they_are_with_the_headers() -> None:
    """Scripts and styles keep their bytes and tags, get no cookie, and do get the policy."""
    headers, body, seen = _serve(b"x" * 1000, "text/javascript", {"accept-encoding": "gzip"})
    assert body == b"x" * 1000
    assert headers["etag"] == "x"
    assert "set-cookie" not in headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert (b"accept-encoding", b"gzip") in seen


def test_a_page_is_asked_for_uncompressed() -> None:
    """Or its language could not be changed: the app does not see that the browser takes gzip."""
    asked = {"accept": "text/html,*/*", "accept-encoding": "gzip, br"}
    _, _, seen = _serve(PAGE, "text/html", asked)
    assert b"accept-encoding" not in dict(seen)


def test_no_server_elsewhere_is_asked_for_our_address() -> None:
    """Streamlit's look-up of its external address, at a stranger's request, is answered at once."""
    from streamlit import net_util

    import ui.asgi  # noqa: F401 - for what it does to Streamlit

    assert net_util.get_external_ip() == ""


def test_streamlits_report_of_a_failure_does_not_repeat_its_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An exception whose message holds an answer is reported without it."""
    import ui.asgi  # noqa: F401 - for what it does to Streamlit

    logger = logging.getLogger("streamlit.error_util")
    logger.propagate = True  # Streamlit sets it up for itself
    logger.error("Uncaught app execution", exc_info=ValueError("mijn moeder heet Annie"))
    assert "Uncaught app execution" in caplog.text
    assert "Annie" not in caplog.text


def test_a_record_does_not_repeat_what_it_refuses() -> None:
    """The message of a validation error has no input value in it."""
    with pytest.raises(ValidationError) as refused:
        Reply.model_validate({"seq": "mijn moeder heet Annie", "kind": "text"})
    assert "Annie" not in str(refused.value)


def test_what_we_set_in_streamlit_is_what_it_reads() -> None:
    """The rest between rounds of sending is a name its runtime uses, and ours is the value."""
    import inspect

    from streamlit.runtime import runtime

    import ui.asgi  # noqa: F401 - for what it does to Streamlit

    assert "asyncio.sleep(MESSAGE_FLUSH_INTERVAL_SECS)" in inspect.getsource(runtime)
    assert vars(runtime)["MESSAGE_FLUSH_INTERVAL_SECS"] == 0.001
