"""The house: everything one interview needs, put together once in `bootstrap`."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from assistant.errors import PromptFileError
from assistant.ports import Clock, CodingQueue, Redactor, Retriever, Shelf, Store, Tagger
from assistant.records import (
    Codebook,
    Coder,
    Consent,
    Cues,
    Guide,
    Interview,
    Library,
    Phrases,
    Role,
    Versions,
)
from assistant.steps import interviewer
from assistant.steps.door import Door


@dataclass(frozen=True)
class House:
    """Ports, versioned texts and bounds. Shared by all interviews; holds nothing of any of them.

    With a `slow_coder` every answer in words waits in the `queue` for it, and `bell` is rung then,
    for who works on the queue in this process.
    """

    store: Store
    queue: CodingQueue
    redactor: Redactor
    tagger: Tagger
    slow_coder: Coder | None
    retriever: Retriever
    library: Library
    shelf: Shelf
    door: Door
    clock: Clock
    guides: dict[str, Guide]
    codebook: Codebook
    cues: Cues
    consent: Consent
    phrases: Phrases
    answer_limit: int
    stretches_per_cell: int
    bell: Event = field(default_factory=Event)

    def newest_guide(self, role: Role) -> Guide:
        """The guide a new interview with this role is held by."""
        of_role = [guide for guide in self.guides.values() if guide.guide == role]
        return max(of_role, key=lambda guide: guide.version)

    def guide_of(self, interview: Interview) -> Guide:
        """The guide the interview was begun with and goes on with, whatever is newer.

        Raises PromptFileError when that version is no longer among the prompt files.
        """
        if interview.guide not in self.guides:
            raise PromptFileError(
                f"guides/{interview.guide}.yaml is gone, but interviews begun with it are not. "
                "Put it back: a version, once used, stays."
            )
        return self.guides[interview.guide]

    def versions(self, guide: Guide) -> Versions:
        """What makes a turn now."""
        return Versions(
            guide=guide.name,
            codebook=self.codebook.name,
            interviewer=interviewer.VERSION,
            redactor=self.redactor.version,
            tagger=self.tagger.version,
            corpus=self.retriever.version,
        )
