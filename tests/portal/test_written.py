"""How pages are written: whatever stands in them is text, in the reader's language and digits."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
import requests

from tests.portal.support import ME, Stage

NASTY = "<script>alert(1)</script>\"'&amp;{{7*7}}"


def child(name: str) -> dict:
    branch = {"branch_id": "b1", "name": NASTY}
    return {"person_id": "c1", "given_name": name, "family_name": "", "branch": branch, "classes": []}


def test_whatever_the_services_say_comes_out_as_text(stage: Stage) -> None:
    branch = {"branch_id": "b1", "name": NASTY, "roles": ["guardian", "office", NASTY]}
    person = {"person_id": 'p1" onclick="alert(1)', "given_name": NASTY, "family_name": NASTY}
    stage.says("roster", "/v1/me", {**ME, "person": person, "branches": [branch], "children": [child(NASTY)]})
    session = {"session_id": '"><script>alert(1)</script>', "how": NASTY, "device": NASTY, "current": False}
    times = dict.fromkeys(("created_at", "used_at", "expires_at"), "2026-11-26T10:00:00Z")
    stage.says("roster", "/v1/me/sessions", {"items": [{**session, **times}], "next": NASTY})
    browser = stage.signed_in()
    browser.cookies["__Host-said"] = quote(NASTY)
    unharmed(browser.get("/account"))
    refusal = {"type": NASTY, "title": NASTY, "detail": NASTY, "status": 422, "errors": {"current": [NASTY]}}
    stage.says("roster", "/v1/me/password", refusal, 422)
    unharmed(browser.post("/account/password", {"current": NASTY, "new": NASTY, "key": NASTY}))
    unharmed(browser.get(f"/account?after={quote(NASTY)}&{quote(NASTY)}={quote(NASTY)}"))
    unharmed(browser.get(f"/{quote(NASTY)}"))


def test_what_was_typed_comes_out_as_text(stage: Stage) -> None:
    stage.says("roster", "/v1/sign-in/password", {"type": "x", "title": "No", "status": 401}, 401)
    stranger = stage.stranger()
    answer = stranger.post("/sign-in/staff", {"username": NASTY, "password": NASTY, "next": "/" + NASTY.replace(" ", "")})
    assert NASTY.replace("<", "&lt;")[:10] in answer.text, "it is still there"
    unharmed(answer)
    assert 'type="password" value=""' in answer.text, "a password is not"


class Harm(HTMLParser):
    """What of a page runs, or draws, by what stands in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        runs = [name for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        leads = [
            value for name, value in attrs if name in ("href", "src", "action") and not (value or "").startswith(("/", "#"))
        ]
        is_ours = tag == "script" and str(given.get("src")).startswith("/static/")
        if runs or leads or tag == "style" or (tag == "script" and not is_ours):
            self.found.append(f"{tag} {runs} {leads}")


def unharmed(answer: requests.Response) -> None:
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert Harm(answer.text).found == []
    assert answer.status_code == 404 or "alert(1)" in answer.text, "it is there, as text"
    assert "<script>" not in answer.text
    assert "49" not in re.sub(r'"[^"]*"', "", answer.text), "nor is it a template"


@pytest.mark.parametrize(
    ("cookie", "accepted", "language", "shown"),
    [
        ("", "en-GB,en;q=0.9", "en", "Sign in"),
        ("", "ur-PK,en;q=0.5", "ur", "سائن اِن"),
        ("", "", "ur", "سائن اِن"),
        ("", "de", "ur", "سائن اِن"),
        ("en-latn", "ur", "en", "Sign in"),
        ("ur-arabext", "en", "ur", "0300 1234567"),
        ("klingon-latn", "en", "en", "Sign in"),
        ("ur-roman", "en", "ur", "سائن اِن"),
    ],
)
def test_the_language_is_chosen_else_asked_for_else_urdu(
    stage: Stage, cookie: str, accepted: str, language: str, shown: str
) -> None:
    browser = stage.stranger()
    browser.accept_language = accepted
    if cookie:
        browser.cookies["__Host-language"] = cookie
    page = browser.get("/sign-in").text
    direction = {"en": "ltr", "ur": "rtl"}[language]
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert shown in page


def test_digits_are_as_chosen(stage: Stage) -> None:
    stage.says("roster", "/v1/sign-in/code", {"accepted": True}, 202)
    browser = stage.stranger()
    browser.get("/sign-in")
    browser.post("/sign-in", {"phone": "0300 1234567"})
    assert browser.post("/language", {"language": "ur-arabext", "back": "/sign-in/code"}).headers["Location"] == "/sign-in/code"
    assert "۰۳۰۰ ۱۲۳۴۵۶۷" in browser.get("/sign-in/code").text
    browser.post("/language", {"language": "en"})
    browser.post("/language", {"language": "ur"})
    assert browser.cookies["__Host-language"] == "ur-arabext", "digits stay as they were chosen"
    browser.post("/language", {"language": "ur-latn"})
    assert "0300 1234567" in browser.get("/sign-in/code").text
    browser.post("/language", {"language": "ur-<script>"})
    assert browser.cookies["__Host-language"] == "ur-latn"
