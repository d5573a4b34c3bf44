"""A small embeddings endpoint that speaks OpenAI's `/v1/embeddings`, and can fail in many ways."""

from __future__ import annotations

import base64
import json
import math
import re
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from tests.loopback import serving

Fault = Literal[
    "refuses",
    "busy",
    "broken",
    "slow",
    "drips",
    "fewer",
    "html",
    "nan",
    "zeros",
    "null",
    "empty",
    "none",
]
DRIP_SECONDS = 0.1


def bag_of_words(text: str, dimensions: int) -> list[float]:
    """A vector of length 1 that texts share as far as they share words; the same everywhere."""
    vector = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()):
        vector[zlib.crc32(word.encode("utf-8", "replace")) % dimensions] += 1.0
    length = math.hypot(*vector) or 1.0
    return [number / length for number in vector]


class EmbeddingsServer:
    """The endpoint: what it does, and what it was asked.

    `fault` and `dimensions` may be changed while it serves. `slow` answers after `seconds`,
    `drips` sends a byte now and then for that long. `inputs` are the texts, `keys` the bearer
    tokens, `formats` the encodings it was asked for.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.reset()

    def reset(self) -> None:
        """Be well again, and forget what was asked."""
        self.fault: Fault | None = None
        self.dimensions = 64
        self.seconds = 2.0
        self.inputs: list[list[str]] = []
        self.keys: set[str] = set()
        self.formats: set[str] = set()
        self.fails_after: int | None = None

    def asked(self, headers: Any, body: dict[str, Any]) -> Fault | None:
        """Note a request; the fault to answer it with."""
        given = body["input"]
        self.inputs.append([given] if isinstance(given, str) else given)
        self.keys.add(headers.get("Authorization", ""))
        self.formats.add(body.get("encoding_format", "float"))
        if self.fails_after is not None and len(self.inputs) > self.fails_after:
            return "broken"
        return self.fault

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """What it answers for `texts` when it is well."""
        return [bag_of_words(text, self.dimensions) for text in texts]


def _encoded(vector: list[float], encoding: str) -> Any:
    if encoding == "null":
        return [None for _ in vector]
    if encoding != "base64":
        return vector
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")


def _spoiled(vectors: list[list[float]], fault: Fault | None) -> list[list[float]]:
    spoil: dict[str, Callable[[], list[list[float]]]] = {
        "fewer": lambda: vectors[:-1],
        "nan": lambda: [[math.nan] * len(vector) for vector in vectors],
        "zeros": lambda: [[0.0] * len(vector) for vector in vectors],
        "empty": lambda: [[] for _ in vectors],
    }
    return spoil.get(fault or "", lambda: vectors)()


def _answer(server: EmbeddingsServer, body: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    encoding = "null" if fault == "null" else body.get("encoding_format", "float")
    vectors = _spoiled(server.vectors(server.inputs[-1]), fault)
    data = [
        {"object": "embedding", "index": number, "embedding": _encoded(vector, encoding)}
        for number, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": 0, "total_tokens": 0}
    return {"object": "list", "data": data, "model": body["model"], "usage": usage}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    endpoint: EmbeddingsServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = self.endpoint.asked(self.headers, body)
        status = {"refuses": 401, "busy": 429, "broken": 500}.get(fault or "")
        if self.path != "/v1/embeddings":
            self._send(404, "{}")
        elif status:
            # As real ones do, it repeats the key and the text in what it says is wrong.
            told = f"{self.headers.get('Authorization')} {body['input']}"
            self._send(status, json.dumps({"error": {"message": told}}))
        elif fault == "html":
            self._send(200, "<html><body>Welcome to the proxy</body></html>", "text/html")
        elif fault == "none":
            self._send(200, json.dumps({"object": "list", "data": [], "model": "m"}))
        else:
            self._wait(fault)
            self._send(200, json.dumps(_answer(self.endpoint, body, fault)), drips=fault == "drips")

    def _wait(self, fault: Fault | None) -> None:
        if fault == "slow":
            time.sleep(self.endpoint.seconds)

    def _send(
        self, status: int, text: str, kind: str = "application/json", *, drips: bool = False
    ) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            if drips:
                for number in range(int(self.endpoint.seconds / DRIP_SECONDS)):
                    self.wfile.write(content[number : number + 1])
                    time.sleep(DRIP_SECONDS)
                content = content[int(self.endpoint.seconds / DRIP_SECONDS) :]
            self.wfile.write(content)
        except OSError:  # whoever asked did not wait
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler: type[_Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.append(request)
        super().process_request(request, client_address)

    def server_close(self) -> None:
        """Hang up on whoever is still there: a server that is down answers nobody."""
        super().server_close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def embeddings_server() -> Iterator[EmbeddingsServer]:
    """An endpoint on the loopback, gone afterwards."""

    class Handler(_Handler):
        pass

    http = _Http(Handler)
    Handler.endpoint = EmbeddingsServer(f"http://127.0.0.1:{http.server_port}/v1")
    with serving(http):
        yield Handler.endpoint
