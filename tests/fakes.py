"""Hand-written fakes of the ports, and a house made of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from assistant.adapters import prompt_files
from assistant.adapters.essay_files import read_essay
from assistant.adapters.literature_files import read_literature
from assistant.errors import CorpusError, InterviewGone
from assistant.house import House
from assistant.records import (
    PASSAGE_KINDS,
    Answer,
    Coding,
    Document,
    Findings,
    Interview,
    InterviewStatus,
    Lang,
    Library,
    Passage,
    PassageKind,
    RedactedSpan,
    Redaction,
    Tag,
    Turn,
)
from assistant.steps.door import Door

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


@dataclass
class MemoryStore:
    """The Store port in dictionaries. Not for threads."""

    interviews: dict[str, Interview] = field(default_factory=dict)
    kept: dict[str, list[Turn]] = field(default_factory=dict)
    coded: dict[str, dict[int, list[Coding]]] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def create(self, interview: Interview, first: Turn, code_hash: str) -> None:
        """See Store."""
        self.interviews[interview.id] = interview
        self.kept[interview.id] = [first]
        self.coded[interview.id] = {}
        self.keys[code_hash, "code"] = interview.id

    def interview(self, interview_id: str) -> Interview:
        """See Store."""
        if interview_id not in self.interviews:
            raise InterviewGone("no such interview")
        return self.interviews[interview_id]

    def turns(self, interview_id: str) -> tuple[Turn, ...]:
        """See Store."""
        self.interview(interview_id)
        return tuple(self.kept[interview_id])

    def record_answer(self, interview_id: str, seq: int, answer: Answer) -> bool:
        """See Store."""
        turn = self.turns(interview_id)[seq]
        if turn.answer is not None:
            return False
        self.kept[interview_id][seq] = turn.model_copy(update={"answer": answer})
        if self.interview(interview_id).status == "stopped":
            self.set_status(interview_id, "open")
        return True

    def move_on(
        self, interview_id: str, following: Turn, codings: Sequence[tuple[int, Coding]] = ()
    ) -> bool:
        """See Store."""
        self.interview(interview_id)
        for seq, coding in codings:
            given = self.coded[interview_id].setdefault(seq, [])
            made_by = {(c.origin, c.codebook, c.coder) for c in given}
            if (coding.origin, coding.codebook, coding.coder) not in made_by:
                given.append(coding)
        if following.seq != len(self.kept[interview_id]):
            return False
        self.kept[interview_id].append(following)
        return True

    def codings(self, interview_id: str) -> dict[int, tuple[Coding, ...]]:
        """See Store."""
        self.interview(interview_id)
        return {seq: tuple(given) for seq, given in self.coded[interview_id].items()}

    def set_status(
        self, interview_id: str, status: InterviewStatus, quotable: bool | None = None
    ) -> None:
        """See Store."""
        now = self.interview(interview_id)
        changes = {"status": status, "quotable": now.quotable if quotable is None else quotable}
        self.interviews[interview_id] = now.model_copy(update=changes)

    def add_key(self, interview_id: str, key_hash: str, kind: str) -> None:
        """See Store."""
        self.interview(interview_id)
        self.keys[key_hash, kind] = interview_id

    def find_by_key(self, key_hash: str, kind: str) -> str | None:
        """See Store."""
        return self.keys.get((key_hash, kind))

    def drop_key(self, interview_id: str, key_hash: str) -> None:
        """See Store."""
        dropped = {(key_hash, kind) for kind in ("code", "browser")}
        self.keys = {
            key: value
            for key, value in self.keys.items()
            if key not in dropped or value != interview_id
        }

    def findings(self, stretches_per_cell: int) -> Findings:  # noqa: ARG002 - the port's
        """Nothing: counting is the real store's, tested there."""
        return Findings(interviews=0, answers=0, counts=(), stretches=())

    def forget(self, interview_id: str) -> None:
        """See Store."""
        self.interview(interview_id)
        for kept in (self.interviews, self.kept, self.coded):
            kept.pop(interview_id)
        self.keys = {key: value for key, value in self.keys.items() if value != interview_id}

    def check(self) -> Iterable[str]:
        """All is well."""
        return ()


def house_of_fakes(store: MemoryStore | None = None) -> House:
    """A house with the real texts and fake ports."""
    return House(
        store=store or MemoryStore(),
        redactor=WordRedactor(),
        tagger=WordTagger(),
        retriever=OnePassage(),
        library=shipped_library(),
        shelf=EmptyShelf(),
        door=Door(None),
        clock=FixedClock(),
        guides=prompt_files.read_guides(PROMPTS),
        codebook=prompt_files.read_codebook(PROMPTS),
        cues=prompt_files.read_cues(PROMPTS),
        consent=prompt_files.read_consent(PROMPTS),
        phrases=prompt_files.read_phrases(PROMPTS),
        answer_limit=10_000,
        stretches_per_cell=30,
    )
