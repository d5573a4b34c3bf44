"""`lange-adem eval tagging`: read, ask, score, say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from assistant import bootstrap
from assistant.errors import LangeAdemError, SettingsError
from assistant.records import Codebook, Tag
from assistant.settings import Settings, read_settings
from evals.near_duplicates import Duplicate, Known, development, duplicates
from evals.pages import as_markdown, as_text
from evals.progress import Progress, bar
from evals.tagging.baseline import KeywordTagger, read_keywords
from evals.tagging.cases import Case, CaseSet, read_given, read_sets
from evals.tagging.duplicates import training
from evals.tagging.mistakes import Explain, worst
from evals.tagging.report import OURS, Facts, Report, Run, all_mistakes, as_json, report
from evals.tagging.sections import blocks
from evals.tagging.task import Answer, Teller, answers
from evals.tagging.timing import Timing, batch, per_second


def tagging(
    json_out: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    cases: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="only this file of cases; may be given more than once"),
    ] = None,
    model: Annotated[
        bool, typer.Option("--model", help="also the language model in LANGE_ADEM_CHAT_MODEL")
    ] = False,
    mistakes: Annotated[int, typer.Option(min=0, help="how many of the worst are shown")] = 30,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="write the report to it as Markdown too")
    ] = None,
) -> None:
    """Does the tagger see the levels that people see? Beside a list of words.

    Exit status 1 when the held-out cases miss a bar, tagging takes too long, or it failed.
    """
    settings = read_settings()
    codebook = bootstrap.read_codebook(settings)
    sets = read_given(cases, codebook) if cases else read_sets(codebook)
    found = measure(settings, codebook, sets, model=model, shown=mistakes)
    typer.echo(as_json(found) if json_out else as_text(blocks(found)))
    if page:
        _write(page, as_markdown(blocks(found)))
    raise typer.Exit(1 if found.fails else 0)


def measure(
    settings: Settings, codebook: Codebook, sets: Sequence[CaseSet], *, model: bool, shown: int
) -> Report:
    """Ask the tagger, the list of words and, when told to, the model every case of these sets."""
    tagger = bootstrap.make_tagger(settings)
    words = KeywordTagger(read_keywords())
    tellers = [
        Teller(OURS, lambda case: tagger.tag(case.text, case.lang).tags),
        Teller("keyword", lambda case: words.tag(case.text)),
    ]
    facts: dict[str, str | int | None] = {
        "tagger": tagger.coder.version,
        "codebook": codebook.name,
    }
    if model:
        teller, told = asked_model(settings, codebook)
        tellers.append(teller)
        facts |= told
    # What comes with the first text is not part of tagging.
    tagger.tag("Er kwam weer een nieuwe begeleider.", "nl")
    known = training(settings.corpus_dir)
    facts["training statements"] = len(known)
    with bar("Tagging") as progress:
        runs = run(sets, repeated(known, codebook, sets), tellers, progress)
    return _reported(runs, shown, lambda: bootstrap.make_explainer(settings), facts)


def asked_model(settings: Settings, codebook: Codebook) -> tuple[Teller, Facts]:
    """The language model that is set, and what is to be said of it. Raises SettingsError."""
    tagger = bootstrap.make_slow_tagger(settings, codebook)
    if tagger is None or settings.chat is None:
        raise SettingsError("--model: set LANGE_ADEM_CHAT_MODEL, and LANGE_ADEM_CHAT_URL with it.")

    def ask(case: Case) -> Sequence[Tag]:
        return tagger.tag(case.text, case.lang).tags

    address = urlsplit(settings.chat.url)  # without what may be secret in it
    where = f"{address.hostname}{f':{address.port}' if address.port else ''}"
    facts = {"model": f"{tagger.coder.origin} at {where}", "prompt": tagger.coder.version}
    return Teller(tagger.coder.origin, ask, settings.chat.workers), facts


def repeated(
    known: Known, codebook: Codebook, sets: Sequence[CaseSet]
) -> Callable[[CaseSet], tuple[Duplicate, ...]]:
    """What says which cases of a set repeat training statements or, held out, what was tuned on."""
    held_out = any(one.role == "held-out" for one in sets)
    tuned_on = [development(read_sets(codebook))] if held_out else []

    def of(one: CaseSet) -> tuple[Duplicate, ...]:
        return duplicates(one.cases, [known, *(tuned_on if one.role == "held-out" else ())])

    return of


def run(
    sets: Sequence[CaseSet],
    repeated: Callable[[CaseSet], tuple[Duplicate, ...]],
    tellers: Sequence[Teller],
    progress: Progress,
) -> list[Run]:
    """Every set with what everybody answers; `progress` hears cases asked and in all."""
    total, done, runs = sum(len(one.cases) for one in sets) * len(tellers), 0, []
    for one in sets:
        given: dict[str, tuple[Answer, ...]] = {}
        for teller in tellers:
            mine = []
            for answer in answers(one.cases, teller):
                mine.append(answer)
                done += 1
                progress(done, total)
            given[teller.name] = tuple(mine)
        runs.append(Run(one, repeated(one), given))
    return runs


def _reported(
    runs: Sequence[Run], shown: int, explainer: Callable[[], Explain], facts: Facts
) -> Report:
    asked = [answer for one in runs for answer in one.answers[OURS]]
    timing = Timing(per_second(asked), batch([answer.case.text for answer in asked]))
    told = worst(all_mistakes(runs), shown, explainer()) if shown else ()
    return report(runs, timing, told, facts)


def _write(page: Path, text: str) -> None:
    try:
        page.write_text(text, "utf-8")
    except OSError as wrong:
        raise LangeAdemError(f"{page}: cannot be written: {wrong.strerror}") from None
