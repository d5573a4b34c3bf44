"""A work of the literature as it was added: its text in chunks, each with its place."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from pydantic import Field, model_validator

from assistant.records.base import Record

Media = Literal["pdf", "docx", "html", "markdown", "text"]

MEDIA: tuple[Media, ...] = get_args(Media)
DOCUMENT_ID = r"^d-[0-9a-f]{10}$"
CHUNK_LIMIT = 1_200  # characters
CHUNK_LEAST = 600  # characters, where page and section give as many


class Chunk(Record):
    """A stretch of a document that is found and shown as one: whole paragraphs where they fit.

    `text` is verbatim but for white space, line-end hyphens and invisible characters; a blank
    line stands between paragraphs. `page` is a page label, or two with a hyphen when a paragraph
    runs on: a medium without pages has none. `heading` is the nearest heading above.
    """

    id: str = Field(pattern=r"^d-[0-9a-f]{10}\.[1-9][0-9]*$")
    text: str = Field(min_length=1, max_length=CHUNK_LIMIT)
    page: str | None = Field(None, min_length=1)
    heading: str | None = Field(None, min_length=1)


class Document(Record):
    """One file as it was added to one work, whose `key` it has.

    `id` follows from the bytes of the file and the key. `name` is for people to recognise the
    file by and never part of a path. `pages` counts the pages of a medium that has them. Chunks
    stand in reading order, do not overlap, and are numbered from 1: `<document id>.<n>`.
    """

    id: str = Field(pattern=DOCUMENT_ID)
    key: str = Field(min_length=1)
    name: str = Field(min_length=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    media: Media
    added: date
    pages: int | None = Field(None, ge=1)
    chunks: tuple[Chunk, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _chunks_are_numbered(self) -> Document:
        for number, chunk in enumerate(self.chunks, start=1):
            if chunk.id != f"{self.id}.{number}":
                raise ValueError(f"chunk {number} of {self.id} has another id")
        return self
