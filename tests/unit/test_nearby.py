"""An endpoint that fails is done without, left alone for a while, and then asked again."""

from __future__ import annotations

import pytest

from assistant.adapters.library.core import Near
from assistant.adapters.library.nearby import REST_SECONDS, WithFallback
from assistant.errors import EmbeddingUnavailable

OURS: Near = [(1, 0.5)]
THEIRS: Near = [(2, 0.9)]


class Ways:
    """A way to be near that counts its calls, and fails while it is told to."""

    def __init__(self, near: Near) -> None:
        self._near = near
        self.fails, self.calls = False, 0

    def near(self, query: str) -> Near:  # noqa: ARG002 - the port's
        """The lines, or a failure."""
        self.calls += 1
        if self.fails:
            raise EmbeddingUnavailable("The endpoint does not answer.")
        return self._near


class Watch:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now


def test_a_failing_endpoint_rests_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """One failure costs one wait; ours answers; after the rest it is back. One warning."""
    theirs, ours, watch = Ways(THEIRS), Ways(OURS), Watch()
    both = WithFallback(theirs, ours, watch)
    assert both.near("a") == THEIRS
    theirs.fails = True
    assert [both.near("b") for _ in range(5)] == [OURS] * 5
    assert theirs.calls == 2
    watch.now += REST_SECONDS
    assert both.near("c") == OURS
    theirs.fails = False
    assert both.near("d") == OURS
    watch.now += REST_SECONDS
    assert both.near("e") == THEIRS
    assert len(caplog.records) == 1
