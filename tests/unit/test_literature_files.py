"""Reading the literature from its files: what is wrong in them is told, and where."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from assistant.adapters.essay_files import read_essay
from assistant.adapters.literature_files import PARTS, RENDERED_FROM, digest, read_literature
from assistant.errors import CorpusError
from assistant.records.corpus import Essay

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def essay() -> Essay:
    """The essay that ships."""
    return read_essay(CORPUS)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the literature that a test may spoil."""
    shutil.copytree(CORPUS / "literature", tmp_path / "literature")
    return tmp_path


def _sign(corpus: Path) -> None:
    """Pretend that the references were rendered from the works as they are now."""
    signed = digest((corpus / PARTS["works"]).read_text("utf-8"))
    file = corpus / PARTS["references"]
    text = re.sub(rf"{RENDERED_FROM}: \w+", f"{RENDERED_FROM}: {signed}", file.read_text("utf-8"))
    file.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("works", '"volume": "75"', '"volum": "75"', "entry 23 (naert2017-review): volum: Extra"),
        ("works", '"id": "beek2017"', '"id": "avest2015"', "key avest2015 is given twice"),
        ("works", '"id": "beek2017"', '"id": "Beek 2017"', "entry 2 (Beek 2017): id: String"),
        ("works", '"type": "speech"', '"type": "spech"', "entry 19 (menger2018-bezieling): type"),
        ("works", '"family": "Beek"', '"literal": "B", "family": "B"', "give family or literal"),
        ("works", '"literal": "PPRC"', '"given": "PPRC"', "(pprc2020): author: 0: Value error"),
        ("works", '"editor": [', '"director": [], "editors": [', "editors: Extra inputs"),
        ("works", '"10.1136', '"doi:10.1136', "entry 15 (haggerty2003): DOI: String should"),
        ("works", '"volume": "75",', "", "naert2017-review: verified does not name the fields"),
        ("works", '"title": "Jason"', '"title": "J", "title": "Jason"', "not valid JSON: a key is"),
        ("works", "[\n  {", "{", "works.json: not valid JSON"),
        ("annotations", "key: beek2017", "key: nobody", "differ in keys or their order"),
        ("annotations", "listed: text", "listed: list", "listed says list, printed says text"),
        (
            "annotations",
            "uncited: true",
            "uncited: false",
            "entry 2 (beek2017): Value error, cited",
        ),
        ("annotations", "footnote: 32", "footnote: 31", "do not name the same footnotes"),
        (
            "annotations",
            "paragraph: e37",
            "paragraph: e99",
            "avest2015: the essay has no paragraph",
        ),
        ("annotations", "paragraph: e37", "paragraph: e36", "footnote 32 does not hang on e36"),
        ("annotations", "title: printed", "title: guessed", "(avest2015): verified: title: String"),
        ("annotations", "Botst met engbersen2021-bijstand", "Botst", "no note tells it apart from"),
        ("annotations", "- key: avest2015", "- [", "annotations.yaml: not valid YAML"),
        ("references", "- [94, 114]", "- [94, 94]", "avest2015: Value error, italic spans"),
        ("references", "- [94, 114]", "- [94, 999]", "avest2015: Value error, italic spans"),
        ("references", "works_sha256: ", "works_sha256: f", "run make references"),
        ("references", "references:", "refs:", "run make references"),
        ("databanks", "key: vilans", "key: nji", "key nji is given twice"),
        ("databanks", "footnote: 11", "footnote: 12\n  page: 1", "entry 1 (nji): page: Extra"),
        ("databanks", "footnote: 11", "footnote: 13", "nji: footnote 13 does not hang on e15"),
    ],
)
def test_a_mistake_is_told_with_file_and_place(
    corpus: Path, essay: Essay, name: str, old: str, new: str, told: str
) -> None:
    """A file that is not right is refused with an error that says where to look."""
    file = corpus / PARTS[name]
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    if name == "works":
        _sign(corpus)
    with pytest.raises(CorpusError) as wrong:
        read_literature(corpus, essay)
    assert re.match(r"literature/\w+\.(yaml|json)", str(wrong.value))
    assert told in str(wrong.value)


def test_a_note_that_repeats_another_is_for_the_same_work(corpus: Path, essay: Essay) -> None:
    """Footnote 18 says "ibidem": whatever is cited there is cited at note 17."""
    file = corpus / PARTS["annotations"]
    text = file.read_text("utf-8")
    for old, new in (("at: footnote 17\n", "at: e23\n"), ("footnote: 17\n", "footnote: null\n")):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    with pytest.raises(CorpusError, match="footnote 18 repeats 17, which is not for it"):
        read_literature(corpus, essay)


def test_a_changed_work_asks_for_new_references(corpus: Path, essay: Essay) -> None:
    """References rendered from other works are refused, with what to do; line ends do not count."""
    file = corpus / PARTS["works"]
    text = file.read_text("utf-8")
    file.write_bytes(text.replace("\n", "\r\n").encode())
    read_literature(corpus, essay)
    items = json.loads(text)
    items[0]["title"] = "Something else"
    file.write_text(json.dumps(items), "utf-8")
    with pytest.raises(CorpusError, match=r"works\.json has changed since; run make references"):
        read_literature(corpus, essay)


@pytest.mark.parametrize("name", PARTS.values())
def test_a_file_that_cannot_be_read_is_named(corpus: Path, essay: Essay, name: str) -> None:
    """Missing, or not UTF-8: the error names the file."""
    (corpus / name).write_bytes(b"\xff\xfe")
    with pytest.raises(CorpusError, match=re.escape(f"{name}: cannot be read")):
        read_literature(corpus, essay)
    (corpus / name).unlink()
    with pytest.raises(CorpusError, match=re.escape(f"{name}: cannot be read")):
        read_literature(corpus, essay)


@pytest.mark.parametrize("name", PARTS.values())
@pytest.mark.parametrize("content", ["", "null", "7", "[]", "{}", "[1]"])
def test_a_file_of_another_shape_is_refused(
    corpus: Path, essay: Essay, name: str, content: str
) -> None:
    """Whatever a file holds instead, the error is about the corpus and names a file."""
    (corpus / name).write_text(content, "utf-8")
    if name == PARTS["works"]:
        _sign(corpus)
    with pytest.raises(CorpusError, match=r"^literature/"):
        read_literature(corpus, essay)


@pytest.mark.parametrize("name", ["annotations", "databanks"])
def test_the_version_changes_with_the_data_only(corpus: Path, essay: Essay, name: str) -> None:
    """Another text is another version; other line ends, as a checkout may make, are not."""
    shipped = read_literature(CORPUS, essay).version
    file = corpus / PARTS[name]
    text = file.read_text("utf-8")
    file.write_bytes(text.replace("\n", "\r\n").encode())
    assert read_literature(corpus, essay).version == shipped
    file.write_text(f"{text}# seen again\n", "utf-8")
    assert re.fullmatch(r"literature\.[0-9a-f]{8}", read_literature(corpus, essay).version)
    assert read_literature(corpus, essay).version != shipped
