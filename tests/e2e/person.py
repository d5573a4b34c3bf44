"""A person at the page: reads labels, taps, types. Knows nothing of how the page is made."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SHOTS = Path(__file__).parents[2] / "test-results"
ANSWER = "Typ hier uw antwoord"
STORY = (
    "Ik heb al jaren hulp van het wijkteam. Vorig jaar ging mijn begeleider weg. "
    "Toen kreeg ik weer een nieuwe en moest ik alles opnieuw vertellen. Ik werd er moe van."
)


class Person:
    """Someone with a page in front of them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url
        self._shot = 0

    def goes_to(self, path: str = "/") -> None:
        """Open an address."""
        self.page.goto(self._url + path)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Some visible text matches."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible(timeout=15_000)

    def taps(self, name: str | re.Pattern[str]) -> None:
        """Tap the button or link with this name."""
        self.button(name).click()

    def unfolds(self, name: str | re.Pattern[str]) -> None:
        """Tap the line under which something is folded."""
        self.page.locator("summary").filter(has_text=name).first.click()

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """The button or link with this name."""
        button = self.page.get_by_role("button", name=name, exact=isinstance(name, str))
        link = self.page.get_by_role("link", name=name, exact=isinstance(name, str))
        return button.or_(link).first

    def ticks(self, label: str | re.Pattern[str]) -> None:
        """Tap the words of a tick box, as people do."""
        self.page.locator("label").filter(has_text=label).first.click()
        expect(self.page.get_by_role("checkbox", name=label)).to_be_checked()

    def box(self) -> Locator:
        """Where the answer is typed."""
        return self.page.get_by_role("textbox", name=ANSWER)

    def question(self) -> str:
        """The question that stands open."""
        return self.page.get_by_role("heading", level=1).inner_text(timeout=15_000)

    def answers(self, text: str) -> None:
        """Type an answer, send it, and wait until another question or the end is there."""
        before = self.question()
        self.box().fill(text)
        self.page.get_by_role("button", name="Verstuur uw antwoord").click()
        self.waits_past(before)

    def chooses(self, option: str | re.Pattern[str]) -> None:
        """Tap an option and wait for what follows."""
        before = self._main()
        self.taps(option)
        self.page.wait_for_function(
            "before => document.querySelector('main').innerText !== before", arg=before
        )

    def _main(self) -> str:
        return self.page.locator("main").inner_text()

    def takes_the_first_option(self) -> None:
        """Tap the first of the options and wait for what follows."""
        before = self.question()
        self.page.locator(".st-key-taps button").first.click()
        self.waits_past(before)

    def waits_past(self, question: str) -> None:
        """Wait until that question is no longer the one that stands open."""
        self.page.wait_for_function(
            "asked => document.querySelector('h1')?.innerText !== asked", arg=question
        )
        self.settles()

    def settles(self) -> None:
        """Wait until the page is drawn: until then the buttons of the last question may stand."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()

    def begins(self, role: str = "Ik krijg hulp of steun") -> None:
        """From the welcome page to the first question."""
        self.goes_to()
        self.taps(role)
        self.ticks(re.compile("doe mee|akkoord|begrijp", re.I))
        self.taps("Begin het gesprek")
        self.sees(re.compile(r"^Onderdeel 1 van"))

    def shoots(self, name: str) -> None:
        """Keep a picture of the whole page to look at; it is `main` that scrolls."""
        SHOTS.mkdir(exist_ok=True)
        self._shot += 1
        size = self.page.viewport_size or {"width": 390, "height": 844}
        height = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(height, 300)})
        self.page.wait_for_timeout(150)
        self.page.screenshot(path=SHOTS / f"{name}-{self._shot:02}.png")
        self.page.set_viewport_size(size)
