"""What every record shares, and the words the field uses for levels, moves and answers."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["policy", "organisational", "relational"]
Polarity = Literal["discontinuity", "continuity"]
Role = Literal["resident", "professional", "official"]
Lang = Literal["nl", "en"]
MoveKind = Literal["tap", "ask", "probe", "rephrase", "check", "close"]
AnswerKind = Literal["text", "choice", "skip", "unclear"]
InterviewStatus = Literal["open", "finished", "stopped"]
Element = Literal["event", "time", "actor", "change", "effect"]

LEVELS: tuple[Level, ...] = get_args(Level)
POLARITIES: tuple[Polarity, ...] = get_args(Polarity)
ROLES: tuple[Role, ...] = get_args(Role)
LANGS: tuple[Lang, ...] = get_args(Lang)


class Record(BaseModel):
    """Base of every record: frozen, an unknown key is an error, no error repeats its input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Said(Record):
    """One text in the languages people read. Both are required."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, lang: Lang) -> str:
        """The text in `lang`."""
        return self.nl if lang == "nl" else self.en
