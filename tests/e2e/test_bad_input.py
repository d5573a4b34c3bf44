"""What people and bad luck do to the page: a clear sentence, nothing lost, no traceback."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.conftest import Server, on_a_phone
from tests.e2e.person import STORY, Person

pytestmark = pytest.mark.e2e


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone with nothing in it."""
    context = on_a_phone(browser)
    yield context
    context.close()


@pytest.fixture
def person(phone: BrowserContext, server: Server) -> Person:
    """Someone at the first open question."""
    someone = Person(phone.new_page(), server.url)
    someone.begins()
    while not someone.box().count():
        someone.takes_the_first_option()
        someone.page.wait_for_timeout(300)
    return someone


def _kept(server: Server, like: str) -> int:
    """How many stored answers hold this text."""
    with sqlite3.connect(server.data / "lange-adem.sqlite") as store:
        found = store.execute("SELECT count(*) FROM turns WHERE instr(answer_text, ?) > 0", [like])
        return int(found.fetchone()[0])


def test_a_double_click_on_send_is_one_turn(person: Person, server: Server) -> None:
    """Send pressed twice, and Enter after it: one answer, and the next question stands open."""
    before = person.question()
    person.box().fill(f"{STORY} dubbelklik")
    person.page.get_by_role("button", name="Verstuur uw antwoord").dblclick()
    person.page.keyboard.press("Enter")
    person.waits_past(before)
    person.page.wait_for_timeout(700)
    assert _kept(server, "dubbelklik") == 1
    assert person.box().count() == 1


def test_a_double_click_on_skip_skips_one_question(person: Person) -> None:
    """The second click belongs to a question that is gone."""
    first = person.question()
    person.button("Sla deze vraag over").evaluate("button => { button.click(); button.click(); }")
    person.waits_past(first)
    person.page.wait_for_timeout(900)
    person.unfolds("Eerdere vragen")
    assert person.page.get_by_text("(overgeslagen)").count() == 1


def test_two_tabs_on_one_interview(person: Person, phone: BrowserContext, server: Server) -> None:
    """The tab that is behind is told so and goes on at the open question; the first stands."""
    other = Person(phone.new_page(), server.url)
    other.goes_to("/gesprek")
    other.sees(person.question())
    person.answers(f"{STORY} eerste tabblad")
    other.box().fill("tweede tabblad zegt iets anders")
    other.page.get_by_role("button", name="Verstuur uw antwoord").click()
    other.sees(re.compile("al beantwoord"))
    assert other.question() == person.question()
    assert other.box().input_value() == "tweede tabblad zegt iets anders"
    assert _kept(server, "eerste tabblad") == 1
    assert _kept(server, "tweede tabblad") == 0


@pytest.mark.parametrize("blank", [" \n \n", "\u202e\u2066", "\ufeff \u200b"])
def test_a_blank_answer_changes_nothing(person: Person, blank: str) -> None:
    """Blanks and invisible signs: the page does not send them, or it says nothing was typed."""
    before = person.question()
    person.box().fill(blank)
    person.page.keyboard.press("Enter")
    person.page.wait_for_timeout(700)
    assert person.question() == before
    assert person.box().count() == 1


def test_a_very_long_answer_is_refused_and_not_lost(person: Person) -> None:
    """100,000 characters: the sentence says how many fit, and the text still stands in the box."""
    before = person.question()
    long = "heel lang verhaal " * 5_556
    person.box().fill(long[:100_000])
    person.page.get_by_role("button", name="Verstuur uw antwoord").click()
    person.sees(re.compile("te lang"))
    person.sees(re.compile(r"10000|10\.000"))
    assert person.question() == before
    assert len(person.box().input_value()) > 99_000
    person.shoots("too-long")


def test_odd_signs_are_kept_as_text_and_nothing_else(person: Person, server: Server) -> None:
    """Emoji, right-to-left, markup, formulas and control signs come back as literal text."""
    odd = "👩‍👧 مرحبا <img src=x onerror=alert(1)> **vet** $x^2$ :red[rood] ![](x) =1+1 \x07ok"
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    person.page.on("dialog", lambda _: pytest.fail("a script ran"))
    person.answers(odd)
    shown = person.page.locator(".la-told").last
    expect(shown).to_contain_text(odd.replace("\x07", ""))
    assert person.page.locator(".la-told img, .la-told strong").count() == 0
    assert all(url.startswith((server.url, "data:", "blob:")) for url in asked)


