"""What a model tagger does when the model or the endpoint does not do what it should."""

from __future__ import annotations

import importlib
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.globals import set_debug, set_llm_cache

from assistant.errors import ModelMisbehaved, ModelUnavailable
from assistant.ports import SlowTagger
from assistant.records import Usage
from tests.chat_server import (
    BROKEN,
    BUSY,
    HUGE,
    PROSE,
    ChatServer,
    Fails,
    Says,
    Step,
    chat_server,
    coding,
    nobody,
    tag,
)
from tests.integration.model_taggers import GOOD, KEY, MODEL, TEXT, tagger_at


@pytest.fixture(autouse=True, scope="module")
def imported() -> None:
    """What takes seconds the first time is no part of what is measured here."""
    importlib.import_module("assistant.adapters.model_tagger.client")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """An endpoint."""
    with chat_server() as serving:
        yield serving


@pytest.fixture
def tagger(server: ChatServer) -> SlowTagger:
    """A tagger that asks the endpoint."""
    return tagger_at(server.url)


FOREIGN = coding(tag("een heel ander verhaal", "relational"))
UNUSABLE: dict[str, Step] = {
    "prose": PROSE,
    "broken": BROKEN,
    "cut off": Says(BROKEN, finish="length"),
    "empty": "",
    "nothing": Says(None),
    "refusal": Says(None, refusal="Dat doe ik niet."),
    "filtered": Says(None, finish="content_filter"),
    "filtered before": Fails("status", 400, error={"code": "content_filter"}),
    "too much": HUGE,
    "other keys": '{"tags": [{"text": "steeds een ander", "label": "relational"}]}',
    "wrong levels": coding(tag("steeds een ander", "financial")),
    "no such quotes": FOREIGN,
    "odd": '{"tags": "\\ud800"}',
}


