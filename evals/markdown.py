"""Text of others in a page of Markdown: shown as it is, whatever it holds.

CommonMark 0.31: a backslash takes the meaning off any ASCII punctuation (section 2.4); inside a
code span nothing has a meaning but backquotes (6.1). Mail addresses and @names, which many
renderers turn into links, stay text in code spans only.
"""

from __future__ import annotations

import re

# What has a meaning anywhere in a line, with what GitHub adds: bars, strikes, formulas, bare links.
_ANYWHERE = re.compile(r"([\\`*_\[\]<>&|~#$@!]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
# A list, or what makes a heading of the line before.
_AT_THE_START = re.compile(r"^(?:(\d+)(?=[.)](?:\s|$))|(?=[-+=]))")
_BACKQUOTES = re.compile("`+")


def one_line(text: str) -> str:
    """`text` on one line, with what cannot be printed (escape codes, marks of direction) shown."""
    return "".join(
        mark if mark.isprintable() else f"<{ord(mark):04X}>" for mark in " ".join(text.split())
    )


def escaped(text: str) -> str:
    """`text` on a line of its own, in a heading or in a cell of a table: of names and figures."""
    return _AT_THE_START.sub(r"\1\\", _ANYWHERE.sub(r"\\\1", one_line(text)))


def code(text: str) -> str:
    """`text` as a code span: of what people said. Not for a table, whose cells end at any bar."""
    line = one_line(text)
    runs = {len(run) for run in _BACKQUOTES.findall(line)}
    fence = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    # One space on both sides is taken off again, and is what keeps a fence from what it holds.
    return f"{fence} {line} {fence}" if line else "` `"
