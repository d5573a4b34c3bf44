"""Reading the expansions from their files: what is wrong in them is told, and where."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from assistant.adapters.expansion_files import FOLDER, read_expansions
from assistant.errors import CorpusError
from assistant.records import Expansion
from tests.fakes import shipped_library
from tests.toy_library import shipped_expansions

IDS = frozenset({"e01", "e02", "e03", "beek2017"})
FILES = {
    "street.jsonl": '{"for": "e01", "also": ["beek2017"], "text": "Weer een ander."}\n',
    "rings.jsonl": '{"ring": "face", "nl": ["gezicht", "persoon"], "en": ["face"]}\n',
    "background.jsonl": '{"lang": "nl", "text": "Recept voor soep."}\n',
    "background-2.jsonl": '{"lang": "en", "text": "A recipe for soup."}\n',
}


def written(folder: Path, **more: str) -> Path:
    """A corpus with FILES, and `more` lines at the end of some of them or in others."""
    (folder / FOLDER).mkdir(exist_ok=True)
    texts = FILES | {f"{name}.jsonl": FILES.get(f"{name}.jsonl", "") + more[name] for name in more}
    for name, text in texts.items():
        (folder / FOLDER / name).write_text(text, "utf-8")
    return folder


def test_what_ships_is_read_and_points_at_what_there_is() -> None:
    """Thousands of lines; every paragraph and every work is the first target of some."""
    shipped, ids = shipped_expansions(), shipped_library().ids()
    assert {target for line in shipped.lines for target in line.targets} <= set(ids)
    assert {line.targets[0] for line in shipped.lines} == set(ids)
    assert len(shipped.lines) > 5_000
    assert len(shipped.background) > 1_000
    assert len(shipped.rings) > 100


def test_no_hand_that_ships_wrote_a_line_twice() -> None:
    """A line that stands twice would count twice."""
    written_by = Counter((line.hand, line.text.casefold()) for line in shipped_expansions().lines)
    assert [line for line, times in written_by.items() if times > 1] == []


def test_nothing_that_ships_is_both_ours_and_background() -> None:
    """Silence is not learned from what should be found."""
    ours = {line.text.casefold() for line in shipped_expansions().lines}
    assert ours & {line.text.casefold() for line in shipped_expansions().background} == set()


def test_every_file_gives_what_its_name_says(tmp_path: Path) -> None:
    """The hand is the name of the file; empty lines are nothing."""
    found = read_expansions(written(tmp_path, desk='\n{"for": "e02", "text": "Alweer."}\n\n'), IDS)
    assert found.lines == (
        Expansion(targets=("e02",), text="Alweer.", hand="desk"),
        Expansion(targets=("e01", "beek2017"), text="Weer een ander.", hand="street"),
    )
    assert [(ring.ring, list(ring.said())) for ring in found.rings] == [
        ("face", [("nl", "gezicht"), ("nl", "persoon"), ("en", "face")])
    ]
    assert {line.text for line in found.background} == {"Recept voor soep.", "A recipe for soup."}


def test_line_ends_within_a_text_are_part_of_it(tmp_path: Path) -> None:
    """JSON lets some stand as they are; a file from Windows is read as well."""
    text = "Weer\u2028een\x85ander."
    desk = json.dumps({"for": "e02", "text": text}, ensure_ascii=False) + "\r\n"
    assert read_expansions(written(tmp_path, desk=desk), IDS).lines[0].text == text


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    """Another word or another hand gives another version; an empty line more does not."""
    versions = [read_expansions(written(tmp_path), IDS).version]
    assert read_expansions(written(tmp_path, street="\n\n"), IDS).version == versions[0]
    for more in (
        {"street": '{"for": "e01", "text": "Nog een."}'},
        {"rings": '{"ring": "team", "nl": ["team", "ploeg"]}'},
        {"background": '{"lang": "nl", "text": "Nog een soep."}'},
    ):
        versions.append(read_expansions(written(tmp_path, **more), IDS).version)
    (tmp_path / FOLDER / "street.jsonl").rename(tmp_path / FOLDER / "square.jsonl")
    versions.append(read_expansions(tmp_path, IDS).version)
    assert len(set(versions)) == len(versions)
    assert all(version.startswith("expansions.") for version in versions)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"for": ' + "9" * 5_000 + "}", "not JSON"),
        ('{"for": "e01", "for": "e02", "text": "x"}', "twice"),
        ("5", "not a JSON object"),
        ('["e01", "x"]', "not a JSON object"),
        ('{"text": "x"}', "targets"),
        ('{"for": "e01"}', "text"),
        ('{"for": null, "text": "x"}', "targets"),
        ('{"for": 5, "text": "x"}', "targets"),
        ('{"for": ["e01"], "text": "x"}', "targets"),
        ('{"for": "e01", "also": 5, "text": "x"}', "targets"),
        ('{"for": "e01", "also": [null], "text": "x"}', "targets"),
        ('{"for": "e99", "text": "x"}', "the library has no e99"),
        ('{"for": "e01", "also": ["beek"], "text": "x"}', "the library has no beek"),
        ('{"for": "e01", "also": ["e01"], "text": "x"}', "targets"),
        ('{"for": "e01", "also": ["e02", "e03", "beek2017"], "text": "x"}', "at most 3"),
        ('{"for": "e01", "text": ""}', "text"),
        ('{"for": "e01", "text": "   "}', "text"),
        ('{"for": "e01", "text": 5}', "text"),
        ('{"for": "e01", "text": "' + "x" * 1_001 + '"}', "at most 1000"),
        ('{"for": "e01", "text": "\\ud800"}', "unicode"),
        ('{"for": "e01", "texts": "x"}', "nothing goes by the name texts"),
    ],
)
def test_a_mistake_in_an_expansion_is_told_with_file_and_line(
    tmp_path: Path, line: str, told: str
) -> None:
    """A message for whoever wrote the line, never a traceback; empty lines are counted."""
    with pytest.raises(CorpusError, match=told) as raised:
        read_expansions(written(tmp_path, street=f"\n{line}\n"), IDS)
    assert str(raised.value).startswith("expansions/street.jsonl: line 3: ")
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("rings", '{"ring": "team", "nl": ["team"]}', "it takes two words"),
        ("rings", '{"ring": "", "nl": ["team", "ploeg"]}', "ring"),
        ("rings", '{"ring": "team", "nl": "team ploeg"}', "nl"),
        ("rings", '{"ring": "team", "nl": ["team", 5]}', "nl"),
        ("rings", '{"ring": "team", "nl": ["team", "ploeg"], "fr": ["équipe"]}', "fr"),
        ("rings", '{"nl": ["team", "ploeg"]}', "ring"),
        ("background", '{"text": "Soep."}', "lang"),
        ("background", '{"lang": "fr", "text": "Soep."}', "lang"),
        ("background", '{"lang": "nl", "text": " "}', "text"),
        ("background", '{"lang": "nl", "text": "\\ud800"}', "unicode"),
        ("background", '{"lang": "nl", "text": "Soep.", "for": "e01"}', "for"),
        ("background-2", '{"lang": "nl"}', "text"),
    ],
)
def test_a_mistake_in_rings_or_background_is_told_with_file_and_line(
    tmp_path: Path, file: str, line: str, told: str
) -> None:
    """As in expansions."""
    with pytest.raises(CorpusError, match=told) as raised:
        read_expansions(written(tmp_path, **{file: line}), IDS)
    assert str(raised.value).startswith(f"expansions/{file}.jsonl: line 2: ")


def test_a_ring_that_is_given_twice_is_told(tmp_path: Path) -> None:
    """One of the two would be lost on whoever looks for it."""
    with pytest.raises(CorpusError, match=r"expansions.*ring.* twice"):
        read_expansions(written(tmp_path, rings='{"ring": "face", "nl": ["kop", "snoet"]}'), IDS)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """Named, whether its bytes are not UTF-8 or it is a folder."""
    written(tmp_path)
    for name in ("odd", "folder"):
        path = tmp_path / FOLDER / f"{name}.jsonl"
        path.write_bytes(b"\xff\xfe") if name == "odd" else path.mkdir()
        with pytest.raises(CorpusError, match=rf"{name}\.jsonl: cannot be read as UTF-8"):
            read_expansions(tmp_path, IDS)
        path.unlink() if name == "odd" else path.rmdir()


def test_without_expansions_there_is_an_error(tmp_path: Path) -> None:
    """No folder, or one with background alone: little would be found, and nobody would know."""
    for _ in range(2):
        with pytest.raises(CorpusError, match="there are no expansions"):
            read_expansions(tmp_path, IDS)
        written(tmp_path)
        (tmp_path / FOLDER / "street.jsonl").unlink()
