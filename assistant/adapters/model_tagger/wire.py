"""What goes over the wire: the form a coding is asked in, and reading what was written instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.records import LEVELS, POLARITIES, Codebook

MOST_CHARACTERS = 100_000
MOST_TAGS = 100
MOST_STARTS = 1_000  # of what may be an object; each that is none costs time
# What a model thinks aloud before its answer may hold codings it then drops.
_THOUGHTS = re.compile(r"^.*</think(?:ing)?>", re.DOTALL)


class NoCoding(Exception):
    """What the model wrote is no coding. The message says why, in none of its words."""


class WireTag(BaseModel):
    """A tag as a model writes it: the types are checked here, the values against the codebook."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    quote: str
    level: str
    code: str | None = None
    polarity: str
    confidence: float = Field(allow_inf_nan=False)


def schema(codebook: Codebook) -> dict[str, Any]:
    """The JSON schema of a coding, as narrow as the codebook.

    It keeps to what every endpoint with structured output understands: no references, every key
    required, no other key allowed, no bounds.
    """
    codes = [code.id for code in codebook.codes]
    code = {"anyOf": [{"type": "string", "enum": codes}, {"type": "null"}]}
    tag = {
        "quote": {"type": "string"},
        "level": {"type": "string", "enum": list(LEVELS)},
        "code": code if codes else {"type": "null"},
        "polarity": {"type": "string", "enum": list(POLARITIES)},
        "confidence": {"type": "number"},
    }
    return _object({"tags": {"type": "array", "items": _object(tag)}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read(written: str) -> list[WireTag]:
    """The tags in what a model wrote, also between other words or in a code fence.

    Raises NoCoding when there is no coding in it, or more than one.
    """
    if len(written) > MOST_CHARACTERS:
        raise NoCoding("it is far too long")
    said = _THOUGHTS.sub("", written)
    if not said.strip():
        raise NoCoding("it is empty")
    codings = [found["tags"] for found in _objects(said) if isinstance(found.get("tags"), list)]
    if not codings:
        raise NoCoding('it holds no complete JSON object with a list "tags"')
    if any(coding != codings[0] for coding in codings):
        raise NoCoding("it holds more than one coding")
    if len(codings[0]) > MOST_TAGS:
        raise NoCoding(f"it holds more than {MOST_TAGS} tags")
    return [_tag(number, one) for number, one in enumerate(codings[0], start=1)]


def _tag(number: int, written: object) -> WireTag:
    try:
        return WireTag.model_validate(written)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        place = first["loc"][0] if first["loc"] else "it"
        problem = f"in tag {number}, {place}: {first['msg']}"
    raise NoCoding(problem)


def _objects(said: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text that are in no other, in order."""
    decoder = json.JSONDecoder(parse_constant=_refused)
    start = said.find("{")
    for _ in range(MOST_STARTS):
        if start < 0:
            return
        try:
            found, end = decoder.raw_decode(said, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            yield found
        start = said.find("{", end)


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
