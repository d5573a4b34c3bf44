"""Reading a file in a process of its own, which may hang, crash or eat memory and harms nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import assistant
from assistant.adapters.ingest.files import display_name, extension, take
from assistant.adapters.ingest.limits import Limits
from assistant.adapters.ingest.pieces import Cut, Reading
from assistant.adapters.ingest.refusals import refusal
from assistant.errors import DocumentRefused

Progress = Callable[[int, int], None]  # pages done, pages in all

_HERE = Path(assistant.__file__).resolve().parents[1]
# The environment holds secrets (a database's password) that a parser has no business with.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


def read_document(
    path: Path,
    *,
    name: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reading:
    """The text of the file at `path`, in chunks; `name` is what it was called where it came from.

    Raises DocumentRefused when it cannot or may not be read.
    """
    limits = limits or Limits()
    shown = display_name(name if name is not None else path.name)
    return read_bytes(take(path, shown, limits), shown, limits, progress)


def read_bytes(data: bytes, name: str, limits: Limits, progress: Progress | None = None) -> Reading:
    """The text of a file with these bytes and this display name; see `read_document`.

    `progress` is called in the thread of the caller. What it raises ends the reading.
    """
    order = {"ending": extension(name), "limits": asdict(limits)}
    with _reader(limits.seconds) as (process, stopped):
        try:
            _hand_over(process.stdin, order, data)
            return _heard(process.stdout, progress)
        except DocumentRefused as refused:
            raise refusal(refused.reason, name, **refused.facts) from None
        except EOFError:  # it has gone without an answer
            if stopped.is_set():
                seconds = f"{limits.seconds:g}"
                raise refusal("too_slow", name, seconds=seconds) from None
            raise refusal("crashed", name) from None


@contextmanager
def _reader(seconds: float) -> Iterator[tuple[subprocess.Popen[bytes], threading.Event]]:
    """A reading process, gone when the block is left; the event says the clock stopped it."""
    stopped = threading.Event()
    process = subprocess.Popen(
        # -P: what lies in the folder we were started in is not imported.
        [sys.executable, "-P", "-B", "-m", "assistant.adapters.ingest.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )

    def stop() -> None:
        stopped.set()
        process.kill()

    clock = threading.Timer(seconds, stop)
    clock.daemon = True
    clock.start()
    try:
        with process:
            try:
                yield process, stopped
            finally:
                process.kill()
    finally:
        clock.cancel()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": str(_HERE), "PYTHONUTF8": "1"}


def _hand_over(stdin: IO[bytes] | None, order: dict[str, Any], data: bytes) -> None:
    if stdin:
        with suppress(OSError), stdin:  # it may be gone; reading its answer will tell
            stdin.write(json.dumps(order).encode("utf-8") + b"\n")
            stdin.write(data)


def _heard(stdout: IO[bytes] | None, progress: Progress | None) -> Reading:
    """What it read. Raises DocumentRefused as it says, EOFError when it says nothing more."""
    for raw in stdout or ():
        line = json.loads(raw) if raw.endswith(b"\n") else {}
        if "done" in line and progress:
            progress(*line["done"])
        if "refused" in line:
            raise refusal(line["refused"], **line["facts"])
        if "read" in line:
            read = line["read"]
            cuts = tuple(Cut(**cut) for cut in read["cuts"])
            return Reading(read["media"], read["pages"], cuts)
    raise EOFError
