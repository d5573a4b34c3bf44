"""Reading the essay from its files: what is wrong in them is told, and where."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from assistant.adapters.essay_files import PARTS, read_essay
from assistant.errors import CorpusError

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the corpus that a test may spoil."""
    return Path(shutil.copytree(CORPUS, tmp_path / "corpus"))


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("paragraphs", "id: e07", "id: e07\n  hue: 1", "entry 7 (e07): hue: Extra inputs"),
        ("paragraphs", "id: e02", "id: e01", "id e01 is given twice"),
        ("paragraphs", "id: e02", "id: e02\n  id: e02", "key given twice: id"),
        ("paragraphs", "{2: 395}", "{2: 9999}", "entry 10 (e10): Value error, footnote_at 2"),
        ("paragraphs", "{2: 395}", "{3: 395}", "footnote_at names 3"),
        ("paragraphs", "{2: 395}", "{}", "footnotes.yaml: Value error, footnote 2: it has no mark"),
        ("paragraphs", "[1]", "[1, 40]", "footnotes.yaml: Value error, footnote 40 is named by"),
        ("paragraphs", "[3, 4, 5]", "[2, 3, 4, 5]", "footnote 2 is given twice"),
        ("paragraphs", 'page: "12"', "page: 12", "entry 18 (e18): page: Input should be"),
        ("paragraphs", "- id: e01", "- [", "not valid YAML"),
        ("paragraphs", "speaker: Mei Lan", "speaker: # ", "an epigraph has a speaker"),
        ("footnotes", "paragraph: e10", "paragraph: e99", "footnote 2: there is no paragraph e99"),
        ("footnotes", "paragraph: e10", "paragraph: e11", "paragraph e11 does not list it"),
        ("footnotes", "number: 2\n", "number: 1\n", "number 1 is given twice"),
        ("footnotes", "number: 36", "number: 37", "footnote 37: paragraph e43 does not list it"),
        ("footnotes", "ibidem: 17", "ibidem: 77", "footnote 18: ibidem names 77"),
        ("pull_quotes", "near: e09", "near: e99", "q01: there is no paragraph e99"),
        ("pull_quotes", "id: q02", "id: q01", "id q01 is given twice"),
        ("errata", "footnote: 36", "footnote: 99", "'werkaliantie': there is no 99"),
        ("errata", '"vooralsnog"', '"tot nu"', "e10 does not have the correction exactly once"),
        ("errata", "- paragraph: e05", "- footnote: 1\n  paragraph: e05", "one of the two"),
        ("errata", 'new: "vooralsnog"', 'new: "voorsnog"', "old and new are the same"),
        ("errata", "- paragraph: e05", "- paragraph: 5", "errata.yaml: entry 1: paragraph: Input"),
        ("manifest", "  title:", "  shade: x\n  title:", "manifest.yaml: essay: shade: Extra"),
        ("manifest", "essay:", "esay:", "manifest.yaml: essay: there is no such entry"),
    ],
)
def test_a_mistake_is_told_with_file_and_place(
    corpus: Path, name: str, old: str, new: str, told: str
) -> None:
    """A file that is not right is refused with one error that says where to look."""
    file = corpus / PARTS.get(name, "manifest.yaml")
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CorpusError) as wrong:
        read_essay(corpus)
    assert re.match(r"(essay/\w+|manifest)\.yaml: ", str(wrong.value))
    assert told in str(wrong.value)


@pytest.mark.parametrize("name", [*PARTS.values(), "manifest.yaml"])
def test_a_file_that_cannot_be_read_is_named(corpus: Path, name: str) -> None:
    """Missing, or not UTF-8: the error names the file."""
    (corpus / name).write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match=re.escape(f"{name}: cannot be read")):
        read_essay(corpus)
    (corpus / name).unlink()
    with pytest.raises(CorpusError, match=re.escape(f"{name}: cannot be read")):
        read_essay(corpus)


@pytest.mark.parametrize("name", PARTS.values())
def test_the_version_changes_with_the_data_only(corpus: Path, name: str) -> None:
    """Another text is another version; other line ends, as a checkout may make, are not."""
    text = (corpus / name).read_text("utf-8")
    (corpus / name).write_bytes(text.replace("\n", "\r\n").encode())
    shipped = read_essay(CORPUS).version
    assert read_essay(corpus).version == shipped
    (corpus / name).write_text(f"{text}# seen again\n", "utf-8")
    assert re.fullmatch(r"essay\.[0-9a-f]{8}", read_essay(corpus).version)
    assert read_essay(corpus).version != shipped


def test_the_version_changes_with_the_reference(corpus: Path) -> None:
    """What citations show of the manifest is part of the version; other entries are not."""
    manifest = (corpus / "manifest.yaml").read_text("utf-8")
    (corpus / "manifest.yaml").write_text(f"{manifest}\nfilms: {{}}\n", "utf-8")
    assert read_essay(corpus).version == read_essay(CORPUS).version
    (corpus / "manifest.yaml").write_text(manifest.replace("(2022)", "(2023)"), "utf-8")
    assert read_essay(corpus).version != read_essay(CORPUS).version
