"""Coding by a model, recoding and agreement, as a person at a terminal meets them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.sql import SqlStore, open_store
from assistant.records import Coder
from assistant.steps.rereading import every_answer
from tests.chat_server import PROSE, ChatServer, Fails, Says, Step, chat_server, nobody, tag
from tests.chat_server import coding as written
from tests.indexed import SHARED_INDEX
from tests.integration.stories import begin, coding, interview, said, turn
from tests.integration.stories import tag as seen
from tests.integration.test_cli import ROOT, run
from tests.slow_taggers import until

STORY = "Ik kreeg weer een nieuwe begeleider"
FOUND = Says(written(tag("een nieuwe", "relational")))


def _store(data: Path) -> SqlStore:
    return open_store(f"sqlite:///{data / 'lange-adem.sqlite'}")


def _told(data: Path, *texts: str, consent: str = "consent.v2:coding=here/llama-3.1%3A8b") -> None:
    """An interview with these answers, not coded yet, of who agreed to a model on this machine."""
    store = _store(data)
    store.create(interview().model_copy(update={"consent": consent}), turn(0), "code")
    for seq, text in enumerate(texts):
        store.record_answer("anna", seq, said(text))
        store.move_on("anna", turn(seq + 1))
    store.close()


def _env(url: str) -> dict[str, str]:
    return {"LANGE_ADEM_CHAT_MODEL": "llama-3.1:8b", "LANGE_ADEM_CHAT_URL": url}


def _coders(data: Path) -> list[list[Coder]]:
    store = _store(data)
    found = [[one.made_by for one in answer.codings] for answer in every_answer(store)]
    store.close()
    return found


def test_retagging_by_what_ships_with_us(tmp_path: Path) -> None:
    """One line of JSON says what was done; a second time there is nothing to do."""
    _told(tmp_path, STORY, "Niets bijzonders.")
    done = run("retag", data=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    facts = json.loads(done.stdout)
    counts = {"answers": 2, "had": 0, "coded": 2, "given_up": 0}
    assert {name: facts[name] for name in counts} == counts
    assert facts["origin"] == "embedded"
    maker = Coder(**{field: facts[field] for field in Coder.model_fields})
    assert _coders(tmp_path) == [[maker]] * 2
    again = json.loads(run("retag", "--origin", "embedded", data=tmp_path).stdout)
    assert (again["had"], again["coded"]) == (2, 0)


def test_retagging_by_a_model(tmp_path: Path) -> None:
    """Each answer is asked about once, and what the model makes no coding of is said."""
    _told(tmp_path, STORY, f"{STORY} en weer een", "Niets bijzonders.")

    def does(text: str) -> Step:
        return PROSE if text.startswith("Niets") else FOUND

    with chat_server() as server:
        server.answers(does)
        done = run("retag", "--origin", "model", data=tmp_path, **_env(server.url))
        asked = [one.text for one in server.requests]
    facts = json.loads(done.stdout)
    assert (done.returncode, facts["origin"]) == (1, "model:llama-3.1:8b")
    assert (facts["answers"], facts["coded"], facts["given_up"]) == (3, 2, 1)
    assert "1 answers got no coding" in done.stderr
    assert STORY not in done.stderr
    assert sorted(asked) == sorted([STORY, f"{STORY} en weer een", *["Niets bijzonders."] * 2])
    assert [len(made) for made in _coders(tmp_path)] == [1, 1, 0]


def test_a_model_gets_no_answer_of_who_agreed_to_other_terms(tmp_path: Path) -> None:
    """That is said, and the model is not asked."""
    _told(tmp_path, STORY, consent="consent.v2:coding=api.example.org/llama-3.1%3A8b")
    with chat_server() as server:
        done = run("retag", "--origin", "model", data=tmp_path, **_env(server.url))
        assert server.requests == []
    facts = json.loads(done.stdout)
    assert (facts["answers"], facts["coded"], facts["withheld"]) == (1, 0, 1)
    assert "1 answers were not shown to the model" in done.stderr


def test_retagging_by_a_model_needs_one(tmp_path: Path) -> None:
    """Without one it says which setting, and what needs none; nothing waits then."""
    _told(tmp_path, STORY)
    done = run("retag", "--origin", "model", data=tmp_path)
    assert done.returncode == 1
    assert "LANGE_ADEM_CHAT_MODEL" in done.stderr
    assert "--origin embedded" in done.stderr


def test_retagging_without_a_store_is_said(tmp_path: Path) -> None:
    """As everywhere."""
    (tmp_path / "lange-adem.sqlite").write_bytes(b"geen database" * 100)
    done = run("retag", data=tmp_path)
    assert done.returncode == 1
    assert "lange-adem.sqlite" in done.stderr


def _coded_by_three(data: Path) -> None:
    """Four answers, coded by the tagger, a model and (two of them) the person."""
    relational = seen("relational", "discontinuity", 0, 2)
    by_tagger = [[relational], [relational], [], []]
    by_model = [[relational], [relational], [relational], []]
    _told(data, *[STORY] * 4)
    store = _store(data)
    for seq in range(4):
        store.add_coding("anna", seq, coding("embedded", *by_tagger[seq]))
        store.add_coding("anna", seq, coding("model:m", *by_model[seq]))
    for seq in range(2):
        store.add_coding("anna", seq, coding("participant", relational))
    store.close()


def _relational(facts: dict[str, Any]) -> dict[str, Any]:
    (found,) = [one for one in facts["levels"] if one["level"] == "relational"]
    assert isinstance(found, dict)
    return found


def test_agreement_of_two_coders(tmp_path: Path) -> None:
    """As JSON: figures, and null where there is none; with the versions that coded."""
    _coded_by_three(tmp_path)
    done = run("agreement", "embedded", "model", "--json", data=tmp_path)
    assert "NaN" not in done.stdout
    facts = json.loads(done.stdout)
    presence, polarity = (_relational(facts)[on] for on in ("presence", "polarity"))
    assert (facts["answers"], presence["n"], presence["agreement"]) == (4, 4, 0.75)
    assert (presence["kappa"], polarity["n"]) == (0.5, 2)
    assert (polarity["agreement"], polarity["kappa"], polarity["alpha"]) == (1.0, None, None)
    assert presence["prevalence"] == {
        "embedded": {"absent": 0.5, "present": 0.5},
        "model": {"absent": 0.25, "present": 0.75},
    }
    made = {"origin": "model:m", "codebook": "levels.v1", "version": "v1", "answers": 4}
    assert facts["coders"]["model"] == [made]


def test_agreement_to_read(tmp_path: Path) -> None:
    """A table; what participants did not check is said not to be in it; undefined is a word."""
    _coded_by_three(tmp_path)
    table = run("agreement", "participant", "embedded", data=tmp_path).stdout
    assert "coded by both participant and embedded: 2" in table
    assert "only coded what they checked" in table
    assert "undefined" in table
    assert "nan" not in table.lower()
    assert "only coded what" not in run("agreement", "model", "embedded", data=tmp_path).stdout
    assert "what they checked" in " ".join(run("agreement", "-h", data=tmp_path).stdout.split())


def test_agreement_without_answers_is_no_error(tmp_path: Path) -> None:
    """Nothing that both coded: everything is undefined."""
    facts = json.loads(run("agreement", "embedded", "researcher:x", "--json", data=tmp_path).stdout)
    assert facts["answers"] == 0
    assert {one[on]["kappa"] for one in facts["levels"] for on in ("presence", "polarity")} == {
        None
    }


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    """A word that names nobody, and a coder with itself."""
    unknown = run("agreement", "embedded", "robots", data=tmp_path)
    assert (unknown.returncode, "robots" in unknown.stderr) == (2, True)
    same = run("agreement", "model", "model:m", data=tmp_path)
    assert (same.returncode, "the same coding" in " ".join(same.stderr.split())) == (2, True)


def _doctor(data: Path, url: str) -> tuple[int, str]:
    done = run("doctor", data=data, **_env(url), LANGE_ADEM_CODING_SECONDS="10")
    return done.returncode, done.stdout


def test_doctor_asks_the_model(tmp_path: Path) -> None:
    """Well, failing or away: said with what to do; and what waits for it is no complaint."""
    with chat_server() as server:
        server.says(written())
        _let_wait(tmp_path, server)
        told = _doctor(tmp_path, server.url)[1]
        assert "ok     model" in told
        assert "wait for the model: 1, given up: 1" in told
        assert "retag --origin model" in told
        server.says(Fails("status", 401))
        status, told = _doctor(tmp_path, server.url)
        assert (status, "WRONG  model" in told) == (1, True)
        assert "LANGE_ADEM_CHAT_KEY" in told
    with nobody() as url:
        status, told = _doctor(tmp_path, url)
    assert (status, "LANGE_ADEM_CHAT_URL" in told) == (1, True)


def _let_wait(data: Path, server: ChatServer) -> None:
    """Let one answer wait for the model as it is set, and one be given up."""
    coder = _model_as_set(data, server)
    store = _store(data)
    begin(store)
    for seq in range(2):
        store.record_answer("anna", seq, said(STORY))
        store.move_on("anna", turn(seq + 1), due=[(seq, coder)])
    store.queue.alive("w", 60)
    store.queue.give_up("w", store.queue.claim("w", coder, 1)[0])
    store.close()


def _model_as_set(data: Path, server: ChatServer) -> Coder:
    done = run("retag", "--origin", "model", data=data, **_env(server.url))
    facts = json.loads(done.stdout)
    return Coder(**{field: facts[field] for field in Coder.model_fields})


def test_doctor_needs_no_model(tmp_path: Path) -> None:
    """None is set: that is said to be well, and nothing of what waits."""
    done = run("doctor", data=tmp_path)
    assert "ok     model: none is needed" in done.stdout
    assert "note" not in done.stdout


@contextmanager
def _served(data: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """`lange-adem serve`, up, with a model at `url`; ended if it is not when the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if "LANGE_ADEM" not in name}
    places = {"PYTHONPATH": str(ROOT), "LANGE_ADEM_DATA_DIR": str(data)}
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "serve", "--port", str(port)],
            cwd=data,
            stdout=log,
            stderr=log,
            env={**clean, **places, "LANGE_ADEM_INDEX_DIR": str(SHARED_INDEX), **_env(url)},
        )
    try:
        until(lambda: _answers(f"http://127.0.0.1:{port}/healthz") or process.poll() is not None)
        yield process
    finally:
        process.kill()
        process.wait(10)
    assert b"Traceback" not in (data / "log").read_bytes()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM on Windows")
def test_who_serves_the_page_codes_what_waits_until_it_is_stopped(tmp_path: Path) -> None:
    """Each answer once; and what the model is at when the server stops waits for another."""
    slow = f"{STORY} en weer een"
    with chat_server() as server:
        coder = _model_as_set(tmp_path, server)
        server.answers(lambda text: Fails("hang", seconds=20) if text == slow else FOUND)
        _told(tmp_path, STORY, slow)
        store = _store(tmp_path)
        store.queue.enqueue("anna", [0, 1], coder)
        with _served(tmp_path, server.url) as process:
            until(lambda: coder in [one.made_by for one in store.codings("anna").get(0, ())])
            until(lambda: len(server.requests) == 2)
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        assert len(server.requests) == 2
    counts = store.queue.counts(coder)
    assert (counts.waiting, counts.under_way, counts.given_up) == (1, 0, 0)
    store.close()
