"""The words of the page, from `texts.<lang>.yaml`. No code holds what a participant reads."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import PromptFileError
from assistant.records import LANGS, Lang

Texts = dict[str, str]


@cache
def read_texts() -> dict[Lang, Texts]:
    """Every text by language and dotted name. Raises PromptFileError when the languages differ."""
    texts: dict[Lang, Texts] = {lang: _flat(_file(lang)) for lang in LANGS}
    odd = set(texts["nl"]) ^ set(texts["en"])
    if odd:
        raise PromptFileError(f"ui texts: only in one language: {', '.join(sorted(odd))}")
    return texts


def _file(lang: Lang) -> dict[str, Any]:
    path = Path(__file__).with_name(f"texts.{lang}.yaml")
    content = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(content, dict):
        raise PromptFileError(f"{path.name}: not a mapping of texts")
    return content


def _flat(nested: dict[str, Any], prefix: str = "") -> Texts:
    flat: Texts = {}
    for name, value in nested.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str) and value.strip():
            flat[f"{prefix}{name}"] = value.strip()
        else:
            raise PromptFileError(f"ui texts: {prefix}{name} is not a text")
    return flat
