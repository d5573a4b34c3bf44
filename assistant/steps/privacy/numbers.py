"""Identifiers that are digits only: telephone numbers and the citizen service number (BSN).

Digits are read in groups, as people write them ("06 - 12 34 56 78"); an identifier begins and ends
with a group. Years, dates, amounts, times, counts and law numbers are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.steps.privacy.view import Stretch, View

_RUN = re.compile(r"(?:\+ ?)?\(?\d(?:[ ./()-]{0,3}\d)*")
_GROUP = re.compile(r"\d+")
_DIGITS_AT_MOST = 15

_SERVICE = re.compile(r"(?:0800|0900|0906|0909)(?:\d{4}|\d{7})")  # public; a referral needs them
_DUTCH = re.compile(
    r"06\d{8}|0[1-57]\d{8}|08[4-8]\d{7}|09[17]\d{7,9}|(?:00)?310?6\d{8}|00310?[1-57-9]\d{8}"
)
_DUTCH_WITH_PLUS = re.compile(r"310?[1-9]\d{8}")
_FOREIGN = re.compile(r"00[1-9]\d{7,12}")
_FOREIGN_WITH_PLUS = re.compile(r"[1-9]\d{7,14}")

_DATE = re.compile(r"(?<![\d/-])\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d\d)(?![\d/-])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_THOUSANDS = re.compile(r"\d{1,3}(?:[. ]\d{3})+")
_MONEY_BEFORE = re.compile(r"(?:€|\beur|\beuro|\$|£) ?$")
_MONEY_AFTER = re.compile(r" ?(?:€|eur\b|euro|,-|,\d\d\b|miljoen|miljard|million|billion)")

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_BSN_CUE = re.compile(
    r"(?:bsn|burger ?service ?-?(?:nummer|nr)|sofi ?-?(?:nummer|nr)?|citizen service number)"
    r"[^\d\n\x00]{0,25}$"
)
_CUE_AT_MOST = 60


class _Run:
    """Groups of digits with at most three signs between them."""

    def __init__(self, view: View, match: re.Match[str]) -> None:
        self._text = view.text
        self.start = match.start()
        self.groups = [group.span() for group in _GROUP.finditer(view.text, *match.span())]
        sign = match.group()[:4]
        self.plus = sign.startswith("+") and (not sign.startswith("+ ") or "31" in sign)

    def from_group(self, first: int) -> Iterator[tuple[str, int]]:
        """Digits from group `first` on, and the last group they take in, ever longer."""
        digits = ""
        for last in range(first, len(self.groups)):
            start, end = self.groups[last]
            if len(digits) + end - start > _DIGITS_AT_MOST:
                return
            digits += self._text[start:end]
            yield digits, last

    def stretch(self, first: int, last: int) -> Stretch:
        """From group `first` to group `last`, with the plus or bracket in front."""
        start = self.start if first == 0 else self.groups[first][0]
        return start, self.groups[last][1]

    def written(self, first: int, last: int) -> str:
        """The groups `first` to `last` as they stand in the text."""
        return self._text[self.groups[first][0] : self.groups[last][1]]

    def signs(self, first: int, last: int) -> list[str]:
        """The sign between each two groups, blanks and brackets aside."""
        between = zip(self.groups[first:last], self.groups[first + 1 : last + 1], strict=True)
        return [self._text[a[1] : b[0]].strip(" ()") for a, b in between]

    def is_tied(self, first: int) -> bool:
        """Whether `first` hangs on the group before it, as "06" does in "01-06-2019"."""
        return first > 0 and self._text[self.groups[first][0] - 1] in "-/."

    def is_money(self, first: int, last: int) -> bool:
        """Whether a sign or word of money stands right beside it."""
        start, end = self.stretch(first, last)
        before = _MONEY_BEFORE.search(self._text, max(0, start - 6), start)
        return bool(before or _MONEY_AFTER.match(self._text, end))


def telephones(view: View) -> Iterator[Stretch]:
    """Telephone numbers, Dutch in any spacing and foreign ones; public service numbers stay."""
    for match in _RUN.finditer(view.text):
        run = _Run(view, match)
        first, free = 0, True
        while first < len(run.groups):
            last, hides = (
                _telephone(run, first) if free or not run.is_tied(first) else (None, False)
            )
            if last is not None and hides:
                yield run.stretch(first, last)
            free = last is not None
            first = first + 1 if last is None else last + 1


def _telephone(run: _Run, first: int) -> tuple[int | None, bool]:
    """The last group of the telephone number that begins at `first`, and whether to hide it.

    A Dutch number has its length; of a foreign one the longest reading is taken.
    """
    plus = run.plus and first == 0
    dutch, foreign = (_DUTCH_WITH_PLUS, _FOREIGN_WITH_PLUS) if plus else (_DUTCH, _FOREIGN)
    longest = None
    for digits, last in run.from_group(first):
        if _SERVICE.fullmatch(digits) and not plus:
            return last, False
        if dutch.fullmatch(digits) and _reads_as_telephone(run, first, last):
            return last, True
        if foreign.fullmatch(digits) and not _THOUSANDS.fullmatch(run.written(first, last)):
            longest = last
    return longest, longest is not None


def _reads_as_telephone(run: _Run, first: int, last: int) -> bool:
    """Not dates or times in a row: dots go all the way; a year is in mobile numbers only."""
    signs, written = run.signs(first, last), run.written(first, last)
    if "." in signs[1:] and len(set(signs[1:])) > 1:
        return False
    if _DATE.search(written):
        return False
    small = len(written) > 1 and not written.startswith("06") and not written[:3].isdecimal()
    years = any(_YEAR.fullmatch(group) for group in _GROUP.findall(written)[1:])
    return not (small and years)


def service_numbers(view: View) -> Iterator[Stretch]:
    """Citizen service numbers: nine digits that pass the eleven-test, or 8 or 9 after a cue."""
    for match in _RUN.finditer(view.text):
        run = _Run(view, match)
        cue = _BSN_CUE.search(view.text, max(0, run.start - _CUE_AT_MOST), run.start)
        first = 0
        while first < len(run.groups):
            last = _cued(run) if cue and first == 0 else None
            last = _service_number(run, first) if last is None else last
            if last is not None:
                yield run.stretch(first, last)
            first = first + 1 if last is None else last + 1


def _cued(run: _Run) -> int | None:
    """The last group of the 9, or else 8, digits that a run begins with."""
    lengths = {len(digits): last for digits, last in run.from_group(0)}
    return lengths.get(9, lengths.get(8))


def _service_number(run: _Run, first: int) -> int | None:
    """The last group of a valid number that begins at `first`, its groups evenly apart."""
    for digits, last in run.from_group(first):
        if len(digits) == len(_WEIGHTS) and _passes(digits) and not run.is_money(first, last):
            years = _YEAR.findall(" ".join(_GROUP.findall(run.written(first, last))))
            even = len(set(run.signs(first, last))) <= 1
            return last if even and len(years) < 2 else None
    return None


def _passes(digits: str) -> bool:
    """The eleven-test, in which the last digit counts negatively."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and any(digit != "0" for digit in digits)
