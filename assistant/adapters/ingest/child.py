"""The reading process: one file in on standard input, JSON lines out, then it is over.

    python -P -m assistant.adapters.ingest.child

In: a line of JSON with `ending` and `limits`, then the bytes of the file. Out: `{"done": [pages,
of]}` for every page, then `{"read": …}` or `{"refused": reason, "facts": {…}}`. It may be killed at
any moment and leaves nothing behind: it opens no file by name and may write none.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from assistant.adapters.ingest.extracting import extract
from assistant.adapters.ingest.limits import Limits
from assistant.errors import DocumentRefused

_MORE_SECONDS = 5  # of processor time than of the clock: for when nobody is left to stop us


def main() -> None:
    """See the module."""
    say = _own_voice()
    order = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**order["limits"])
    _confine(limits)
    say(_answer(order["ending"], limits, lambda done, of: say({"done": [done, of]})))


def _own_voice() -> Callable[[dict[str, Any]], None]:
    """A way to say things that no parser which prints can talk through."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(line: dict[str, Any]) -> None:
        out.write(json.dumps(line, ensure_ascii=False).encode("utf-8") + b"\n")
        out.flush()

    return say


def _answer(ending: str, limits: Limits, said: Callable[[int, int], None]) -> dict[str, Any]:
    try:
        return {"read": asdict(extract(sys.stdin.buffer.read(), ending, limits, said))}
    except DocumentRefused as refused:
        return {"refused": refused.reason, "facts": refused.facts}
    except MemoryError:
        return {"refused": "too_much_memory", "facts": {}}
    # A parser may raise anything on what it cannot read. Its words stay here: they may quote.
    except Exception as wrong:  # noqa: BLE001
        return {"refused": "damaged", "facts": {"detail": type(wrong).__name__}}


def _confine(limits: Limits) -> None:
    """Memory and processor time within limits, no file written, everybody else first."""
    with suppress(OSError, AttributeError):  # Windows has no such thing
        os.nice(10)
    try:
        import resource
    except ImportError:
        return
    seconds = int(limits.seconds) + _MORE_SECONDS
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):  # macOS refuses some, and the clock remains
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
