"""LazyLibrary: loads once, in the background; a turn never waits for it and never fails by it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence

import pytest

from assistant.adapters.warming import AGAIN_SECONDS, LazyLibrary
from assistant.errors import CorpusError
from assistant.ports import Retriever
from assistant.records import PASSAGE_KINDS, Passage, PassageKind

SOON = 5.0
PASSAGE = Passage(
    id="e01", text="Tekst.", source="Bron", chapter="1", page="4", corpus="essay.1", score=0.5
)


class OnePassage:
    """Finds the same passage for whatever is asked."""

    version = "fake-library.v1"

    @property
    def ready(self) -> bool:
        """Always."""
        return True

    def search(
        self,
        query: str,  # noqa: ARG002 - the port's
        k: int,
        kinds: Collection[PassageKind] = PASSAGE_KINDS,  # noqa: ARG002 - the port's
        *,
        why: bool = False,  # noqa: ARG002 - the port's
    ) -> Sequence[Passage]:
        """The passage, if one is asked for."""
        return (PASSAGE,)[:k]


class BrokenLibrary:
    """Was loaded, and cannot be searched."""

    version = "fake-library.v1"

    @property
    def ready(self) -> bool:
        """Always."""
        return True

    def search(
        self,
        query: str,  # noqa: ARG002 - the port's
        k: int,  # noqa: ARG002 - the port's
        kinds: Collection[PassageKind] = PASSAGE_KINDS,  # noqa: ARG002 - the port's
        *,
        why: bool = False,  # noqa: ARG002 - the port's
    ) -> Sequence[Passage]:
        """Raises."""
        raise CorpusError("The index cannot be searched.")


class SlowLoad:
    """Loads when it is told to; counts how often it was asked."""

    def __init__(self, outcome: Retriever | Exception) -> None:
        self.go, self.over, self.times = threading.Event(), threading.Event(), 0
        self._outcome = outcome

    def __call__(self) -> Retriever:
        """The outcome, after `go`."""
        self.times += 1
        self.go.wait(SOON)
        self.over.set()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def settle(library: LazyLibrary) -> Sequence[Passage]:
    """What a search gives once loading is over, at most SOON seconds later."""
    for thread in threading.enumerate():
        if thread.name == "library":
            thread.join(SOON)
    return library.search("vraag", 3)


def test_a_search_before_it_is_ready_does_not_wait() -> None:
    """With wait=False nothing fits until the library is there; then it is searched."""
    load = SlowLoad(OnePassage())
    library = LazyLibrary(load, "v1", wait=False)
    library.warm()
    assert library.search("vraag", 3) == ()
    load.go.set()
    assert settle(library) == (PASSAGE,)


def test_a_search_waits_when_told_to() -> None:
    """With wait=True the first search gives the answer, however late it comes."""
    load = SlowLoad(OnePassage())
    library = LazyLibrary(load, "v1", wait=True)
    threading.Timer(0.05, load.go.set).start()
    assert library.search("vraag", 3) == (PASSAGE,)


def test_nothing_is_loaded_before_it_is_wanted_and_then_once() -> None:
    """Making one is free; warming twice and searching load once; a search alone loads too."""
    load = SlowLoad(OnePassage())
    load.go.set()
    library = LazyLibrary(load, "v1", wait=False)
    assert (library.version, load.times) == ("v1", 0)
    library.search("vraag", 3)
    library.warm()
    library.warm()
    assert settle(library) == (PASSAGE,)
    assert load.times == 1


@pytest.mark.parametrize("wrong", [CorpusError("The disk is full."), RuntimeError("de buurvrouw")])
def test_a_failing_load_is_told_once_and_stops_nobody(
    wrong: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """With wait=False searches stay empty and the log has one line, not one for each search."""
    load = SlowLoad(wrong)
    load.go.set()
    library = LazyLibrary(load, "v1", wait=False)
    with caplog.at_level(logging.DEBUG):
        assert [library.search("mijn verhaal", 3), settle(library), settle(library)] == [()] * 3
    assert len(caplog.records) == 1
    assert "mijn verhaal" not in caplog.text
    assert "buurvrouw" not in caplog.text
    assert load.times == 1


def test_a_failing_load_is_an_error_for_whoever_waits() -> None:
    """With wait=True every search raises, with the reason."""
    load = SlowLoad(CorpusError("The disk is full."))
    load.go.set()
    library = LazyLibrary(load, "v1", wait=True)
    for _ in range(2):
        with pytest.raises(CorpusError, match="The disk is full"):
            library.search("vraag", 3)


def test_a_failing_search_shows_nothing_or_raises(caplog: pytest.LogCaptureFixture) -> None:
    """A broken index costs a turn its passages and nothing else; a terminal is told."""
    quiet, loud = (LazyLibrary(BrokenLibrary, "v1", wait=wait) for wait in (False, True))
    quiet.warm()
    with caplog.at_level(logging.DEBUG):
        assert [settle(quiet), settle(quiet)] == [(), ()]
    assert len(caplog.records) == 1
    with pytest.raises(CorpusError, match="cannot be searched"):
        loud.search("vraag", 3)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_failed_is_tried_again_after_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """A passing trouble at the start, or while searching, does not last until a restart."""
    now = [0.0]
    tried: list[Retriever | Exception] = []
    outcomes: list[Retriever | Exception] = [CorpusError("busy"), BrokenLibrary(), OnePassage()]

    def load() -> Retriever:
        tried.append(outcome := outcomes[len(tried)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    library = LazyLibrary(load, "v1", wait=False, seconds=lambda: now[0])
    library.warm()
    _until(lambda: bool(caplog.records))  # the first try failed, and said so
    assert library.search("a", 1) == ()
    assert len(tried) == 1
    now[0] += AGAIN_SECONDS
    library.warm()
    _until(lambda: library.ready)
    assert library.search("a", 1) == ()  # it breaks while it is searched
    assert not library.ready
    now[0] += AGAIN_SECONDS
    library.warm()
    _until(lambda: library.ready)
    assert library.search("a", 1) == (PASSAGE,)
    assert len(caplog.records) == 1
