"""Files that are the same for everybody, and the headers of pages."""

import gzip
import re

import pytest

from gateway.portal.assets import Assets
from tests.portal.support import Stage


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
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    answer = stage.platform.raw(request.encode(), patience=20)  # it closes
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
