"""The batch verbs: JSON Lines in, JSON Lines out, loaded once, streamed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TextIO

import typer

from assistant import bootstrap
from assistant.records import Lang
from assistant.settings import read_settings

Line = dict[str, Any]
LINE_LIMIT = 1_000_000  # of raw JSON
TEXT_LIMIT = 100_000


def tag(
    source: Annotated[str, typer.Argument(help="a JSON Lines file, or - for standard input")],
    lang: Annotated[Lang, typer.Option(help="language of the statements")] = "nl",
) -> None:
    """Code statements: {"id","text"} in, the same with "levels" and "tags" out."""
    tagger = bootstrap.make_tagger(read_settings())

    def coded(line: Line) -> Line:
        coding = tagger.tag(line["text"], lang)
        tags = [{**one.model_dump(), "origin": coding.origin} for one in coding.tags]
        levels = sorted({one.level for one in coding.tags})
        return {"id": line.get("id"), "text": line["text"], "levels": levels, "tags": tags}

    _stream(source, "text", coded)


def redact(
    source: Annotated[str, typer.Argument(help="a JSON Lines file, or - for standard input")],
) -> None:
    """Hide identifiers: {"id","text"} in, {"id","text","spans"} out (spans in the input text)."""
    redactor = bootstrap.make_redactor()

    def hidden(line: Line) -> Line:
        redaction = redactor.redact(line["text"])
        spans = [span.model_dump() for span in redaction.spans]
        return {"id": line.get("id"), "text": redaction.text, "spans": spans}

    _stream(source, "text", hidden)


def search(
    query: Annotated[str, typer.Argument(help="what to look for, or - for JSON Lines")],
    k: Annotated[int, typer.Option(min=1, max=50, help="passages at most")] = 5,
    why: Annotated[
        bool, typer.Option("--why", help="say of each passage why it was found")
    ] = False,
) -> None:
    """Search essay and literature: a question, or {"id","query"} lines; nothing fits, none given.

    A passage whose id is the key of a cited work is our own note on that work, no quotation.
    """
    retriever = bootstrap.make_retriever(read_settings(), wait=True)
    columns = ["id", "text", "source", "page", "footnotes", "score", *(["why"] if why else [])]

    def found(line: Line) -> Line:
        passages = [
            one.model_dump(include=set(columns))
            for one in retriever.search(line["query"], k, why=why)
        ]
        ordered = [{name: one[name] for name in columns} for one in passages]
        return {"id": line.get("id"), "query": line["query"], "passages": ordered}

    if query == "-":
        _stream(query, "query", found)
    else:
        print(
            _as_json({key: value for key, value in found({"query": query}).items() if key != "id"})
        )


def _stream(source: str, field: str, work: Callable[[Line], Line]) -> None:
    """Do `work` on every good line. Bad ones are named on stderr; then the exit status is 1."""
    bad = 0
    with _opened(source) as lines:
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            try:
                line = _read(raw, field)
            except ValueError as wrong:
                bad += 1
                print(f"line {number}: {wrong}", file=sys.stderr)
                continue
            print(_as_json(work(line)))
    if bad:
        raise typer.Exit(1)


def _read(raw: str, field: str) -> Line:
    if len(raw) > LINE_LIMIT:
        raise ValueError(f"longer than {LINE_LIMIT} characters")
    try:
        line = json.loads(raw)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(line, dict) or not isinstance(line.get(field), str):
        raise ValueError(f'not an object with a text under "{field}"')  # noqa: TRY004 - a value
    if len(line[field]) > TEXT_LIMIT:
        raise ValueError(f"its text is longer than {TEXT_LIMIT} characters")
    return line


def _as_json(line: Line) -> str:
    # Half surrogate pairs can come in through JSON escapes and cannot be printed as UTF-8.
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


class _opened:  # noqa: N801 - reads as a verb where it is used: `with _opened(source)`
    """Lines of a file or of standard input, as UTF-8 whatever the terminal is set to."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._file: TextIO | None = None

    def __enter__(self) -> Iterator[str]:
        if self._source == "-":
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr] # a TextIOWrapper when it is a real stream
            return iter(sys.stdin)
        try:
            self._file = open(self._source, encoding="utf-8-sig", errors="replace")  # noqa: PTH123
        except OSError as wrong:
            raise typer.BadParameter(f"{self._source}: {wrong.strerror}") from None
        return iter(self._file)

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()
