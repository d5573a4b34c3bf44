"""The command line. `main` is the entry point; no traceback reaches the person at the keyboard."""

from __future__ import annotations

import os
import sys

import typer

from assistant.cli import corpus, evaluate
from assistant.cli.agreement import agreement
from assistant.cli.batch import redact, search, tag
from assistant.cli.doctor import doctor, prepare
from assistant.cli.interview import interview
from assistant.cli.retag import retag
from assistant.cli.serve import serve
from assistant.cli.withdraw import forget
from assistant.errors import LangeAdemError

app = typer.Typer(
    name="lange-adem",
    help="Interviews about continuity and discontinuity in the Dutch social domain.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (serve, interview, tag, search, redact, forget, prepare, doctor, retag, agreement):
    app.command()(command)
app.add_typer(corpus.app, name="corpus")
app.command("eval", context_settings=evaluate.PASS_ON)(evaluate.evaluate)


def main() -> None:
    """Run the command line. Exit status: 0 well, 1 something went wrong, 2 wrong usage."""
    try:
        app()
    except LangeAdemError as wrong:
        _leave(f"lange-adem: {wrong}", 1)
    except BrokenPipeError:  # the reader of our output (`| head`) has gone: nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        _leave("lange-adem: interrupted", 130)
    except Exception as wrong:
        if os.environ.get("LANGE_ADEM_DEBUG"):
            raise
        _leave(
            f"lange-adem: something unexpected went wrong ({type(wrong).__name__}). "
            "Run it again with LANGE_ADEM_DEBUG=1 to see where, and please report it.",
            1,
        )


def _leave(message: str, status: int) -> None:
    print(message, file=sys.stderr)
    sys.exit(status)
