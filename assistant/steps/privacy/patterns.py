"""Identifiers with letters in them: e-mail and web addresses, accounts, licence plates.

Every finder takes a view and gives stretches of it, in order and apart. Each looks at a bounded
number of characters for every character of the text, so that no text makes it crawl.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.steps.privacy.view import Stretch, View

_AT = re.compile(r" ?(?:@|\(at\)|\[at\]) ?")
_MAILBOX_AT_MOST = 64
_MAILBOX_SIGNS = "._%+'-"
_HOST_AT_MOST = 255
_HOST = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)*")
_PLAIN_HOST = re.compile(r"[^\W\d_][\w-]{2,}$|.*\.[^\W\d_]{2,}")


def mails(view: View) -> Iterator[Stretch]:
    """E-mail addresses, also with "(at)" or blanks around the sign; a host may lack its ending."""
    text, done = view.text, 0
    for at in _AT.finditer(text):
        mailbox = _mailbox(text[max(done, at.start() - _MAILBOX_AT_MOST) : at.start()])
        host = _HOST.match(text, at.end(), at.end() + _HOST_AT_MOST)
        if not mailbox or not host or not _PLAIN_HOST.match(host.group()):
            continue
        if "." in host.group() or " " not in at.group():
            done = host.end()
            yield at.start() - len(mailbox), done


def _mailbox(before: str) -> str:
    """The mailbox that `before` ends in."""
    at = len(before)
    while at and (before[at - 1].isalnum() or before[at - 1] in _MAILBOX_SIGNS):
        at -= 1
    return before[at:].lstrip(_MAILBOX_SIGNS)


_WRITTEN_OUT = re.compile(r"(?:(?:https?|ftp)://|www\.)[^\s\x00<>\"]*[^\W_][^\s\x00<>\"]*")
_DOTTED = re.compile(r"(?<![a-z0-9.-])[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_PATH = re.compile(r"[/?#:][^\s\x00<>\"]*")
_AFTERTHOUGHT = ".,;:!?)]}'…"
_ENDING = re.compile("nl|com|org|net|eu|edu|gov|uk|fr|io|frl|amsterdam")
# Words of Dutch or English as well: only an address when a path follows.
_ENDING_WITH_PATH = re.compile("be|de|nu|info|online|shop|app|me|at|it")


def links(view: View) -> Iterator[Stretch]:
    """Web addresses, written out or as a bare domain with a common ending, with their path."""
    text, found, done = view.text, [], 0
    for written in _WRITTEN_OUT.finditer(text):
        found.append((written.start(), _trimmed(text, *written.span())))
    for dotted in _DOTTED.finditer(text):
        if dotted.start() >= done and (end := _end_of_domain(text, dotted)):
            done = _end_of_path(text, end) if end == dotted.end() else end
            found.append((dotted.start(), done))
    yield from apart(found)


def _end_of_domain(text: str, dotted: re.Match[str]) -> int | None:
    """The end of the longest domain that `dotted` begins with."""
    end, at = None, dotted.start()
    for number, label in enumerate(dotted.group().split(".")):
        at += len(label)
        known = _ENDING_WITH_PATH if text[at : at + 1] == "/" else _ENDING
        if number and (_ENDING.fullmatch(label) or known.fullmatch(label)):
            end = at
        at += 1
    return end


def _end_of_path(text: str, at: int) -> int:
    path = _PATH.match(text, at)
    return _trimmed(text, at, path.end()) if path else at


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip(_AFTERTHOUGHT))


def apart(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """`found` in order, without those that begin inside an earlier one."""
    done = 0
    for start, end in sorted(found, key=lambda stretch: (stretch[0], -stretch[1])):
        if start >= done:
            yield start, end
            done = end


_IBAN_LENGTHS = {
    "ad": 24, "at": 20, "be": 16, "bg": 22, "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18,
    "ee": 20, "es": 24, "fi": 18, "fr": 27, "gb": 22, "gr": 27, "hr": 21, "hu": 28, "ie": 22,
    "is": 26, "it": 27, "li": 21, "lt": 20, "lu": 20, "lv": 21, "mc": 27, "mt": 31, "nl": 18,
    "no": 15, "pl": 28, "pt": 25, "ro": 24, "se": 24, "si": 19, "sk": 24, "sm": 27, "tr": 26,
    "ua": 29,
}  # fmt: skip
_IBAN_BEGINS = re.compile(r"(?<![^\W_])([a-z])[ .-]{0,3}([a-z])(?=(?:[ .-]{0,3}\d){2})")
_IBAN_AT_MOST = 140  # characters: 34 letters and digits with three signs between each
_ACCOUNT = r"[a-z]{2}\d{2}(?:[ .-]{0,2}[a-z]{4}\b)?(?:[ .-]{0,2}[a-z]{0,4}\d[a-z0-9]{0,20}){1,12}"
_OLD_ACCOUNT = r"\d(?:[ .-]{0,2}\d){6,9}"
_ACCOUNT_CUE = re.compile(
    r"(?:iban|rekening|rek\. ?nr|account number|bank account)[^\d\n\x00]{0,25}?"
    rf"(?<![^\W_])(?P<value>{_ACCOUNT}|{_OLD_ACCOUNT})(?!\w)"
)


def accounts(view: View) -> Iterator[Stretch]:
    """Bank accounts: every IBAN whose check digits hold, and what follows a word for account."""
    found = [cued.span("value") for cued in _ACCOUNT_CUE.finditer(view.text)]
    found += [iban for begin in _IBAN_BEGINS.finditer(view.text) if (iban := _iban(view, begin))]
    yield from apart(found)


def _iban(view: View, begin: re.Match[str]) -> Stretch | None:
    """The IBAN that starts at `begin`, when it has its country's length and its check holds."""
    wanted = _IBAN_LENGTHS.get("".join(begin.groups()), 0)
    signs: list[str] = []
    gap = 0
    for at in range(begin.start(), min(begin.start() + _IBAN_AT_MOST, len(view.text))):
        sign = view.text[at]
        gap = gap + 1 if sign in " .-" else 0
        if gap > 3 or not (gap or (sign.isascii() and sign.isalnum())):
            return None
        signs += sign * (not gap)
        if len(signs) == wanted:
            ends = not view.text[at + 1 : at + 2].isalnum()
            return (begin.start(), at + 1) if ends and _checks(signs) else None
    return None


