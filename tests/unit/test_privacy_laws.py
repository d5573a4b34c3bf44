"""The laws of redaction, on identifiers and texts that are made up as the test runs."""

from __future__ import annotations

import random
import re
import time
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.steps.privacy import LABELS, StructuredRedactor

REDACTOR = StructuredRedactor()
PLACEHOLDER = re.compile(r"\[(?:" + "|".join(LABELS) + r") \d+\]")


# --- laws -----------------------------------------------------------------------------------------


def _grouped(draw: st.DrawFn, digits: str, signs: Sequence[str]) -> str:
    """`digits` in groups, with one sign between them all."""
    sign = draw(st.sampled_from(signs))
    cuts = draw(st.sets(st.integers(1, len(digits) - 1), max_size=4))
    return sign.join(
        digits[a:b] for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), None], strict=True)
    )


def _eleven(first_eight: str) -> str | None:
    total = sum(int(d) * w for d, w in zip(first_eight, range(9, 1, -1), strict=True))
    return first_eight + str(total % 11) if total % 11 < 10 and int(first_eight) else None


def _iban(bank: str, account: str) -> str:
    value = "".join(str(int(sign, 36)) for sign in f"{bank}{account}NL00")
    return f"NL{98 - int(value) % 97:02d}{bank}{account}"


@st.composite
def bsns(draw: st.DrawFn) -> str:
    """Valid citizen service numbers in even groups."""
    eight = st.integers(10_000_000, 99_999_999).map(str)
    digits = draw(eight.map(_eleven).filter(lambda made: made is not None))
    assert digits is not None
    cut = draw(st.sampled_from([(9,), (3, 6, 9), (4, 6, 9), (2, 4, 6, 9)]))
    sign = draw(st.sampled_from([" ", ".", "-"]))
    return sign.join(digits[a:b] for a, b in zip((0, *cut), cut, strict=False))


@st.composite
def telephones(draw: st.DrawFn) -> str:
    """Dutch mobile and fixed numbers, at home and from abroad, in groups."""
    head = draw(st.sampled_from(["06", "+316", "00316", "010", "020", "0113", "+3120"]))
    wanted = 8 if head.endswith("6") else 11 - len(head) - 1
    if head == "+3120":
        wanted = 7
    tail = draw(st.text("123456789", min_size=wanted, max_size=wanted))
    return head + draw(st.sampled_from(["", "-", " ", " - "])) + _grouped(draw, tail, ["", " "])


@st.composite
def ibans(draw: st.DrawFn) -> str:
    """Valid Dutch accounts, glued or with signs anywhere."""
    bank = draw(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4))
    account = draw(st.integers(0, 9_999_999_999).map(lambda n: f"{n:010d}"))
    return _grouped(draw, _iban(bank, account), ["", " ", ".", "-"])


SERIES = [
    "AA-99-99", "99-99-AA", "99-AA-99", "AA-99-AA", "AA-AA-99", "99-AA-AA", "99-AAA-9",
    "9-AAA-99", "AA-999-A", "A-999-AA", "AAA-99-A", "A-99-AAA", "9-AA-999", "999-AA-9",
]  # fmt: skip


@st.composite
def plates(draw: st.DrawFn) -> str:
    """Licence plates of every series, with dashes."""
    series = draw(st.sampled_from(SERIES))
    letters, digits = st.sampled_from("BDFGHJKLNPRSTVXZ"), st.sampled_from("0123456789")
    return "".join(
        draw(letters) if sign == "A" else draw(digits) if sign == "9" else sign for sign in series
    )


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=10)
MAILS = st.builds("{}.{}@{}.nl".format, WORD, WORD, WORD)
LINKS = st.builds("{}{}.{}/{}".format, st.sampled_from(["https://", "www.", ""]), WORD,
                  st.sampled_from(["nl", "com", "org", "eu"]), WORD)  # fmt: skip
