"""The statements that the tagger is trained on: read strictly, and what ships is in order."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.tagger.statements import FOLDER, Mark, Statement, read_statements
from assistant.adapters.tagger.training import LINES, digest
from assistant.bootstrap import read_codebook
from assistant.errors import CorpusError
from assistant.records import LEVELS, POLARITIES
from assistant.settings import Settings, shipped
from tests.toy_tagger import lists

GOOD: dict[str, Any] = {
    "voice": "resident",
    "lang": "nl",
    "text": "Mijn begeleider is weg.",
    "marks": [{"level": "relational", "polarity": "discontinuity", "start": 5, "end": 22}],
}
POLICY = {"level": "policy", "polarity": "continuity"}


def line(**other: object) -> str:
    """A good line, but for this."""
    return json.dumps({**GOOD, **other}, ensure_ascii=False)


def corpus(folder: Path, **files: str) -> Path:
    """A corpus with these files of statements."""
    (folder / FOLDER).mkdir()
    for hand, content in files.items():
        (folder / FOLDER / f"{hand}.jsonl").write_text(content, "utf-8")
    return folder


# --- reading --------------------------------------------------------------------------------------


def test_a_statement_is_read_as_it_stands_and_its_hand_is_the_name_of_the_file(
    tmp_path: Path,
) -> None:
    """Hand by hand, in the order of the names; a second coder is one who may have found nothing."""
    marks = [*GOOD["marks"], {**POLICY, "code": "funding"}]
    found = read_statements(corpus(tmp_path, b=line(marks=[]), a=line(marks=marks, second=[])))
    mark = Mark(level="relational", polarity="discontinuity", start=5, end=22)
    other = Mark(level="policy", polarity="continuity", code="funding")
    assert found == (
        Statement(
            hand="a",
            voice="resident",
            lang="nl",
            text="Mijn begeleider is weg.",
            marks=(mark, other),
            second=(),
        ),
        Statement(hand="b", voice="resident", lang="nl", text="Mijn begeleider is weg."),
    )
    assert found[1].second is None
    assert found[0].carried == {("relational", "discontinuity"), ("policy", "continuity")}


@pytest.mark.parametrize("odd", ["\u2028", "\x85", "\u202e", "🙂", "\\n"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, odd: str) -> None:
    """What other writers use as the end of a line may stand within a text."""
    found = read_statements(
        corpus(tmp_path, a=f"{line()}\n\n{line(text=f'weg{odd}weg', marks=[])}\n")
    )
    assert [one.text for one in found][1] == f"weg{odd}weg"


@pytest.mark.parametrize(
    "wrong",
    [
        '{"voice": "resident", "lang": "nl", "text": ',
        "geen JSON",
        "\ufeff" + line(),
        "[" * 50_000,
    ],
)
def test_what_is_not_json_is_refused_with_file_and_line(tmp_path: Path, wrong: str) -> None:
    """So that a slip of the pen is found at once."""
    folder = corpus(tmp_path, scenes=f"{line()}\n{wrong}\n{line()}")
    with pytest.raises(CorpusError, match=r"^scenes\.jsonl: line 2 is not JSON$"):
        read_statements(folder)


@pytest.mark.parametrize(
    "wrong",
    [
        *("[]", "12", "NaN", "null", '"tekst"', "{}"),
        line(note="an unknown key"),
        line(hand="other"),  # the file says whose it is
        line(lang="de"),
        line(text=""),
        '{"voice": "v", "lang": "nl", "text": "\\ud800"}',
        *(
            line(**{key: [mark]})
            for key in ("marks", "second")
            for mark in (
                {"level": "policies", "polarity": "continuity"},
                {"level": "policy", "polarity": "positive"},
                {**POLICY, "note": "an unknown key"},
                {**POLICY, "start": 0, "end": 24},  # one past the end
                {**POLICY, "start": -1, "end": 4},
                {**POLICY, "start": 4, "end": 4},
                {**POLICY, "start": 4},
                {**POLICY, "end": 4},
            )
        ),
    ],
)
def test_what_is_not_a_statement_is_refused_with_file_and_line(tmp_path: Path, wrong: str) -> None:
    """And what stands there is not repeated."""
    folder = corpus(tmp_path, a=line(), scenes=f"{line()}\n{line()}\n{wrong}\n")
    with pytest.raises(CorpusError) as told:
        read_statements(folder)
    assert str(told.value) == "scenes.jsonl: line 3 is not as it should be"


def test_without_statements_or_with_other_bytes_than_text_it_says_so(tmp_path: Path) -> None:
    """Instead of training on nothing."""
    with pytest.raises(CorpusError, match="no statements to train on"):
        read_statements(tmp_path)
    corpus(tmp_path)
    (tmp_path / FOLDER / "a.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(CorpusError, match=r"^a\.jsonl: cannot be read"):
        read_statements(tmp_path)


# --- the digest -----------------------------------------------------------------------------------


def test_the_digest_changes_with_any_byte_of_any_file(tmp_path: Path) -> None:
    """A model that was made from other statements can be told."""
    folder = corpus(tmp_path, a=line(), b=line(marks=[]))
    seen = {digest(folder, lists())}
    files = sorted((folder / FOLDER).iterdir())
    for path in files:
        held = path.read_bytes()
        for at in range(len(held)):
            path.write_bytes(held[:at] + bytes([held[at] ^ 1]) + held[at + 1 :])
            seen.add(digest(folder, lists()))
        path.write_bytes(held)
    assert len(seen) == 1 + sum(len(path.read_bytes()) for path in files)
    assert digest(folder, lists()) in seen


def test_the_digest_changes_with_a_file_more_or_less_and_with_the_lists(tmp_path: Path) -> None:
    """And with the background of the search, which is learned from; with nothing else there."""
    folder = corpus(tmp_path, a=line(), b=line(marks=[]))
    (folder / "expansions").mkdir()
    (folder / "expansions" / "street.jsonl").write_text("{}")
    first = digest(folder, lists())
    (folder / FOLDER / "README.md").write_text("read me")
    assert digest(folder, lists()) == first
    (folder / FOLDER / "c.jsonl").touch()
    more = digest(folder, lists())
    (folder / FOLDER / "b.jsonl").unlink()
    less = digest(folder, lists())
    (folder / "expansions" / "background-9.jsonl").write_text("{}")
    newer = lists().model_copy(update={"version": lists().version + 1})
    assert len({first, more, less, digest(folder, lists()), digest(folder, newer)}) == 5


# --- what ships -----------------------------------------------------------------------------------

SHIPPED = read_statements(shipped("corpus"))


def test_every_code_is_one_of_the_codebook_under_its_level() -> None:
    """A model trained on another would be refused when it is opened."""
    codebook = read_codebook(Settings(_env_file=None))
    strange = {
        (one.hand, mark.level, mark.code)
        for one in SHIPPED
        for mark in (*one.marks, *(one.second or ()))
        if not codebook.allows(mark.level, mark.code)
    }
    assert strange == set()
    assert {mark.code for one in SHIPPED for mark in one.marks} >= {c.id for c in codebook.codes}


def test_every_hand_but_the_lines_has_each_level_each_way_and_what_carries_none() -> None:
    """Or leaving it out would say little of how it is read by one who never saw it."""
    of_hand = Counter((one.hand, pair) for one in SHIPPED for pair in one.carried or {("none", "")})
    hands = {one.hand for one in SHIPPED}
    assert LINES in hands
    wanted = {("none", ""), *((level, way) for level in LEVELS for way in POLARITIES)}
    lacking = {(hand, pair) for hand in hands for pair in wanted if not of_hand[hand, pair]}
    assert lacking == set()


def test_evidence_begins_and_ends_with_what_is_said() -> None:
    """No stretch begins or ends with a blank."""
    marked = [one.text[m.start : m.end] for one in SHIPPED for m in one.marks if m.end]
    assert len(marked) > 1000
    assert [stretch for stretch in marked if stretch != stretch.strip()] == []


def test_no_two_statements_of_a_hand_are_the_same() -> None:
    """It would count twice."""
    times = Counter((one.hand, one.text) for one in SHIPPED)
    assert [pair for pair, n in times.items() if n > 1] == []
