"""A real server, a real browser, and a person who finds things by their labels."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser import FLAGS, installed
from tests.indexed import SHARED_INDEX

ROOT = Path(__file__).parents[2]


class Server:
    """`lange-adem serve` on a free port, with its data in a folder of its own."""

    def __init__(self, data: Path, **env: str) -> None:
        self.data = data
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All it said."""
        return (self.data / "log").read_text("utf-8", "replace")

    def start(self) -> float:
        """Start it and wait until it answers; seconds that took."""
        clean = {name: value for name, value in os.environ.items() if "LANGE_ADEM" not in name}
        began = time.perf_counter()
        with (self.data / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "assistant", "serve", "--port", str(self.port)],
                stdout=log,
                stderr=log,
                cwd=self.data,
                env={
                    **clean,
                    "PYTHONPATH": str(ROOT),
                    "LANGE_ADEM_DATA_DIR": str(self.data),
                    "LANGE_ADEM_INDEX_DIR": str(SHARED_INDEX),
                    **self._env,
                },
            )
        while time.perf_counter() - began < 120:  # the index may have to be built
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=1) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - began
            except OSError:
                time.sleep(0.05)
        pytest.fail(f"the server did not start:\n{self.log}")

    def kill(self) -> None:
        """Kill -9: no time to tidy up."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=30)
            self._process = None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, once for all tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server, for the tests of one file."""
    running = Server(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    running.kill()
    assert "Traceback" not in running.log, running.log


def on_a_phone(browser: Browser, width: int = 390) -> BrowserContext:
    """A Dutch phone of this width, with nothing in it yet."""
    return browser.new_context(
        viewport={"width": width, "height": 844}, is_mobile=True, has_touch=True, locale="nl-NL"
    )


def on_a_laptop(browser: Browser) -> BrowserContext:
    """A Dutch laptop, with nothing in it yet."""
    return browser.new_context(viewport={"width": 1280, "height": 800}, locale="nl-NL")
