"""Every page can be used by everyone: axe, language, sizes, keyboard, narrow screens."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server, on_a_laptop, on_a_phone
from tests.e2e.person import STORY, Person

pytestmark = pytest.mark.e2e

PAGES = ("/", "/verder", "/uitkomsten", "/over", "/bibliotheek", "/bibliotheek?deel=literatuur")


def _has_no_serious_violation(page: Page) -> None:
    page.wait_for_timeout(400)
    found = Axe().run(page).response["violations"]
    serious = [
        f"{violation['id']} ({violation['impact']}): {violation['nodes'][0]['html'][:160]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert not serious, "\n".join(serious)


def _sizes_are_kept(page: Page) -> None:
    """Text that is typed is at least 16 px, what is tapped at least 44 px high."""
    small = page.evaluate(
        """() => {
          const seen = (e) => e.offsetParent !== null && e.getBoundingClientRect().width > 1;
          const inputs = [...document.querySelectorAll('input:not([type=checkbox]), textarea')]
            .filter(seen).filter((e) => parseFloat(getComputedStyle(e).fontSize) < 16)
            .map((e) => 'font: ' + e.outerHTML.slice(0, 120));
          const tapped = 'button, summary, main a, label:has(input)';
          const targets = [...document.querySelectorAll(tapped)]
            .filter(seen).filter((e) => e.getBoundingClientRect().height < 43.5)
            .map((e) => e.getBoundingClientRect().height + ': ' + e.outerHTML.slice(0, 160));
          return [...inputs, ...targets];
        }"""
    )
    assert not small, "\n".join(small)


def _fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert (
        page.evaluate("(m => m.scrollWidth - m.clientWidth)(document.querySelector('main'))") <= 0
    )


def _is_well(page: Page) -> None:
    _has_no_serious_violation(page)
    _sizes_are_kept(page)
    _fits(page)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_page_at_every_width(browser: Browser, server: Server, width: int) -> None:
    """Each page that has an address, on a small phone, a phone and a laptop."""
    with on_a_laptop(browser) if width == 1280 else on_a_phone(browser, width) as phone:
        person = Person(phone.new_page(), server.url)
        for path in PAGES:
            person.goes_to(path)
            person.sees("Over dit gesprek")
            assert person.page.locator("html").get_attribute("lang") == "nl"
            _is_well(person.page)
            assert person.page.get_by_role("heading", level=1).count() == 1


@pytest.mark.parametrize("width", [320, 390])
def test_every_screen_of_an_interview_on_a_phone(
    browser: Browser, server: Server, width: int
) -> None:
    """Consent, a tap, a question, a refused answer, a passage, a check, its correction, receipt."""
    with on_a_phone(browser, width) as phone:
        person = Person(phone.new_page(), server.url)
        person.goes_to()
        person.taps("Ik krijg hulp of steun")
        person.sees("Begin het gesprek")
        _is_well(person.page)
        person.begins()
        seen = set()
        for _ in range(40):
            screen = _screen(person)
            if screen not in seen:
                _is_well(person.page)
            seen.add(screen)
            if screen == "receipt":
                break
            _goes_on(person, screen)
        person.taps("Bekijk de uitkomsten")
        person.sees(re.compile("Wat mensen zeiden"))
        _is_well(person.page)
        person.shoots(f"findings-{width}")
        assert seen >= {"tap", "question", "passage", "check", "receipt"}


def _screen(person: Person) -> str:
    person.page.wait_for_timeout(200)
    if person.button("Nee, dit klopt niet").count():
        return "check"  # also when a passage comes with it
    if person.page.get_by_text("Wat het essay hierover schrijft").count():
        return "passage"
    if person.box().count():
        return "question"
    return "tap" if person.page.locator(".st-key-taps button").count() else "receipt"


def _goes_on(person: Person, screen: str) -> None:
    if screen == "check":
        person.taps("Nee, dit klopt niet")
        person.sees("Bewaar")
        _is_well(person.page)
        person.ticks(re.compile("^Geen|^Niets"))
        person.taps("Bewaar")
        person.page.wait_for_timeout(500)
    elif screen == "tap" and person.button(re.compile("^Ja, laat")).count():
        person.taps(re.compile("^Ja, laat"))
        person.sees("Klaar")
    elif screen == "tap":
        person.takes_the_first_option()
    elif person.box().count():
        person.answers(f"{STORY} Door de aanbesteding. {person.question()[:20]}")
    else:
        person.takes_the_first_option()


def test_a_laptop_without_a_mouse(browser: Browser, server: Server) -> None:
    """By keyboard alone: role, consent, begin, a tap, and a typed answer sent with Enter."""
    with on_a_laptop(browser) as laptop:
        person = Person(laptop.new_page(), server.url)
        person.goes_to()
        person.button("Ik werk in zorg of welzijn").focus()
        person.page.keyboard.press("Enter")
        person.page.get_by_role("checkbox").focus()
        person.page.keyboard.press("Space")
        person.page.wait_for_timeout(300)
        person.button("Begin het gesprek").focus()
        person.page.keyboard.press("Enter")
        person.sees(re.compile(r"^Onderdeel 1 van"))
        person.shoots("laptop")
        _is_well(person.page)
        while not person.box().count():
            before = person.question()
            person.page.locator(".st-key-taps button").first.focus()
            person.page.keyboard.press("Enter")
            person.waits_past(before)
            person.page.wait_for_timeout(300)
        before = person.question()
        person.box().focus()
        person.page.keyboard.type("Wij hebben dit jaar al de derde manager.")
        person.page.keyboard.press("Enter")
        person.waits_past(before)
        person.shoots("laptop")


def test_english_is_english_for_screen_readers_too(browser: Browser, server: Server) -> None:
    """The switch changes the words and the language of the document, and the interview's."""
    with on_a_phone(browser) as phone:
        person = Person(phone.new_page(), server.url)
        person.goes_to()
        person.taps("English")
        person.sees("Who are you?")
        expect(person.page.locator("html")).to_have_attribute("lang", "en")
        person.taps("I receive help or support")
        person.ticks(re.compile("take part", re.I))
        person.taps("Begin the interview")
        person.sees(re.compile(r"^Part 1 of"))
        assert re.search(r"\byou\b", person.question())


def test_screen_readers_hear_the_new_question_once(browser: Browser, server: Server) -> None:
    """A polite status says each new question; nothing on the page is announced as an alert."""
    with on_a_phone(browser) as phone:
        person = Person(phone.new_page(), server.url)
        person.begins()
        person.takes_the_first_option()
        person.page.wait_for_timeout(300)
        spoken = person.page.locator("[role=status][aria-live=polite]").last.inner_text()
        assert person.question().split("\n")[-1] in spoken
        assert person.page.get_by_role("alert").count() == 0