def _checks(signs: list[str]) -> bool:
    """ISO 7064 mod 97-10, over the signs with the first four moved to the end."""
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


# Every series of Dutch plates so far; "a" is a letter, "9" a digit.
_SERIES = (
    "aa-99-99|99-99-aa|99-aa-99|aa-99-aa|aa-aa-99|99-aa-aa|99-aaa-9|9-aaa-99|"
    "aa-999-a|a-999-aa|aaa-99-a|a-99-aaa|9-aa-999|999-aa-9|aaa-99-9|9-99-aaa"
)
_LETTER, _DASH_OR_NONE = "[^\\W\\d_]", "[ -]?"
_PLATE = _SERIES.replace("a", _LETTER).replace("9", r"\d")
_PLATE_WITH_DASHES = re.compile(rf"(?<![\w-])(?:{_PLATE})(?![\w-])")
_PLATE_CUE = re.compile(
    r"(?:kenteken|nummerbord|nummerplaat|licen[cs]e plate|number ?plate|registration)"
    r"[^\n\x00]{0,25}?(?<!\w)"
    rf"(?P<value>{_SERIES.replace('-', _DASH_OR_NONE).replace('a', _LETTER).replace('9', '[0-9]')})"
    r"(?!\w)"
)
_WORD_IN_PLATE = re.compile(
    r"(?<!\w)(?:op|en|of|in|de|ik|we|is|te|tot|van|met|per|aan|uit|bij|om|na|or|to|at|by|on|and|the|"
    r"for|jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec|ma|di|wo|do|vr|za|zo)(?!\w)"
)


def plates(view: View) -> Iterator[Stretch]:
    """Dutch licence plates with their dashes; after a word for it also without."""
    found = [plate.span() for plate in _PLATE_WITH_DASHES.finditer(view.text)]
    found += [cued.span("value") for cued in _PLATE_CUE.finditer(view.text)]
    yield from (stretch for stretch in apart(found) if _is_plate(view, stretch))


def _is_plate(view: View, stretch: Stretch) -> bool:
    """Not "1-op-100": letters that are a word, and written small, are no plate."""
    start, end = stretch
    small = view.cased[start:end] == view.text[start:end]
    return not (small and _WORD_IN_PLATE.search(view.text, start, end))