POSTCODES = st.builds(
    "{}{}{} {}".format,
    st.integers(1000, 9999),
    st.sampled_from(["", " "]),
    st.text("BCFGHJKLPQRSTVWXYZ", min_size=2, max_size=2).filter(
        lambda letters: letters not in ("PC", "ST", "CT", "TV", "WW", "BV", "KG", "BC", "CV")
    ),
    st.integers(1, 999),
)
IDENTIFIERS = st.one_of(bsns(), telephones(), ibans(), plates(), MAILS, LINKS, POSTCODES)
TALK = st.sampled_from(
    [
        "en toen",
        "zei ze tegen mij,",
        "dat was in het jaar 2015.",
        "mijn gegevens:",
        "(",
        "want",
        "\n",
    ]
)


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).lower()
    return "".join(c for c in folded if c.isalnum())


@given(IDENTIFIERS)
def test_no_identifier_survives(identifier: str) -> None:
    """Whatever its spelling, nothing of an identifier remains in the output."""
    output = REDACTOR.redact(f"Ik zei: {identifier} , en zij schreef het op.").text
    assert PLACEHOLDER.sub("", output) == "Ik zei:  , en zij schreef het op."


@given(IDENTIFIERS, st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufeff"]), st.randoms())
def test_no_identifier_survives_with_invisible_characters_in_it(
    identifier: str, unseen: str, chance: random.Random
) -> None:
    """A character without a shape of its own, anywhere inside, changes nothing."""
    at = chance.randrange(1, len(identifier))
    output = REDACTOR.redact(
        f"Ik zei: {identifier[:at]}{unseen}{identifier[at:]} , en dat was het."
    )
    assert PLACEHOLDER.sub("", output.text) == "Ik zei:  , en dat was het."


@given(st.lists(st.one_of(IDENTIFIERS, TALK), max_size=8), st.sampled_from([" ", ", ", "; ", "/"]))
def test_redacting_twice_is_redacting_once(parts: list[str], between: str) -> None:
    """A redacted text holds nothing more to hide."""
    once = REDACTOR.redact(between.join(parts)).text
    assert REDACTOR.redact(once).text == once
    assert REDACTOR.redact(once).spans == ()


@settings(max_examples=400)
@given(st.text(alphabet="0123456789 .-/()+@abnlNLABwx:[]€\u200b\u0301ö１telfon", max_size=80))
def test_the_laws_hold_for_any_text(text: str) -> None:
    """Spans lie in the input, in order and apart; what is outside them is kept; twice is once."""
    redaction = REDACTOR.redact(text)
    edges = [edge for span in redaction.spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    outside = [text[a:b] for a, b in zip([0, *edges[1::2]], [*edges[::2], len(text)], strict=True)]
    at = 0
    for piece in outside:
        at = redaction.text.index(piece, at) + len(piece)
    assert all(span.label in LABELS for span in redaction.spans)
    assert REDACTOR.redact(redaction.text).text == redaction.text


@given(st.lists(st.one_of(IDENTIFIERS, TALK), max_size=5))
def test_the_same_text_gives_the_same_redaction(parts: list[str]) -> None:
    """Nothing is remembered from one text to the next."""
    text = " ".join(parts)
    assert REDACTOR.redact(text) == StructuredRedactor().redact(text)


@pytest.mark.parametrize(
    "piece",
    [
        "a.", "0", "@", "1-", "0-", "a@", "www.", "http://", "06 ", "12-ab-", "a.nl/", "1234 ab ",
        "nl91 ", "bsn ", "kenteken ", "rekening ", "a@b.nl ", "0612345678", "1 ", "+31", "(", "é",
        "[e-mail 1]", "\u200b", "e\u0301",
    ],
)  # fmt: skip
def test_time_is_linear_on_texts_made_to_make_it_crawl(piece: str) -> None:
    """100,000 characters take a moment, whatever they are; a square of that would take minutes."""
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    begun = time.perf_counter()
    REDACTOR.redact(text)
    assert time.perf_counter() - begun < 8
