"""`lange-adem eval retrieval`: read, ask, score, say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from assistant import bootstrap
from assistant.records import Library
from assistant.settings import Settings, read_settings
from evals.near_duplicates import Duplicate, development, duplicates
from evals.progress import Progress, bar
from evals.retrieval import bars, scorers
from evals.retrieval.baseline import Baseline
from evals.retrieval.cases import Case, CaseSet, read_given, read_sets
from evals.retrieval.duplicates import expansions
from evals.retrieval.report import Report, Run, as_json, as_text, report
from evals.retrieval.task import Answer, Find, answers


def retrieval(
    json_out: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    cases: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="only this file of cases; may be given more than once"),
    ] = None,
    k: Annotated[int, typer.Option(min=1, max=10, help="hits are among the first k")] = 3,
) -> None:
    """Does the library find what fits, and stay silent when nothing does? Beside plain BM25.

    Exit status 1 when a held-out set misses a bar, or a query failed.
    """
    settings = read_settings()
    library = bootstrap.read_library(settings)
    sets = read_given(cases, library.ids()) if cases else read_sets(library.ids())
    with bar("Asking") as progress:
        found = measure(settings, library, sets, k, progress)
    typer.echo(as_json(found) if json_out else as_text(found))
    raise typer.Exit(1 if bars.missed(found.bars) or found.failed else 0)


def measure(
    settings: Settings, library: Library, sets: Sequence[CaseSet], k: int, progress: Progress
) -> Report:
    """Ask the library and the baseline every case of these sets."""
    retriever = bootstrap.make_retriever(settings, library, wait=True)
    # What comes with the first search is not part of a query; no library is one error, not many.
    retriever.search("continuïteit", 1)

    def find(case: Case, most: int) -> Sequence[str]:
        return [passage.id for passage in retriever.search(case.query, most)]

    runs = run(sets, repeated(settings, library, sets), find, Baseline(library).find, progress)
    took = scorers.latency(answer for one in runs for answer in one.library)
    return report(runs, k, took, _facts(settings, library, retriever.version))


def repeated(
    settings: Settings, library: Library, sets: Sequence[CaseSet]
) -> Callable[[CaseSet], tuple[Duplicate, ...]]:
    """What says which cases of a set repeat expansions or, held out, what was tuned on."""
    known = expansions(settings.corpus_dir)
    held_out = any(one.role == "held-out" for one in sets)
    tuned_on = [development(read_sets(library.ids()))] if held_out else []

    def of(one: CaseSet) -> tuple[Duplicate, ...]:
        return duplicates(one.cases, [*known, *(tuned_on if one.role == "held-out" else ())])

    return of


def run(
    sets: Sequence[CaseSet],
    repeated: Callable[[CaseSet], tuple[Duplicate, ...]],
    find: Find,
    plain: Find,
    progress: Progress,
) -> list[Run]:
    """Every set with both answers to each of its cases; `progress` hears cases done and in all."""
    total, done, runs = sum(len(one.cases) for one in sets), 0, []
    for one in sets:
        ours: list[Answer] = []
        for answer in answers(one.cases, find):
            ours.append(answer)
            done += 1
            progress(done, total)
        runs.append(Run(one, repeated(one), tuple(ours), tuple(answers(one.cases, plain))))
    return runs


def _facts(settings: Settings, library: Library, version: str) -> dict[str, str | int | None]:
    added = len(bootstrap.make_shelf(settings, library).documents())
    return {
        "library": version,
        "embedding": settings.embedding_model or "ours",
        # They are searched too and may push others down: for the library as it ships, use a data
        # folder without any.
        "added documents": added or None,
    }
