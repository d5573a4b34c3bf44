"""`python -m evals NAME` and `lange-adem eval NAME`: run an eval."""

from __future__ import annotations

import sys

import typer

from assistant.errors import LangeAdemError
from evals.retrieval.command import retrieval
from evals.tagging.command import tagging

app = typer.Typer(
    help="The evals: one for each quality.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(retrieval)
app.command()(tagging)


if __name__ == "__main__":
    try:
        app()
    except LangeAdemError as wrong:
        typer.echo(str(wrong), err=True)
        sys.exit(1)
