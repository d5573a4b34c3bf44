"""`lange-adem eval NAME`: an eval, by the command line of the evals themselves."""

from __future__ import annotations

import importlib
import importlib.util

import typer

from assistant.errors import LangeAdemError

# Everything after `eval` is for the evals, `--help` too.
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def evaluate(context: typer.Context) -> None:
    """Run an eval, such as `eval retrieval`; `eval --help` lists them."""
    if importlib.util.find_spec("evals") is None:
        raise LangeAdemError("The evals (package `evals`) are not installed beside `assistant`.")
    # By name: the assistant knows nothing of the evals.
    evals = importlib.import_module("evals.__main__")
    evals.app(args=context.args, prog_name="lange-adem eval")
