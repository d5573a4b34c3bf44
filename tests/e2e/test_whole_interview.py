"""A resident on a phone, from the first page to the findings, with all that can come between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.conftest import Server, on_a_phone
from tests.e2e.person import STORY, Person

pytestmark = pytest.mark.e2e

TOLD = (
    STORY,
    "Dat was in maart. Zij hield ineens op en ik hoorde het van de receptie.",
    "Ze zijn daar steeds weg of ziek. Dit jaar zijn er al drie mensen vertrokken.",
    "gaat wel",
    "De gemeente verandert elk jaar de regels. Ik moest weer een nieuwe indicatie aanvragen.",
    "Door de nieuwe regels ging die organisatie weg, en toen was ik haar kwijt.",
    "Dat de huisarts mij al twintig jaar kent. Zij weet wie ik ben.",
    "Het buurthuis. Daar werkt al lang dezelfde mevrouw.",
    "Nee, dit was het.",
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this file's own, because it is killed."""
    running = Server(tmp_path_factory.mktemp("fresh"))
    running.start()
    yield running
    running.kill()


def _open(person: Person) -> bool:
    """Whether an open question stands, to be answered by typing."""
    person.page.wait_for_timeout(150)
    return person.box().count() > 0


def _tells(person: Person, told: Iterator[str], so_many: int) -> None:
    """Answer so many open questions."""
    for _ in range(so_many):
        assert _open(person)
        person.answers(next(told))


def _code(person: Person) -> str:
    """Read the code from the screen."""
    return person.page.locator(".st-key-code").inner_text().strip()


def _finishes(person: Person, told: Iterator[str]) -> int:
    """Go on to the end: tell, confirm what was noted, allow quotation. How many checks it took."""
    checks = 0
    for _ in range(40):
        if _open(person):
            person.answers(next(told, "Dat weet ik niet meer precies, het is al lang geleden."))
        elif person.button("Nee, dit klopt niet").count():
            checks += 1
            if checks == 1:
                person.shoots("check")
            person.chooses(re.compile("^Ja, "))
        elif person.button(re.compile("^Ja, laat")).count():
            person.shoots("quotation")
            person.taps(re.compile("^Ja, laat"))
            person.sees("Klaar")
            return checks
    pytest.fail("the interview did not end")


def _requests(page: Page) -> list[str]:
    """Every address the page asks for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def _phone(browser: Browser, server: Server) -> tuple[BrowserContext, Person]:
    context = on_a_phone(browser)
    return context, Person(context.new_page(), server.url)


def test_a_resident_is_interviewed_and_found_in_the_findings(
    browser: Browser, fresh: Server
) -> None:
    """Consent, taps, questions, reload, killed server, another phone, check, receipt, findings."""
    told = iter(TOLD)
    phone, person = _phone(browser, fresh)
    asked = _requests(person.page)
    person.goes_to()
    assert person.page.locator("html").get_attribute("lang") == "nl"
    person.sees("Wie bent u?")
    person.shoots("welcome")
    person.begins()
    person.shoots("tap")
    while not _open(person):
        person.takes_the_first_option()
    person.unfolds("Uw code om later verder te gaan")
    code = _code(person)
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)
    _tells(person, told, 2)
    person.shoots("question")

    waiting = person.question()
    person.page.reload()
    person.sees(waiting)
    assert person.question() == waiting
    _tells(person, told, 1)

    waiting = person.question()
    fresh.kill()
    fresh.start()
    phone.close()
    phone, person = _phone(browser, fresh)
    asked += _requests(person.page)
    person.goes_to("/verder")
    person.page.get_by_label("Uw code").fill(code.lower().replace("-", " "))
    person.shoots("return")
    person.taps("Ga verder")
    person.sees(waiting)
    assert person.question() == waiting

    person.taps("Ik snap de vraag niet")
    person.waits_past(waiting)
    before = person.question()
    person.taps("Sla deze vraag over")
    person.waits_past(before)
    assert _finishes(person, told) >= 2
    person.shoots("receipt")
    person.taps("Bekijk de uitkomsten")
    person.sees(re.compile("1 gesprek"))
    said = person.page.get_by_text(re.compile("Wat mensen zeiden")).all()
    for fold in said:
        fold.click()
    person.sees(re.compile("opnieuw vertellen|nieuwe", re.I))
    person.shoots("findings")
    assert all(url.startswith((fresh.url, "data:", "blob:")) for url in asked)
    assert "Traceback" not in fresh.log
    phone.close()


def test_a_passage_is_verbatim_and_says_where_it_stands(browser: Browser, server: Server) -> None:
    """After the account of a topic, folded: words of the essay to the letter, and their page."""
    essay = " ".join(
        (Path(__file__).parents[2] / "corpus/essay/paragraphs.yaml").read_text("utf-8").split()
    )
    phone, person = _phone(browser, server)
    person.begins()
    fold = person.page.locator("summary").filter(has_text="Wat het essay hierover schrijft")
    for _ in range(15):
        if person.page.locator(".st-key-taps button").count():
            person.takes_the_first_option()
        elif fold.count():
            break
        else:
            person.answers("Door de aanbestedingen komen er steeds nieuwe organisaties in de wijk.")
    fold.click()
    person.page.get_by_text("Lees het hele stuk").click()
    part, whole = (
        " ".join(one.split()) for one in person.page.locator(".la-quote q").all_inner_texts()
    )
    assert part in whole
    assert whole in essay
    assert len(part) < len(whole)
    assert re.search(r"[Pp]agina \d+", person.page.locator(".la-source").inner_text())
    person.shoots("passage")
    phone.close()
