"""An interview: its turns, each a move and an answer."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from assistant.records.base import AnswerKind, InterviewStatus, Lang, MoveKind, Record, Role
from assistant.records.coding import Coding
from assistant.records.passage import Citation


class Option(Record):
    """Something to tap."""

    id: str = Field(min_length=1)
    label: str = Field(min_length=1)


class Move(Record):
    """What the interviewer does next, as it is shown.

    `prompt` names the words in the guide and is unique within one interview, except that a check
    is unique by `about`: the number of the turn whose answer is checked.
    """

    kind: MoveKind
    topic: str
    prompt: str
    text: str
    options: tuple[Option, ...] = ()
    several: bool = False
    about: int | None = None
    citation: Citation | None = None


class Reply(Record):
    """What a person sends: an answer to the turn numbered `seq`, before anything is done to it."""

    seq: int = Field(ge=0)
    kind: AnswerKind
    text: str = ""
    choices: tuple[str, ...] = ()


class Answer(Record):
    """A reply as it is kept: cleaned, de-identified."""

    kind: AnswerKind
    text: str = ""
    choices: tuple[str, ...] = ()
    redacted: tuple[str, ...] = Field(default=(), description="labels of what was hidden, in order")


class Versions(Record):
    """What made a turn: every stored turn and tag can be traced to these."""

    guide: str
    codebook: str
    interviewer: str
    redactor: str
    tagger: str
    corpus: str


class Turn(Record):
    """One move and, once given, its answer. `seq` counts from 0 within the interview."""

    seq: int = Field(ge=0)
    move: Move
    answer: Answer | None = None
    versions: Versions


class Interview(Record):
    """An interview as a whole. Only the day is kept, never the time."""

    id: str
    role: Role
    lang: Lang
    guide: str
    consent: str
    begun_on: date
    status: InterviewStatus = "open"
    quotable: bool = False


class Progress(Record):
    """How far along, in parts that are done out of all parts."""

    done: int = Field(ge=0)
    total: int = Field(ge=1)


class View(Record):
    """All a page or terminal needs to show where an interview stands."""

    interview: Interview
    turns: tuple[Turn, ...]
    codings: dict[int, Coding] = Field(description="by turn: the coding that counts")
    progress: Progress

    @property
    def waiting(self) -> Turn:
        """The turn that stands open: the last one."""
        return self.turns[-1]
