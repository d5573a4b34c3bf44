"""The Retriever in use: essay and literature by what people say, added documents by their words."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters.library import core
from assistant.adapters.library.documents import Held
from assistant.adapters.library.excerpts import excerpt, sentences_of, telling
from assistant.adapters.library.folders import vendor_errors
from assistant.adapters.library.index import open_own, open_remote
from assistant.adapters.library.lines import lines_of
from assistant.adapters.library.nearby import ByIndex, Nearby, WithFallback
from assistant.adapters.library.reasons import Asked, reasons, shared_words
from assistant.adapters.library.shelved import ShelvedDocuments
from assistant.adapters.library.versions import library_version
from assistant.adapters.library.words import language_of, words_in
from assistant.errors import CorpusError
from assistant.ports import Shelf
from assistant.records import (
    PASSAGE_KINDS,
    Expansions,
    Lang,
    Library,
    Passage,
    PassageKind,
)

if TYPE_CHECKING:
    from assistant.adapters.library.remote_embedding import RemoteEmbedding

SHARE_OF_DOCUMENTS = 0.4  # of the places, at most, unless there is room
NEAR_LINES = 3  # that help to choose the sentences shown first

log = logging.getLogger(__name__)


class LibraryRetriever:
    """Finds what essay, literature and added documents say on what a person says.

    Two rankings are fused: by words (`bm25`) and by what people said whose story a paragraph or
    work speaks to (`nearby`, under the concept embedding or an endpoint's). What comes out is taken
    from the Library and the shelf by id, never from the index. When it is not sure enough that
    anything fits, nothing is returned. The same query gives the same answer.

    Opening builds the index when it is missing, half built, damaged or of another version, and
    waits while another process does so. An endpoint that fails is done without. Safe to use from
    several threads. Raises CorpusError when the index can be neither opened nor built, or not
    searched.
    """

    def __init__(
        self,
        index_dir: Path,
        library: Library,
        expansions: Expansions,
        *,
        shelf: Shelf | None = None,
        remote: Callable[[], RemoteEmbedding] | None = None,
    ) -> None:
        self.version = library_version(library, expansions)
        self._library = library
        self._lines = lines_of(library, expansions)
        cannot = f"The index in {index_dir} can be neither opened nor built"
        with vendor_errors(cannot), ExitStack() as undo:
            self._model, own = open_own(
                index_dir, self.version, self._lines, library.ids(), expansions.rings
            )
            undo.callback(own.close)
            self._nearby: Nearby = ByIndex(own.vectors, self._model.embedding)
            if remote:
                self._nearby = self._with_endpoint(index_dir, remote, undo)
            self._shelved = shelf and ShelvedDocuments(index_dir, self.version, shelf, self._model)
            if self._shelved:
                undo.callback(self._shelved.close)
            self._closing = undo.pop_all()
        self._core = core.Core(self._model, self._lines)
        self._told: dict[int, frozenset[str]] = {}
        self._sentences = {
            one.id: sentences_of(one.text, self._model) for one in library.essay.paragraphs
        }
        self.refresh()

    @property
    def ready(self) -> bool:
        """Always: opening is loading."""
        return True

    def search(
        self,
        query: str,
        k: int,
        kinds: Collection[PassageKind] = PASSAGE_KINDS,
        *,
        why: bool = False,
    ) -> tuple[Passage, ...]:
        """At most `k` of these kinds that fit, best first; maybe none.

        Added documents have at most a share of the places, as their score is of another making.
        """
        counts = self._model.analyser.features(query)
        if k < 1 or not counts:
            return ()
        added = self._of_documents(query, counts, k, why) if "document" in kinds else []
        finds = self._core.find(counts, lambda: self._nearby.near(query))
        wanted = [find for find in finds if self._kind(find.id) in kinds]
        room = k - min(len(added), max(1, int(k * SHARE_OF_DOCUMENTS)))
        asked = Asked(query, self._model) if why else None
        lang = language_of(words_in(query))
        found = [
            self._with_excerpt(self._of_library(asked, lang, find), counts, find)
            for find in wanted[:room]
        ]
        found += added[: k - len(found)]
        return tuple(sorted(found, key=lambda passage: -passage.score))

    def _kind(self, name: str) -> PassageKind:
        return "work" if name in self._library.literature.references else "essay"

    def _of_documents(self, query: str, counts: Counter[str], k: int, why: bool) -> list[Passage]:
        if not self._shelved:
            return []
        vector = self._model.embedding.embed_query(query)
        found = self._shelved.find(counts, vector, k)
        words = self._model.analyser.terms(query) if why else []
        return [
            _of_document(held, score, self._library).model_copy(
                update={"why": shared_words(words, held.chunk.text, self._model)}
            )
            for held, score in found
        ]

    def refresh(self) -> None:
        """Index what is on the shelf now, and wait for it; a failure is logged."""
        try:
            if self._shelved:
                self._shelved.refresh()
        except CorpusError as wrong:
            log.warning("The added documents cannot be searched. %s", wrong)

    def close(self) -> None:
        """Let go of the files; searching is over."""
        self._closing.close()

    def _with_endpoint(
        self, index_dir: Path, remote: Callable[[], RemoteEmbedding], undo: ExitStack
    ) -> Nearby:
        """Nearness by the endpoint that is set, if it does its work; by our own all the same."""
        try:
            embedding = remote()
            index = open_remote(index_dir, self.version, self._lines, embedding)
        except CorpusError as wrong:
            log.warning("The library uses the embedding that ships with us. %s", wrong)
            return self._nearby
        undo.callback(index.close)
        return WithFallback(ByIndex(index.vectors, embedding), self._nearby)

    def _of_library(self, asked: Asked | None, lang: Lang, find: core.Find) -> Passage:
        """What was found as it stands in the library, with the reasons when they are asked."""
        literature = self._library.literature
        if self._kind(find.id) == "work":
            own = literature.annotation(find.id).annotation.in_(lang)
            passage = Passage(
                id=find.id,
                kind="work",
                text=own,
                source=literature.reference(find.id).text,
                page=literature.work(find.id).page,
                work=find.id,
                corpus=literature.version,
                score=find.score,
            )
        else:
            passage = Passage(**self._library.cite(find.id).model_dump(), score=find.score)
            own = passage.text
        if asked is None:
            return passage
        why = reasons(asked, find, own, self._model, self._lines)
        return passage.model_copy(update={"why": why})

    def _telling_of(self, number: int) -> frozenset[str]:
        """What line `number` is about; worked out the first time. Lines are ours, not people's."""
        if number not in self._told:
            self._told[number] = frozenset(telling(self._model, self._lines[number].text))
        return self._told[number]

    def _with_excerpt(self, passage: Passage, asked: Iterable[str], find: core.Find) -> Passage:
        """A paragraph with the sentences that bear most on the query."""
        if passage.kind != "essay":
            return passage
        near = [self._telling_of(number) for number, _ in find.lines[:NEAR_LINES]]
        part = excerpt(passage.text, self._sentences[passage.id], asked, near)
        return passage.model_copy(update={"excerpt": part}) if part else passage


def _of_document(held: Held, score: float, library: Library) -> Passage:
    """A chunk of an added document, verbatim: the reference of its work, the name of the file."""
    chunk, document = held
    return Passage(
        id=chunk.id,
        kind="document",
        text=chunk.text,
        source=library.literature.reference(document.key).text,
        chapter=document.name,
        section=chunk.heading,
        page=chunk.page,
        work=document.key,
        corpus=document.id,
        score=score,
    )
