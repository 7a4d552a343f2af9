"""Signing in and out, and what a browser keeps of a session."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
import requests

from tests.portal.support import ME, Browser, Stage, set_cookies
from tests.support.waiting import eventually

FRESH = {"refresh_token": "r2", "expires_at": "2026-11-26T12:00:00Z", "refresh_expires_at": "2027-01-26T12:00:00Z"}
SIGNED_OUT = {"type": "https://rabta.pk/problems/session-ended", "title": "The session has ended", "status": 401}


def renews(stage: Stage) -> None:
    """roster's answer to a refresh token, as it is: the same successor for two who come at once."""
    token = stage.token(session_id="s2")

    def fresh(sent: dict) -> tuple[dict, int]:
        return ({**FRESH, "token": token}, 200) if sent["refresh_token"] == "r1" else (SIGNED_OUT, 401)

    stage.says("roster", "/v1/sign-in/refresh", fresh)


def by_code(stage: Stage) -> requests.Response:
    """The answer that signs in."""
    signed_in = {**FRESH, "token": stage.token(), "person": ME["person"]}
    stage.says("roster", "/v1/sign-in/code", {"accepted": True}, 202)
    stage.says("roster", "/v1/sign-in/code/verify", signed_in)
    stage.says("roster", "/v1/me/preferences", {"language": "ur"})
    browser = stage.stranger()
    browser.get("/sign-in?next=/account")
    asked = browser.post("/sign-in", {"phone": "۰۳۰۰ 1234567", "next": "/account"})
    assert asked.headers["Location"] == "/sign-in/code"
    assert stage.of("/v1/sign-in/code")[0].body == {"phone": "0300 1234567"}, "digits as phones have them"
    browser.get("/sign-in/code")
    return browser.post("/sign-in/code", {"code": "123456"})


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(stage: Stage) -> None:
    answer = by_code(stage)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    cookies = set_cookies(answer)
    assert {"__Host-access", "__Host-refresh", "__Host-language"} <= set(cookies)
    for name, cookie in cookies.items():
        assert name.startswith("__Host-")
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/"), name
        assert not cookie["domain"]
    assert cookies["__Host-language"].value == "ur-latn", "as the family prefers it"
    assert cookies["__Host-signing"]["max-age"] == "0", "the phone is not kept"


def test_a_phone_that_is_refused_stays_with_where_to_go_on(stage: Stage) -> None:
    wrong = {"type": "https://rabta.pk/problems/invalid", "title": "The input is not what is wanted", "status": 422}
    stage.says("roster", "/v1/sign-in/code", {**wrong, "errors": {"phone": ["Not a phone number."]}}, 422)
    browser = stage.stranger()
    browser.get("/sign-in?next=/account")
    page = browser.post("/sign-in", {"phone": "12", "next": "/account"})
    assert page.status_code == 422
    for shown in ('name="next" value="/account"', 'value="12"', "Not a phone number."):
        assert shown in page.text


def test_nothing_personal_is_in_an_address(stage: Stage) -> None:
    answer = by_code(stage)
    assert "1234567" not in answer.headers["Location"]
    browser = stage.signed_in()
    stage.says(
        "roster",
        "/v1/me",
        {**ME, "children": [{"person_id": "c1", "given_name": "Zainab", "family_name": "", "branch": None, "classes": []}]},
    )
    page = browser.get("/account")
    assert "Zainab" in page.text
    assert not [
        each for each in re.findall(r'(?:href|action|src)="([^"]*)"', page.text) if "Zainab" in each or "Ayesha" in each
    ]


def test_an_ended_session_leads_to_sign_in_and_back(stage: Stage) -> None:
    stage.platform.end_sessions("ended")
    stage.says("roster", "/v1/sign-in/refresh", SIGNED_OUT, 401)
    browser = stage.signed_in(session_id="ended")
    answer = eventually(lambda: found if (found := browser.get("/account?x=1")).status_code != 200 else None)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in?next={quote('/account?x=1')}")
    assert not {"__Host-access", "__Host-refresh"} & set(browser.cookies), "they are good for nothing any more"
    page = browser.follow(answer)
    assert 'name="next" value="/account?x=1"' in page.text


