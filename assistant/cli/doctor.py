"""`lange-adem doctor` and `prepare`: is everything in order, and making it so."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable

import typer

from assistant import bootstrap
from assistant.cli.progress import bar
from assistant.errors import LangeAdemError
from assistant.settings import Settings, read_settings, unknown_names

Check = Callable[[Settings], Iterable[str]]


def prepare() -> None:
    """Bring the store up to date and build the corpus index, so that no visitor waits for it."""
    settings = read_settings()
    print("Bringing the store up to date …", flush=True)
    bootstrap.rehearse(settings)
    print("Building the corpus index (nothing to do when it is there) …", flush=True)
    with bar("Embedding") as progress:
        retriever = bootstrap.make_retriever(settings, wait=True, progress=progress)
        retriever.search("continuïteit", 1)
    print("Ready.")


def doctor() -> None:
    """Check settings, texts, store and corpus; say what to do. Exit status 1 when one is wrong."""
    settings = read_settings()
    wrong = 0
    for name, check in (("texts", _texts), ("store", _store), ("corpus", _corpus)):
        complaints = list(_complaints(check, settings))
        wrong += len(complaints)
        print(f"{'ok   ' if not complaints else 'WRONG'}  {name}")
        for complaint in complaints:
            print(f"       {complaint}")
    print("ok     model: none is needed; the embedded interviewer is in use")
    for name in unknown_names(os.environ):
        print(f"note   {name} is set but no setting goes by that name", file=sys.stderr)
    if wrong:
        raise typer.Exit(1)


def _complaints(check: Check, settings: Settings) -> Iterable[str]:
    try:
        yield from check(settings)
    except LangeAdemError as wrong:
        yield str(wrong)


def _texts(settings: Settings) -> Iterable[str]:
    return bootstrap.check_texts(settings)


def _store(settings: Settings) -> Iterable[str]:
    return bootstrap.check_store(settings)


def _corpus(settings: Settings) -> Iterable[str]:
    return bootstrap.check_library(settings)
