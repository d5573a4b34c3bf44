"""Reading the versioned prompts for a language model: `<name>.v<N>.md`.

A file holds the messages of one task. A line `<!-- message: name -->` begins each, `{{variable}}`
stands where something is filled in, and nothing else in it means anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import PromptFileError

_MESSAGE = re.compile(r"^<!-- message: (\w+) -->$", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Prompt:
    """The messages of a version of a prompt. `name` is the version, e.g. `tagging.v1`."""

    name: str
    messages: Mapping[str, str]

    def fill(self, message: str, **values: str) -> str:
        """A message with its variables filled in. What stands in a value is never filled in."""
        return _VARIABLE.sub(lambda found: values[found[1]], self.messages[message])


def read_prompt(path: Path, variables: Mapping[str, Collection[str]]) -> Prompt:
    """The prompt in a file, which has these messages, each with these variables and no other.

    Raises PromptFileError, one line for each mistake.
    """
    try:
        pieces = _MESSAGE.split(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as wrong:
        raise PromptFileError(f"{path.name}: cannot be read ({type(wrong).__name__})") from wrong
    names, texts = pieces[1::2], [text.strip() for text in pieces[2::2]]
    messages = dict(zip(names, texts, strict=True))
    mistakes = [*_misplaced(pieces[0], names, variables)]
    for name in messages.keys() & variables.keys():
        mistakes += (f"message {name}: {m}" for m in _unfit(messages[name], set(variables[name])))
    if mistakes:
        raise PromptFileError("\n".join(f"{path.name}: {mistake}" for mistake in sorted(mistakes)))
    return Prompt(path.stem, messages)


def _misplaced(before: str, names: list[str], wanted: Collection[str]) -> Iterator[str]:
    if before.strip():
        yield "text before the first message"
    yield from (f"message {name} is given twice" for name in {*names} if names.count(name) > 1)
    yield from (f"message {name} is missing" for name in {*wanted} - {*names})
    yield from (f"message {name} is unknown" for name in {*names} - {*wanted})


def _unfit(text: str, wanted: set[str]) -> Iterator[str]:
    found = set(_VARIABLE.findall(text))
    rest = _VARIABLE.sub("", text)
    if not text:
        yield "is empty"
    if "{{" in rest or "}}" in rest:
        yield "{{ or }} that belongs to no variable"
    yield from (f"variable {name} is missing" for name in wanted - found)
    yield from (f"variable {name} is unknown" for name in found - wanted)
