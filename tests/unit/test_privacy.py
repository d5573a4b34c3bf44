"""The structured redactor: what it hides, what it leaves, and the laws it keeps."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.steps.privacy import LABELS, StructuredRedactor

REDACTOR = StructuredRedactor()
PLACEHOLDER = re.compile(r"\[(?:" + "|".join(LABELS) + r") \d+\]")


# --- what is hidden -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("e-mail", "jan.de-vries+zorg@mail.example.co.uk"),
        ("e-mail", "JAN@EXAMPLE.NL"),
        ("e-mail", "jan (at) example.nl"),
        ("e-mail", "jan@werk"),
        ("telefoon", "0612345678"),
        ("telefoon", "06-12 34 56 78"),
        ("telefoon", "06 - 12.34.56.78".replace(".", " ")),
        ("telefoon", "06.12.34.56.78"),
        ("telefoon", "+31 (0)6 1234 5678"),
        ("telefoon", "0031612345678"),
        ("telefoon", "010-123 45 67"),
        ("telefoon", "(0113) 12 34 56"),
        ("telefoon", "088 123 4567"),
        ("telefoon", "+32 470 12 34 56"),
        ("telefoon", "0049 151 234 567 89"),
        ("bsn", "123456782"),
        ("bsn", "1234.56.782"),
        ("bsn", "123 456 782"),
        ("rekening", "NL91ABNA0417164300"),
        ("rekening", "nl91 abna 0417 1643 00"),
        ("rekening", "BE68 5390 0754 7034"),
        ("adres", "1234 AB 12"),
        ("adres", "1234ab, 12-a"),
        ("adres", "1234 AB"),
        ("adres", "3512 je".upper()),
        ("adres", "1234 xy"),
        ("adres", "Kerkstraat 12b, 1234 AB"),
        ("link", "https://www.example.nl/pad?x=1#deel"),
        ("link", "www.example.org"),
        ("link", "example.nl"),
        ("link", "stad.example.com/over-mij"),
        ("kenteken", "12-AB-34"),
        ("kenteken", "g-123-bb"),
        ("kenteken", "1-ABC-23"),
        ("kenteken", "XX-99-99"),
        ("kenteken", "99-XXX-9"),
    ],
)
def test_an_identifier_is_hidden_whole_and_called_what_it_is(label: str, written: str) -> None:
    """An identifier in running text becomes one placeholder that says its kind."""
    before, after = "Ik zei ", ", en toen ging het verder."
    redaction = REDACTOR.redact(before + written + after)
    assert redaction.text == f"{before}[{label} 1]{after}"
    (span,) = redaction.spans
    assert (span.start, span.end) == (len(before), len(before + written))
    assert span.label == label


@pytest.mark.parametrize(
    ("label", "before", "written"),
    [
        ("bsn", "mijn bsn is ", "123456789"),
        ("bsn", "burgerservicenummer: ", "12345678"),
        ("bsn", "Sofinummer ", "98.76.54.321"),
        ("rekening", "rekeningnummer ", "NL91ABNA0417164301"),
        ("rekening", "IBAN: ", "NL91 ABNA 0417 1643 99"),
        ("rekening", "mijn rekening is ", "12.34.56.789"),
        ("kenteken", "kenteken ", "ab12cd"),
        ("kenteken", "op het nummerbord stond ", "1 ABC 23"),
        ("adres", "postcode ", "1234 de"),
    ],
)
def test_after_a_word_that_announces_it_a_malformed_one_is_hidden_too(
    label: str, before: str, written: str
) -> None:
    """A cue makes up for a check that fails or signs that are missing."""
    assert REDACTOR.redact(f"{before}{written} zei ik").text == f"{before}[{label} 1] zei ik"


@pytest.mark.parametrize(
    "written",
    [
        "06\u200b1234\u200d5678",  # zero width
        "06\u00ad12345678",  # soft hyphen
        "０６１２３４５６７８",  # full width
        "٠٦١٢٣٤٥٦٧٨",  # other digits
        "06\u201112345678",  # a dash that looks like one
        "06\u00a012\u202f345678",  # blanks that do not break
        "0612345678\u0301",  # a mark on the last digit
    ],
)
def test_a_disguise_does_not_help(written: str) -> None:
    """Characters that are not seen, or only look alike, neither hide an identifier nor remain."""
    assert REDACTOR.redact(f"bel {written} maar").text == "bel [telefoon 1] maar"


def test_letters_taken_apart_are_one_identifier() -> None:
    """An accent written as a mark of its own does not cut a mailbox in two."""
    apart = unicodedata.normalize("NFD", "jörg@example.nl")
    assert REDACTOR.redact(f"mail {apart} graag").text == "mail [e-mail 1] graag"


def test_the_same_value_has_the_same_number_and_another_one_another() -> None:
    """Who reads the text can tell that two placeholders are the same person's, and no more."""
    text = "Bel 06-12345678 of +31 6 12345678, niet 0687654321. Mail a@example.nl of b@example.nl."
    assert REDACTOR.redact(text).text == (
        "Bel [telefoon 1] of [telefoon 1], niet [telefoon 2]. Mail [e-mail 1] of [e-mail 2]."
    )


