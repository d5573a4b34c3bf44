"""The codebook as a model reads it: definitions in English, examples in Dutch, as answers are."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.records import POLARITIES, Code, Codebook


def described(codebook: Codebook) -> str:
    """The whole codebook as text; always the same for the same codebook."""
    return "\n".join(
        (
            *("# Levels", "", *_levels(codebook), ""),
            *("# Polarities", "", *_polarities(codebook), ""),
            *("# Rules", "", *_rules(codebook), ""),
            *("# Codes", "", *_codes(codebook)),
        )
    ).rstrip()


def _levels(codebook: Codebook) -> Iterator[str]:
    for level in codebook.levels:
        yield f"- `{level.id}` ({level.name.en}, in Dutch {level.name.nl}): {level.definition.en}"


def _polarities(codebook: Codebook) -> Iterator[str]:
    for polarity in POLARITIES:
        yield f"- `{polarity}`: {codebook.polarities[polarity].en}"


def _rules(codebook: Codebook) -> Iterator[str]:
    for number, rule in enumerate(codebook.rules, start=1):
        yield f"{number}. {rule.en}"
    if not codebook.rules:
        yield "There are none beside the definitions."


def _codes(codebook: Codebook) -> Iterator[str]:
    for code in codebook.codes:
        yield from _code(code)
    if not codebook.codes:
        yield "There are no codes yet: `code` is always null."


def _code(code: Code) -> Iterator[str]:
    under = ", ".join(f"`{level}`" for level in code.levels)
    yield f"## `{code.id}`: {code.name.en}"
    yield f"Under {under}. {code.definition.en}"
    yield f"- Give it: {code.use.en}"
    yield f"- Do not give it: {code.not_use.en}"
    for kind in ("discontinuity", "continuity", "neither"):
        told = " / ".join(f"“{text}”" for text in getattr(code.examples, kind))
        yield f"- Examples, {kind}: {told}"
    yield ""
