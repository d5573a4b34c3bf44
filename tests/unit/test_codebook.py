"""The shipped codebook keeps its laws, and a mistake in one is told with file and place."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.adapters.essay_files import read_essay
from assistant.adapters.prompt_files import newest, read_codebook
from assistant.adapters.yaml_files import parsed
from assistant.errors import PromptFileError
from assistant.records import LANGS, LEVELS, Code, Codebook, Essay, Lang, Level, Said

ROOT = Path(__file__).parents[2]
PROMPTS = ROOT / "prompts"
FILE = "codebook.v1.yaml"
SECTIONS: dict[str, Level] = {
    "Beleidsmatige continuïteit": "policy",
    "Organisatorische continuïteit": "organisational",
    "Relationele continuïteit": "relational",
}
NO_CODE: dict[Lang, str] = {"nl": "geen code", "en": "no code"}

Spoil = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def essay() -> Essay:
    """The essay as shipped."""
    return read_essay(ROOT / "corpus")


@pytest.fixture(scope="module")
def known(essay: Essay) -> frozenset[str]:
    """The ids of the essay's paragraphs."""
    return frozenset(paragraph.id for paragraph in essay.paragraphs)


@pytest.fixture(scope="module")
def book(known: frozenset[str]) -> Codebook:
    """The codebook as shipped: the newest."""
    return read_codebook(PROMPTS, known)


def texts(code: Code) -> Iterator[tuple[str, Said]]:
    """What a coder reads of a code, by the name of its place."""
    yield "name", code.name
    yield "definition", code.definition
    yield "use", code.use
    yield "not_use", code.not_use


def examples(code: Code) -> tuple[str, ...]:
    """All examples of a code."""
    shown = code.examples
    return shown.discontinuity + shown.continuity + shown.neither


def twice(said: Iterable[str]) -> list[str]:
    """The texts that are there more than once, case, spaces and punctuation aside."""
    counted = Counter(" ".join(re.findall(r"\w+", text.casefold())) for text in said)
    return [text for text, times in counted.items() if times > 1]


def test_the_newest_is_in_use_and_named_after_what_it_holds(book: Codebook) -> None:
    """The name stored with every coding leads back to the file."""
    assert newest(PROMPTS, "codebook").name == f"{book.name}.yaml"
    assert book.version >= 1


def test_it_is_small_enough_to_code_by(book: Codebook) -> None:
    """20 to 30 codes, and for each level more of its own than stand across levels."""
    own = Counter(code.levels[0] for code in book.codes if len(code.levels) == 1)
    across = sum(len(code.levels) > 1 for code in book.codes)
    assert 20 <= len(book.codes) <= 30
    assert {level: own[level] > across for level in LEVELS} == dict.fromkeys(LEVELS, True)


def test_a_level_allows_its_own_codes_only(book: Codebook) -> None:
    """A code may be given under the levels it names, and no code is fine under each."""
    for code in book.codes:
        assert tuple(level for level in LEVELS if book.allows(level, code.id)) == code.levels
    assert all(book.allows(level, None) for level in LEVELS)
    assert not any(book.allows(level, "no_such_code") for level in LEVELS)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("place", ["name", "definition", "use", "not_use"])
def test_no_two_codes_say_the_same(book: Codebook, place: str, lang: Lang) -> None:
    """Names, definitions and boundaries tell the codes apart, in both languages."""
    assert twice(dict(texts(code))[place].in_(lang) for code in book.codes) == []


def test_every_text_stands_in_two_languages(book: Codebook) -> None:
    """No text was left in the other language."""
    said = [text for code in book.codes for _, text in texts(code)] + list(book.rules)
    assert [text.nl for text in said if text.nl == text.en] == []
    assert [twice(rule.in_(lang) for rule in book.rules) for lang in LANGS] == [[], []]


def test_examples_are_never_used_twice(book: Codebook) -> None:
    """Every example is a statement of its own."""
    assert twice(text for code in book.codes for text in examples(code)) == []


def test_examples_are_one_statement(book: Codebook) -> None:
    """3 to 40 words on one line, without the marks that point at evidence elsewhere."""
    said = [text for code in book.codes for text in examples(code)]
    assert [text for text in said if not 3 <= len(text.split()) <= 40] == []
    assert [text for text in said if re.search(r"[\n\t]|\[\[|\]\]", text)] == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_name_fits_a_chart(book: Codebook, lang: Lang) -> None:
    """At most 40 characters, and no sentence."""
    names = [code.name.in_(lang) for code in book.codes]
    assert [name for name in names if len(name) > 40 or name.endswith(".")] == []


def test_a_definition_is_a_sentence_or_two(book: Codebook) -> None:
    """Definitions are read at a glance: at most 40 words, ending as sentences do."""
    said = [code.definition.in_(lang) for code in book.codes for lang in LANGS]
    assert [text for text in said if len(text.split()) > 40 or not text.endswith(".")] == []


def test_the_boundary_names_a_neighbour_or_none(book: Codebook) -> None:
    """What is quoted is the name of another code, the same ones in both languages."""
    ids = {lang: {code.name.in_(lang): code.id for code in book.codes} for lang in LANGS}
    for code in book.codes:
        named = {lang: re.findall(r'"([^"]+)"', code.not_use.in_(lang)) for lang in LANGS}
        neighbours = [[ids[lang].get(name, name) for name in named[lang]] for lang in LANGS]
        none = [NO_CODE[lang] in code.not_use.in_(lang) for lang in LANGS]
        assert neighbours[0] == neighbours[1], code.id
        assert set(neighbours[0]) <= set(ids["nl"].values()) - {code.id}, code.id
        assert none[0] == none[1], code.id
        assert neighbours[0] or none[0], code.id


