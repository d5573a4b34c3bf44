"""The house stays readable: small functions, small files, one home for every kind of thing."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    p for folder in ("assistant", "ui", "evals") for p in (ROOT / folder).rglob("*.py")
)
FORBIDDEN = {"utils.py", "helpers.py", "manager.py", "misc.py", "common.py"}


def _functions() -> list[tuple[str, int]]:
    """Every function with its length in lines, docstring and signature included."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((f"{path.relative_to(ROOT)}:{node.name}", length))
    return found


def test_nine_in_ten_functions_are_at_most_25_lines() -> None:
    """90% of the functions fit in 25 lines, and none is a screenful and a half."""
    lengths = _functions()
    long = [name for name, length in lengths if length > 25]
    assert len(long) <= 0.1 * len(lengths), long
    assert not [name for name, length in lengths if length > 60]


def test_files_have_one_purpose() -> None:
    """No file over 300 lines, and none named for having no purpose."""
    assert not [p for p in SOURCES if len(p.read_text("utf-8").splitlines()) > 300]
    assert not [p for p in SOURCES if p.name in FORBIDDEN]


def test_streamlit_never_finds_a_pages_folder() -> None:
    """A folder `pages/` would be served past the door in `app.py`."""
    assert not (ROOT / "ui" / "pages").exists()


def test_no_text_for_participants_in_code() -> None:
    """Dutch sentences live in text files: no string of the page's code is Dutch."""
    telltale = {"uw", "niet", "een", "het", "voor"}
    found = []
    for path in (p for p in SOURCES if p.parts[len(ROOT.parts)] == "ui"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = set(node.value.lower().split())
                if len(words & telltale) >= 2:
                    found.append(f"{path.name}:{node.lineno}")
    assert not found
