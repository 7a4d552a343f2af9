"""Requests that nobody well-meaning sends: refused as a problem, before a service sees them."""

import re

import pytest

from tests.gateway.support import Platform, problem

TODAY = "/v1/branches/b1/today/s1"


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/branches/b1/../b2/slots", "/v1/branches/b1/%2e%2e/b2/slots", "/v1//branches/b2/slots", "//v1/branches/b2/slots"),
        *("/v1/branches/b1%2f..%2fb2/slots", "/v1/branches/b1/today%2f..%2fslots", "/v1/branches/b1/today/%252e%252e"),
        *(
            "/v1/feed/../../internal/subscriptions",
            "/v1/branches/b1/today/s1/",
            "/v1/branches/b1\\today",
            "/v1/branches/b1/today/%00",
        ),
        *("http://127.0.0.1/internal/subscriptions", "http://rabta/v1/branches/b1/today/s1", "*", "/v1/branches/b1/today;x/s1"),
    ],
)
def test_paths_with_two_readings_are_not_there(platform: Platform, teacher: str, path: str) -> None:
    answer = platform.raw(request(f"GET {path} HTTP/1.1", f"Authorization: Bearer {teacher}"))
    assert status(answer) in (400, 404)
    assert b"application/problem+json" in answer
    assert nobody_saw(platform)


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "PURGE"])
def test_other_methods_are_refused(platform: Platform, teacher: str, method: str) -> None:
    answer = platform.raw(request(f"{method} {TODAY} HTTP/1.1", f"Authorization: Bearer {teacher}"))
    assert status(answer) in (400, 405)
    assert b"application/problem+json" in answer
    assert nobody_saw(platform)


def test_a_refused_method_says_which_are_allowed(platform: Platform) -> None:
    answer = platform.call("OPTIONS", TODAY)
    assert (answer.status_code, problem(answer)) == (405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]


SMUGGLED = b"GET /v1/branches/b2/slots HTTP/1.1\r\nHost: x\r\nX: "


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5, 6",),
        ("Content-Length: +5",),
        ("Content-Length: 0x5",),
        ("Content-Length: -1",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding:\x0bchunked",),
        ("X: a\r\n folded",),
        ("X: a\nRabta-Caller: x",),
        ("X\x00Y: a",),
        ("Host: a", "Host: b"),
    ],
)
def test_framing_with_two_readings_is_refused(platform: Platform, teacher: str, lines: tuple[str, ...]) -> None:
    raw = (
        request("POST /v1/branches/b1/homework HTTP/1.1", f"Authorization: Bearer {teacher}", *lines) + b"0\r\n\r\n" + SMUGGLED
    )
    answer = platform.raw(raw)
    saw = [(seen.method, seen.path) for service in platform.services.values() for seen in service.seen]
    assert ("GET", "/v1/branches/b2/slots") not in saw
    assert status(answer) == 400, answer
    assert saw == []
    assert b"application/problem+json" in answer


def test_what_is_no_http_gets_a_problem_and_leaves_nothing_in_the_log(platform: Platform) -> None:
    before = len(platform.log)
    for raw in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"hello 03001234567\r\n\r\n", request("GET /v1/me HTTP/9.9")):
        answer = platform.raw(raw)
        assert status(answer) == 400
        assert b"application/problem+json" in answer
    assert "03001234567" not in platform.log[before:]
    assert "Traceback" not in platform.log[before:]


def test_huge_headers_are_refused(platform: Platform, teacher: str) -> None:
    token = f"Authorization: Bearer {teacher}"
    for lines in (
        [f"X-{number}: {number}" for number in range(200)],
        ["X: " + "x" * 20_000],
        ["Authorization: Bearer " + "x" * 20_000],
    ):
        answer = platform.raw(request(f"GET {TODAY} HTTP/1.1", token, *lines))
        assert status(answer) in (400, 401)
        assert b"application/problem+json" in answer
    answer = platform.raw(request(f"GET {TODAY}?{'x' * 20_000} HTTP/1.1", token))
    assert status(answer) == 400
    assert nobody_saw(platform)


def test_two_tokens_are_none(platform: Platform, teacher: str) -> None:
    operator = platform.key.token("o1", operator=True)
    answer = platform.raw(
        request(f"GET {TODAY} HTTP/1.1", f"Authorization: Bearer {teacher}", f"Authorization: Bearer {operator}")
    )
    assert status(answer) in (400, 401)
    assert nobody_saw(platform)


def test_a_get_brings_no_body(platform: Platform, teacher: str) -> None:
    answer = platform.call("GET", TODAY, teacher, data=b"{}")
    assert (answer.status_code, problem(answer)) == (400, "body-not-wanted")
    assert nobody_saw(platform)


def test_pipelined_requests_are_each_judged(platform: Platform, teacher: str) -> None:
    without = f"GET {TODAY} HTTP/1.1\r\nHost: rabta\r\n".encode()
    with_token = without + f"Authorization: Bearer {teacher}\r\n".encode()
    answer = platform.raw(with_token + b"\r\n" + without + b"\r\n" + with_token + b"Connection: close\r\n\r\n")
    assert re.findall(rb"HTTP/1\.1 (\d+) ", answer) == [b"200", b"401", b"200"]


def request(line: str, *headers: str) -> bytes:
    host = () if any(header.startswith("Host:") for header in headers) else ("Host: rabta",)
    return "\r\n".join([line, *host, *headers, "Connection: close", "", ""]).encode("latin-1")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def nobody_saw(platform: Platform) -> bool:
    return not any(service.seen for service in platform.services.values())
