"""The README's pictures: `make screenshots` draws them anew. A phone's window each."""

import pytest
from playwright.sync_api import Page

from tests.browser.support import pictures


@pytest.mark.readme
@pytest.mark.look(device="desk")
def test_the_api_as_a_page_to_read(page: Page) -> None:
    page.goto("/docs")
    assert pictures.window(page, "api").exists()
