"""The browser the tests drive: an installed Chromium or Chrome, else one that is installed now.

`python -m tests.browser` makes sure there is one and says which.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed() -> str | None:
    """The browser that is there: named by LANGE_ADEM_TEST_BROWSER, on the path, or Playwright's."""
    named = os.environ.get("LANGE_ADEM_TEST_BROWSER")
    if named:
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return (
        found or next((place for place in PLACES if Path(place).exists()), None) or _playwrights()
    )


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install() -> None:
    """Debian's Chromium where we may, else the browser Playwright brings."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("   installing Debian's chromium (a few minutes the first time)", flush=True)
        quiet = {"stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload] # the same keyword for both
        subprocess.run(  # type: ignore[call-overload] # the same keyword for both
            ["apt-get", "install", "-y", "-qq", "chromium"],
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            **quiet,
        )
    if installed() is None:
        print("   installing Playwright's chromium", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> None:
    """Make sure there is a browser."""
    if installed() is None:
        _install()
    found = installed()
    if found is None:
        sys.exit("No browser. Install Chromium or Chrome, or set LANGE_ADEM_TEST_BROWSER to one.")
    print(f"   {found}")


if __name__ == "__main__":
    main()
