"""The whole eval by its command: the tagger that ships, the words, and a model over HTTP."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.errors import SettingsError
from evals.__main__ import app
from evals.case_files import CaseFileError
from evals.tagging.bars import SECONDS
from evals.tagging.baseline import KeywordTagger, read_keywords
from tests.chat_server import PROSE, ChatServer, Step, chat_server, coding, tag
from tests.fakes import CORPUS

WORDS = KeywordTagger(read_keywords())
MODEL = "toy-1"
# Each stem of keywords.yaml stands in each but once, so that a quote can only be found there.
TEXTS = (
    "De gemeente stopt met de subsidie en mijn begeleider is weg.",
    "Door de werkdruk is de helft van het team ziek.",
    "Al jaren dezelfde buurvrouw van de thuiszorg.",
    "Het regent pijpenstelen in Assen.",
)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """An endpoint that finds what the list of words finds."""
    with chat_server() as serving:
        serving.answers(_as_the_words)
        yield serving


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of cases; the texts and settings that ship, but few training statements."""
    shutil.copytree(CORPUS / "essay", tmp_path / "corpus" / "essay")
    shutil.copy(CORPUS / "manifest.yaml", tmp_path / "corpus")
    (tmp_path / "corpus" / "statements").mkdir()
    taught = tmp_path / "corpus" / "statements" / "few.jsonl"
    taught.write_text(json.dumps({"text": "Al jaren dezelfde buurvrouw van de zorg."}), "utf-8")
    monkeypatch.setenv("LANGE_ADEM_CORPUS_DIR", str(tmp_path / "corpus"))
    monkeypatch.delenv("LANGE_ADEM_CHAT_MODEL", raising=False)
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(f"{json.dumps(_line(n))}\n" for n in range(len(TEXTS))), "utf-8")
    return path


def test_the_model_is_asked_over_http(
    server: ChatServer, cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets the figures of the words that it says the same as; the report says who answered."""
    _set_model(monkeypatch, server.url)
    page = tmp_path / "report.md"
    done = CliRunner().invoke(
        app, ["tagging", "--json", "--model", "--cases", str(cases), "--page", str(page)]
    )
    found = json.loads(done.stdout)
    assert done.exit_code == _slow(found)
    address = server.url.removeprefix("http://").removesuffix("/v1")
    assert found["facts"]["model"] == f"model:{MODEL} at {address}"
    assert found["facts"]["training statements"] == 1
    (one,) = found["roles"]["given"]
    assert [duplicate["id"] for duplicate in one["near_duplicates"]] == ["m2"]
    scores = one["parts"][0]["scores"]
    assert set(scores) == {"embedded", "keyword", f"model:{MODEL}"}
    assert scores[f"model:{MODEL}"] == scores["keyword"]
    assert scores["keyword"]["levels"]["policy"]["recall"]["value"] == 1.0
    assert {asked.text for asked in server.requests} == set(TEXTS)
    assert found["timing"]["batch"]["seconds"] > 0
    assert f"model:{MODEL} at {address}" in page.read_text("utf-8")


def test_what_the_model_fails_on_is_unscored(
    server: ChatServer, cases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted by name, in none of its figures, and no reason to fail."""
    _set_model(monkeypatch, server.url)
    server.answers(lambda text: PROSE if "werkdruk" in text else _as_the_words(text))
    done = CliRunner().invoke(
        app, ["tagging", "--json", "--model", "--cases", str(cases), "--mistakes", "0"]
    )
    found = json.loads(done.stdout)
    assert done.exit_code == _slow(found)
    (one,) = found["roles"]["given"]
    assert one["errors"] == {
        "embedded": {},
        "keyword": {},
        f"model:{MODEL}": {"ModelMisbehaved": 1},
    }
    score = one["parts"][0]["scores"][f"model:{MODEL}"]
    assert (score["scored"], score["unscored"]) == (2, 1)
    assert found["mistakes"] == []


def test_without_a_model_there_is_none_to_ask(cases: Path) -> None:
    """The message names the setting."""
    done = CliRunner().invoke(app, ["tagging", "--model", "--cases", str(cases)])
    assert isinstance(done.exception, SettingsError)
    assert "LANGE_ADEM_CHAT_MODEL" in str(done.exception)


def test_a_broken_file_is_told_before_anything_is_tagged(tmp_path: Path) -> None:
    """The mistake with its line comes out as the error the command line prints."""
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps({**_line(0), "weight": 1}), "utf-8")
    done = CliRunner().invoke(app, ["tagging", "--cases", str(path)])
    assert isinstance(done.exception, CaseFileError)
    assert str(done.exception) == "some.jsonl: line 1: weight: Extra inputs are not permitted"


def _slow(found: dict[str, Any]) -> int:
    """The exit status that is due to a busy machine alone."""
    return int(found["timing"]["batch"]["seconds"] > SECONDS)


def _as_the_words(text: str) -> Step:
    said = WORDS.tag(text)
    return coding(
        *(
            tag(text[one.start : one.end], one.level, one.polarity, confidence=one.confidence)
            for one in said
        )
    )


def _set_model(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LANGE_ADEM_CHAT_MODEL", MODEL)
    monkeypatch.setenv("LANGE_ADEM_CHAT_URL", url)


def _line(number: int) -> dict[str, Any]:
    """A case of which gold has policy for the first text, and nothing for all others."""
    mark = {"level": "policy", "polarity": "discontinuity", "code": None, "start": 0, "end": 11}
    return {
        "id": f"m{number}",
        "hand": "me",
        "voice": "resident",
        "lang": "nl",
        "text": TEXTS[number],
        "kind": "interview",
        "gold": [mark] if number == 0 else [],
        "first": [],
        "second": [],
    }