def test_numbers_of_placeholders_that_stand_are_not_used_again() -> None:
    """A new value never gets the number of one that was hidden before."""
    redaction = REDACTOR.redact("[telefoon 3] zei dat ik 0612345678 moest bellen")
    assert redaction.text == "[telefoon 3] zei dat ik [telefoon 4] moest bellen"
    assert len(redaction.spans) == 1


# --- what is left ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "In 2015 is de Wmo ingevoerd, en in 2020 we hebben weer iets anders.",
        "IN 2015 IS ALLES ANDERS GEWORDEN",
        "Ik ben 43 jaar, woon hier sinds 1998 en heb 3 kinderen van 8, 10 en 12.",
        "Het kost 1.250.000 euro, of € 12,50 per keer, of 123.456.782 euro.",
        "Artikel 2.3.2 lid 1 van de Wmo 2015 en artikel 7:658 BW.",
        "Om 14.30 uur, van 09.00-10.30, en elke dag om 07.30 12.00 16.00 pillen.",
        "Op 01-06-2019 14.30 uur en op 12/03/2020; van 05-06-19 tot 08-07-20.",
        "De jaren 2014 2015 2016 2017 en 2019-2020 waren onrustig.",
        "Een op 1-op-100, 24/7, stap 1-2-3, 50%, 3,5 keer.",
        "1 2 3 4 5 6 7 8 9 10, wie niet weg is is gezien",
        "Bel 112, of 113, of 0800-0113, 0900 8844, 0900-1234567 of 14 020.",
        "Dat was o.a. bij hen, d.w.z. het team.De gemeente zei niets.",
        "In 2019 EU-geld, voor 2000 EU-ambtenaren, en 1500 km verder.",
        "Er zijn 80.000 mensen arm en 17.500.000 inwoners; 1 op 4.",
        "Je moet rekening houden met 3 kinderen, en de rekening was 250 euro.",
        "@ iedereen: ik zat op nummer 12 en toen op nummer 14.",
        "",
        "   ",
    ],
)
def test_what_is_no_identifier_stays(text: str) -> None:
    """Years, ages, dates, times, amounts, counts, law numbers and public numbers are findings."""
    redaction = REDACTOR.redact(text)
    assert redaction.text == text
    assert redaction.spans == ()


@given(st.text(alphabet="abcdefghij klmnopqrstuvwxyzéë,!?\n'", max_size=300))
def test_text_without_digits_dots_and_signs_is_not_touched(text: str) -> None:
    """Plain words are never an identifier."""
    assert REDACTOR.redact(text).text == text