def test_signing_out_leaves_nothing_behind(stage: Stage) -> None:
    stage.says("roster", "/v1/sign-in/sign-out", b"", 204)
    browser = stage.signed_in()
    browser.get("/account")
    answer = browser.post("/sign-out")
    assert stage.of("/v1/sign-in/sign-out")[0].body == {"refresh_token": "r1"}
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not {"__Host-access", "__Host-refresh"} & set(browser.cookies)
    assert "You are signed out." in browser.follow(answer).text


@pytest.mark.parametrize("status", [401, 422, 503])
def test_signing_out_works_though_roster_will_not(stage: Stage, status: int) -> None:
    stage.says("roster", "/v1/sign-in/sign-out", {**SIGNED_OUT, "status": status}, status)
    browser = stage.signed_in()
    browser.get("/account")
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"
    assert "__Host-access" not in browser.cookies


def test_an_expired_token_is_renewed_once_and_the_new_pair_is_kept(stage: Stage) -> None:
    renews(stage)
    browser = stage.stranger()
    browser.cookies |= {"__Host-access": stage.expired(), "__Host-refresh": "r1"}
    assert browser.get("/account").status_code == 200
    assert browser.cookies["__Host-refresh"] == "r2"
    assert browser.get("/account").status_code == 200
    assert len(stage.of("/v1/sign-in/refresh")) == 1
    assert "Authorization" not in stage.of("/v1/me")[0].headers, "a token goes no further than the gateway"


def test_two_that_come_at_once_with_an_expired_token_both_go_on(stage: Stage) -> None:
    renews(stage)
    browsers = [Browser(stage, {"__Host-access": stage.expired(), "__Host-refresh": "r1"}) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda browser: browser.get("/account"), browsers))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert {browser.cookies["__Host-refresh"] for browser in browsers} == {"r2"}


def test_a_form_sent_with_an_expired_token_is_taken(stage: Stage) -> None:
    """The page was opened long ago: its mark is the session's, and the session is the same after renewing."""
    browser = stage.signed_in(session_id="s2")
    browser.get("/account")
    renews(stage)
    browser.cookies["__Host-access"] = stage.expired(session_id="s2")
    stage.says("roster", "/v1/me/exports", lambda sent: ({"export_id": "e1"} if sent == b"" else {"items": []}, 200))
    answer = browser.post("/account/exports")
    assert (answer.status_code, browser.cookies["__Host-refresh"]) == (303, "r2")


@pytest.mark.parametrize("size", [100, 5_000_000])
def test_a_file_that_is_fetched_with_an_expired_token_brings_the_new_pair(stage: Stage, size: int) -> None:
    """Also a large one, which is on its way before it is all there."""
    renews(stage)
    stage.says("roster", "/v1/me/exports/e1/file", b"x" * size, **{"Content-Type": "application/zip"})
    browser = Browser(stage, {"__Host-access": stage.expired(), "__Host-refresh": "r1"})
    answer = browser.get("/account/exports/e1/file")
    assert (answer.status_code, len(answer.content), browser.cookies["__Host-refresh"]) == (200, size, "r2")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/account", "/sign-out"])
def test_a_stranger_is_asked_who_they_are(stage: Stage, path: str) -> None:
    answer = stage.stranger().get("/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/account")
    answer = stage.stranger().post("/account/exports")
    there = "/sign-in?next=/account"
    assert (answer.status_code, answer.headers["Location"]) == (303, there), "back to its page: what was sent is not sent again"
    assert stage.changes() == []


def test_who_wrote_for_longer_than_the_session_lasts_keeps_the_words(stage: Stage) -> None:
    browser = stage.stranger()
    answer = browser.post("/account/password", {"current": "my old one", "text": "She reads <b>well</b> now"})
    assert (answer.status_code, stage.changes()) == (401, [])
    assert "She reads &lt;b&gt;well&lt;/b&gt; now</textarea>" in answer.text
    assert "my old one" not in answer.text
    assert 'href="/sign-in?next=/account"' in answer.text
