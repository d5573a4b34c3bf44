"""Asking an endpoint takes no longer than allowed, and tells nothing that is secret."""

from __future__ import annotations

import threading
import time

import pytest

from assistant.adapters.endpoint import within, without_secrets


def test_what_is_there_in_time_is_what_was_asked_for() -> None:
    """Or what was raised instead."""
    assert within(5, lambda: 3) == 3
    with pytest.raises(ValueError, match="invalid literal"):
        within(5, lambda: int("a"))


def test_nobody_waits_longer_than_allowed() -> None:
    """Whoever asks goes on; the thread it left behind does not keep the process."""
    release = threading.Event()
    began = time.perf_counter()
    with pytest.raises(TimeoutError):
        within(0.1, release.wait)
    assert time.perf_counter() - began < 2
    left = [thread for thread in threading.enumerate() if thread.name == "endpoint"]
    assert left
    assert all(thread.daemon for thread in left)
    release.set()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://api.example.nl/v1", "https://api.example.nl/v1"),
        ("http://me:hunter2@127.0.0.1:11434/v1?key=hunter2#x", "http://127.0.0.1:11434/v1"),
        ("http://a@b@c/v1", "http://c/v1"),
        ("http://[", "(no address)"),
    ],
)
def test_an_address_is_told_without_its_secrets(url: str, told: str) -> None:
    """No name, password or query."""
    assert without_secrets(url) == told
