"""Asking an endpoint: for no longer than allowed, and naming it without what is secret in it."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """What `ask` gives, if it does within so many seconds; else TimeoutError.

    It runs in a thread of its own, which then ends by itself and does not keep the process alive.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(ask())
        except BaseException as wrong:  # noqa: BLE001 - raised again by whoever waits
            outcome.set_exception(wrong)

    threading.Thread(target=run, name="endpoint", daemon=True).start()
    return outcome.result(timeout=seconds)


def host_of(url: str) -> str:
    """The name of the machine at this address; empty for this machine.

    Whatever is not certainly this machine is another: what people are told hangs on it.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = host == "localhost"
    return "" if here else host or "?"


def without_secrets(url: str) -> str:
    """The address without a name, password or query in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(no address)"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
