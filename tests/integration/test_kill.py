"""Kill -9 between any two steps of a turn loses nothing that was acknowledged."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import session
from tests.integration.doomed import SLOW, hold, house_on, text_for

# Where an interview stands when the doomed process takes it up, in turns answered before, and at
# which calls it dies: the first turns, the end of a topic with its passage, and from the last
# check through quotation to the close.
STANDS = {0: range(1, 17), 6: range(1, 17), 25: range(1, 12)}


def _prepared(folder: Path, answered: int) -> tuple[Path, str]:
    """An interview on disk that stands after so many answers."""
    path = folder / f"stands-at-{answered}.sqlite"
    house = house_on(f"sqlite:///{path}")
    interview_id = session.begin(house, "resident", "nl").view.interview.id
    hold(house, interview_id, turns=answered)
    house.store.close()  # type: ignore[attr-defined] # SqlStore's: so that one file holds it all
    return path, interview_id


def _die(prepared: Path, interview_id: str, calls: int, when: str) -> tuple[str, list[str]]:
    """Run the doomed process on a copy; the copy's URL and what was said before the end."""
    path = prepared.with_name(f"{prepared.stem}-{when}-{calls}.sqlite")
    shutil.copy(prepared, path)
    url = f"sqlite:///{path}"
    died = subprocess.run(
        [sys.executable, "-m", "tests.integration.doomed", url, interview_id, str(calls), when],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == -9, died.stderr
    return url, died.stdout.splitlines()


def _is_whole(url: str, interview_id: str, kept: list[str]) -> None:
    """Resumed, every acknowledged answer is there once; and it can be held to a good end."""
    house = house_on(url)
    view = session.resume(house, interview_id)
    assert [turn.seq for turn in view.turns] == list(range(len(view.turns)))
    assert all(turn.answer for turn in view.turns[:-1])
    for line in kept:
        _, seq, text = line.split(" ", 2)
        answer = view.turns[int(seq)].answer
        assert answer is not None
        assert answer.text == text
    hold(house, interview_id, turns=60)
    ended = session.resume(house, interview_id)
    assert (ended.interview.status, ended.interview.quotable) == ("finished", True)
    told = [turn for turn in ended.turns if turn.answer and turn.answer.kind == "text"]
    assert [t.answer.text for t in told if t.answer] == [text_for(t.seq) for t in told]
    assert {ended.codings[turn.seq].origin for turn in told} == {"participant"}
    assert house.queue.counts(SLOW).waiting == len(told)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("answered", STANDS)
def test_kill_between_any_two_steps(tmp_path: Path, answered: int) -> None:
    """For each moment of the turns from here on: nothing acknowledged is lost, and it ends well.

    What a model is to code waits for it then, each answer once.
    """
    prepared, interview_id = _prepared(tmp_path, answered)
    moments = [(calls, when) for calls in STANDS[answered] for when in ("before", "after")]
    with ThreadPoolExecutor(2) as pool:
        deaths = list(pool.map(lambda m: _die(prepared, interview_id, *m), moments))
    died_at = set()
    for url, said in deaths:
        died_at.add(said[-1].removeprefix("dying at "))
        _is_whole(url, interview_id, [line for line in said if line.startswith("kept ")])
    expected = {0: {"turns"}, 6: {"redact", "tag", "search"}, 25: {"set_status"}}
    assert died_at >= expected[answered] | {"record_answer", "move_on"}, died_at
