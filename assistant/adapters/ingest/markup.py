"""The text of HTML, and of Markdown by way of HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from assistant.adapters.ingest.characters import kept_line
from assistant.adapters.ingest.pieces import Piece
from assistant.adapters.ingest.refusals import refusal

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"),
    *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "head"),
    *("header", "hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "section"),
    *("summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
}
_APART = frozenset({"br", "td", "th"})
# What is no part of what a page says: code, drawings, ways to elsewhere, things to fill in.
_UNREAD = frozenset(
    {"button", "datalist", "iframe", "nav", "noscript", "script", "select", "style", "svg"}
    | {"template", "textarea", "title"}
)
_NESTING = 80  # lists in lists and quotations in quotations, half of it each
_HEADING_LIMIT = 200  # characters; a longer one is a paragraph that looks like a heading


def read_html(source: str) -> list[Piece]:
    """The paragraphs of a page, each under its heading. Nothing is run, fetched or expanded.

    The reader is the standard library's: it builds no tree, so depth and unclosed elements cost
    nothing, and it knows the named characters of HTML alone, so no entity can be declared.
    """
    page = _Page()
    page.feed(source)
    page.close()
    page.end_block()
    if page.unread:  # all that follows it was left out: better none of it than half
        raise refusal("damaged", detail=f"<{page.unread}> is never closed")
    return page.pieces


def read_markdown(source: str) -> list[Piece]:
    """The paragraphs of a Markdown text (CommonMark, tables), without front matter."""
    from markdown_it import MarkdownIt

    # What is nested deeper than maxNesting is left out without a word; 20 unless it is set.
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table")
    return read_html(str(parser.render(_without_front_matter(source))))


def _without_front_matter(source: str) -> str:
    """The text without the lines between two of `---` that some tools put before it."""
    lines = source.splitlines()
    if lines[:1] == ["---"] and "---" in lines[1:]:
        return "\n".join(lines[lines.index("---", 1) + 1 :])
    return source


class _Page(HTMLParser):
    """Gathers text until a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._text: list[str] = []
        self._heading: str | None = None
        self._in_heading = False
        self.unread = ""  # the element that is not read, and how often it is open
        self._open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as it is called
        """A block ends what came before; an unread element silences what follows."""
        if self.unread:
            self._open += tag == self.unread
        elif tag in _UNREAD:
            self.unread, self._open = tag, 1
        elif tag in _BLOCKS:
            self.end_block()
            self._in_heading = tag in _HEADINGS
        elif tag in _APART:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """The end of a block, or of what is not read."""
        if self.unread:
            self._open -= tag == self.unread
            self.unread = self.unread if self._open else ""
        elif tag in _BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        """Text, with the characters it names already in their place."""
        if not self.unread:
            self._text.append(data)

    def end_block(self) -> None:
        """What was gathered becomes a paragraph, or the heading of those that follow."""
        text = kept_line("".join(self._text))
        self._text = []
        if text and self._in_heading and len(text) <= _HEADING_LIMIT:
            self._heading = text
        elif text:
            self.pieces.append(Piece(text, heading=self._heading))
        self._in_heading = False
