"""Which forms do something, what comes back of those that don't, and where they lead."""

import re
from urllib.parse import quote, unquote

import pytest
import requests

from tests.gateway.support import PUBLIC_URL
from tests.portal.support import ME, Stage

FRESH = {"refresh_token": "r2", "expires_at": "2026-11-26T12:00:00Z", "refresh_expires_at": "2027-01-26T12:00:00Z"}
ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/x\r\nSet-Cookie: a=b",
    "/x\\..\\y",
    "",
]


def test_a_form_without_the_mark_of_this_session_does_nothing(stage: Stage) -> None:
    browser, other = stage.signed_in(), stage.signed_in(person_id="p2", session_id="s9")
    browser.get("/account")
    other.get("/account")
    marks = ["", "nonsense", "نشان", other.mark, browser.mark[:-1], browser.mark.partition(".")[2], None]
    for mark in marks:
        answer = browser.post("/account/exports", {"csrf": mark, "key": "k"})
        assert (answer.status_code, "This form is no longer good" in answer.text) == (403, True), mark
        browser.get("/account")
    assert stage.changes() == []
    assert browser.post("/account/exports", {"csrf": browser.mark}).status_code == 303


def test_no_two_pages_have_the_same_mark(stage: Stage) -> None:
    browser = stage.signed_in()
    marks = {re.search(r'name="csrf" value="([^"]*)"', browser.get("/account").text)[1] for _ in range(3)}
    assert len(marks) == 3, "compressed pages would give it away bit by bit"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": f"{PUBLIC_URL}.evil.example"},
        {"Sec-Fetch-Site": "", "Origin": PUBLIC_URL.replace("https", "http")},
        {"Sec-Fetch-Site": "", "Origin": ""},
    ],
)
@pytest.mark.parametrize("path", ["/account/exports", "/sign-in/staff", "/language", "/sign-out"])
def test_a_form_from_another_site_does_nothing(stage: Stage, headers: dict[str, str], path: str) -> None:
    browser = stage.signed_in()
    browser.get("/account")
    answer = browser.post(path, {"username": "x", "password": "y", "language": "ur"}, **headers)
    assert answer.status_code == 403
    assert stage.changes() == []
    assert "__Host-access" in browser.cookies


def test_a_browser_that_says_its_origin_alone_is_believed(stage: Stage) -> None:
    browser = stage.signed_in()
    browser.get("/account")
    assert browser.post("/account/exports", **{"Sec-Fetch-Site": ""}).status_code == 303


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x=" + b"a" * 1_000_001, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 400),
        (b"x=%FF", "application/x-www-form-urlencoded", 400),
        (b"", "multipart/form-data", 400),
        (b"--b\r\nnothing", "multipart/form-data; boundary=b", 400),
        (b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n" + b"a" * 12_100_000, "multipart/form-data; boundary=b", 413),
        (b"a\r\n" * 4000, "multipart/form-data; boundary=" + "b" * 200, 400),
    ],
)
def test_what_is_no_form_of_ours_is_refused(stage: Stage, body: bytes, kind: str, status: int) -> None:
    headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    browser = stage.signed_in()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    answer = stage.platform.call("POST", "/account/exports", data=body, headers={**headers, "Cookie": cookie})
    assert answer.status_code == status, answer.text[:300]
    assert stage.changes() == []


def test_a_form_that_is_sent_in_pieces_is_limited_too(stage: Stage) -> None:
    def pieces():
        for _ in range(40):
            yield b"a" * 100_000

    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    try:
        answer = stage.platform.call("POST", "/language", data=pieces(), headers=headers)
    except requests.ConnectionError:
        return  # it hung up on us
    assert answer.status_code == 413


def test_who_stops_in_the_middle_of_a_form_is_not_waited_for(stage: Stage) -> None:
    request = (
        b"POST /language HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 50\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\n\r\nlanguage="
    )
    assert b" 408 " in stage.platform.raw(request, patience=8)[:20]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_address_to_go_on_to_leads_elsewhere(stage: Stage, address: str) -> None:
    stage.says("roster", "/v1/sign-in/password", {**FRESH, "token": stage.token(), "person": ME["person"], "device": "d"})
    stage.says("roster", "/v1/me/preferences", {"language": None})
    stranger = stage.stranger()
    page = stranger.get(f"/sign-in/staff?next={quote(address)}")
    assert 'name="next" value="/"' in page.text
    answer = stranger.post("/sign-in/staff", {"username": "a", "password": "b", "next": address})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    answer = stage.signed_in().get(f"/sign-in?next={quote(address)}")
    assert answer.headers["Location"] == "/"
    assert stage.stranger().post("/language", {"language": "ur", "back": address}).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/", "/account", "/children/b1/s1?day=2026-11-26", "/x#exports", "/%D8%A2"])
def test_an_address_of_ours_is_gone_on_to(stage: Stage, address: str) -> None:
    assert stage.signed_in().get(f"/sign-in?next={quote(address)}").headers["Location"] == address


def test_the_address_of_a_form_leads_to_the_page_it_stands_on(stage: Stage) -> None:
    answer = stage.signed_in().get("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_form_that_is_refused_is_shown_again_on_its_page(stage: Stage) -> None:
    taken = {"type": "https://rabta.pk/problems/busy", "title": "Not now", "detail": "Later.", "status": 409}
    stage.says("roster", "/v1/me/password", taken, status=409)
    browser = stage.signed_in()
    page = browser.get("/account").text
    answer = browser.post("/account/password", {"current": "a", "new": "b"})
    assert answer.status_code == 409
    assert "Not now" in answer.text
    assert re.search("<h1>.*</h1>", page)[0] in answer.text  # type: ignore[index]


def test_what_the_last_page_said_is_said_once(stage: Stage) -> None:
    browser = stage.signed_in()
    browser.get("/account")
    browser.post("/account/exports")
    assert unquote(browser.cookies["__Host-said"]).startswith("It is being put together")
    assert "It is being put together" in browser.get("/account").text
    assert "It is being put together" not in browser.get("/account").text
