"""Starts what is measured on a free port of this machine, and ends it again by its own pid.

The bare chat is started with the settings that decide everything (see README.md). The web app is
started as it ships, by `serve`, in an empty folder with an empty store: what it sets is measured.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from evals.bench import wire

TUNED = (
    "--runner.postScriptGC=false",
    "--server.fileWatcherType=none",
    "--server.headless=true",
    "--browser.gatherUsageStats=false",
    "--server.address=127.0.0.1",
)
_ROOT = Path(__file__).resolve().parents[2]
_POLL_SECONDS = 0.01
_START_SECONDS = 60.0
_END_SECONDS = 10.0


class ServerError(Exception):
    """A server did not start; the message ends with the last lines it wrote."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is up. `ready_ms`: from spawning it to the first healthy answer."""

    url: str
    pid: int
    ready_ms: float


Starter = Callable[[], AbstractContextManager[Server]]


def bare_chat() -> AbstractContextManager[Server]:
    """The yardstick, tuned."""
    script = Path(__file__).with_name("bare_chat.py")
    return _running(
        lambda port: ["streamlit", "run", str(script), f"--server.port={port}", *TUNED], {}
    )


def web_app() -> AbstractContextManager[Server]:
    """`lange-adem serve` with an empty store."""
    return _running(
        lambda port: ["assistant", "serve", "--host", "127.0.0.1", "--port", str(port)],
        {"LANGE_ADEM_DATA_DIR": "data"},
    )


@contextmanager
def _running(
    module: Callable[[int], Sequence[str]], settings: Mapping[str, str]
) -> Iterator[Server]:
    """Run `python -m <module(port)>` in a folder of its own for as long as the block lasts."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        log = Path(folder, "server.log")
        with log.open("wb") as out:
            began = time.perf_counter()
            process = subprocess.Popen(  # noqa: S603  (a command of our own making)
                [sys.executable, "-m", *module(port)],
                cwd=folder,
                env=_environment(settings),
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_healthy(url, process, log)
            yield Server(f"{url}/", process.pid, (time.perf_counter() - began) * 1000)
        finally:
            _end(process)


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Ours, without settings that happen to stand in the shell of whoever measures."""
    foreign = ("STREAMLIT_", "LANGE_ADEM_", "OPENAI_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"PYTHONPATH": str(_ROOT)} | dict(settings)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if _healthy(url):
            return
        time.sleep(_POLL_SECONDS)
    last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
    raise ServerError(f"the server did not start (status {process.poll()}):\n{last}")


def _healthy(url: str) -> bool:
    # A proxy of the environment must not be asked for an address of this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url + wire.HEALTH, timeout=1) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
