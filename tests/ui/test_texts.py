"""The words of the page."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from assistant.records import ROLES
from tests.fakes import house_of_fakes
from ui.library import essay, literature, results
from ui.texts import read_texts

UI = Path(__file__).parents[2] / "ui"


def test_every_text_is_there_in_both_languages_with_the_same_blanks() -> None:
    """Dutch and English name the same texts, and a text has the same {blanks} in both."""
    texts = read_texts()
    assert texts["nl"].keys() == texts["en"].keys()
    for name, dutch in texts["nl"].items():
        blanks = set(re.findall(r"{(\w+)}", dutch))
        assert blanks == set(re.findall(r"{(\w+)}", texts["en"][name])), name


def test_every_text_that_is_asked_for_exists_and_every_text_is_used() -> None:
    """Each `t("…")` in the code has its text; no text lies about unused."""
    asked = set()
    prefixes = {"notice.", "role.", "origin.", "findings.", "welcome."}  # looked up by a made name
    prefixes |= {f"library.{made}." for made in ("basis", "facts", "kind", "listed", "refused")}
    prefixes |= {"library.section.", "library.why."}
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                asked.add(node.value)
    to_the_browser = (*essay._WORDS, *literature._WORDS, *results._WORDS)
    asked |= {f"library.{name}" for name in to_the_browser}
    names = set(read_texts()["nl"])
    used = {name for name in names if name in asked or name.startswith(tuple(prefixes))}
    assert names == used
    calls = {
        text
        for text in asked
        if re.fullmatch(r"(welcome|consent|interview|receipt|library)\.\w+", text)
    }
    assert calls <= names


def test_every_role_and_every_error_has_its_words() -> None:
    """A role on the welcome page, an error a participant can cause: a sentence for each."""
    from assistant import errors

    texts, phrases = read_texts()["nl"], house_of_fakes().phrases
    assert all(f"welcome.{role}" in texts and f"role.{role}" in texts for role in ROLES)
    kinds = errors.ParticipantError.__subclasses__()
    assert kinds
    assert all(kind.key in phrases.errors for kind in kinds)
