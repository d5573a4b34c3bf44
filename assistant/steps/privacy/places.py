"""Dutch postcodes, with the house number and street that stand beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.steps.privacy.patterns import apart
from assistant.steps.privacy.view import Stretch, View

_POSTCODE = re.compile(
    r"(?<!\w)(?P<digits>[1-9]\d{3})(?P<gap>[ -]{0,2})(?P<letters>[a-z]{2})(?!\w)"
)
_CUE = re.compile(r"(?:post ?code|postal code|zip ?code|\bpc)[ :=]{0,3}(?:is )?$")
# Two letters that follow a number in running text ("2015 is"), and those that do so in capitals
# ("2000 EU-ambtenaren").
_WORD = re.compile(
    "al|at|de|en|er|ik|in|is|ja|je|me|na|nu|of|om|op|te|uw|we|ze|zo|am|an|as|be|by|do|go|he|hi|if|"
    "it|my|no|oh|ok|on|or|so|to|up|us|di|ma|vr|wo|za"
)
_UNIT = re.compile(
    "km|kg|cm|mm|mg|ml|ha|kw|mb|gb|tb|nl|eu|vn|uk|tv|ov|ww|bv|nv|pc|st|ct|nr|hr|cv|po|vo|ad|bc"
)
_ADDITION = r"(?: ?(?:bis|hs|huis)\b|-?[a-z]{1,2}\b|-\d{1,4})?"
_NUMBER_AFTER = re.compile(
    rf"[ ,]{{0,3}}(?:(?:huisnummer|huisnr|nummer|number|nr|no)\.?[ :]{{0,2}})?\d{{1,5}}{_ADDITION}"
    r"(?!\w|[.,:/-]\d| ?(?:%|€|jaar|jaren|keer|uur|uren|euro|maand|week|weken|dag|mens|procent|"
    r"graden|minu|year|time|month|hour|day|people|person|percent|cent|jan|feb|maart|mrt|apr|mei|"
    r"jun|jul|aug|sep|okt|nov|dec))"
)
_STREET = (
    r"[a-z'.-]{1,30}(?:straat|str|laan|weg|plein|gracht|kade|singel|dijk|hof|steeg|pad|dreef|"
    r"plantsoen|ring|wal|markt|park|baan|lei|haven|burg)\.?"
)
_NUMBER_BEFORE = re.compile(
    rf"(?<!\w)(?:{_STREET} ?\d{{1,5}}{_ADDITION}[ ,]{{1,3}}|\d{{1,5}}{_ADDITION},[ ]?)$"
)
_BEFORE_AT_MOST = 60


def addresses(view: View) -> Iterator[Stretch]:
    """Postcodes, alone or with what stands beside them; a year and a small word are none."""
    found = []
    for code in _POSTCODE.finditer(view.text):
        before = view.text[max(0, code.start() - _BEFORE_AT_MOST) : code.start()]
        street = _NUMBER_BEFORE.search(before)
        number = _NUMBER_AFTER.match(view.text, code.end())
        if street or _is_postcode(view, code) or _CUE.search(before):
            start = code.start() - (len(before) - street.start() if street else 0)
            found.append((start, number.end() if number else code.end()))
    yield from apart(found)


def _is_postcode(view: View, code: re.Match[str]) -> bool:
    """Whether the two letters are a code and not a word or unit that happens to follow a number."""
    letters = code.group("letters")
    if _UNIT.fullmatch(letters):
        return False
    if not _WORD.fullmatch(letters):
        return True
    capitals = view.cased[slice(*code.span("letters"))].isupper()
    return capitals and not _could_be_year(code) and not _shouted(view, code)


def _could_be_year(code: re.Match[str]) -> bool:
    return code.group("digits")[:2] in ("19", "20") and code.group("gap") != ""


def _shouted(view: View, code: re.Match[str]) -> bool:
    """Whether everything around is in capitals, so that capitals say nothing."""
    before, after = max(0, code.start() - 20), code.end() + 20
    return (view.cased[before : code.start()] + view.cased[code.end() : after]).isupper()
