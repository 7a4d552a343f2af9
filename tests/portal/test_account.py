"""My account, and the ways in, against services that answer what a test wants."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.portal.support import ME, Browser, Stage, set_cookies

FRESH = {"refresh_token": "r2", "expires_at": "2026-11-26T12:00:00Z", "refresh_expires_at": "2027-01-26T12:00:00Z"}
URI = "otpauth://totp/Rabta:operator?secret=JBSWY3DPEHPK3PXP&issuer=Rabta"
BEGUN = {"secret": "JBSWY3DPEHPK3PXP", "otpauth_uri": URI}
WRONG_CODE = {
    "type": "https://rabta.pk/problems/wrong-second-factor",
    "title": "The code does not fit, or is too old",
    "status": 401,
}
TIMES = dict.fromkeys(("created_at", "used_at", "expires_at"), "2026-11-26T10:00:00Z")


def sessions(how: str) -> dict[str, Any]:
    here = {"session_id": "s1", "how": how, "device": "Chrome on Android", "current": True, **TIMES}
    there = {"session_id": "s2", "how": "code", "device": None, "current": False, **TIMES}
    return {"items": [here, there], "next": None}


@pytest.fixture
def staff(stage: Stage) -> Browser:
    stage.says("roster", "/v1/me/sessions", sessions("password"))
    stage.says("roster", "/v1/me/second-factor", {"on": False, "recovery_codes_left": 0})
    browser = stage.signed_in(roles={"b1": ["head"]})
    browser.get("/account")
    return browser


def test_who_signed_in_by_a_code_is_told_why_less_is_there(stage: Stage) -> None:
    stage.says("roster", "/v1/me/sessions", sessions("code"))
    page = stage.signed_in().get("/account").text
    assert "You signed in with a code to a phone" in page
    assert "Change my password" not in page
    assert "Set it up" not in page
    assert "Ask for the file" in page


def test_sessions_are_ended_one_by_one_or_all(stage: Stage, staff: Browser) -> None:
    page = staff.page.text
    assert "/account/sessions/s2/end" in page
    assert "/account/sessions/s1/end" not in page, "this one is signed out by its own button"
    stage.says("roster", "/v1/me/sessions/s2", b"", 204)
    assert staff.post("/account/sessions/s2/end").headers["Location"] == "/account"
    assert stage.of("/v1/me/sessions/s2")[0].method == "DELETE"
    staff.get("/account")
    stage.says("roster", "/v1/me/sessions", b"", 204)
    answer = staff.post("/account/sessions/end-all")
    assert (answer.headers["Location"], answer.headers["Clear-Site-Data"]) == ("/sign-in", '"cache", "storage"')
    assert "__Host-access" not in staff.cookies


def test_a_password_is_sent_as_it_was_typed_and_never_shown_again(stage: Stage, staff: Browser) -> None:
    refusal = {
        "type": "x",
        "title": "The input is not what is wanted",
        "status": 422,
        "errors": {"new": ["Too easily guessed."]},
    }
    stage.says("roster", "/v1/me/password", refusal, 422)
    answer = staff.post("/account/password", {"current": " old one ", "new": "پاس ورڈ 12345 "})
    assert stage.of("/v1/me/password")[0].body == {"current": " old one ", "new": "پاس ورڈ 12345 "}
    assert (answer.status_code, "Too easily guessed." in answer.text) == (422, True)
    assert "old one" not in answer.text


def test_a_second_factor_is_set_up_with_one_picture_however_often_a_code_is_wrong(stage: Stage, staff: Browser) -> None:
    stage.says("roster", "/v1/me/second-factor", BEGUN)
    first = staff.post("/account/second-factor").text
    assert BEGUN["secret"] in first
    assert "data:image/svg+xml" in first
    stage.says("roster", "/v1/me/second-factor/confirmation", WRONG_CODE, 401)
    again = staff.post("/account/second-factor/confirmation", {"code": "۱۱۱۱۱۱", "secret": BEGUN["secret"], "uri": URI})
    assert (again.status_code, BEGUN["secret"] in again.text) == (401, True)
    assert len([each for each in stage.of("/v1/me/second-factor") if each.method == "POST"]) == 1, "no other secret was made"
    stage.says("roster", "/v1/me/second-factor/confirmation", {"recovery_codes": ["aaaa-bbbb", "cccc-dddd"]})
    done = staff.post("/account/second-factor/confirmation", {"code": "222222", "secret": BEGUN["secret"], "uri": URI})
    assert "aaaa-bbbb" in done.text
    assert stage.of("/v1/me/second-factor/confirmation")[0].body == {"code": "111111"}


def test_an_export_is_asked_for_and_fetched(stage: Stage, staff: Browser) -> None:
    done = {
        "export_id": "e1",
        "state": "done",
        "asked_at": TIMES["created_at"],
        "expires_at": TIMES["created_at"],
        "path": "/x",
    }
    asked = {**done, "export_id": "e2", "state": "asked", "path": None}
    stage.says("roster", "/v1/me/exports", {"items": [done, asked], "next": None})
    page = staff.get("/account").text
    assert 'href="/account/exports/e1/file"' in page
    assert "being put together" in page
    assert "/account/exports/e2/file" not in page


# Signing in with a second factor to be set up


def test_the_picture_of_a_sign_in_stays_when_a_code_is_wrong(stage: Stage) -> None:
    ticket = {"type": "https://rabta.pk/problems/second-factor-setup", "title": "Set up", "status": 403, "ticket": "t1"}
    stage.says("roster", "/v1/sign-in/password", ticket, 403)
    stage.says("roster", "/v1/sign-in/second-factor", BEGUN)
    browser = stage.stranger()
    browser.get("/sign-in/staff?next=/chain")
    assert BEGUN["secret"] in browser.post("/sign-in/staff", {"username": "a", "password": "b", "next": "/chain"}).text
    stage.says("roster", "/v1/sign-in/second-factor/confirmation", WRONG_CODE, 401)
    fields = {"ticket": "t1", "secret": BEGUN["secret"], "uri": URI, "next": "/chain", "code": "111111"}
    assert BEGUN["secret"] in browser.post("/sign-in/factor", fields).text
    assert len(stage.of("/v1/sign-in/second-factor")) == 1
    signed_in = {**FRESH, "token": stage.token(), "person": ME["person"], "device": "d1", "recovery_codes": ["aaaa-bbbb"]}
    stage.says("roster", "/v1/sign-in/second-factor/confirmation", signed_in)
    answer = browser.post("/sign-in/factor", {**fields, "code": "222222"})
    assert "aaaa-bbbb" in answer.text
    assert 'href="/chain"' in answer.text
    assert {"__Host-access", "__Host-refresh", "__Host-device"} <= set(browser.cookies)
    stage.says(
        "roster", "/v1/sign-in/second-factor/confirmation", {"type": "x/ticket-over", "title": "Over", "status": 401}, 401
    )
    assert 'name="username"' in stage.stranger().post("/sign-in/factor", fields).text, "begin again"


# Through the chain's own identity provider


@pytest.fixture
def provider(stage: Stage) -> Stage:
    stage.says("roster", "/v1/sign-in/ways", {"code": True, "password": True, "oidc": True})
    stage.says("roster", "/v1/sign-in/oidc", b"", 302, Location="https://login.example/authorize?state=st1&nonce=n")
    return stage


def test_the_button_is_there_where_there_is_a_provider(stage: Stage) -> None:
    there = "/sign-in/provider?next=/chain"
    assert there not in stage.stranger().get("/sign-in/staff?next=/chain").text
    stage.says("roster", "/v1/sign-in/ways", {"code": True, "password": True, "oidc": True})
    assert there in stage.stranger().get("/sign-in/staff?next=/chain").text


def test_the_browser_goes_and_comes_back_signed_in(provider: Stage) -> None:
    browser = provider.stranger()
    gone = browser.get("/sign-in/provider?next=/chain")
    assert (gone.status_code, urlsplit(gone.headers["Location"]).netloc) == (303, "login.example")
    challenge = parse_qs(urlsplit(provider.of("/v1/sign-in/oidc")[0].path).query)["code_challenge"][0]
    assert len(challenge) == 43
    cookie = set_cookies(gone)["__Host-provider"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    signed_in = {**FRESH, "token": provider.token(), "person": ME["person"]}
    provider.says("roster", "/v1/sign-in/oidc", signed_in)
    provider.says("roster", "/v1/me/preferences", {"language": None})
    back = browser.get("/sign-in/back?state=st1&code=c1")
    assert (back.status_code, back.headers["Location"]) == (303, "/chain")
    sent = provider.of("/v1/sign-in/oidc")[-1].body
    assert (sent["state"], sent["code"]) == ("st1", "c1")
    assert len(sent["code_verifier"]) >= 43
    assert {"__Host-access", "__Host-refresh"} <= set(browser.cookies)
    assert "__Host-provider" not in browser.cookies


@pytest.mark.parametrize("cookie", ["", "nonsense", "1", "%5B%5D", "%22x%22"])
def test_who_did_not_begin_here_does_not_come_back_signed_in(provider: Stage, cookie: str) -> None:
    """Somebody else's address, sent to a victim: nothing is redeemed."""
    browser = provider.stranger()
    if cookie:
        browser.cookies["__Host-provider"] = cookie
    answer = browser.get("/sign-in/back?state=st1&code=c1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/staff")
    assert [each for each in provider.of("/v1/sign-in/oidc") if each.method == "POST"] == []


