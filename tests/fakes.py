"""Hand-written fakes of the ports, and a house made of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from assistant.adapters import prompt_files
from assistant.adapters.essay_files import read_essay
from assistant.adapters.literature_files import read_literature
from assistant.errors import CorpusError
from assistant.house import House
from assistant.records import (
    PASSAGE_KINDS,
    Coder,
    Coding,
    Document,
    Lang,
    Library,
    Passage,
    PassageKind,
    Processing,
    RedactedSpan,
    Redaction,
    Tag,
)
from assistant.steps.door import Door
from tests.memory_store import MemoryQueue as MemoryQueue
from tests.memory_store import MemoryStore as MemoryStore

PROMPTS = Path(__file__).parent.parent / "prompts"
CORPUS = Path(__file__).parent.parent / "corpus"


@cache
def shipped_library() -> Library:
    """The library as it ships."""
    essay = read_essay(CORPUS)
    return Library(essay=essay, literature=read_literature(CORPUS, essay))


class FixedClock:
    """It is always the same day."""

    def today(self) -> date:
        """1 June 2026."""
        return date(2026, 6, 1)


class WordRedactor:
    """Hides one word."""

    version = "fake-redactor.v1"

    def __init__(self, word: str = "geheim") -> None:
        self._word = word

    def redact(self, text: str) -> Redaction:
        """`text` with the word replaced; spans in the input."""
        spans, start = [], text.find(self._word)
        while start >= 0:
            spans.append(RedactedSpan(start=start, end=start + len(self._word), label="woord"))
            start = text.find(self._word, start + len(self._word))
        return Redaction(text=text.replace(self._word, "[woord 1]"), spans=tuple(spans))


class WordTagger:
    """An answer with the word `nieuw` is relational discontinuity; others carry nothing."""

    version = "fake-tagger.v1"
    coder = Coder(origin="embedded", codebook="codebook.v0", version=version)

    def tag(self, text: str, lang: Lang) -> Coding:  # noqa: ARG002 - the port's
        """One tag on the word, or none."""
        at = text.find("nieuw")
        tags = (
            (
                Tag(
                    level="relational",
                    polarity="discontinuity",
                    start=at,
                    end=at + 5,
                    confidence=0.8,
                ),
            )
            if at >= 0
            else ()
        )
        return Coding(origin="embedded", tags=tags, codebook="codebook.v0", coder=self.version)


class OnePassage:
    """Always the same passage, or nothing for an empty query."""

    version = "fake-corpus.v1"

    @property
    def ready(self) -> bool:
        """Always."""
        return True

    def search(
        self,
        query: str,
        k: int,
        kinds: Collection[PassageKind] = PASSAGE_KINDS,  # noqa: ARG002 - the port's
        *,
        why: bool = False,  # noqa: ARG002 - the port's
    ) -> Sequence[Passage]:
        """One passage at most."""
        if not query.strip() or k < 1:
            return ()
        return (Passage(**shipped_library().cite("e01").model_dump(), score=0.9),)


class EmptyShelf:
    """A shelf that stays empty."""

    def add(  # noqa: D102 - the port's
        self,
        path: Path,  # noqa: ARG002 - the port's, as those below
        key: str,  # noqa: ARG002
        *,
        today: date,  # noqa: ARG002
        name: str | None = None,  # noqa: ARG002
        progress: Callable[[int, int], None] | None = None,  # noqa: ARG002
    ) -> tuple[Document, bool]:
        raise CorpusError("This shelf takes nothing.")

    def remove(self, document_id: str) -> None:
        """Nothing is on it."""
        raise CorpusError(f"There is no document {document_id}.")

    def documents(self) -> tuple[Document, ...]:
        """Nothing."""
        return ()

    def generation(self) -> str:
        """Never changes."""
        return "empty"


def _processing(slow_coder: Coder | None) -> Processing:
    """Nothing leaves this machine: a slow coder codes here."""
    return Processing(model=slow_coder.origin, coding_host="") if slow_coder else Processing()


def house_of_fakes(store: MemoryStore | None = None, slow_coder: Coder | None = None) -> House:
    """A house with the real texts and fake ports; without a slow coder unless there is one."""
    store = store or MemoryStore()
    return House(
        store=store,
        queue=store.queue,
        redactor=WordRedactor(),
        tagger=WordTagger(),
        slow_coder=slow_coder,
        retriever=OnePassage(),
        library=shipped_library(),
        shelf=EmptyShelf(),
        door=Door(None),
        clock=FixedClock(),
        guides=prompt_files.read_guides(PROMPTS),
        codebook=prompt_files.read_codebook(PROMPTS, shipped_library().ids()),
        cues=prompt_files.read_cues(PROMPTS),
        consent=prompt_files.read_consent(PROMPTS).here(_processing(slow_coder)),
        phrases=prompt_files.read_phrases(PROMPTS),
        answer_limit=10_000,
        stretches_per_cell=30,
    )
