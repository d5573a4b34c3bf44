"""A codebook of three codes: one under a level each, and one across two."""

from __future__ import annotations

from assistant.records import LEVELS, Code, Codebook, CodeExamples, Level, LevelEntry, Said


def toy_codebook() -> Codebook:
    """As small as a codebook with codes can be."""
    return Codebook(
        codebook="toy",
        version=1,
        levels=tuple(
            LevelEntry(id=level, name=_both(level), plain=_both(level), definition=_both(level))
            for level in LEVELS
        ),
        polarities={"discontinuity": _both("it breaks"), "continuity": _both("it lasts")},
        rules=(_both("Cause and place felt."),),
        codes=(
            _code("tendering", "policy"),
            _code("fragmentation", "policy", "organisational"),
            _code("fixed_person", "relational"),
        ),
    )


def _code(name: str, *levels: Level) -> Code:
    pairs = {
        kind: (f"Eerste {kind} van {name}", f"Tweede {kind} van {name}")
        for kind in ("discontinuity", "continuity", "neither")
    }
    return Code(
        id=name,
        levels=levels,
        name=_both(f"Name of {name}"),
        definition=_both(f"Definition of {name}"),
        use=_both(f"When {name}"),
        not_use=_both(f"When not {name}"),
        examples=CodeExamples.model_validate(pairs),
        paragraphs=("1",),
    )


def _both(text: str) -> Said:
    return Said(nl=f"{text} (nl)", en=f"{text} (en)")
