"""A small chat endpoint that speaks OpenAI's `/v1/chat/completions`, and can fail in many ways.

It needs nothing but the standard library. What it answers is a script, a step for each request, or
a function of the text that is to be coded; both may be changed while it serves:

    with chat_server() as server:
        server.says(PROSE, coding(tag("een nieuwe", "relational")))
        server.answers(lambda text: coding())

A step is what the model writes, or a `Says` or `Fails`.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from tests.loopback import serving

Fault = Literal["status", "hang", "drip", "cut", "html", "no_json", "no_choices", "hangs_up"]
DRIP_SECONDS = 0.05
JSON = "application/json"
_MARKED = re.compile(r"\A<(answer-\w+)[^>]*>\n(.*)\n</\1>\Z", re.DOTALL)


@dataclass(frozen=True)
class Says:
    """What the model writes. `tokens`: prompt and completion; None: the endpoint does not say."""

    content: str | None
    tokens: tuple[int, int] | None = (900, 30)
    finish: str = "stop"
    refusal: str | None = None
    after_seconds: float = 0.0


@dataclass(frozen=True)
class Fails:
    """What the endpoint does instead of answering.

    `hang`: nothing, for `seconds`; `drip`: what it `says` byte by byte, for `seconds`; `cut`: half
    of that, then it hangs up; `hangs_up`: at once. For `status`, `error` is added to what it says
    was wrong, in which it repeats the key and the text as real ones may.
    """

    how: Fault
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 5.0
    says: Says = Says('{"tags": []}')


Step = str | Says | Fails


def tag(
    quote: str,
    level: str,
    polarity: str = "discontinuity",
    code: str | None = None,
    confidence: float = 0.9,
) -> dict[str, Any]:
    """A tag as a model writes it, whether it makes sense or not."""
    return {
        "quote": quote,
        "level": level,
        "code": code,
        "polarity": polarity,
        "confidence": confidence,
    }


def coding(*tags: Mapping[str, Any]) -> str:
    """A coding as a model writes it."""
    return json.dumps({"tags": tags}, ensure_ascii=False)


PROSE = "Natuurlijk! Het antwoord gaat over de relatie."
BROKEN = '{"tags": [{"quote": "een nieuwe", "level": "relatio'
HUGE = Says("la " * 3_500_000)  # 10 MB
BUSY = Fails("status", 429, headers={"Retry-After": "1"})


@dataclass(frozen=True)
class Asked:
    """A request: header names are in lower case, `body` is the JSON it held."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The bearer token."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def messages(self) -> Sequence[tuple[str, str]]:
        """Roles and contents."""
        return [(message["role"], message["content"]) for message in self.body["messages"]]

    @property
    def text(self) -> str:
        """What stands between the marks in the first message of the user; without marks, all."""
        content = next(content for role, content in self.messages if role == "user")
        marked = _MARKED.match(content)
        return marked[2] if marked else content