def test_a_refusal_is_said_and_the_next_address_stays_ours(provider: Stage) -> None:
    browser = provider.stranger()
    browser.get("/sign-in/provider?next=//evil.example")
    provider.says(
        "roster", "/v1/sign-in/oidc", {"type": "x/no-access", "title": "You have no role in the school", "status": 403}, 403
    )
    answer = browser.get("/sign-in/back?state=st1&error=access_denied")
    assert (answer.status_code, "You have no role in the school" in answer.text) == (403, True)
    assert provider.of("/v1/sign-in/oidc")[-1].body["code"] is None
    assert 'name="next" value="/"' in answer.text


def test_a_second_factor_of_ours_is_asked_for_after_the_provider(provider: Stage) -> None:
    browser = provider.stranger()
    browser.get("/sign-in/provider?next=/chain")
    needed = {"type": "x/second-factor-needed", "title": "Now the second factor", "status": 401, "ticket": "t9"}
    provider.says("roster", "/v1/sign-in/oidc", needed, 401)
    assert 'value="t9"' in browser.get("/sign-in/back?state=st1&code=c1").text
    provider.says("roster", "/v1/sign-in/second-factor/confirmation", WRONG_CODE, 401)
    again = browser.post("/sign-in/second", {"ticket": "t9", "next": "/chain", "code": "111111"})
    assert (again.status_code, 'value="t9"' in again.text) == (401, True)
    provider.says(
        "roster", "/v1/sign-in/second-factor/confirmation", {**FRESH, "token": provider.token(), "person": ME["person"]}
    )
    provider.says("roster", "/v1/me/preferences", {"language": None})
    assert browser.post("/sign-in/second", {"ticket": "t9", "next": "/chain", "code": "222222"}).headers["Location"] == "/chain"


