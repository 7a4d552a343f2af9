"""A page whose parts are of several services does without the one that can't be reached, and says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest

from tests.portal.support import Browser, Stage


@contextmanager
def down(stage: Stage, service: str) -> Iterator[None]:
    stage.platform.services[service].stop()
    try:
        yield
    finally:
        stage.platform.services[service].start()


@pytest.mark.parametrize(
    ("service", "called"), [("meetings", "Meetings"), ("notifications", "Messages"), ("reports", "School work")]
)
def test_the_childrens_page_does_without_a_service_that_is_down(
    parent: Browser, stage: Stage, service: str, called: str
) -> None:
    with down(stage, service):
        page = parent.get("/family")
    assert page.status_code == 200
    assert "Zoya" in page.text
    assert f"{called} can't be reached just now" in unescape(page.text)
    assert "reached just now" not in parent.get("/family").text, "and says nothing once it is back"


def test_in_urdu_too(parent: Browser, stage: Stage) -> None:
    parent.cookies["__Host-language"] = "ur"
    with down(stage, "meetings"):
        page = parent.get("/family")
    assert "سے ابھی رابطہ نہیں ہو رہا" in page.text


def test_a_page_that_is_all_of_it_says_that_it_is_down(parent: Browser, stage: Stage) -> None:
    with down(stage, "roster"):
        page = parent.get("/family")
    assert page.status_code == 503
    assert page.headers["X-Correlation-ID"] in page.text
