"""Files of tagging cases, and what is too much like training statements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters import prompt_files
from evals.case_files import MANIFEST, CaseFileError
from evals.near_duplicates import duplicates
from evals.tagging.baseline import Keywords, KeywordTagger, read_keywords
from evals.tagging.cases import HERE, levels, read_cases, read_given, read_sets
from evals.tagging.duplicates import training
from tests.fakes import CORPUS, PROMPTS, shipped_library
from tests.toy_codebook import toy_codebook

MARK: dict[str, Any] = {
    "level": "policy",
    "polarity": "discontinuity",
    "code": "tendering",
    "start": 5,
    "end": 20,
}
GOOD: dict[str, Any] = {
    "id": "h1-001",
    "hand": "me",
    "voice": "resident",
    "lang": "nl",
    "text": "Door de aanbesteding ben ik haar kwijt.",
    "kind": "interview",
    "gold": [MARK],
    "first": ["policy-"],
    "second": ["policy-", "relational-"],
}


def test_a_case_is_read_as_it_stands(tmp_path: Path) -> None:
    """Levels with and without their polarity, evidence, and both labellings."""
    unmarked = {**MARK, "level": "relational", "code": None, "start": None, "end": None}
    (case,) = read_cases(_file(tmp_path, [{**GOOD, "gold": [MARK, unmarked]}]), toy_codebook())
    assert case.levels == {"policy", "relational"}
    assert case.carried == {("policy", "discontinuity"), ("relational", "discontinuity")}
    assert [one.span for one in case.gold] == [(5, 20), None]
    assert levels(case.second or ()) == {"policy", "relational"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"batch": 1}, "batch: Extra inputs"),
        ({"kind": "street"}, "kind: Input should be"),
        ({"lang": "fy"}, "lang: Input should be"),
        ({"text": " \n"}, "its text is empty"),
        ({"id": "h1 1"}, "id: String should match"),
        ({"gold": [{**MARK, "weight": 1}]}, "weight: Extra inputs"),
        ({"gold": [{**MARK, "end": 99}]}, "lies outside the text"),
        ({"gold": [{**MARK, "end": None}]}, "both there, or neither"),
        ({"gold": [{**MARK, "end": 5}]}, "ends before it starts"),
        ({"gold": [MARK, MARK]}, "gold: something stands in it twice"),
        ({"gold": [{**MARK, "code": "fixed_person"}]}, "no code fixed_person under policy"),
        ({"first": ["policy"]}, "first: 0: Input should be"),
        ({"second": ["policy-", "policy-"]}, "second: something stands in it twice"),
        ({"gold": None}, "gold: Input should be a valid tuple"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    """File, line, what is wrong; the text is not repeated."""
    path = _file(tmp_path, [GOOD, {**GOOD, "id": "h1-002"} | change])
    with pytest.raises(CaseFileError) as wrong:
        read_cases(path, toy_codebook())
    assert str(wrong.value).startswith("some.jsonl: line 2: ")
    assert told in str(wrong.value)
    assert "aanbesteding" not in str(wrong.value)


def test_a_count_that_differs_is_a_mistake(tmp_path: Path) -> None:
    """A case that went missing would flatter or hurt; a stranger's file has no count."""
    path = _file(tmp_path, [GOOD])
    entry = "name: one, file: some.jsonl, role: held-out, hand: me, date: 2026-01-02, n: 2"
    (tmp_path / MANIFEST).write_text(f"- {{{entry}}}\n", "utf-8")
    with pytest.raises(CaseFileError, match="one is said to have 2, not 1"):
        read_sets(toy_codebook(), tmp_path)
    stranger = _file(tmp_path, [GOOD], "mine.jsonl")
    (found,) = read_given([stranger], toy_codebook(), tmp_path)
    assert (found.name, found.role) == ("mine", "given")
    with pytest.raises(CaseFileError):
        read_given([path], toy_codebook(), tmp_path)


def test_the_sets_that_ship_are_sound() -> None:
    """Every file of a hand is in the manifest and reads without a mistake, both kinds held out."""
    codebook = prompt_files.read_codebook(PROMPTS, shipped_library().ids())
    sets = read_sets(codebook)
    assert {one.file for one in sets} == {path.name for path in HERE.glob("cases.hand-*.jsonl")}
    held_out = [case for one in sets if one.role == "held-out" for case in one.cases]
    assert {case.kind for case in held_out} == {"interview", "public"}
    assert all(case.first is not None and case.second is not None for case in held_out)


# Near-duplicates


def test_a_case_that_repeats_a_training_statement_is_found(tmp_path: Path) -> None:
    """Word for word or nearly; its file and line are told. Another thought is another case."""
    folder = tmp_path / "statements"
    folder.mkdir()
    lines = [{"text": "De koffie was koud.", "marks": []}, {"text": GOOD["text"], "marks": []}]
    (folder / "a.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines), "utf-8")
    same, near, other = (
        {**GOOD, "id": name, "text": text, "gold": []}
        for name, text in (
            ("h1-001", GOOD["text"]),
            ("h1-002", "door die aanbesteding ben ik haar kwijt"),
            ("h1-003", "Ze kent mijn kinderen al tien jaar."),
        )
    )
    cases = read_cases(_file(tmp_path, [same, near, other]), toy_codebook())
    found = duplicates(cases, [training(tmp_path)])
    assert [(one.id, one.place) for one in found] == [
        ("h1-001", "statements/a.jsonl: line 2"),
        ("h1-002", "statements/a.jsonl: line 2"),
    ]
    assert found[0].likeness == 1.0


def test_every_training_statement_that_ships_is_known() -> None:
    """The last line of every file would be found."""
    known = training(CORPUS)
    paths = sorted((CORPUS / "statements").glob("*.jsonl"))
    lasts = [json.loads(path.read_text("utf-8").splitlines()[-1])["text"] for path in paths]
    assert lasts
    assert [known.characters(text)[0] for text in lasts] == [1.0] * len(lasts)


# The baseline


def test_the_words_that_ship_are_few_and_in_one_place_each() -> None:
    """12 to 25 stems for each level, both languages together; no stem says two levels."""
    words = read_keywords()
    assert all(12 <= len(stems) <= 25 for stems in words.levels.values())
    every = [stem for stems in words.levels.values() for stem in stems]
    assert len(set(every)) == len(every)


def test_the_baseline_by_hand() -> None:
    """A stem at the beginning of a word; the surer with more; the polarity of most of its words."""
    words = Keywords(
        levels={"policy": ("project",), "organisational": ("fusie",), "relational": ("band",)},
        polarity={"discontinuity": ("weer",), "continuity": ("blijf", "vast")},
    )
    tagger = KeywordTagger(words)
    text = "Weer een PROJECTJE, weer een project: vast."
    (tag,) = tagger.tag(text)
    assert (tag.level, tag.polarity, tag.code) == ("policy", "discontinuity", None)
    assert text[tag.start : tag.end] == "PROJECTJE"
    assert tag.confidence == pytest.approx(2 / 3, abs=0.001)
    assert [one.polarity for one in tagger.tag("de band blijft")] == ["continuity"]
    assert [one.polarity for one in tagger.tag("de band")] == ["discontinuity"]
    assert tagger.tag("een deelproject, geluidsbanden") == ()


def _file(folder: Path, lines: list[dict[str, Any]], name: str = "some.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return path