class ChatServer:
    """The endpoint: what it does, and what it was asked.

    `refuses` are parts of a request it does not know: it answers 400 and names them (`named`) or
    does not. Without `says` or `answers` it finds no level in any text.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = threading.Lock()
        self._answer: Callable[[Asked], Step] = lambda _: coding()
        self.reset()

    def reset(self) -> None:
        """Be well again, and forget what was asked."""
        self.requests: list[Asked] = []
        self.refuses: set[str] = set()
        self.named = True
        self.answers(lambda _: coding())

    def says(self, *steps: Step) -> None:
        """Take these steps, one for each request; the last for all that follow."""
        script = list(steps)
        self._answer = lambda _: script.pop(0) if len(script) > 1 else script[0]

    def answers(self, function: Callable[[str], Step]) -> None:
        """Answer by a function of the text that is to be coded; see `Asked.text`."""
        self._answer = lambda asked: function(asked.text)

    def step(self, asked: Asked) -> Says | Fails:
        """Note a request; what to do about it."""
        with self._lock:
            self.requests.append(asked)
            unknown = sorted(self.refuses & asked.body.keys())
            if unknown:
                return Fails("status", 400, error={"param": unknown[0]} if self.named else {})
            step = self._answer(asked)
        return Says(step) if isinstance(step, str) else step


def _usage(says: Says) -> dict[str, int] | None:
    if says.tokens is None:
        return None
    prompt, written = says.tokens
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}


def _completion(says: Says, model: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": says.content, "refusal": says.refusal}
    choice = {"index": 0, "message": message, "finish_reason": says.finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": model}
    return {**head, "choices": [choice], "usage": _usage(says)}


def _events(says: Says, body: Mapping[str, Any]) -> Iterator[str]:
    """The same answer word by word, as server-sent events."""

    def chunk(delta: dict[str, Any] | None, finish: str | None = None) -> str:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        event = _completion(says, body["model"]) | {"object": "chat.completion.chunk"}
        event |= {"choices": choices, "usage": _usage(says) if delta is None else None}
        return f"data: {json.dumps(event)}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    for word in re.findall(r"\s*\S+|\s+$", says.content or ""):
        yield chunk({"content": word})
    yield chunk({}, says.finish)
    if (body.get("stream_options") or {}).get("include_usage"):
        yield chunk(None)
    yield "data: [DONE]\n\n"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    endpoint: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.close_connection = True
        if not self.path.endswith("/v1/chat/completions"):
            self._send(404, "{}")
            return
        asked = Asked(self.path, headers, body)
        step = self.endpoint.step(asked)
        with suppress(OSError):  # whoever asked did not wait
            if isinstance(step, Fails):
                self._fail(step, asked)
            else:
                self._say(step, body)

    def _say(self, says: Says, body: Mapping[str, Any]) -> None:
        time.sleep(says.after_seconds)
        for piece in re.split(r"(?<=\n\n)", self._started(says, body)):
            self._write(piece)

    def _started(self, says: Says, body: Mapping[str, Any]) -> str:
        """All that is to be written after the headers, which are."""
        if body.get("stream"):
            self._begin(200, "text/event-stream", None, {})
            return "".join(_events(says, body))
        whole = json.dumps(_completion(says, body["model"]))
        self._begin(200, JSON, len(whole), {})
        return whole

    def _fail(self, fails: Fails, asked: Asked) -> None:
        told = {"message": f"Wrong: {asked.key} {asked.messages}", **fails.error}
        error = json.dumps({"error": told})
        answers: dict[Fault, Callable[[], None]] = {
            "status": lambda: self._send(fails.status, error, JSON, fails.headers),
            "html": lambda: self._send(200, f"<p>Welcome, {asked.text}</p>", "text/html"),
            "no_json": lambda: self._send(200, f"{asked.text}"),
            "no_choices": lambda: self._send(200, json.dumps({"choices": []})),
            "hang": lambda: time.sleep(fails.seconds),
            "drip": lambda: self._drip(fails, asked.body),
            "cut": lambda: self._cut(fails, asked.body),
            "hangs_up": lambda: None,
        }
        answers[fails.how]()

    def _drip(self, fails: Fails, body: Mapping[str, Any]) -> None:
        whole = self._started(fails.says, body)
        for character in whole[: int(fails.seconds / DRIP_SECONDS)]:
            self._write(character)
            time.sleep(DRIP_SECONDS)

    def _cut(self, fails: Fails, body: Mapping[str, Any]) -> None:
        whole = self._started(fails.says, body)
        self._write(whole[: len(whole) // 2])

    def _write(self, text: str) -> None:
        self.wfile.write(text.encode("utf-8", "replace"))
        self.wfile.flush()

    def _send(
        self, status: int, text: str, kind: str = JSON, more: Mapping[str, str] | None = None
    ) -> None:
        self._begin(status, kind, len(text.encode("utf-8", "replace")), more or {})
        self._write(text)

    def _begin(self, status: int, kind: str, length: int | None, more: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        # Nobody stays on the line, to be answered when the server is gone already.
        for name, value in {"Connection": "close", **more}.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def chat_server(port: int = 0) -> Iterator[ChatServer]:
    """An endpoint on the loopback, gone afterwards. Port 0: any that is free."""

    class Handler(_Handler):
        pass

    http = _Http(("127.0.0.1", port), Handler)
    Handler.endpoint = ChatServer(f"http://127.0.0.1:{http.server_port}/v1")
    with serving(http):
        yield Handler.endpoint


@contextmanager
def nobody() -> Iterator[str]:
    """The address of an endpoint that refuses every connection."""
    with socket.socket() as bound:  # bound, not listening: nobody else gets the port meanwhile
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