def test_identifiers_never_reach_the_disk(person: Person, server: Server) -> None:
    """E-mail, phone, BSN and account number are hidden before the answer is stored or logged."""
    person.answers(
        "Mail mij op anna.devries@voorbeeld.nl, bel 06 41973265, bsn 111222333, "
        "rekening NL91ABNA0417164300, ik woon op 1234 AB 56."
    )
    person.sees(re.compile("iets verborgen"))
    kept = b"".join(path.read_bytes() for path in Path(server.data).rglob("*") if path.is_file())
    for secret in (b"anna.devries", b"41973265", b"111222333", b"0417164300", b"1234 AB"):
        assert secret not in kept
    assert _kept(server, "[e-mail 1]") == 1


@pytest.mark.parametrize("code", ["nee", "0000-0000-0000-0000", "'; DROP TABLE turns; --", "💥"])
def test_a_code_that_opens_nothing(phone: BrowserContext, server: Server, code: str) -> None:
    """Wrong, foreign or malformed: the same sentence."""
    person = Person(phone.new_page(), server.url)
    person.goes_to("/verder")
    person.page.get_by_label("Uw code").fill(code)
    person.taps("Ga verder")
    person.sees("Deze code kennen wij niet. Kijk of u hem goed heeft overgetypt.")


def test_a_wrong_code_does_not_take_the_interview_away(person: Person) -> None:
    """Half-way, a wrong code is refused, and the interview is still there."""
    question = person.question()
    person.taps("Verder met een code")
    person.page.get_by_label("Uw code").fill("ABCD-1234")
    person.taps("Ga verder")
    person.sees(re.compile("kennen wij niet"))
    person.taps("Over dit gesprek")
    person.sees("Wat u belooft en wat wij beloven")
    assert person.page.get_by_text("kennen wij niet").count() == 0
    person.goes_to("/gesprek")
    person.sees(re.compile("^Onderdeel"))
    assert person.question() == question


def test_without_consent_nothing_begins(phone: BrowserContext, server: Server) -> None:
    """Begin without the tick says what is needed; the address of the interview leads to welcome."""
    person = Person(phone.new_page(), server.url)
    person.goes_to("/gesprek")
    person.sees("Wie bent u?")
    person.taps("Ik krijg hulp of steun")
    person.taps("Begin het gesprek")
    person.sees(re.compile("Zet eerst een vinkje"))
    person.goes_to("/gesprek")
    person.sees("Wie bent u?")


def test_stopping_and_deleting(person: Person, server: Server) -> None:
    """Stop shows the code and a way on; delete takes everything away."""
    person.answers(f"{STORY} weg ermee")
    person.taps("Stoppen")
    person.sees("U bent gestopt")
    person.shoots("stopped")
    person.taps("Ga toch verder")
    person.sees(re.compile("^Onderdeel"))
    question = person.question()
    person.page.reload()
    person.sees(re.compile("^Onderdeel"))
    assert person.question() == question
    person.unfolds("Uw code om later verder te gaan")
    person.sees("Geef mij een nieuwe code")
    person.taps("Stoppen")
    person.unfolds("Verwijder mijn gesprek")
    person.taps("Ja, verwijder alles")
    person.sees("Uw gesprek is verwijderd.")
    assert _kept(server, "weg ermee") == 0


def test_a_store_that_cannot_write_loses_nothing(browser: Browser, tmp_path: Path) -> None:
    """A full store: a sentence says so, the text stays, and once there is room it is kept."""
    own = Server(tmp_path)
    own.start()
    context = on_a_phone(browser)
    person = Person(context.new_page(), own.url)
    person.begins()
    while not person.box().count():
        person.takes_the_first_option()
        person.page.wait_for_timeout(300)
    with sqlite3.connect(tmp_path / "lange-adem.sqlite") as store:
        store.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON turns BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    person.box().fill(f"{STORY} bewaard")
    person.page.get_by_role("button", name="Verstuur uw antwoord").click()
    person.sees(re.compile("Het lukt nu niet"))
    assert person.box().input_value() == f"{STORY} bewaard"
    person.shoots("store-full")
    with sqlite3.connect(tmp_path / "lange-adem.sqlite") as store:
        store.execute("DROP TRIGGER full")
    before = person.question()
    person.page.get_by_role("button", name="Verstuur uw antwoord").click()
    person.waits_past(before)
    assert _kept(own, "bewaard") == 1
    assert "bewaard" not in own.log
    context.close()
    own.kill()
