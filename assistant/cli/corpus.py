"""`lange-adem corpus`: what the library holds, and adding a document to a work of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import bootstrap
from assistant.cli.progress import bar
from assistant.records.document import Document
from assistant.settings import read_settings

if TYPE_CHECKING:
    from assistant.adapters.shelf import Added, Shelf

app = typer.Typer(
    help="The library: the essay, the works it cites, and documents added to those.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
AsJson = Annotated[bool, typer.Option("--json", help="JSON, for a program")]


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say how much the library holds. Exit status 1 when a document in it is damaged."""
    settings = read_settings()
    library, shelf = bootstrap.read_library(settings), bootstrap.make_shelf(settings)
    facts: dict[str, str | int] = {
        "essay": library.essay.version,
        "paragraphs": len(library.essay.paragraphs),
        "works": len(library.literature.works),
        "library": library.version,
        "search": bootstrap.search_version(settings),
    }
    show_status(facts, shelf, as_json=as_json)


@app.command("list")
def list_works(as_json: AsJson = False) -> None:
    """List the works by key, with the documents added to each."""
    settings = read_settings()
    literature = bootstrap.read_library(settings).literature
    references = {work.key: literature.reference(work.key).in_text for work in literature.works}
    show_works(references, bootstrap.make_shelf(settings), as_json=as_json)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="a PDF, DOCX, HTML, Markdown or text file")],
    key: Annotated[str, typer.Option(help="key of the work it is; `corpus list` shows them")],
) -> None:
    """Add a document to a work: its text is read, cut into chunks and can be found."""
    shelf = bootstrap.make_shelf(read_settings())
    with bar("Reading") as progress:
        added = shelf.add(file, key, today=bootstrap.SystemClock().today(), progress=progress)
    show_added(added)


@app.command()
def remove(
    document_id: Annotated[str, typer.Argument(help="id of the document: d- and ten characters")],
) -> None:
    """Remove a document from the library. The work itself stays."""
    bootstrap.make_shelf(read_settings()).remove(document_id)
    print(f"Removed {document_id}.")


def show_status(library: Mapping[str, str | int], shelf: Shelf, *, as_json: bool) -> None:
    """Print these facts and those of the shelf, as a line of JSON or as lines to read."""
    documents, faults = shelf.documents(), shelf.faults()
    facts = {
        **library,
        "documents": len(documents),
        "chunks": sum(len(document.chunks) for document in documents),
        "damaged": len(faults),
    }
    if as_json:
        print(json.dumps(facts))
    else:
        print("\n".join(f"{name:<12}{value}" for name, value in facts.items()))
    _complain(faults)


def show_works(references: Mapping[str, str], shelf: Shelf, *, as_json: bool) -> None:
    """Print every work, by key its short reference, with its documents: JSON, or to read."""
    with_key: dict[str, list[Document]] = {}
    for document in shelf.documents():
        with_key.setdefault(document.key, []).append(document)
    for key, reference in references.items():
        documents = with_key.get(key, [])
        if as_json:
            ids = [document.id for document in documents]
            line = {"key": key, "reference": reference, "documents": len(ids), "ids": ids}
            print(json.dumps(line, ensure_ascii=False))
            continue
        print(f"{key:<28}{len(documents):>3}  {reference}")
        for document in documents:
            print(f"  {document.id}  {document.name}")
    _complain(shelf.faults())


def show_added(added: Added) -> None:
    """Print what came of adding, on one line."""
    document = added.document
    pages = f"pages: {document.pages}, " if document.pages else ""
    told = f"{document.id}  {document.name} ({pages}chunks: {len(document.chunks)})"
    print(f"{'Added to' if added.new else 'Already with'} {document.key}: {told}")


def _complain(faults: tuple[Exception, ...]) -> None:
    for fault in faults:
        print(f"lange-adem: {fault}", file=sys.stderr)
    if faults:
        raise typer.Exit(1)
