"""Counts of one statement, which add up, and the figures that are made of their sums. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.records import LEVELS, Level, Tag
from evals.estimates import Figures, Sums
from evals.tagging.cases import Case
from evals.tagging.measures import TwoWay, mean, ratio
from evals.tagging.spans import likeness, overlaps, valid

PARTS = ("both", "second", "first", "neither")
# Shares by name: what is counted, and of what.
SHARES: dict[str, tuple[str, str]] = {
    "none_kept_empty": ("kept_empty", "empty"),
    "polarity": ("polarity_right", "level_right"),
    "exact": ("same_levels", "statements"),
    "valid": ("valid", "tags"),
    "overlap": ("overlapping", "marked"),
    "iou": ("likeness", "marked"),
    "code": ("code_right", "coded"),
} | {
    f"{level}.{name}": (f"{level}.both", f"{level}.{whole}")
    for level in LEVELS
    for name, whole in (("precision", "said"), ("recall", "gold"))
}


def counted(case: Case, tags: Sequence[Tag]) -> dict[str, float]:
    """What the tags on one statement add to every sum."""
    said = {tag.level for tag in tags}
    return {
        **seen(case.levels, said),
        "statements": 1.0,
        "same_levels": float(said == case.levels),
        "empty": float(not case.gold),
        "kept_empty": float(not case.gold and not tags),
        **_of_tags(case, tags),
        **_of_spans(case, tags),
    }


def seen(first: Collection[Level], second: Collection[Level]) -> dict[str, float]:
    """The cell of the two-way table of each level that a statement is in, and its margins."""
    counts: dict[str, float] = {}
    for level in LEVELS:
        cell = {
            (True, True): "both",
            (False, True): "second",
            (True, False): "first",
            (False, False): "neither",
        }[level in first, level in second]
        counts |= {f"{level}.{part}": float(part == cell) for part in PARTS}
        counts |= {f"{level}.gold": float(level in first), f"{level}.said": float(level in second)}
    return counts


def two_way(sums: Sums, level: Level) -> TwoWay:
    """The table of a level."""
    return TwoWay(*(sums[f"{level}.{part}"] for part in PARTS))


def right(case: Case, tag: Tag) -> bool:
    """Whether readers see this level, this way round."""
    return (tag.level, tag.polarity) in case.carried


def figures(sums: Sums) -> Figures:
    """Every figure of a score, of sums of what is `counted`."""
    tables = {level: two_way(sums, level) for level in LEVELS}
    return {
        **{f"{level}.f1": table.f1 for level, table in tables.items()},
        **{f"{level}.kappa": table.kappa for level, table in tables.items()},
        "macro_f1": mean([table.f1 for table in tables.values()]),
        "mean_kappa": mean([table.kappa for table in tables.values()]),
        **{name: ratio(sums[part], sums[whole]) for name, (part, whole) in SHARES.items()},
    }


def agreement(sums: Sums) -> Figures:
    """Kappa of each level, and their mean, of sums of what is `seen`."""
    kappas: dict[str, float | None] = {lev: two_way(sums, lev).kappa for lev in LEVELS}
    return {**kappas, "mean": mean(list(kappas.values()))}


def _of_tags(case: Case, tags: Sequence[Tag]) -> dict[str, float]:
    on_level = [tag for tag in tags if tag.level in case.levels]
    coded = [(tag, _codes(case, tag)) for tag in tags if _codes(case, tag)]
    return {
        "tags": float(len(tags)),
        "level_right": float(len(on_level)),
        "polarity_right": float(sum(right(case, tag) for tag in on_level)),
        "coded": float(len(coded)),
        "code_right": float(sum(tag.code in codes for tag, codes in coded)),
    }


def _of_spans(case: Case, tags: Sequence[Tag]) -> dict[str, float]:
    """Of right tags where readers marked evidence; the best of several stretches counts."""
    marked = [(tag, spans) for tag in tags if (spans := _evidence(case, tag))]
    inside = [(tag, spans) for tag, spans in marked if valid(tag, case.text)]
    return {
        "valid": float(sum(valid(tag, case.text) for tag in tags)),
        "marked": float(len(marked)),
        "overlapping": float(
            sum(any(overlaps((tag.start, tag.end), it) for it in spans) for tag, spans in inside)
        ),
        "likeness": sum(
            max(likeness((tag.start, tag.end), it, case.text) for it in spans)
            for tag, spans in inside
        ),
    }


def _codes(case: Case, tag: Tag) -> set[str]:
    return {one.code for one in case.marked(tag.level, tag.polarity) if one.code is not None}


def _evidence(case: Case, tag: Tag) -> list[tuple[int, int]]:
    return [one.span for one in case.marked(tag.level, tag.polarity) if one.span]
