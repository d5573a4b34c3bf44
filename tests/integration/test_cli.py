"""The command line, as a person at a terminal meets it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.indexed import SHARED_INDEX

ROOT = Path(__file__).parents[2]
STORY = (
    "Vorig jaar ging mijn begeleider van het wijkteam weg en toen kreeg ik weer een nieuwe. "
    "Ik moest alles opnieuw vertellen."
)


def run(
    *words: str, data: Path, stdin: str | bytes = "", **env: str
) -> subprocess.CompletedProcess[str]:
    """`lange-adem` with these words, its data in a folder of its own, and no tracebacks."""
    sent = stdin if isinstance(stdin, bytes) else stdin.encode()
    clean = {name: value for name, value in os.environ.items() if "LANGE_ADEM" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        input=sent,
        capture_output=True,
        timeout=120,
        check=False,
        cwd=data,
        env={
            **clean,
            "PYTHONPATH": str(ROOT),
            "LANGE_ADEM_DATA_DIR": str(data),
            "LANGE_ADEM_INDEX_DIR": str(SHARED_INDEX),
            **env,
        },
    )
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    assert "Traceback" not in err + out, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def _events(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("role", ["resident", "professional", "official"])
def test_a_headless_interview_is_whole(tmp_path: Path, role: str) -> None:
    """From consent to close as events: begun with a code, every answer noted, finished."""
    answers = tmp_path / "answers.txt"
    answers.write_text("\n".join([STORY] * 20), "utf-8")
    done = run("interview", "--role", role, "--answers", "answers.txt", "--json", data=tmp_path)
    events = _events(done)
    kinds = [event["event"] for event in events]
    assert kinds[0] == "begin"
    assert kinds[-1] == "end"
    assert len(str(events[0]["code"])) == 19
    assert events[-1]["status"] == "finished"
    told = [e for e in events if e["event"] == "answer" and e["kind"] == "text"]
    assert len(told) >= 5
    assert all(event["noted"] for event in told)
    assert any(event.get("citation") for event in events if event["event"] == "move")


def test_english_interviews_are_in_english(tmp_path: Path) -> None:
    """With --lang en no Dutch question is put."""
    (tmp_path / "a").write_text("My worker left last year and I had to start again.\n" * 12)
    done = run(
        *("interview", "--role", "resident", "--lang", "en", "--answers", "a", "--json"),
        data=tmp_path,
    )
    asked = " ".join(str(e["text"]) for e in _events(done) if e["event"] == "move")
    assert " you " in asked
    assert " u " not in asked


def test_tagging_a_thousand_statements_takes_seconds(tmp_path: Path) -> None:
    """1,000 lines in, 1,000 lines out in order, spans inside the text, in under five seconds."""
    lines = [json.dumps({"id": n, "text": f"{STORY} ({n})"}) for n in range(1000)]
    began = time.perf_counter()
    done = run("tag", "-", data=tmp_path, stdin="\n".join(lines))
    assert time.perf_counter() - began < 5
    coded = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in coded] == list(range(1000))
    assert "relational" in coded[0]["levels"]
    for tag in coded[0]["tags"]:
        assert {"level", "code", "polarity", "start", "end", "confidence", "origin"} == set(tag)
        assert 0 <= tag["start"] < tag["end"] <= len(coded[0]["text"])


def test_a_bad_line_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    """Not JSON, not an object, no text, too deep: named by number, exit status 1, the rest done."""
    lines = [
        '{"id": 1, "text": "weer een nieuwe begeleider"}',
        "{kapot",
        "[1, 2]",
        '{"id": 4}',
        '{"id": 5, "text": 5}',
        "[" * 100_000,
        '{"id": 7, "text": "half \\ud83d paar en \\u0000"}',
        '{"id": 8, "text": ""}',
    ]
    done = run(
        "tag", "-", data=tmp_path, stdin="\n".join(lines).encode() + b'\n{"id": 9, "text": "\xff"}'
    )
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 7, 8, 9]
    for number in (2, 3, 4, 5, 6):
        assert f"line {number}:" in done.stderr


def test_redacting(tmp_path: Path) -> None:
    """Identifiers become placeholders; spans point into the input."""
    text = "Mail mij op jan@example.nl of bel 06-12345678."
    done = run("redact", "-", data=tmp_path, stdin=json.dumps({"id": "a", "text": text}))
    line = json.loads(done.stdout)
    assert "jan@example.nl" not in line["text"]
    assert "12345678" not in line["text"]
    assert [text[span["start"] : span["end"]] for span in line["spans"]] == [
        "jan@example.nl",
        "06-12345678",
    ]


def test_searching(tmp_path: Path) -> None:
    """A question finds passages with their place; nonsense finds none; lines work too."""
    found = json.loads(run("search", "aanbestedingen zorgen voor onrust", data=tmp_path).stdout)
    first = found["passages"][0]
    assert set(first) == {"id", "text", "source", "page", "footnotes", "score"}
    lines = '{"id": 1, "query": "zzz qqq"}\n{"id": 2, "query": "aanbestedingen"}'
    done = run("search", "-", "--k", "2", data=tmp_path, stdin=lines)
    nothing, some = (json.loads(line) for line in done.stdout.splitlines())
    assert nothing["passages"] == []
    assert 1 <= len(some["passages"]) <= 2


def test_a_search_says_why_to_whom_asks(tmp_path: Path) -> None:
    """Words and expansions by hand with --why; the columns of the contract and no more without."""
    query = "weer een andere begeleider aan de deur"
    plain = json.loads(run("search", query, data=tmp_path).stdout)["passages"][0]
    assert list(plain) == ["id", "text", "source", "page", "footnotes", "score"]
    why = json.loads(run("search", query, "--why", data=tmp_path).stdout)["passages"][0]["why"]
    assert {"expansion"} < {reason["kind"] for reason in why}
    assert all(reason["hand"] for reason in why if reason["found"].count(" ") > 3)


def test_a_document_is_added_found_and_removed(tmp_path: Path) -> None:
    """From the command line, with a wrong key and a missing file told and nothing added."""
    (tmp_path / "verslag.md").write_text("# Verslag\n\nDe giraffe kreeg een kalfje.\n", "utf-8")
    for words in (("verslag.md", "--key", "hagerty2003"), ("geen.pdf", "--key", "haggerty2003")):
        refused = run("corpus", "add", *words, data=tmp_path)
        assert (refused.returncode, "Nothing was added" in refused.stderr) == (1, True)
    assert json.loads(run("corpus", "status", "--json", data=tmp_path).stdout)["documents"] == 0
    added = run("corpus", "add", "verslag.md", "--key", "haggerty2003", data=tmp_path)
    assert added.returncode == 0, added.stderr
    (found,) = json.loads(run("search", "giraffe kalfje", data=tmp_path).stdout)["passages"]
    assert found["text"] == "De giraffe kreeg een kalfje."
    assert found["source"].startswith("Haggerty")
    listed = run("corpus", "list", "--json", data=tmp_path).stdout.splitlines()
    (has,) = [line for line in map(json.loads, listed) if line["documents"]]
    removed = run("corpus", "remove", has["ids"][0], data=tmp_path)
    assert removed.returncode == 0, removed.stderr
    assert json.loads(run("search", "giraffe kalfje", data=tmp_path).stdout)["passages"] == []


def test_who_invents_anew_is_pointed_to_the_databanks(tmp_path: Path) -> None:
    """After the passage on it, in the terminal: where ways of working that were studied are."""
    story = "Wij vinden hier elke keer zelf het wiel uit, terwijl er databanken vol kennis zijn."
    typed = "ja\n1\n1\n" + f"{story}\n" * 12
    done = run("interview", "--role", "professional", data=tmp_path, stdin=typed)
    assert "Trimbos-instituut: " in done.stdout, done.stdout[-2000:]


def test_coming_back_and_withdrawing_by_code(tmp_path: Path) -> None:
    """An interview stopped in the terminal goes on by its code, and is gone after `forget`."""
    (tmp_path / "a").write_text("stoppen\n")
    begun = _events(
        run("interview", "--role", "resident", "--answers", "a", "--json", data=tmp_path)
    )
    code = str(begun[0]["code"])
    (tmp_path / "b").write_text(f"{STORY}\n" * 15)
    ended = _events(run("interview", "--resume", code, "--answers", "b", "--json", data=tmp_path))
    assert ended[-1]["status"] == "finished"
    assert run("forget", code, "--yes", data=tmp_path).returncode == 0
    gone = run("interview", "--resume", code, "--answers", "b", "--json", data=tmp_path)
    assert gone.returncode == 1
    assert "code" in gone.stderr


def test_a_person_at_the_keyboard(tmp_path: Path) -> None:
    """Consent is asked first; a no begins nothing; a yes begins; end of input stops politely."""
    refused = run("interview", "--role", "resident", data=tmp_path, stdin="nee\n").stdout
    assert "[0/" not in refused
    assert "Er is niets bewaard" in refused
    done = run("interview", "--role", "resident", data=tmp_path, stdin="ja\n1\n\n99\noverslaan\n")
    assert done.returncode == 0
    assert "[0/" in done.stdout
    assert "Uw code" in done.stdout


@pytest.mark.parametrize(
    ("words", "env", "said"),
    [
        (("doctor",), {"LANGE_ADEM_PORT": "veel"}, "LANGE_ADEM_PORT"),
        (("doctor",), {"LANGE_ADEM_DATABASE_URL": "mysql://x"}, "LANGE_ADEM_DATABASE_URL"),
        (("doctor",), {"LANGE_ADEM_DATA_DIR": "/dev/null/x"}, "store"),
        (("interview", "--role", "resident"), {"LANGE_ADEM_DATA_DIR": "/dev/null/x"}, "store"),
        (("tag", "nergens.jsonl"), {}, "nergens.jsonl"),
        (("interview",), {}, "--role"),
        (("interview", "--role", "koning"), {}, "koning"),
        (("forget", "0000"), {}, "code"),
        (("doctor",), {"LANGE_ADEM_PROMPTS_DIR": "nergens"}, ".yaml"),
        (("doctor",), {"LANGE_ADEM_CORPUS_DIR": "nergens"}, "paragraphs.yaml"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, words: tuple[str, ...], env: dict[str, str], said: str
) -> None:
    """A wrong setting, folder, file, role or code: a sentence that names it, and status 1 or 2."""
    done = run(*words, data=tmp_path, **env)
    assert done.returncode in (1, 2)
    assert said in done.stdout + done.stderr


def test_what_others_keep_in_the_env_file_is_theirs(tmp_path: Path) -> None:
    """Keys without our prefix, and the switch for tracebacks, are no mistake."""
    (tmp_path / ".env").write_text("OPENAI_API_KEY=x\nPGHOST=y\nLANGE_ADEM_DEBUG=1\n")
    assert run("redact", "-", data=tmp_path, stdin='{"text": "dag"}').returncode == 0


def test_serving_without_a_store_is_said_before_anything_starts(tmp_path: Path) -> None:
    """A folder that cannot be, or a file that is no store: one sentence and status 1."""
    done = run("serve", "--port", "0", data=tmp_path)
    assert done.returncode == 2
    (tmp_path / "lange-adem.sqlite").write_bytes(b"geen database" * 100)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = run("serve", "--port", str(port), data=tmp_path)
    assert done.returncode == 1
    assert "lange-adem.sqlite" in done.stderr


def test_an_answers_file_from_windows_is_read(tmp_path: Path) -> None:
    """A byte order mark before the first line is not part of the first answer."""
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf1\r\nstoppen\r\n")
    done = run("interview", "--role", "resident", "--answers", "a", "--json", data=tmp_path)
    answers = [event for event in _events(done) if event["event"] == "answer"]
    assert answers[0]["kind"] == "choice"


@pytest.mark.parametrize(
    "content", [b"LANGE_ADEM_PORT=99999999", b"LANGE_ADEM_PROT=80", b"\xff\xfe\x00kapot"]
)
def test_a_broken_env_file_is_said(tmp_path: Path, content: bytes) -> None:
    """A value out of range, a misspelt name, a file that is not text."""
    (tmp_path / ".env").write_bytes(content)
    done = run("doctor", data=tmp_path)
    assert done.returncode == 1
    assert ".env" in done.stderr


def test_a_secret_in_a_wrong_setting_is_not_repeated(tmp_path: Path) -> None:
    """The message names the setting, never its value."""
    done = run("doctor", data=tmp_path, LANGE_ADEM_DATABASE_URL="mysql://u:hunter2@h/d")
    assert "hunter2" not in done.stdout + done.stderr


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    """`serve` says the port is taken and does not take another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), data=tmp_path)
    assert done.returncode == 1
    assert str(port) in done.stderr


def test_a_healthy_house_is_said_to_be(tmp_path: Path) -> None:
    """`prepare` and then `doctor` on an empty folder: all well."""
    assert run("prepare", data=tmp_path).returncode == 0
    done = run("doctor", data=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WRONG" not in done.stdout


@pytest.mark.parametrize(
    "verb",
    [
        *("serve", "interview", "tag", "search", "redact", "forget", "prepare", "doctor"),
        *("corpus", "retag", "agreement"),
    ],
)
def test_every_verb_explains_itself(tmp_path: Path, verb: str) -> None:
    """--help says in a sentence what a verb does."""
    done = run(verb, "--help", data=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.split()) > 8
