"""`python -m evals.bench page | startup | turn`: measure, print, judge.

Exit status 0 when every limit that was measured is kept, 1 when one is not, 2 for wrong usage.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.bench import figures, gate, report, servers, startup
from evals.bench.journey import Chat, Interview, Journey
from evals.bench.load import Crowd, Tally, play
from evals.bench.page_client import PageClient, PageError
from evals.bench.servers import Server, Starter

app = typer.Typer(help=__doc__, add_completion=False, no_args_is_help=True)

_REST_SECONDS = 3.0

Json = Annotated[Path | None, typer.Option("--json", help="also write the figures to this file")]


def _local(url: str | None) -> str | None:
    """Refuse an address that is not on this machine before anything is started."""
    try:
        if url:
            PageClient(url)
    except ValueError as foreign:
        raise typer.BadParameter(str(foreign)) from None
    return url


@app.command()
def page(
    people: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    turns: Annotated[int, typer.Option(min=1, max=50)] = 10,
    think: Annotated[tuple[float, float], typer.Option(help="seconds, least and most")] = (1, 3),
    rounds: Annotated[int, typer.Option(min=1, max=10, help="bare chat and page in turn")] = 1,
    url: Annotated[
        str | None, typer.Option(callback=_local, help="a page that already runs here")
    ] = None,
    json_file: Json = None,
) -> None:
    """Many people at once on the page, next to a bare chat in the same run."""
    crowd = Crowd(people, turns, think, ramp=people / 20)
    ours: Starter = (lambda: nullcontext(Server(url, 0, 0.0))) if url else servers.web_app
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    bare, mine = [], []
    for _ in range(rounds):
        bare.append(_measured(servers.bare_chat, crowd, Chat))
        mine.append(_measured(ours, crowd, Interview))
    runs = [figures.figures("bare chat", bare), figures.figures("page", mine)]
    typer.echo(report.table(runs))
    typer.echo(f"  load of this machine before the first run: {busy}")
    facts = {"crowd": crowd, "load_before": busy, "runs": runs}
    _close(gate.judge_page(runs[1], runs[0], people), facts, json_file)


@app.command("startup")
def startup_command(
    times: Annotated[int, typer.Option(min=1, max=50)] = 5, json_file: Json = None
) -> None:
    """How long the web app takes to start, warm."""
    starts = startup.measure(servers.web_app, times)
    ready = figures.summary(start.ready_ms for start in starts)
    typer.echo(report.row("healthy (ms)", ready))
    typer.echo(report.row("first page (ms)", figures.summary(start.page_ms for start in starts)))
    _close(gate.judge_startup(ready) if ready else (), {"starts": starts}, json_file)


@app.command("turn")
def turn_command(
    turns: Annotated[int, typer.Option(min=300, max=100_000)] = 300, json_file: Json = None
) -> None:
    """The embedded turn, without a page."""
    from evals.bench import turn  # the other commands need no house, and stay a small process

    took = figures.summary(turn.measure(turns))
    typer.echo(report.row("embedded turn (ms)", took))
    _close(gate.judge_turn(took) if took else (), {"turn": took}, json_file)


def _measured(start: Starter, crowd: Crowd, journey: type[Chat | Interview]) -> Tally:
    """One run on a server of its own, after one visitor who is not counted and a short rest.

    In that rest the server ends what it does in the background after a start (the corpus index).
    """

    def plan(wanted: int, dice: Any) -> Journey:  # noqa: ANN401
        return journey(wanted, dice)

    with start() as server:
        asyncio.run(play(server.url, Crowd(1, 2, (0, 0), 0), plan))
        time.sleep(_REST_SECONDS)
        return asyncio.run(play(server.url, crowd, plan))


def _close(verdicts: Sequence[gate.Verdict], facts: dict[str, Any], json_file: Path | None) -> None:
    typer.echo(report.verdicts(verdicts))
    if json_file is not None:
        document = facts | {"gate": verdicts}
        json_file.write_text(json.dumps(document, default=_plain, indent=1) + "\n")
    raise typer.Exit(1 if gate.missed(verdicts) else 0)


def _plain(thing: object) -> object:
    if is_dataclass(thing) and not isinstance(thing, type):
        return asdict(thing)
    raise TypeError(f"{type(thing).__name__} has no place in JSON")


if __name__ == "__main__":
    try:
        app()
    except (servers.ServerError, PageError) as failed:
        typer.echo(str(failed), err=True)
        raise SystemExit(2) from None
