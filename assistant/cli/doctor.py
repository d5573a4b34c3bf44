"""`lange-adem doctor` and `prepare`: is everything in order, and making it so."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

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
    """Check settings, texts, store, corpus and model; say what to do. Status 1: one is wrong."""
    settings = read_settings()
    wrong = 0
    checks = {"texts": _texts, "store": _store, "corpus": _corpus}
    if settings.chat:
        checks["model"] = _model
    for name, check in checks.items():
        complaints = list(_complaints(check, settings))
        wrong += len(complaints)
        print(f"{'ok   ' if not complaints else 'WRONG'}  {name}")
        for complaint in complaints:
            print(f"       {complaint}")
    if not settings.chat:
        print("ok     model: none is needed; the embedded interviewer is in use")
    with suppress(LangeAdemError):  # told above
        for note in _notes(settings):
            print(f"note   {note}")
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


def _model(settings: Settings) -> Iterable[str]:
    return bootstrap.check_model(settings)


def _notes(settings: Settings) -> Iterable[str]:
    """What waits for the language model: no complaint, for the interviews have their tags."""
    counts = bootstrap.waiting_for_model(settings)
    if counts:
        waiting = counts.waiting + counts.under_way
        yield f"answers that wait for the model: {waiting}, given up: {counts.given_up}"
    if counts and counts.given_up:
        yield "`lange-adem retag --origin model` lets the model try those anew"
    strays = bootstrap.waiting_for_nobody(settings)
    if strays:
        yield (
            f"answers that wait for a model, prompt or codebook no longer in use: {strays}; they "
            "keep the tags they have. `lange-adem retag --origin model` codes them by the present"
        )