def test_a_provider_that_is_away_is_said(provider: Stage) -> None:
    provider.says(
        "roster",
        "/v1/sign-in/oidc",
        {"type": "x/provider-away", "title": "The identity provider can't be reached", "status": 503},
        503,
    )
    answer = provider.stranger().get("/sign-in/provider")
    assert (answer.status_code, "The identity provider can&#39;t be reached" in answer.text) == (503, True)
    assert 'name="username"' in answer.text, "the password is another way"


# Listen


def test_a_page_is_read_aloud_by_the_server(stage: Stage) -> None:
    stage.says("notifications", "/v1/spoken-texts", b"OggS...", 200, **{"Content-Type": "audio/ogg"})
    browser = stage.signed_in()
    browser.get("/account")
    answer = browser.post("/listen", {"text": "Words"}, Accept="audio/ogg")
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "audio/ogg", b"OggS...")
    assert answer.headers["Cache-Control"] == "no-store"
    assert stage.of("/v1/spoken-texts")[0].body == {"text": "Words", "language": "en"}
    page = browser.post("/listen", {"text": "Words"})
    assert 'src="data:audio/ogg;base64,' in page.text
    assert "media-src data:" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]


def test_a_long_text_ends_with_a_sentence_and_says_that_there_is_more(stage: Stage) -> None:
    stage.says("notifications", "/v1/spoken-texts", b"OggS", 200)
    browser = stage.signed_in()
    browser.get("/account")
    browser.post("/listen", {"text": "One sentence of it. " * 200}, Accept="audio/ogg")
    said = stage.of("/v1/spoken-texts")[0].body["text"]
    assert len(said) <= 2000
    assert said.endswith("One sentence of it. The rest is to be read on the page.")


def test_what_can_not_be_spoken_is_said(stage: Stage) -> None:
    refusal = {"type": "x/not-spoken", "title": "It can't be read aloud now", "status": 503}
    stage.says("notifications", "/v1/spoken-texts", refusal, 503)
    browser = stage.signed_in()
    browser.get("/account")
    assert browser.post("/listen", {"text": "Words"}, Accept="audio/ogg").status_code == 503
    answer = browser.post("/listen", {"text": "Words"})
    assert (answer.status_code, "It can&#39;t be read aloud now" in answer.text) == (503, True)
