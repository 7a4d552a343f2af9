"""What holds on every page, whoever wrote it: who may, what is kept, where it leads, how it is written."""

import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import quote, unquote

import pytest
import requests

from gateway.portal.assets import Assets
from tests.gateway.support import PUBLIC_URL, problem
from tests.portal.support import ME, Browser, Stage, set_cookies
from tests.support.waiting import eventually

FRESH = {"refresh_token": "r2", "expires_at": "2026-11-26T12:00:00Z", "refresh_expires_at": "2027-01-26T12:00:00Z"}
NASTY = "<script>alert(1)</script>\"'&amp;{{7*7}}"
SIGNED_OUT = {"type": "https://rabta.pk/problems/session-ended", "title": "The session has ended", "status": 401}


def renews(stage: Stage) -> None:
    """roster's answer to a refresh token, as it is: the same successor for two who come at once."""
    token = stage.token(session_id="s2")

    def fresh(sent: dict) -> tuple[dict, int]:
        return ({**FRESH, "token": token}, 200) if sent["refresh_token"] == "r1" else (SIGNED_OUT, 401)

    stage.says("roster", "/v1/sign-in/refresh", fresh)


# Signing in and out


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


def test_nothing_personal_is_in_an_address(stage: Stage) -> None:
    answer = by_code(stage)
    assert "1234567" not in answer.headers["Location"]
    browser = stage.signed_in()
    stage.says("roster", "/v1/me", {**ME, "children": [child("Zainab")]})
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


# Renewing


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


# Forms


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


# Where it leads


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


# What is written


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


def test_a_page_may_do_nothing_that_is_not_ours(stage: Stage) -> None:
    answer = stage.stranger().get("/sign-in")
    policy = dict(each.strip().partition(" ")[::2] for each in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert answer.headers["Referrer-Policy"] == "same-origin"


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


# Files


def test_files_are_kept_forever_under_a_name_with_their_digest(stage: Stage) -> None:
    browser = stage.stranger()
    named = set(re.findall(r'"(/static/[^"#]+)', browser.get("/design").text))
    assert len(named) >= 4
    for address in named:
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable"), address
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)
        assert "Set-Cookie" not in answer.headers
        assert b"static:" not in answer.content, "what it names has its digest, too"


@pytest.mark.parametrize("path", ["/sw.js", "/manifest.webmanifest"])
def test_what_stands_at_the_top_is_asked_for_anew(stage: Stage, path: str) -> None:
    answer = stage.stranger().get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path",
    [
        "/static/style.css",
        "/static/",
        "/static",
        "/static/style.000000000000.css",
        "/static/../site.py",
        "/static/%2e%2e/site.py",
        "/static/..%2fsite.py",
        "/static/....//site.py",
        "/static//etc/passwd",
        "/static/fonts/OFL.txt",
        "/templates/base.html",
        "/static/%00",
    ],
)
def test_no_other_file_can_be_had(stage: Stage, path: str) -> None:
    answer = stage.platform.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1] in (b"404", b"400"), answer[:200]


def test_every_file_is_of_a_kind_that_is_served() -> None:
    assert {address.rpartition(".")[2] for address in Assets().all()} <= {
        "css",
        "js",
        "svg",
        "webmanifest",
        "png",
        "woff2",
        "ico",
    }


# As a server


def test_head_is_get_without_its_body(stage: Stage) -> None:
    browser = stage.stranger()
    whole, head = browser.get("/sign-in"), browser.get("/sign-in", method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    same = set(whole.headers) - {"X-Correlation-ID", "Date", "Content-Length", "Set-Cookie"}
    assert {name: head.headers.get(name) for name in same} == {name: whole.headers[name] for name in same}


def test_pages_are_packed_for_who_unpacks(stage: Stage) -> None:
    packed = stage.platform.call("GET", "/design", headers={"Accept-Encoding": "gzip"}, stream=True)
    raw = packed.raw.read(decode_content=False)
    plain = stage.platform.call("GET", "/design", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(raw) * 2 < len(plain.content)
    assert gzip.decompress(raw)[:15] == plain.content[:15] == b"\n<!doctype html>"[:15] or plain.content.startswith(
        b"<!doctype"
    )
    assert {packed.headers["Vary"], plain.headers["Vary"]} == {"Accept-Encoding"}, "a cache between knows of both"


@pytest.mark.parametrize("path", ["/no-such-page", "/account/no-such", "/favicon.ico", "/%FF"])
def test_an_unknown_page_is_one_for_browsers_and_a_problem_for_programs(stage: Stage, path: str) -> None:
    page = stage.signed_in().get(path)
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "This address is not here" in page.text
    answer = stage.platform.get(path)
    assert (answer.status_code, problem(answer)) == (404, "not-found")


def test_an_unknown_method_is_refused(stage: Stage) -> None:
    assert stage.signed_in().get("/account", method="DELETE").status_code == 405


def test_the_address_of_a_form_leads_to_the_page_it_stands_on(stage: Stage) -> None:
    answer = stage.signed_in().get("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


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


def test_a_form_that_is_refused_is_shown_again_on_its_page(stage: Stage) -> None:
    taken = {"type": "https://rabta.pk/problems/busy", "title": "Not now", "detail": "Later.", "status": 409}
    stage.says("roster", "/v1/me/password", taken, status=409)
    browser = stage.signed_in()
    page = browser.get("/account").text
    answer = browser.post("/account/password", {"current": "a", "new": "b"})
    assert answer.status_code == 409
    assert "Not now" in answer.text
    assert re.search("<h1>.*</h1>", page)[0] in answer.text  # type: ignore[index]


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


def test_what_the_last_page_said_is_said_once(stage: Stage) -> None:
    browser = stage.signed_in()
    browser.get("/account")
    browser.post("/account/exports")
    assert unquote(browser.cookies["__Host-said"]).startswith("It is being put together")
    assert "It is being put together" in browser.get("/account").text
    assert "It is being put together" not in browser.get("/account").text


def test_services_hear_who_reads_and_from_where(stage: Stage) -> None:
    browser = stage.signed_in()
    browser.get("/account", **{"X-Forwarded-For": "203.0.113.9", "User-Agent": "A phone", "Rabta-Caller": "forged", "X_A": "b"})
    (asked, *_) = stage.of("/v1/me")
    assert asked.headers["X-Forwarded-For"] == "203.0.113.9"
    assert asked.headers["User-Agent"] == "A phone"
    assert asked.headers["Rabta-Caller"] != "forged"
    assert "Cookie" not in asked.headers
    assert json.dumps(dict(asked.headers)).count("r1") == 0 or "refresh" not in json.dumps(dict(asked.headers))
