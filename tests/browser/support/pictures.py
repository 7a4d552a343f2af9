"""Pictures of pages, kept under .run/screenshots as what the tests put out."""

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.support.looks import Look
from tests.support.processes import ROOT

FOLDER = ROOT / ".run" / "screenshots"
README = FOLDER / "readme"


def picture(page: Page, name: str, look: Look) -> Path:
    """The whole page, as NAME-LANGUAGE-SCHEME.png; another device than the phone is named, too."""
    path = FOLDER / f"{name}-{look}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path


def window(page: Page, name: str) -> Path:
    """What is in the window, for the README."""
    path = README / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path


def of_a_failure(page: Page, test: str, number: int) -> Path:
    path = FOLDER / "failed" / f"{re.sub(r'[^A-Za-z0-9]+', '-', test).strip('-')}-{number}.png"
    page.screenshot(path=path, full_page=True, timeout=10_000)
    return path
