"""Consent: what a person agrees to, by this installation and no other."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from pydantic import Field

from assistant.records.base import LANGS, Record, Said

Condition = Literal[
    "always", "no_model", "coding_here", "coding_elsewhere", "search_elsewhere", "all_stays"
]


class ConsentPoint(Said):
    """One promise, made always or when it holds here; `{model}` and `{…_host}` are filled in."""

    when: Condition = "always"


class Processing(Record):
    """Where answers go, after redaction: None is nowhere, an empty name is this machine.

    `model`: the name of the language model that codes them, at `coding_host`; `search_host`: who
    embeds them to find a passage.
    """

    model: str | None = None
    coding_host: str | None = None
    search_host: str | None = None

    @property
    def conditions(self) -> frozenset[Condition]:
        """Which promises hold."""
        holds: dict[Condition, bool] = {
            "always": True,
            "no_model": self.coding_host is None and not self.search_host,
            "coding_here": self.coding_host == "",
            "coding_elsewhere": bool(self.coding_host),
            "search_elsewhere": bool(self.search_host),
            "all_stays": not self.coding_host and not self.search_host,
        }
        return frozenset(condition for condition, held in holds.items() if held)

    @property
    def terms(self) -> str:
        """What was agreed to beside the text, as stored: who gets the answers to do what."""
        return ",".join(filter(None, (self.coding, self.searching)))

    @property
    def coding(self) -> str:
        """The host and the model that code answers, as stored; empty when none does."""
        if self.coding_host is None:
            return ""
        return f"coding={self.coding_host or 'here'}/{quote(self.model or '', safe='')}"

    @property
    def searching(self) -> str:
        """Who else gets answers to look something up, as stored; empty when nobody does."""
        return f"search={self.search_host}" if self.search_host else ""


class Consent(Record):
    """What a person agrees to before the first question."""

    consent: str = Field(pattern=r"^[a-z]+$")
    version: int = Field(ge=1)
    title: Said
    intro: tuple[Said, ...]
    points: tuple[ConsentPoint, ...]
    agree: Said
    processing: Processing = Processing()

    @property
    def name(self) -> str:
        """Name and version, and the terms, as stored with the interview: `consent.v2:coding=…`."""
        terms = self.processing.terms
        return f"{self.consent}.v{self.version}" + (f":{terms}" if terms else "")

    def here(self, processing: Processing) -> Consent:
        """The text as it holds where answers go as `processing` says."""
        held = [point for point in self.points if point.when in processing.conditions]
        filled = tuple(_filled(point, processing) for point in held)
        return self.model_copy(update={"points": filled, "processing": processing})

    def allows_coding(self, agreed: str) -> bool:
        """Whether who agreed to `agreed` (a stored name) lets the model in use here code answers.

        Only where they were told of this model at this host: answers go nowhere else.
        """
        mine = self.processing.coding
        return bool(mine) and mine in _terms(agreed)

    def allows_search(self, agreed: str) -> bool:
        """Whether who agreed to `agreed` lets answers be looked up as that is done here."""
        mine = self.processing.searching
        return not mine or mine in _terms(agreed)


def _terms(agreed: str) -> list[str]:
    return agreed.partition(":")[2].split(",")


def _filled(point: ConsentPoint, processing: Processing) -> ConsentPoint:
    facts = processing.model_dump()
    nl, en = (_with_facts(point.in_(lang), facts) for lang in LANGS)
    return point.model_copy(update={"nl": nl, "en": en})


def _with_facts(text: str, facts: dict[str, str | None]) -> str:
    # Not str.format: the name of a model may hold anything.
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", fact or "")
    return text
