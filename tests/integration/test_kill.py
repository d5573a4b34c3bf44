"""Kill -9 between any two steps of a turn loses nothing that was acknowledged."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import session
from tests.integration.doomed import hold, house_on, text_for

# Six turns make some fifty calls to the ports; the first thirty hold every step of a turn with a
# tap, a question, a probe and a topic's end.
MOMENTS = [(calls, when) for calls in range(1, 31) for when in ("before", "after")]


def _die(folder: Path, calls: int, when: str) -> tuple[str, list[str]]:
    """Run the doomed process; its database's URL and what it said before it was killed."""
    url = f"sqlite:///{folder / f'{when}{calls}.sqlite'}"
    died = subprocess.run(
        [sys.executable, "-m", "tests.integration.doomed", url, str(calls), when],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == -9, died.stderr
    return url, died.stdout.splitlines()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_kill_between_any_two_steps(tmp_path: Path) -> None:
    """For each of 60 moments: every acknowledged answer is there once, and it ends well."""
    with ThreadPoolExecutor(2) as pool:
        deaths = list(pool.map(lambda moment: _die(tmp_path, *moment), MOMENTS))
    for url, said in deaths:
        house = house_on(url)
        interview_id, *kept = said
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
        assert ended.interview.status == "finished"
        told = [t for t in ended.turns if t.answer and t.answer.kind == "text"]
        assert [t.answer.text for t in told if t.answer] == [text_for(t.seq) for t in told]
        assert all(t.seq in ended.codings for t in told)
