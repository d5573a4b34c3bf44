"""The library as readers and researchers use it: read, look up, search, send a link, add a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Server, on_a_laptop, on_a_phone
from tests.e2e.person import Person
from tests.e2e.test_accessible import _is_well
from tests.fakes import shipped_library

pytestmark = pytest.mark.e2e

PASSWORD = "lang-genoeg-om-te-raden"
ESSAY = shipped_library().essay
BOX = "Zoek in het essay en de literatuur"
ADDED = (
    "De wijkverpleegkundige Zebralijn kwam jarenlang bij dezelfde families op de Kwikstaartkade."
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a door for researchers."""
    running = Server(tmp_path_factory.mktemp("library"), LANGE_ADEM_RESEARCH_PASSWORD=PASSWORD)
    running.start()
    yield running
    running.kill()
    assert "Traceback" not in running.log, running.log
    assert "Kwikstaartkade" not in running.log


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone with nothing in it."""
    with on_a_phone(browser) as context:
        yield context


@pytest.fixture
def reader(phone: BrowserContext, library: Server) -> Iterator[Person]:
    """Somebody with the library on a phone; no script may fail meanwhile."""
    person = Person(phone.new_page(), library.url)
    wrong: list[str] = []
    person.page.on("pageerror", lambda error: wrong.append(str(error)))
    yield person
    assert wrong == []


def _opens(person: Person, path: str = "/bibliotheek") -> Page:
    person.goes_to(path)
    person.page.locator(".la-essay, .la-literature, .la-banks").first.wait_for()
    return person.page


def _is_at_the_top(page: Page, what: str) -> None:
    """The marked thing is what the eye falls on."""
    expect(page.locator(what)).to_have_class(re.compile("la-marked"))
    page.wait_for_timeout(1_200)
    top = page.locator(what).evaluate("e => e.getBoundingClientRect().top")
    assert -5 <= top < 120


def _searches(person: Person, query: str) -> None:
    person.page.get_by_label(BOX).fill(query)
    person.page.get_by_role("button", name="Zoek", exact=True).click()


def _searches_until(person: Person, query: str, *, finds: bool) -> None:
    """Search again for a while: what is added or removed is noticed within a few seconds."""
    found = person.page.locator(".la-quote q").filter(has_text="Kwikstaartkade")
    for _ in range(20):
        _searches(person, query)
        person.page.locator(".la-count-told").wait_for()
        person.page.wait_for_timeout(800)
        if bool(found.count()) is finds:
            return
    pytest.fail(f"{query!r} should {'' if finds else 'not '}have been found")


def test_the_whole_essay_is_there_to_the_letter(reader: Person) -> None:
    """Every paragraph, in order, verbatim, with its page; headings in order; its makers named."""
    page = _opens(reader)
    shown = page.locator(".la-text").evaluate_all(
        """all => all.map((one) => {
          const copy = one.cloneNode(true);
          for (const marker of copy.querySelectorAll("sup")) marker.remove();
          return copy.textContent;
        })"""
    )
    assert shown == [one.text for one in ESSAY.paragraphs]
    assert page.get_by_role("link", name=re.compile("^Noot \\d+$")).count() == sum(
        len(one.footnote_at) for one in ESSAY.paragraphs
    )
    for one in ESSAY.paragraphs:
        place = page.locator(f"#{one.id} .la-place")
        expect(place).to_contain_text(f"p. {one.page.replace('-', '–')}")
        expect(place).to_contain_text(one.speaker or "")
    levels = page.locator("h1, h2, h3").evaluate_all("all => all.map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    reader.sees(re.compile("© Movisie"))
    reader.shoots("library-essay")


def test_to_a_note_and_back(reader: Person) -> None:
    """The number in the text leads to the note, folded open; the note leads back to the number."""
    page = _opens(reader)
    note = page.locator("#noot-5")
    expect(note).not_to_be_visible()
    page.get_by_role("link", name="Noot 5", exact=True).click()
    expect(note).to_be_visible()
    expect(note).to_be_focused()
    expect(note).to_be_in_viewport()
    reader.shoots("library-note")
    page.get_by_role("link", name="Terug naar de tekst (noot 5)").click()
    number = page.get_by_role("link", name="Noot 5", exact=True)
    expect(number).to_be_focused()
    expect(number).to_be_in_viewport()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_link_to_a_paragraph_opened_cold(browser: Browser, library: Server, width: int) -> None:
    """Whoever gets the link sees that paragraph, marked, at the top; also after a reload."""
    with on_a_laptop(browser) if width == 1280 else on_a_phone(browser, width) as context:
        person = Person(context.new_page(), library.url)
        page = _opens(person, "/bibliotheek?alinea=e31")
        _is_at_the_top(page, "#e31")
        page.screenshot(path=Path("test-results") / f"library-paragraph-{width}.png")
        page.reload()
        _is_at_the_top(page, "#e31")
        beside = page.locator("#e31 .la-notes").evaluate(
            "(e) => e.getBoundingClientRect().left >= "
            "document.querySelector('#e31 .la-text').getBoundingClientRect().right"
        )
        assert beside is (width == 1280)
        _notes_are_apart(page)


def _notes_are_apart(page: Page) -> None:
    """No note covers another or the end of the page."""
    edges = page.locator(".la-notes").evaluate_all(
        "all => all.map((e) => e.getBoundingClientRect()).map((r) => [r.top, r.bottom])"
    )
    assert len(edges) > 20
    assert all(above[1] <= below[0] for above, below in pairwise(edges))
    essay = page.locator(".la-essay").evaluate("e => e.getBoundingClientRect().bottom")
    assert edges[-1][1] <= essay


def test_a_link_to_send(reader: Person) -> None:
    """It is a plain link with the paragraph's address; following it stays on the page."""
    page = _opens(reader)
    to = page.get_by_role("link", name=re.compile("^Link naar deze alinea")).nth(18)
    assert str(to.get_attribute("href")).endswith("/bibliotheek?alinea=e19")
    to.click()
    expect(page).to_have_url(re.compile(r"/bibliotheek\?alinea=e19$"))
    reader.sees(re.compile("Het adres van deze alinea"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/bibliotheek$"))


@pytest.mark.parametrize("path", ["?alinea=e99", "?werk=niets", "?deel=kelder"])
def test_an_address_that_is_not_there(reader: Person, path: str) -> None:
    """It says so, and the library is there all the same."""
    _opens(reader, f"/bibliotheek{path}")
    reader.sees(re.compile("Dit adres kennen wij niet"))


def test_searching(reader: Person, library: Server) -> None:
    """Passages with marked words, verbatim, with their place; and back to them from the essay."""
    page = _opens(reader)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _searches(reader, "continuïteit in de relatie met de hulpverlener")
    reader.sees(re.compile("stukken passen bij"))
    essay = {re.sub(r"\s+", " ", one.text) for one in ESSAY.paragraphs}
    quotes = page.locator(".la-quote q").all_inner_texts()
    whole = " ".join(essay)
    assert quotes
    assert all(re.sub(r"\s+", " ", quote) in whole for quote in quotes if quote)
    assert page.locator(".la-results mark").count() >= 2
    expect(page.locator(".la-result .la-source").first).to_contain_text(re.compile(r"p\. \d+"))
    reader.shoots("library-found")
    _is_well(page)
    reader.taps(re.compile("^Lees verder in het essay"))
    page.locator(".la-essay .la-marked").wait_for()
    expect(page).to_have_url(re.compile(r"\?alinea=e\d\d$"))
    reader.taps("Gevonden")
    reader.sees(re.compile("stukken passen bij"))
    assert "relatie" not in "".join(url for url in asked if "bibliotheek" in url)
    assert "hulpverlener" not in library.log
    kept = b"".join(one.read_bytes() for one in library.data.glob("lange-adem.sqlite*"))
    assert b"relatie met de hulpverlener" not in kept


def test_works_are_never_shown_as_quotations(reader: Person) -> None:
    """What we say of a work stands under its reference, without quotation marks."""
    page = _opens(reader)
    _searches(reader, "systematisch overzicht van studies over continuïteit in jeugdhulp")
    own = page.locator(".la-result").filter(has_text="in onze woorden")
    own.first.wait_for()
    assert own.locator("q").count() == 0
    reader.taps(re.compile("^Bekijk dit werk"))
    page.locator(".la-work.la-marked").wait_for()


def test_nothing_found(reader: Person) -> None:
    """A calm sentence; and an empty or endless query is told apart from it."""
    page = _opens(reader)
    _searches(reader, "qwxzv plomk")
    reader.sees("Wij vonden hier niets over. Probeer andere woorden, of minder woorden.")
    reader.shoots("library-nothing")
    _searches(reader, " \u202e\u200b ")
    reader.sees("Typ eerst een of meer woorden.")
    _searches(reader, "steeds iemand anders " * 5_000)
    reader.sees(re.compile("te lang om mee te zoeken.*2000"))
    _searches(reader, "vertrouwen\u0007 in <b>de</b> **relatie** met de hulpverlener; $x$")
    reader.sees(re.compile("passen? bij"))
    assert page.locator(".la-results b, .la-results strong").count() == 0


def test_from_a_work_to_where_it_is_used_and_back(reader: Person) -> None:
    """Reference, annotation and basis; the paragraph that uses it; its note leads to the work."""
    page = _opens(reader, "/bibliotheek?werk=naert2017-review")
    _is_at_the_top(page, "#naert2017-review")
    work = page.locator("#naert2017-review")
    expect(work.locator("i").first).to_have_text("Children and Youth Services Review")
    expect(work).to_contain_text("Waarop deze toelichting berust")
    assert work.locator(".la-reference").get_attribute("lang") == "en"
    reader.shoots("library-literature")
    work.get_by_role("link", name=re.compile("Relationele continuïteit")).click()
    _is_at_the_top(page, "#e34")
    page.get_by_role("link", name="Noot 28", exact=True).click()
    page.locator("#noot-28").get_by_role("link", name=re.compile("Naert")).click()
    _is_at_the_top(page, "#naert2017-review")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_part_can_be_used_by_everyone(browser: Browser, library: Server, width: int) -> None:
    """Essay with notes open, literature, databanks, the door: axe, sizes, no sideways scrolling."""
    with on_a_laptop(browser) if width == 1280 else on_a_phone(browser, width) as context:
        person = Person(context.new_page(), library.url)
        page = _opens(person, "/bibliotheek?alinea=e11")
        if width < 1280:
            page.locator("#e11 summary").click()
        person.unfolds("Inhoud")
        person.unfolds("In deze tekst verbeterden wij")
        _is_well(page)
        person.taps("Literatuur")
        page.locator(".la-literature").wait_for()
        page.locator(".la-more summary").first.click()
        person.unfolds("Voor onderzoekers")
        person.sees("Ga verder als onderzoeker")
        _is_well(page)
        person.shoots(f"library-door-{width}")
        person.taps("Databanken")
        page.locator(".la-banks").wait_for()
        _is_well(page)
        person.shoots(f"library-databanks-{width}")


def test_in_english_the_essay_is_still_dutch_for_screen_readers(reader: Person) -> None:
    """The page speaks English, the text of the essay and the Dutch references are marked Dutch."""
    page = _opens(reader)
    reader.taps("English")
    reader.sees("Search the essay and the literature")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator(".la-text:not([lang=nl]), .la-essay h2:not([lang=nl])").count() == 0
    reader.taps("Literature")
    expect(page.locator(".la-annotation").first).to_contain_text(re.compile(r"\b(the|The)\b"))


def _passes_the_door(person: Person, password: str = PASSWORD) -> None:
    person.unfolds("Voor onderzoekers")
    person.page.get_by_label("Wachtwoord", exact=True).fill(password)
    person.taps("Ga verder als onderzoeker")


def _chooses_work(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name="Bij welk werk")
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # while the page still scrolls, Streamlit shuts the list again
    box.fill(name)
    page.get_by_role("option", name=re.compile(name)).first.click()


def _removes(person: Person) -> None:
    """Take the only document away, after a change of mind."""
    person.taps("Literatuur")
    person.taps("Verwijder document 1")
    person.taps("Nee, laat staan")
    person.taps("Verwijder document 1")
    person.taps("Ja, verwijder")
    person.sees("Er zijn nog geen documenten toegevoegd.")


def test_a_wrong_password_opens_nothing(reader: Person) -> None:
    """It says so; there is no box for files, and the server takes none from this tab."""
    page = _opens(reader)
    _passes_the_door(reader, "verkeerd wachtwoord")
    reader.sees(re.compile("Dit wachtwoord klopt niet"))
    assert page.locator("input[type=file]").count() == 0
    assert page.get_by_label("Wachtwoord", exact=True).input_value() == ""


def test_a_document_is_added_found_and_removed(reader: Person, tmp_path: Path) -> None:
    """A wrong file is refused in plain words; a right one is found, and no more once removed."""
    page = _opens(reader, "/bibliotheek?deel=literatuur")
    _passes_the_door(reader)
    reader.sees("Kies een bestand")
    _is_well(page)
    reader.shoots("library-shelf")
    files = page.locator("input[type=file]")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "PUT" else None)

    picture = tmp_path / "plaatje.png"
    picture.write_bytes(b"\x89PNG\r\n")
    files.set_input_files(picture)
    reader.sees(re.compile("Dit soort bestand lezen wij niet"))
    reader.taps("Voeg het document toe")
    reader.sees("Kies eerst een werk en een bestand.")

    _chooses_work(page, "Cottam")
    pretends = tmp_path / "geen.pdf"
    pretends.write_text("Dit is gewone tekst.", "utf-8")
    files.set_input_files(pretends)
    reader.sees("geen.pdf")
    reader.taps("Voeg het document toe")
    reader.sees(re.compile("eindigt op “.pdf”, maar in het bestand zit gewone tekst"))
    reader.shoots("library-refused")
    reader.sees("Er zijn nog geen documenten toegevoegd.")

    document = tmp_path / "zebra ![x](y) *vet*.md"
    document.write_text(f"# De kade\n\n{ADDED}\n\n{'Nog een alinea. ' * 20}\n", "utf-8")
    files.set_input_files(document)
    page.get_by_text("vet").first.wait_for()
    reader.taps("Voeg het document toe")
    reader.sees(re.compile("staat nu in de bibliotheek"))
    expect(page.get_by_text("zebra ![x](y) *vet*.md").first).to_be_visible()
    reader.shoots("library-added")

    _searches_until(reader, "wijkverpleegkundige Zebralijn Kwikstaartkade", finds=True)
    found = page.locator(".la-result").filter(has_text="Kwikstaartkade")
    expect(found.locator("mark").first).to_be_visible()
    expect(found.locator(".la-source")).to_contain_text("Cottam")
    reader.shoots("library-document")

    _removes(reader)
    _searches_until(reader, "wijkverpleegkundige Zebralijn Kwikstaartkade", finds=False)
    reader.taps("Literatuur")
    reader.taps("Klaar met toevoegen")
    reader.sees("Voor onderzoekers: documenten toevoegen")
    expect(files).to_have_count(0)
    refused = page.request.put(sent[-1], data=b"nog een bestand")
    assert (refused.status, refused.text()) == (403, "Forbidden")  # ours, before Streamlit's


def test_leaving_the_library_shuts_the_door(reader: Person) -> None:
    """Who goes to another page and comes back is asked for the password again."""
    page = _opens(reader)
    _passes_the_door(reader)
    reader.sees("Kies een bestand")
    reader.taps("Over dit gesprek")
    reader.sees("Wat u belooft en wat wij beloven")
    reader.taps("Bibliotheek")
    page.locator(".la-essay").wait_for()
    assert page.locator("input[type=file]").count() == 0


def test_without_a_password_there_is_no_door(phone: BrowserContext, server: Server) -> None:
    """Nothing of adding documents is on the page of a server that has no password."""
    person = Person(phone.new_page(), server.url)
    _opens(person, "/bibliotheek?deel=literatuur")
    assert person.page.get_by_text("Voor onderzoekers").count() == 0
