"""The codebook: levels, the codes under them, and what it takes for a statement to carry each."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from assistant.records.base import LEVELS, POLARITIES, Level, Polarity, Record, Said


class LevelEntry(Record):
    """A level in the codebook. `plain` is how a resident would be told."""

    id: Level
    name: Said
    plain: Said
    definition: Said


class CodeExamples(Record):
    """Two statements that carry the code each way, and two that look like it and do not."""

    discontinuity: tuple[str, str]
    continuity: tuple[str, str]
    neither: tuple[str, str]


class Code(Record):
    """What kind of (dis)continuity a statement tells of, under one level or across some.

    `use` and `not_use` say when a coder gives it and when another code or none fits; `paragraphs`
    are the ids of the essay's paragraphs it comes from. Examples are in Dutch, as the answers are.
    """

    id: str = Field(pattern=r"^[a-z]+(_[a-z]+)*$")
    levels: tuple[Level, ...] = Field(min_length=1)
    name: Said
    definition: Said
    use: Said
    not_use: Said
    examples: CodeExamples
    paragraphs: tuple[str, ...] = Field(min_length=1)


class Codebook(Record):
    """The codebook. Before version 1 it has levels and no codes."""

    codebook: str = Field(pattern=r"^[a-z]+$")
    version: int = Field(ge=0)
    levels: tuple[LevelEntry, ...]
    polarities: dict[Polarity, Said]
    rules: tuple[Said, ...] = ()
    codes: tuple[Code, ...] = ()

    @property
    def name(self) -> str:
        """Name and version as stored with every coding."""
        return f"{self.codebook}.v{self.version}"

    @model_validator(mode="after")
    def _names_every_level(self) -> Codebook:
        if [entry.id for entry in self.levels] != list(LEVELS):
            raise ValueError(f"levels must be {', '.join(LEVELS)}, in that order")
        if set(self.polarities) != set(POLARITIES):
            raise ValueError("polarities must be discontinuity and continuity")
        return self

    @model_validator(mode="after")
    def _has_codes_under_every_level(self) -> Codebook:
        ids = [code.id for code in self.codes]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"codes given twice: {', '.join(twice)}")
        bare = [level for level in LEVELS if self.version > 0 and not any(self.under(level))]
        if bare:
            raise ValueError(f"no codes under {', '.join(bare)}")
        return self

    def level(self, level: Level) -> LevelEntry:
        """The entry of one level."""
        return next(entry for entry in self.levels if entry.id == level)

    def under(self, level: Level) -> Iterator[Code]:
        """The codes that may be given under `level`, those across levels included."""
        return (code for code in self.codes if level in code.levels)

    def allows(self, level: Level, code: str | None) -> bool:
        """Whether a tag of `level` may have this code. None is always allowed."""
        return code is None or any(one.id == code for one in self.under(level))

    def unknown_paragraphs(self, known: frozenset[str]) -> list[str]:
        """The paragraphs that codes name and the essay does not have."""
        named = {paragraph for code in self.codes for paragraph in code.paragraphs}
        return sorted(named - known)
