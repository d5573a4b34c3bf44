"""The first redactor: identifiers that can be told by their form are hidden on this machine.

It knows e-mail and web addresses, bank accounts, licence plates, postcodes with house numbers,
telephone numbers and citizen service numbers. Names and other free-form identifiers are for a later
redactor behind the same port. What was hidden is kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.records import RedactedSpan, Redaction
from assistant.steps.privacy.numbers import service_numbers, telephones
from assistant.steps.privacy.patterns import accounts, links, mails, plates
from assistant.steps.privacy.places import addresses
from assistant.steps.privacy.view import Stretch, View, folded

__all__ = ["LABELS", "StructuredRedactor"]

LABELS: Mapping[str, Callable[[View], Iterable[Stretch]]] = {
    "e-mail": mails,
    "link": links,
    "rekening": accounts,
    "kenteken": plates,
    "adres": addresses,
    "telefoon": telephones,
    "bsn": service_numbers,
}
"""What a placeholder calls each kind, and what finds it; the first to find a stretch has it."""

_PLACEHOLDER = re.compile(rf"\[({'|'.join(LABELS)}) (\d{{1,5}})\]")
_PASSES_AT_MOST = 10  # one or two do; the rest is for texts made to go on for ever
_ABROAD = re.compile(r"^(?:00)?310?(?=[1-9]\d{8}$)")


@dataclass(frozen=True, slots=True)
class _Found:
    """An identifier at a stretch of the input; `value` is the same however it was spelled."""

    start: int
    end: int
    label: str
    value: str


class StructuredRedactor:
    """Hides identifiers by their form. Linear in the length of the text; redacting twice is once.

    The same value gets the same number within one text. Placeholders that stand in the input stay,
    and their numbers are not used again.
    """

    version = "structured.v1"

    def redact(self, text: str) -> Redaction:
        """`text` with identifiers as "[label n]"; `spans` say where they stood in `text`."""
        view, highest = _without_placeholders(folded(text))
        found = sorted(_all(view), key=lambda one: one.start)
        numbers: dict[tuple[str, str], int] = {}
        pieces: list[str] = []
        done = 0
        for one in found:
            if (one.label, one.value) not in numbers:
                highest[one.label] += 1
                numbers[one.label, one.value] = highest[one.label]
            pieces += (text[done : one.start], f"[{one.label} {numbers[one.label, one.value]}]")
            done = one.end
        spans = tuple(RedactedSpan(start=f.start, end=f.end, label=f.label) for f in found)
        return Redaction(text="".join((*pieces, text[done:])), spans=spans)


def _without_placeholders(view: View) -> tuple[View, dict[str, int]]:
    """`view` with a hole for every placeholder, and the highest number of each label."""
    highest = dict.fromkeys(LABELS, 0)
    standing = list(_PLACEHOLDER.finditer(view.text))
    for placeholder in standing:
        label, number = placeholder.groups()
        highest[label] = max(highest[label], int(number))
    return view.with_holes([p.span() for p in standing]) if standing else view, highest


def _all(view: View) -> Sequence[_Found]:
    """Every identifier in `view`.

    What is found becomes a hole before the next kind is looked for, and all is looked through again
    until nothing is found: then a text with placeholders in the holes holds nothing either.
    """
    found: list[_Found] = []
    for _ in range(_PASSES_AT_MOST):
        before = len(found)
        for label, finder in LABELS.items():
            if stretches := list(finder(view)):
                found += (_found(view, stretch, label) for stretch in stretches)
                view = view.with_holes(stretches)
        if len(found) == before:
            break
    return found


def _found(view: View, stretch: Stretch, label: str) -> _Found:
    start, end = view.origin(stretch)
    value = "".join(filter(str.isalnum, view.text[slice(*stretch)]))
    if label == "telefoon":
        value = _ABROAD.sub("0", value)
    return _Found(start, end, label, value)
