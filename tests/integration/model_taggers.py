"""Model taggers for the tests, and a text they can code."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from assistant.adapters.model_tagger import ModelTagger, read_tagging_prompt
from assistant.ports import SlowTagger
from assistant.records import Coding
from assistant.settings import ChatSettings, shipped
from tests.chat_server import coding, tag
from tests.toy_codebook import toy_codebook

MODEL = "llama-3.1:8b"
KEY = "sk-heel-geheim-0123456789"
TEXT = "Door de aanbesteding ben ik Annie kwijt. Nu komt er steeds een ander, en die weet niets."
GOOD = coding(
    tag("Door de aanbesteding", "policy", code="tendering", confidence=0.75),
    tag("steeds een ander", "relational", code="fixed_person", confidence=0.9),
)


def tagger_at(url: str, **more: Any) -> SlowTagger:
    """A tagger that asks `url`, with the key and all the time it needs unless said otherwise."""
    chosen: dict[str, Any] = {"key": SecretStr(KEY), "seconds": 20.0, **more}
    settings = ChatSettings(url=url, model=MODEL, workers=2, **chosen)
    return ModelTagger(settings, toy_codebook(), read_tagging_prompt(shipped("prompts")))


def stretches(found: Coding, text: str = TEXT) -> list[tuple[str, str, str | None]]:
    """The tags as stretch, level and code."""
    return [(text[one.start : one.end], one.level, one.code) for one in found.tags]
