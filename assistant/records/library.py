"""The library: the essay, and the literature it cites, as one thing to quote from and point to."""

from __future__ import annotations

from hashlib import sha256

from assistant.records.base import Record
from assistant.records.corpus import Essay, Paragraph
from assistant.records.literature import Databank, Literature
from assistant.records.passage import Citation


class Library(Record):
    """What may be quoted, and what may be pointed to."""

    essay: Essay
    literature: Literature

    @property
    def version(self) -> str:
        """`corpus.` and 8 hex digits that change whenever the essay or the literature does."""
        both = f"{self.essay.version} {self.literature.version}"
        return f"corpus.{sha256(both.encode()).hexdigest()[:8]}"

    def ids(self) -> tuple[str, ...]:
        """Every paragraph and every work, in their order."""
        paragraphs = (paragraph.id for paragraph in self.essay.paragraphs)
        return (*paragraphs, *(work.key for work in self.literature.works))

    def cite(self, paragraph_id: str) -> Citation:
        """A paragraph as a quotation, with its place. Raises KeyError when there is none."""
        paragraph: Paragraph = self.essay.paragraph(paragraph_id)
        shared = set(Citation.model_fields) & set(Paragraph.model_fields)
        return Citation(
            **paragraph.model_dump(include=shared),
            source=self.essay.provenance.source,
            corpus=self.essay.version,
        )

    def holds(self, citation: Citation) -> bool:
        """Whether `citation` stands in this library word for word, at the place it names."""
        known = {paragraph.id for paragraph in self.essay.paragraphs}
        whole = citation.model_copy(update={"excerpt": None})
        return citation.id in known and whole == self.cite(citation.id)

    def databanks_for(self, citation: Citation) -> tuple[Databank, ...]:
        """The databanks to point to with this passage: it meets somebody who invents anew."""
        return tuple(bank for bank in self.literature.databanks if citation.id in bank.fits)
