"""Text of others on a page: whatever it holds, it comes out as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evals.markdown import code, escaped, one_line
from evals.pages import Heading, Line, Points, Quote, Table, as_markdown, as_text

# Tables and strikes as GitHub has them, and HTML let through: the worst a renderer may do.
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TEXTS = st.text(
    st.sampled_from("ab1 .)(-+=#>*_`~[]!<&;|\\:/@$'\"\n\t\u202e\x1b") | st.characters(), max_size=40
)


@given(TEXTS)
def test_a_line_is_one_paragraph_of_text(text: str) -> None:
    """Of names and figures: no list, heading, table, link or tag comes of them."""
    tokens = RENDERER.parse(as_markdown([Line(text)]))
    if one_line(text):
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
        children = tokens[1].children or []
        assert {child.type for child in children} <= {"text", "text_special"}
        assert "".join(child.content for child in children) == one_line(text)


@given(TEXTS)
def test_a_quote_is_one_code_span(text: str) -> None:
    """Of what people said: literal, in the quotation it was put in."""
    tokens = RENDERER.parse(as_markdown([Quote(text)]))
    (inline,) = [token for token in tokens if token.type == "inline"]
    (child,) = inline.children or []
    assert child.type == "code_inline"
    assert child.content.strip() == one_line(text)
    assert [token.type for token in tokens][:2] == ["blockquote_open", "paragraph_open"]


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3))
def test_a_table_keeps_its_columns(rows: list[tuple[str, str]]) -> None:
    """As many cells as there are, whatever is in them."""
    tokens = RENDERER.parse(as_markdown([Table("t", ("a", "b"), tuple(rows))]))
    cells = [tokens[at + 1] for at, token in enumerate(tokens) if token.type == "td_open"]
    shown = ["".join(child.content for child in cell.children or []) for cell in cells]
    assert shown == [one_line(cell) for row in rows for cell in row]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("0.82 is a figure", "0.82 is a figure"),
        ("1. no list", r"1\. no list"),
        ("- no list", r"\- no list"),
        ("a_b <i>", r"a\_b \<i\>"),
        ("http://a.b www.c.d", r"http\://a.b www\.c.d"),
    ],
)
def test_only_what_has_a_meaning_is_escaped(text: str, line: str) -> None:
    """The source stays readable."""
    assert escaped(text) == line


def test_a_fence_is_longer_than_what_it_holds() -> None:
    """Or shorter: just not there."""
    assert code("a `b` ``c``") == "``` a `b` ``c`` ```"
    assert code("``") == "` `` `"
    assert code("") == "` `"


def test_what_steers_a_terminal_is_shown() -> None:
    """Escape codes and marks of direction are told by number; lines are joined."""
    assert one_line("a\x1b[31m\u202eb\r\n c") == "a<001B>[31m<202E>b c"


def test_a_terminal_gets_columns_in_line() -> None:
    """Blocks one after the other; figures under their head; running text folded."""
    told = as_text(
        [
            Heading(1, "Titel"),
            Line("woord " * 40),
            Table("Tabel", ("", "n"), (("een", "1"), ("honderd", "100"))),
            Points((("gold", "niets"),)),
        ]
    )
    lines = told.splitlines()
    assert "TITEL" in lines
    assert max(map(len, lines)) <= 100
    assert lines[-5:] == [
        "  Tabel",
        "             n",
        "    een      1",
        "    honderd  100",
        "    gold: niets",
    ]
