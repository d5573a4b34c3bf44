"""`lange-adem retag`: answers that are there, coded again by what codes now."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Literal

import typer

from assistant import bootstrap, recoding
from assistant.cli.progress import bar
from assistant.errors import SettingsError
from assistant.recoding import Progress, Recoded, SlowCoding
from assistant.settings import Settings, read_settings


def retag(
    origin: Annotated[
        Literal["embedded", "model"],
        typer.Option(help="who codes: the tagger that ships with us, or the language model"),
    ] = "embedded",
) -> None:
    """Code every answer that has no coding yet by the present tagger, codebook or model.

    Older codings stay. Cut off, run it again: nothing is coded twice. The model only gets answers
    of people who agreed to that. Prints one line of JSON; status 1: some were given up.
    """
    settings = read_settings()
    recode = _by_model if origin == "model" else _by_tagger
    with bar("Coding") as progress:
        done = recode(settings, progress or (lambda _done, _of: None))
    print(json.dumps(_facts(done), ensure_ascii=False))
    for note in _notes(done):
        print(f"lange-adem: {note}", file=sys.stderr)
    if done.given_up:
        raise typer.Exit(1)


def _by_tagger(settings: Settings, progress: Progress) -> Recoded:
    tagger = bootstrap.make_tagger(settings)
    return recoding.by_tagger(bootstrap.make_store(settings), tagger, progress)


def _by_model(settings: Settings, progress: Progress) -> Recoded:
    tagger = bootstrap.make_slow_tagger(settings, bootstrap.read_codebook(settings))
    if tagger is None:
        raise SettingsError(
            "No language model is set. Set LANGE_ADEM_CHAT_MODEL, and LANGE_ADEM_CHAT_URL unless "
            "it is one of OpenAI; or code with --origin embedded, which needs none."
        )
    store = bootstrap.make_store(settings)
    workers = bootstrap.make_coding_workers(settings, store.queue, tagger)
    allowed = bootstrap.read_consent(settings).allows_coding
    slow = SlowCoding(store.queue, tagger.coder, allowed, workers.work_off)
    return recoding.by_slow_coder(store, slow, progress)


def _notes(done: Recoded) -> Iterator[str]:
    if done.given_up:
        yield (
            f"{done.given_up} answers got no coding by the model and keep the tags they have; "
            "run this again to let them be tried anew"
        )
    if done.withheld:
        yield (
            f"{done.withheld} answers were not shown to the model: people agreed to other terms, "
            "or to none"
        )


def _facts(done: Recoded) -> dict[str, str | int]:
    return {
        **done.coder.model_dump(),
        "answers": done.answers,
        "had": done.had,
        "coded": done.coded,
        "given_up": done.given_up,
        "withheld": done.withheld,
    }