@pytest.mark.parametrize("step", UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_no_coding_is_asked_for_once_more(
    server: ChatServer, tagger: SlowTagger, step: Step
) -> None:
    """The model sees what it wrote and what was wrong; tokens of both count."""
    server.says(step, Says(GOOD, tokens=(1000, 50)))
    found = tagger.tag(TEXT, "nl")
    assert len(found.tags) == 2
    first, second = server.requests
    assert second.messages[:2] == first.messages
    (role, wrote), (other, asked) = second.messages[2:]
    assert (role, other) == ("assistant", "user")
    assert 0 < len(wrote) <= 4_000
    assert "cannot be used: " in asked
    told = isinstance(step, str) or (isinstance(step, Says) and step.tokens)
    assert found.usage == Usage(
        prompt_tokens=1900 if told else 1000, completion_tokens=80 if told else 50
    )


@pytest.mark.parametrize("step", UNUSABLE.values(), ids=UNUSABLE)
def test_twice_no_coding_is_given_up(
    server: ChatServer, tagger: SlowTagger, step: Step, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not "none of the levels"; and nobody is told what was written."""
    server.says(step)
    with caplog.at_level("DEBUG"), pytest.raises(ModelMisbehaved) as raised:
        tagger.tag(TEXT, "nl")
    assert len(server.requests) == 2
    assert raised.value.__context__ is None
    told = f"{raised.value} {caplog.text}"
    assert f"model:{MODEL}" in told
    for secret in ("Annie", "Natuurlijk", "een heel ander verhaal", "financial", KEY, "niet."):
        assert secret not in told


def test_an_endpoint_that_counts_no_tokens(server: ChatServer, tagger: SlowTagger) -> None:
    """Nothing is told, then nothing is known; told for one try, that is what is known."""
    server.says(Says(GOOD, tokens=None))
    assert tagger.tag(TEXT, "nl").usage is None
    server.says(Says(PROSE, tokens=None), Says(GOOD, tokens=(5, 6)))
    assert tagger.tag(TEXT, "nl").usage == Usage(prompt_tokens=5, completion_tokens=6)
    server.says(Says(GOOD, tokens=(-1, 6)))
    assert tagger.tag(TEXT, "nl").usage is None


# --- endpoints that do not answer -----------------------------------------------------------------

LIMIT = 0.6
LOST: dict[str, tuple[Fails, str]] = {
    "bad request": (Fails("status", 400, error={"param": "model"}), "LANGE_ADEM_CHAT_MODEL"),
    "no key": (Fails("status", 401), "LANGE_ADEM_CHAT_KEY"),
    "not allowed": (Fails("status", 403), "LANGE_ADEM_CHAT_KEY"),
    "not found": (Fails("status", 404), "LANGE_ADEM_CHAT_URL and LANGE_ADEM_CHAT_MODEL"),
    "teapot": (Fails("status", 418), "LANGE_ADEM_CHAT_URL"),
    "busy": (BUSY, "too busy"),
    "broken": (Fails("status", 500), "fault of its own (HTTP 500)"),
    "away": (Fails("status", 503), "HTTP 503"),
    "hang": (Fails("hang"), "within 0.6 seconds"),
    "drip": (Fails("drip"), "within 0.6 seconds"),
    "cut": (Fails("cut"), "LANGE_ADEM_CHAT_URL"),
    "hangs up": (Fails("hangs_up"), "LANGE_ADEM_CHAT_URL"),
    "html": (Fails("html"), "no chat completion"),
    "no json": (Fails("no_json"), "no chat completion"),
    "no choices": (Fails("no_choices"), "no chat completion"),
}


@pytest.mark.parametrize(("fails", "told"), LOST.values(), ids=LOST)
def test_an_endpoint_that_fails_is_unavailable(
    server: ChatServer, fails: Fails, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Asked once, within the limit; the error names it and what to check, and nothing else.

    The endpoint repeats text and key in its own errors.
    """
    server.says(fails)
    tagger = tagger_at(server.url, seconds=LIMIT)
    began = time.perf_counter()
    with caplog.at_level(logging.DEBUG), pytest.raises(ModelUnavailable) as raised:
        tagger.tag(TEXT, "nl")
    assert time.perf_counter() - began < LIMIT + 1
    assert len(server.requests) == 1
    message = str(raised.value)
    assert f"The language model at {server.url} " in message
    assert told in message
    assert raised.value.__suppress_context__
    for secret in ("Annie", "aanbesteding", KEY):
        assert secret not in f"{message} {caplog.text}"


def test_all_tries_together_keep_the_limit(server: ChatServer) -> None:
    """A first try that took most of the time leaves the rest of it to the second."""
    server.says(Says(PROSE, after_seconds=0.5), Says(GOOD, after_seconds=5))
    tagger = tagger_at(server.url, seconds=0.8)
    began = time.perf_counter()
    with pytest.raises(ModelUnavailable, match=r"within 0\.8 seconds"):
        tagger.tag(TEXT, "nl")
    assert 0.7 < time.perf_counter() - began < 1.8 + 1


def test_no_thread_is_left_with_an_endpoint_that_drips(server: ChatServer) -> None:
    """It has seconds to go on; nobody waits for it, in front or behind."""
    server.says(Fails("drip", seconds=30))
    with pytest.raises(ModelUnavailable):
        tagger_at(server.url, seconds=LIMIT).tag(TEXT, "nl")
    until = time.monotonic() + 3
    while any(thread.name == "endpoint" for thread in threading.enumerate()):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_endpoint_that_is_down_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    """It refuses the connection; what is secret in its address is not told."""
    with nobody() as url, caplog.at_level(logging.DEBUG):
        secret = url.replace("http://", "http://admin:hunter2@") + "?token=hunter3"
        with pytest.raises(ModelUnavailable, match="cannot be reached") as raised:
            tagger_at(secret).tag(TEXT, "nl")
    assert url in str(raised.value)
    assert "hunter" not in str(raised.value)
    assert "Annie" not in caplog.text


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a b/", "http://localhost:99999"])
def test_an_address_that_is_none_is_unavailable(url: str) -> None:
    """It says what to check."""
    with pytest.raises(ModelUnavailable, match="LANGE_ADEM_CHAT_URL"):
        tagger_at(url).tag(TEXT, "nl")


# --- where texts and keys go, and where not -------------------------------------------------------

FOREIGN_SETTINGS = {
    "LANGSMITH_TRACING": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGCHAIN_TRACING": "true",
    "LANGSMITH_API_KEY": "none",
    "LANGSMITH_ENDPOINT": "http://192.0.2.1",
    "LANGSMITH_GATEWAY": "http://192.0.2.1",
    "OPENAI_API_KEY": "sk-of-somebody-else",
    "OPENAI_ADMIN_KEY": "sk-of-somebody-else",
    "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer sk-of-somebody-else",
    "OPENAI_BASE_URL": "http://192.0.2.1/v1",
    "OPENAI_API_BASE": "http://192.0.2.1/v1",
    "OPENAI_PROXY": "http://192.0.2.1",
    "LC_OUTPUT_VERSION": "responses/v1",
}


@pytest.mark.parametrize("without", [(), ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2")])
def test_only_the_endpoint_is_asked_and_with_its_key(
    server: ChatServer, without: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tracing, gateways and other keys in the environment change nothing; nothing else is tried."""
    tried: list[Any] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        tried.append(address)
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name, value in FOREIGN_SETTINGS.items():
        monkeypatch.setenv(name, "" if name in without else value)
    server.says(PROSE, GOOD)
    assert len(tagger_at(server.url).tag(TEXT, "nl").tags) == 2
    assert {asked.key for asked in server.requests} == {KEY}
    assert {f"http://{host}:{port}/v1" for host, port in tried} == {server.url}


def test_nobody_is_followed_elsewhere(server: ChatServer) -> None:
    """An endpoint that sends us on does not get the text and the key to where it points."""
    with chat_server() as other:
        elsewhere = {"Location": f"{other.url}/chat/completions"}
        server.says(Fails("status", 307, headers=elsewhere))
        with pytest.raises(ModelUnavailable, match="HTTP 307"):
            tagger_at(server.url).tag(TEXT, "nl")
        assert other.requests == []


def test_no_text_is_logged_printed_or_cached(
    server: ChatServer,
    tagger: SlowTagger,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Also with all that LangChain has for that switched on."""
    server.says(GOOD)
    set_debug(True)
    set_llm_cache(InMemoryCache())
    try:
        with caplog.at_level(logging.DEBUG):
            for _ in range(2):
                tagger.tag(TEXT, "nl")
    finally:
        set_debug(False)
        set_llm_cache(None)
    assert len(server.requests) == 2
    told = "".join((caplog.text, *capfd.readouterr()))
    assert "HTTP" in told  # the client does log that it asks
    for secret in ("Annie", "aanbesteding", "steeds een ander", KEY):
        assert secret not in told


def test_the_client_is_imported_when_something_is_asked() -> None:
    """It takes a second or two, which nobody waits for who does not use a model."""
    seen = "import sys, assistant.adapters.model_tagger; print('langchain_core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
