"""Files of cases and their manifest: every mistake is named, by file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.__main__ import app
from evals.case_files import MANIFEST, CaseFileError
from evals.retrieval.cases import HERE, read_cases, read_given, read_sets
from tests.fakes import shipped_library

IDS = ("e01", "e02", "janssens2021")
GOOD: dict[str, object] = {
    "id": "x1",
    "kind": "practice",
    "query": "weer een nieuw gezicht",
    "relevant": ["e01"],
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"hand": "me"}, "hand: Extra inputs"),
        ({"kind": "praktijk"}, "kind: Input should be"),
        ({"query": "  "}, "query is empty"),
        ({"id": "X 1"}, "id: String should match"),
        ({"relevant": []}, "empty for kind none"),
        ({"kind": "none"}, "empty for kind none"),
        ({"relevant": ["e01", "e01"]}, "twice"),
        ({"relevant": ["e01", "e99"]}, "the library has no e99"),
        ({"relevant": "e01"}, "relevant: Input should be a valid tuple"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    """File, line, what is wrong; the good lines around it are not complained of."""
    path = _file(tmp_path, [GOOD, {**GOOD, "id": "x2"} | change])
    with pytest.raises(CaseFileError) as wrong:
        read_cases(path, IDS)
    assert str(wrong.value).startswith("some.jsonl: line 2: ")
    assert told in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_every_mistake_is_named(tmp_path: Path) -> None:
    """All at once, so that a file is mended in one go; empty lines count and are no mistake."""
    path = tmp_path / "some.jsonl"
    path.write_text(f"{{\n\n[1]\n{json.dumps(GOOD)}\n", "utf-8")
    with pytest.raises(CaseFileError) as wrong:
        read_cases(path, IDS)
    assert str(wrong.value).splitlines() == [
        "some.jsonl: line 1: not JSON",
        "some.jsonl: line 3: not a JSON object",
    ]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\x00", None])
def test_a_file_without_cases_is_a_mistake(tmp_path: Path, content: bytes | None) -> None:
    """Empty, not text, not there: each is told by the file's name."""
    path = tmp_path / "some.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CaseFileError, match=r"some\.jsonl: "):
        read_cases(path, IDS)


def test_ids_are_unique_over_all_sets(tmp_path: Path) -> None:
    """The same id in two files is a mistake in the second, by the name of the first."""
    _file(tmp_path, [GOOD], "one.jsonl")
    _file(tmp_path, [GOOD], "two.jsonl")
    _manifest(tmp_path, "one", "two")
    with pytest.raises(CaseFileError, match=r"two\.jsonl: id x1 is in one\.jsonl already"):
        read_sets(IDS, tmp_path)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("n: 1", "n: 2"), "one is said to have 2, not 1"),
        (("role: development", "role: tuned"), "0: role: Input should be"),
        (("hand:", "author:"), "0: author: Extra inputs"),
        (("- name", "name: [- "), "not valid YAML"),
        (("one.jsonl", "none.jsonl"), "none.jsonl: cannot be read"),
    ],
)
def test_a_wrong_manifest_is_told(tmp_path: Path, edit: tuple[str, str], told: str) -> None:
    """What it says of a set has to be so: a case that went missing would flatter or hurt."""
    _file(tmp_path, [GOOD], "one.jsonl")
    manifest = _manifest(tmp_path, "one")
    manifest.write_text(manifest.read_text("utf-8").replace(*edit), "utf-8")
    with pytest.raises(CaseFileError) as wrong:
        read_sets(IDS, tmp_path)
    assert told in str(wrong.value)


def test_a_file_that_is_given_keeps_its_role_or_has_none(tmp_path: Path) -> None:
    """A held-out file stays held out; a stranger is `given`, and counted once if given twice."""
    known = _file(tmp_path, [GOOD], "one.jsonl")
    stranger = _file(tmp_path, [{**GOOD, "id": "y1"}], "mine.jsonl")
    _manifest(tmp_path, "one", role="held-out")
    found = read_given([known, stranger, stranger], IDS, tmp_path)
    assert [(one.name, one.role) for one in found] == [("one", "held-out"), ("mine", "given")]


def test_the_sets_that_ship_are_sound() -> None:
    """Every file of cases is in the manifest and reads without a mistake."""
    sets = read_sets(shipped_library().ids())
    assert {one.file for one in sets} == {path.name for path in HERE.glob("*.jsonl")}
    held_out = [case for one in sets if one.role == "held-out" for case in one.cases]
    assert len(held_out) >= 200
    assert {case.kind for case in held_out} >= {"practice", "colloquial", "typo", "work", "none"}


def test_a_broken_file_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    """The mistake with its line comes out as the error the command line prints."""
    path = _file(tmp_path, [{**GOOD, "wrong": 1}])
    done = CliRunner().invoke(app, ["retrieval", "--cases", str(path)])
    assert isinstance(done.exception, CaseFileError)
    assert str(done.exception) == "some.jsonl: line 1: wrong: Extra inputs are not permitted"


def _file(folder: Path, lines: list[dict[str, object]], name: str = "some.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def _manifest(folder: Path, *names: str, role: str = "development") -> Path:
    path = folder / MANIFEST
    entries = (
        f"- name: {name}\n  file: {name}.jsonl\n  role: {role}\n  hand: me\n"
        "  date: 2026-01-02\n  n: 1\n"
        for name in names
    )
    path.write_text("".join(entries), "utf-8")
    return path
