"""What the report says, in words and tables, for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.records import LEVELS
from evals.estimates import Estimate
from evals.near_duplicates import by_file
from evals.pages import Block, Heading, Line, Points, Quote, Table, cell
from evals.tagging.bars import SECONDS, quick
from evals.tagging.mistakes import Mistake, Stretch
from evals.tagging.report import OURS, Part, Report, SetReport

UNDEFINED = "–"
_LEGEND = (
    "Intervals are 95%. “–” is undefined, which is not zero. Readers: the first against the second "
    "of the same cases, before adjudication; no tagger can be seen to do better than they agree."
)
_READ = (
    "Whoever changes the tagger for what stands here has tuned on these sets: they are development "
    "in sets.yaml from then on."
)
_NAMES = {
    "macro_f1": "macro-F1",
    "mean_kappa": "mean κ",
    "none_kept_empty": "none kept empty",
    "polarity": "polarity",
    "valid": "spans valid",
    "overlap": "spans overlap",
}
_SIGNS = {"discontinuity": "-", "continuity": "+"}


def blocks(found: Report) -> Iterator[Block]:
    """The whole report."""
    yield Heading(1, "Tagging")
    yield Line("; ".join(f"{name}: {value}" for name, value in found.facts.items() if value))
    yield Line(_LEGEND)
    yield Heading(2, "Bars")
    yield _bars(found)
    if found.timing.per_second is not None:
        yield Line(f"Within the run: {found.timing.per_second:.0f} statements a second.")
    for role, sets in found.roles.items():
        yield Heading(2, role)
        for one in sets:
            yield from _set(one)
    if found.mistakes:
        yield from _mistakes(found.mistakes)


def _bars(found: Report) -> Table:
    head = ("", "cases", "", "bar", "measured", "", "decides")
    rows = [
        (
            one.name,
            one.bar.among,
            _NAMES[one.bar.measure],
            f"≥ {one.bar.at_least:.2f}",
            _cell(one.measured),
            {True: "met", False: "MISSED", None: "not measured"}[one.met],
            "yes" if one.decides else "no",
        )
        for one in found.bars
    ]
    batch = found.timing.batch
    took = batch.problem or "" if batch.seconds is None else f"{batch.seconds:.1f} s"
    word = "met" if quick(batch) else "MISSED"
    time = ("tag -", str(batch.statements), "time in all", f"≤ {SECONDS:.0f} s", took, word, "yes")
    return Table("The exit status hangs on those that decide", head, (*rows, time))


def _set(one: SetReport) -> Iterator[Block]:
    told = (one.file, one.hand and f"by {one.hand}", one.written)
    about = ", ".join(part for part in told if part)
    yield Heading(3, f"{one.name}: {one.n} cases{f' ({about})' if about else ''}")
    for who, kinds in one.errors.items():
        for kind, times in kinds.items():
            yield Line(f"UNSCORED {who}: {times} x {kind}")
    if one.file:  # all of a role together repeats what its sets say
        yield from _left_out(one)
    whole = one.parts[0]
    yield _overall(whole)
    yield _levels(whole)
    yield _pointing(whole)
    yield _groups(one.parts)
    for who in whole.scores:
        yield from _calibration(who, whole)


def _left_out(one: SetReport) -> Iterator[Block]:
    if one.near_duplicates:
        yield Line(f"{len(one.near_duplicates)} near-duplicates are in no figure:")
    for file, ids in by_file(one.near_duplicates):
        yield Line(f"{file} ({len(ids)}): {' '.join(ids)}")


def _overall(part: Part) -> Table:
    head = ("", "n", "macro-F1", "mean κ", "none kept empty", "polarity", "same levels")
    rows = [
        (
            who,
            str(it.scored),
            *map(_cell, (it.macro_f1, it.mean_kappa)),
            *map(_cell_of, (it.none_kept_empty, it.polarity)),
            _cell(it.exact),
        )
        for who, it in part.scores.items()
    ]
    between = ("readers", str(part.readers.n), "", _cell(part.readers.mean_kappa), "", "", "")
    return Table("All cases", head, (*rows, between))


def _levels(part: Part) -> Table:
    head = ("", "in gold", "said", "precision", "recall", "F1", "κ")
    rows: list[tuple[str, ...]] = []
    for level in LEVELS:
        for who, score in part.scores.items():
            it = score.levels[level]
            figures = (it.precision, it.recall, it.f1, it.kappa)
            rows.append((f"{level}, {who}", str(it.support), str(it.said), *map(_cell, figures)))
        kappa = _cell(part.readers.kappa[level])
        rows.append((f"{level}, readers", "", "", "", "", "", kappa))
    return Table("Levels", head, tuple(rows))


def _pointing(part: Part) -> Table:
    head = ("", "valid", "overlap with evidence", "IoU of words", "code")
    rows = [
        (who, *map(_cell_of, (it.valid, it.overlap, it.iou, it.code)))
        for who, it in part.scores.items()
    ]
    return Table("Spans and codes of tags", head, tuple(rows))


def _groups(parts: Sequence[Part]) -> Table:
    names = list(parts[0].scores)
    others = [f"macro-F1, {who}" for who in names if who != OURS]
    head = ("", "n", "macro-F1", "mean κ", "none kept empty", "polarity", "κ, readers", *others)
    rows = []
    for part in parts[1:]:
        it = part.scores[OURS]
        figures = (it.macro_f1, it.mean_kappa, it.none_kept_empty, it.polarity)
        beside = [part.scores[who].macro_f1 for who in names if who != OURS]
        cells = (*figures, part.readers.mean_kappa, *beside)
        rows.append((f"{part.by} {part.value}", str(it.scored), *map(_cell, cells)))
    return Table(f"By kind, language and voice ({OURS})", head, tuple(rows))


def _calibration(who: str, part: Part) -> Iterator[Block]:
    found = part.scores[who].calibration
    if found is None:
        yield Line(f"Calibration, {who}: undefined, as it said nothing.")
        return
    rows = [
        (
            f"{one.low:.1f}–{one.high:.1f}",
            str(one.n),
            UNDEFINED if one.confidence is None else f"{one.confidence:.2f}",
            _cell(one.right),
        )
        for one in found.bins
    ]
    title = f"Calibration, {who}: ECE {found.ece:.3f}, Brier {found.brier:.3f} ({found.n} tags)"
    yield Table(title, ("confidence", "tags", "mean", "right"), tuple(rows))


def _mistakes(shown: Sequence[Mistake]) -> Iterator[Block]:
    yield Heading(2, f"The {len(shown)} worst mistakes of {OURS}")
    yield Line(_READ)
    for number, one in enumerate(shown, start=1):
        sure = "" if one.confidence is None else f", {one.confidence:.2f} sure"
        place = f"{one.id} ({one.set}, {one.role}, {one.kind}, {one.lang})"
        yield Heading(3, f"{number}. {one.level} {one.what}{sure}: {place}")
        yield Quote(one.text)
        yield Points(tuple(_points(one)))


def _points(one: Mistake) -> Iterator[tuple[str, str]]:
    for name, stretches in (("gold", one.gold), ("said", one.said)):
        if not stretches:
            yield name, "none of the levels"
        for it in stretches:
            yield f"{name} {_label(it)}", it.words or "(nothing marked)"
    if one.why:
        yield f"what weighed for {one.level}", ", ".join(f"{w} {by:+.2f}" for w, by in one.why)


def _label(it: Stretch) -> str:
    sure = "" if it.confidence is None else f", {it.confidence:.2f} sure"
    return f"{it.level}{_SIGNS[it.polarity]} {it.code or 'without a code'}{sure}"


def _cell(found: Estimate | None) -> str:
    return cell(found) or UNDEFINED


def _cell_of(found: Estimate | None) -> str:
    """With how many it is of."""
    return f"{cell(found)} ({found.n})" if found else UNDEFINED