def test_codes_name_each_paragraph_once_and_in_order(book: Codebook) -> None:
    """So that a reader finds them back in the essay."""
    for code in book.codes:
        assert list(code.paragraphs) == sorted(set(code.paragraphs)), code.id


def test_every_paragraph_that_names_continuity_is_used(book: Codebook, essay: Essay) -> None:
    """What the essay says of (dis)continuity, by that word, some code is about."""
    used = {paragraph for code in book.codes for paragraph in code.paragraphs}
    naming = {p.id for p in essay.paragraphs if "continuïteit" in p.text.casefold()}
    assert len(naming) > len(essay.paragraphs) / 2
    assert sorted(naming - used) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_on_a_level_is_used_under_that_level(
    book: Codebook, essay: Essay, section: str
) -> None:
    """Each paragraph of the essay's section on a level belongs to a code of that level."""
    used = {paragraph for code in book.under(SECTIONS[section]) for paragraph in code.paragraphs}
    there = {paragraph.id for paragraph in essay.paragraphs if paragraph.section == section}
    assert there
    assert sorted(there - used) == []


def _without_relational(book: dict[str, Any]) -> None:
    book["codes"] = [code for code in book["codes"] if "relational" not in code["levels"]]


MISTAKES: dict[str, tuple[Spoil, str]] = {
    "unknown key": (
        lambda book: book["codes"][2].update(hue=1),
        "codes.2.hue: Extra inputs are not permitted",
    ),
    "no definition": (
        lambda book: book["codes"][3].pop("definition"),
        "codes.3.definition: Field required",
    ),
    "no English": (
        lambda book: book["codes"][3]["name"].pop("en"),
        "codes.3.name.en: Field required",
    ),
    "empty text": (
        lambda book: book["rules"][0].update(nl=""),
        "rules.0.nl: String should have at least 1 character",
    ),
    "id twice": (
        lambda book: book["codes"][1].update(id="renewal"),
        "codes given twice: renewal",
    ),
    "id with a space": (
        lambda book: book["codes"][1].update(id="new faces"),
        "codes.1.id: String should match pattern",
    ),
    "level without codes": (_without_relational, "no codes under relational"),
    "code without level": (
        lambda book: book["codes"][0].update(levels=[]),
        "codes.0.levels: Tuple should have at least 1 item",
    ),
    "unknown level": (
        lambda book: book["codes"][0].update(levels=["village"]),
        "codes.0.levels.0: Input should be 'policy', 'organisational' or 'relational'",
    ),
    "unknown paragraph": (
        lambda book: book["codes"][0]["paragraphs"].append("e99"),
        "the essay has no paragraph e99",
    ),
    "no paragraph": (
        lambda book: book["codes"][0].update(paragraphs=[]),
        "codes.0.paragraphs: Tuple should have at least 1 item",
    ),
    "an example missing": (
        lambda book: book["codes"][5]["examples"]["neither"].pop(),
        "codes.5.examples.neither.1: Field required",
    ),
    "an example too many": (
        lambda book: book["codes"][5]["examples"]["continuity"].append("Nog een."),
        "codes.5.examples.continuity: ",
    ),
    "a polarity missing": (
        lambda book: book["polarities"].pop("continuity"),
        "polarities must be discontinuity and continuity",
    ),
    "levels in another order": (
        lambda book: book["levels"].reverse(),
        "levels must be policy, organisational, relational, in that order",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_file_and_place(
    tmp_path: Path, known: frozenset[str], mistake: str
) -> None:
    """Every line names the file, and the first says where in it and what is wrong."""
    spoil, told = MISTAKES[mistake]
    content = parsed((PROMPTS / FILE).read_text("utf-8"))
    spoil(content)
    (tmp_path / FILE).write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(PromptFileError) as wrong:
        read_codebook(tmp_path, known)
    lines = str(wrong.value).splitlines()
    assert told in lines[0]
    assert [line for line in lines if not line.startswith(f"{FILE}: ")] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  - id: politics\n", "  - id: politics\n    id: power\n", "key given twice: id"),
        ("codes:\n", "codes: [\n", "not valid YAML"),
    ],
)
def test_a_broken_file_is_told(
    tmp_path: Path, known: frozenset[str], old: str, new: str, told: str
) -> None:
    """A key given twice, or no YAML at all, is told with file and line."""
    text = (PROMPTS / FILE).read_text("utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PromptFileError, match=rf"^{re.escape(FILE)}: (.|\n)*line \d+") as wrong:
        read_codebook(tmp_path, known)
    assert told in str(wrong.value)


def test_without_a_codebook_the_missing_file_is_named(tmp_path: Path) -> None:
    """An empty folder is an error that says what should be there."""
    with pytest.raises(PromptFileError, match=re.escape("codebook.v<N>.yaml: no such file")):
        read_codebook(tmp_path, ())


def test_version_0_still_loads(tmp_path: Path, book: Codebook) -> None:
    """Codings made by it stay readable: levels and polarities, no codes."""
    shutil.copy(PROMPTS / "codebook.v0.yaml", tmp_path)
    first = read_codebook(tmp_path, ())
    assert (first.name, first.codes, first.rules) == ("codebook.v0", (), ())
    assert all(first.allows(level, None) for level in LEVELS)
    assert not any(first.allows(level, code.id) for level in LEVELS for code in book.codes)
