"""What is not there, is refused or is down is a page, too; and what services hear of who reads."""

import json

import pytest

from tests.gateway.support import problem
from tests.portal.support import Browser, Stage


@pytest.mark.parametrize("path", ["/no-such-page", "/account/no-such", "/favicon.ico", "/%FF"])
def test_an_unknown_page_is_one_for_browsers_and_a_problem_for_programs(stage: Stage, path: str) -> None:
    page = stage.signed_in().get(path)
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "This address is not here" in page.text
    answer = stage.platform.get(path)
    assert (answer.status_code, problem(answer)) == (404, "not-found")


def test_an_unknown_method_is_refused(stage: Stage) -> None:
    assert stage.signed_in().get("/account", method="DELETE").status_code == 405


def test_a_service_that_is_down_gives_a_page_that_says_so(stage: Stage) -> None:
    browser = stage.signed_in()
    browser.get("/account")
    stage.platform.services["notifications"].stop()
    try:
        answer = browser.post("/listen", {"text": "Words"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    finally:
        stage.platform.services["notifications"].start()


def test_roster_that_is_down_gives_a_page_that_says_so_and_keeps_the_session(stage: Stage) -> None:
    browser = stage.signed_in()
    stage.platform.services["roster"].stop()
    try:
        answer = browser.get("/account")
        assert answer.status_code == 503
        assert answer.headers["X-Correlation-ID"] in answer.text, "what to tell the school"
        assert "__Host-access" in browser.cookies
        expired = Browser(stage, {"__Host-access": stage.expired(), "__Host-refresh": "r1"})
        assert expired.get("/account").status_code == 503
        assert expired.cookies["__Host-refresh"] == "r1", "nobody is signed out because roster is down"
    finally:
        stage.platform.services["roster"].start()


def test_an_answer_that_nobody_can_read_is_a_page_too(stage: Stage) -> None:
    stage.says("roster", "/v1/me/sessions", b"<html>", 502, **{"Content-Type": "text/html"})
    assert stage.signed_in().get("/account").status_code == 502
    stage.says("roster", "/v1/me/sessions", b"not json", 200, **{"Content-Type": "application/json"})
    answer = stage.signed_in().get("/account")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")


def test_a_fault_of_ours_is_a_page_too(stage: Stage) -> None:
    stage.says("roster", "/v1/me/sessions", {"items": [{"session_id": "without anything else"}], "next": None})
    answer = stage.signed_in().get("/account")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert answer.headers["X-Correlation-ID"] in answer.text
    assert "Traceback" not in answer.text


def test_services_hear_who_reads_and_from_where(stage: Stage) -> None:
    browser = stage.signed_in()
    browser.get("/account", **{"X-Forwarded-For": "203.0.113.9", "User-Agent": "A phone", "Rabta-Caller": "forged", "X_A": "b"})
    (asked, *_) = stage.of("/v1/me")
    assert asked.headers["X-Forwarded-For"] == "203.0.113.9"
    assert asked.headers["User-Agent"] == "A phone"
    assert asked.headers["Rabta-Caller"] != "forged"
    assert "Cookie" not in asked.headers
    assert json.dumps(dict(asked.headers)).count("r1") == 0 or "refresh" not in json.dumps(dict(asked.headers))
