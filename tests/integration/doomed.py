"""A process that holds an interview and is killed (-9) at its n-th call to the outside world.

    python -m tests.integration.doomed URL INTERVIEW N before|after

Goes on with an interview until it is killed or at the close. Prints a line `kept <seq> <text>` for
every answer once it is acknowledged, and `dying at <call>` before it is killed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant import session
from assistant.adapters.sql import open_store
from assistant.house import House
from assistant.records import Coder, Reply
from tests.fakes import OnePassage, WordRedactor, WordTagger, house_of_fakes

SLOW = Coder(origin="model:m", codebook="codebook.v0", version="v1")


class Countdown:
    """Kills this process at the n-th call, before or after it is carried out."""

    def __init__(self, calls: int, when: str) -> None:
        self.left = calls
        self._when = when

    def around(self, call: Callable[..., Any], *args: object, **named: object) -> object:
        """Carry out one call, or die at it."""
        self.left -= 1
        if self.left == 0:
            print(f"dying at {call.__name__}", flush=True)
        if self.left == 0 and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*args, **named)
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


class Mortal:
    """A port whose every call counts."""

    def __init__(self, port: object, countdown: Countdown) -> None:
        self._port, self._countdown = port, countdown

    def __getattr__(self, name: str) -> object:
        found = getattr(self._port, name)
        if not callable(found):
            return found
        return lambda *args, **named: self._countdown.around(found, *args, **named)


def house_on(url: str) -> House:
    """Real texts, a real store and its queue; the other ports are fakes."""
    store = open_store(url)
    return replace(house_of_fakes(slow_coder=SLOW), store=store, queue=store.queue)


def mortal(house: House, countdown: Countdown) -> House:
    """The same house, with every port counted."""
    ports: dict[str, Any] = {
        "store": Mortal(house.store, countdown),
        "redactor": Mortal(WordRedactor(), countdown),
        "tagger": Mortal(WordTagger(), countdown),
        "retriever": Mortal(OnePassage(), countdown),
    }
    return replace(house, **ports)


def text_for(seq: int) -> str:
    """What is told at turn `seq`: short, so that probes come too, and coded, so that checks do."""
    return f"weer een nieuwe gezicht nummer {seq}"


def hold(house: House, interview_id: str, turns: int) -> None:
    """Answer so many turns, whatever they ask, and say so after each."""
    for _ in range(turns):
        view = session.resume(house, interview_id)
        waiting = view.waiting
        if waiting.move.kind == "close":
            return
        if waiting.move.options:
            chosen = (waiting.move.options[0].id,)
            reply = Reply(seq=waiting.seq, kind="choice", choices=chosen)
        else:
            reply = Reply(seq=waiting.seq, kind="text", text=text_for(waiting.seq))
        session.take_turn(house, view, reply)
        print(f"kept {waiting.seq} {reply.text}", flush=True)


def main() -> None:
    """See the module."""
    url, interview_id, calls, when = sys.argv[1:]
    countdown = Countdown(int(calls), when)
    hold(mortal(house_on(url), countdown), interview_id, turns=60)


if __name__ == "__main__":
    main()
