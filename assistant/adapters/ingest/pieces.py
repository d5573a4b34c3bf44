"""What passes between the readers of each kind of file and the chunker."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.adapters.ingest.limits import Limits
from assistant.adapters.ingest.refusals import refusal
from assistant.records.document import Media


@dataclass(frozen=True)
class Piece:
    """A paragraph, or a stretch of one: its text, the pages it is on, the heading above it."""

    text: str
    first_page: str | None = None
    last_page: str | None = None
    heading: str | None = None

    @property
    def page(self) -> str | None:
        """The page label, or the first and the last with a hyphen between them."""
        if self.first_page == self.last_page:
            return self.first_page
        return f"{self.first_page}-{self.last_page}"


@dataclass(frozen=True)
class Cut:
    """One chunk before it has an id."""

    text: str
    page: str | None
    heading: str | None


@dataclass(frozen=True)
class Reading:
    """What was read of one file."""

    media: Media
    pages: int | None
    cuts: tuple[Cut, ...]


def check_length(pieces: list[Piece], limits: Limits) -> None:
    """Raises DocumentRefused when there is no text or too much of it."""
    if not pieces:
        raise refusal("no_text")
    if sum(len(piece.text) for piece in pieces) > limits.characters:
        raise refusal("too_long", limit=limits.characters)
