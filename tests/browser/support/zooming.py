"""Whether a page can be read when its letters are twice as large: https://www.w3.org/TR/WCAG22/#reflow, 1.4.4, 1.4.10."""

from pathlib import Path

from playwright.sync_api import Page

_SCRIPT = Path(__file__).with_name("zooming.js").read_text()


def cramped(page: Page) -> list[str]:
    """A sentence for each element that sticks out of the window or whose text is cut off."""
    return list(page.evaluate(_SCRIPT))


def fits(page: Page) -> None:
    found = cramped(page)
    assert not found, f"{page.url} at {page.viewport_size}:\n  " + "\n  ".join(found)
