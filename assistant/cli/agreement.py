"""`lange-adem agreement`: how far two coders of the same answers agree."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import bootstrap, comparing
from assistant.records import Coding
from assistant.settings import read_settings

if TYPE_CHECKING:
    from assistant.adapters.agreement import LevelAgreement, Measure, Shares

_COLUMNS = "{:<16}{:<10}{:>6}{:>11}{:>11}{:>11}   {}"
_HEAD = ("level", "on", "n", "agreement", "kappa", "alpha", "prevalence")
_ORIGIN = "embedded, participant, model, model:NAME, researcher or researcher:ID"

_OF_PARTICIPANTS = (
    "Participants only coded what they checked: answers in which the embedded tagger saw "
    "something, with its tags in sight. This says nothing of other answers."
)

Origin = Annotated[str, typer.Argument(metavar="ORIGIN", help=_ORIGIN)]


def agreement(
    one: Origin,
    other: Origin,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, for a program")] = False,
) -> None:
    """Say how far two coders agree, on the answers that both coded; the newest coding counts.

    For each level: whether it is there, and its polarity where both say it is. Cohen's kappa and
    Krippendorff's alpha are undefined where there is no answer, or one value for all; kappa is 0
    where one of the two always says the same. Participants only code what they checked: answers
    in which the embedded tagger saw something, with its tags in sight.
    """
    for named in (one, other):
        if not comparing.is_origin(named):
            raise typer.BadParameter(f"{named} is none of {_ORIGIN}")
    if comparing.may_be_one(one, other):
        raise typer.BadParameter(f"{one} and {other} can be one and the same coding")
    store = bootstrap.make_store(read_settings())
    pairs = list(comparing.coded_by_both(store, one, other))
    levels = bootstrap.measure_agreement(pairs)
    if as_json:
        print(json.dumps(_facts((one, other), pairs, levels), ensure_ascii=False))
    else:
        print(f"Answers coded by both {one} and {other}: {len(pairs)}")
        print("\n".join(_table((one, other), levels)))
        if "participant" in (one, other):
            print(_OF_PARTICIPANTS)


def _facts(
    named: tuple[str, str],
    pairs: Sequence[tuple[Coding, Coding]],
    levels: Iterable[LevelAgreement],
) -> dict[str, Any]:
    coders = {name: _makers(pair[place] for pair in pairs) for place, name in enumerate(named)}
    measures = [
        {
            "level": each.level,
            "presence": _measure(named, each.presence),
            "polarity": _measure(named, each.polarity),
        }
        for each in levels
    ]
    return {"answers": len(pairs), "coders": coders, "levels": measures}


def _makers(codings: Iterable[Coding]) -> list[dict[str, Any]]:
    """Which versions the codings are by, and how many by each."""
    counted = Counter(coding.made_by for coding in codings)
    return [{**coder.model_dump(), "answers": n} for coder, n in counted.most_common()]


def _measure(named: tuple[str, str], measure: Measure) -> dict[str, Any]:
    prevalence = dict(zip(named, measure.prevalence, strict=True))
    return {**asdict(measure), "prevalence": prevalence}


def _table(named: tuple[str, str], levels: Iterable[LevelAgreement]) -> Iterable[str]:
    yield _COLUMNS.format(*_HEAD)
    for each in levels:
        for on, measure in (("presence", each.presence), ("polarity", each.polarity)):
            figures = (measure.agreement, measure.kappa, measure.alpha)
            shares = "; ".join(map(_shares, named, measure.prevalence))
            yield _COLUMNS.format(each.level, on, measure.n, *map(_figure, figures), shares)


def _figure(figure: float | None) -> str:
    return "undefined" if figure is None else f"{figure:.2f}"


def _shares(name: str, shares: Shares) -> str:
    told = ", ".join(f"{value} {share:.2f}" for value, share in shares.items() if value != "absent")
    return f"{name}: {told or 'none'}"
