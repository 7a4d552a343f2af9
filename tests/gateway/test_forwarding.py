"""Requests on their way to a service, and its answers on their way back."""

import asyncio
import hashlib
from collections.abc import Iterator

import jwt
import pytest
import requests
from aiohttp import web

from schoolbus.caller import Caller, read_caller, sign_caller
from tests.gateway.support import PUBLIC_URL, SECRET, Platform, problem
from tests.support.waiting import eventually

TODAY = "/v1/branches/b1/today/s1"
HOMEWORK = "/v1/branches/b1/homework"
BLOCK = bytes(range(256)) * 4096  # 1 MiB


def test_method_path_query_and_body_arrive_as_they_were_sent(platform: Platform, teacher: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        body = f"{method} ہوم ورک".encode()
        path = HOMEWORK + "/%D8%A7?a=1&a=%2F..%2F&b=x%20y+z"
        answer = platform.call(method, path, teacher, data=body, headers={"Content-Type": "text/plain", "If-Match": '"1"'})
        assert answer.json() == {"path": path}
        seen = platform.services["reports"].last
        assert (seen.method, seen.path, seen.body) == (method, path, body)
        assert seen.headers["Content-Type"] == "text/plain"
        assert seen.headers["If-Match"] == '"1"'


def test_the_service_learns_where_the_request_came_from(platform: Platform, teacher: str) -> None:
    claimed = {
        "X-Forwarded-For": "1.1.1.1, 203.0.113.9",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "ftp",
        "Forwarded": "for=x",
    }
    platform.get(TODAY, teacher, headers=claimed)
    headers = platform.services["reports"].last.headers
    assert headers["X-Forwarded-For"] == "203.0.113.9"
    assert f"{headers['X-Forwarded-Proto']}://{headers['X-Forwarded-Host']}" == PUBLIC_URL
    assert "Forwarded" not in headers


def test_nobody_can_say_who_they_are_but_by_a_token(platform: Platform, teacher: str) -> None:
    forged = sign_caller(Caller("o1", operator=True), SECRET)
    names = ("Rabta-Caller", "rabta-caller", "Rabta_Caller", "RABTA_CALLER", "Rabta-caller")
    for name in names:
        platform.get(TODAY, teacher, headers={name: forged, "Connection": f"keep-alive, {name}"})
        seen = platform.services["reports"].last
        assert read_caller(seen.headers["Rabta-Caller"], SECRET).person_id == "t1"
        assert [header for header in seen.headers if "caller" in header.lower()] == ["Rabta-Caller"]
        assert len(seen.headers.getall("Rabta-Caller")) == 1
    platform.call("POST", "/v1/sign-in/code", headers={"Rabta-Caller": forged}, json={})
    assert platform.services["roster"].last.caller["sub"] == ""


def test_hop_by_hop_headers_end_here(platform: Platform, teacher: str) -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        headers = {
            "Connection": "X-Secret",
            "X-Secret": "1",
            "X-Kept": "1",
            "Keep-Alive": "timeout=9",
            "Rabta-Caller": "x",
            "Server": "eventlet",
        }
        return web.Response(text="{}", headers=headers)

    sent = {"Connection": "X-Drop", "X-Drop": "1", "X-Keep": "1", "Proxy-Authorization": "x", "TE": "trailers", "Cookie": "a=b"}
    platform.get(TODAY, teacher, headers=sent)
    headers = platform.services["reports"].last.headers
    assert "X-Keep" in headers
    assert not {"X-Drop", "Proxy-Authorization", "TE", "Cookie"} & set(headers)
    platform.services["reports"].answers[TODAY] = answer
    back = platform.get(TODAY, teacher).headers
    assert "X-Kept" in back
    assert not {"X-Secret", "Keep-Alive", "Rabta-Caller"} & set(back)
    assert back["Server"] == "rabta"


def test_a_correlation_id_is_kept_or_made(platform: Platform, teacher: str) -> None:
    given = platform.get(TODAY, teacher, headers={"X-Correlation-ID": "a-sane.id_1"})
    assert given.headers["X-Correlation-ID"] == platform.services["reports"].last.headers["X-Correlation-ID"] == "a-sane.id_1"
    for odd in ("short", "x" * 65, "a b c d e f", "{jndi:ldap://x}"):
        made = platform.get(TODAY, teacher, headers={"X-Correlation-ID": odd}).headers["X-Correlation-ID"]
        assert made == platform.services["reports"].last.headers["X-Correlation-ID"] != odd
    assert platform.get("/v1/nowhere").headers["X-Correlation-ID"]


def test_answers_are_safe_for_browsers_and_caches(platform: Platform, teacher: str) -> None:
    async def tagged(request: web.BaseRequest) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(text="{}", headers={"ETag": '"1"'})

    plain = platform.get(TODAY, teacher).headers
    assert plain["X-Content-Type-Options"] == "nosniff"
    assert plain["Cache-Control"] == "no-store"
    assert plain["Strict-Transport-Security"].startswith("max-age=")
    platform.services["reports"].answers[TODAY] = tagged
    assert platform.get(TODAY, teacher).headers["Cache-Control"] == "private, no-cache"
    again = platform.get(TODAY, teacher, headers={"If-None-Match": '"1"'})
    assert (again.status_code, again.content) == (304, b"")


def test_head_has_the_headers_and_no_body(platform: Platform, teacher: str) -> None:
    get, head = platform.get(TODAY, teacher), platform.call("HEAD", TODAY, teacher)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_upload_streams_through(platform: Platform, chunked: bool) -> None:
    digest, sizes = hashlib.sha256(), []

    async def take(request: web.BaseRequest) -> web.Response:
        async for block in request.content.iter_any():
            digest.update(block)
            sizes.append(len(block))
        return web.json_response({"length": request.headers.get("Content-Length")}, status=202)

    def blocks() -> Iterator[bytes]:
        for _ in range(40):
            yield BLOCK

    platform.services["roster"].answers["/v1/imports"] = take
    token = platform.key.token("o1", operator=True)
    headers = {} if chunked else {"Content-Length": str(40 * len(BLOCK))}
    address = platform.gateway.url + "/v1/imports"
    request = requests.Request("POST", address, data=blocks(), headers={"Authorization": f"Bearer {token}"}).prepare()
    if headers:
        del request.headers["Transfer-Encoding"]
        request.headers.update(headers)
    body = b"".join(blocks()) if headers else None
    if body is not None:
        request.body = body
    with requests.Session() as session:
        answer = session.send(request, timeout=20)
    assert answer.status_code == 202
    assert answer.json()["length"] == (None if chunked else str(40 * len(BLOCK)))
    assert digest.digest() == hashlib.sha256(BLOCK * 40).digest()
    assert max(sizes) < 4 * len(BLOCK)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_answer_streams_back(platform: Platform, teacher: str, chunked: bool) -> None:
    async def send(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/pdf"})
        if not chunked:
            response.content_length = 30 * len(BLOCK)
        await response.prepare(request)
        for _ in range(30):
            await response.write(BLOCK)
        return response

    platform.services["reports"].answers["/v1/branches/b1/report-cards/r1/pdf"] = send
    answer = platform.get("/v1/branches/b1/report-cards/r1/pdf", teacher)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers.get("Content-Length") == (None if chunked else str(30 * len(BLOCK)))
    assert answer.content == BLOCK * 30


def test_an_answer_that_breaks_off_is_not_taken_for_whole(platform: Platform, teacher: str) -> None:
    async def break_off(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(BLOCK)
        assert request.transport is not None
        request.transport.abort()
        return response

    platform.services["reports"].answers[TODAY] = break_off
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        _ = platform.get(TODAY, teacher).content


def test_bodies_have_limits(platform: Platform, teacher: str) -> None:
    def too_much() -> Iterator[bytes]:
        yield from [BLOCK] * 3

    for body in (BLOCK * 2, too_much()):
        answer = platform.call("POST", HOMEWORK, teacher, data=body)
        assert (answer.status_code, problem(answer)) == (413, "too-large")
    assert not platform.services["reports"].seen
    assert platform.call("POST", HOMEWORK, teacher, data=b"x" * 1_000_000).status_code == 200
    answer = platform.call("POST", "/v1/carriers/email/inbound", data=BLOCK * 9)
    assert (answer.status_code, problem(answer)) == (413, "too-large")
    operator = platform.key.token("o1", operator=True)
    declared = platform.raw(head("POST", "/v1/imports", operator, "Content-Length: 99999999999", "Expect: 100-continue"))
    assert declared.startswith(b"HTTP/1.1 413 ")  # before a byte of it was sent


def test_a_client_that_waits_to_be_welcome_is(platform: Platform, teacher: str) -> None:
    answer = platform.raw(head("POST", HOMEWORK, teacher, "Content-Length: 2", "Expect: 100-continue") + b"{}")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    refused = platform.raw(head("POST", HOMEWORK, "x.y.z", "Content-Length: 2", "Expect: 100-continue"))
    assert refused.startswith(b"HTTP/1.1 401 ")


def test_half_a_body_reaches_nobody(platform: Platform, teacher: str) -> None:
    finished = []

    async def take(request: web.BaseRequest) -> web.Response:
        await request.read()
        finished.append(True)
        return web.Response()

    platform.services["reports"].answers[HOMEWORK] = take
    platform.raw(head("POST", HOMEWORK, teacher, "Content-Length: 900000") + b"x" * 500_000)  # and gone
    slow = platform.raw(head("POST", HOMEWORK, teacher, "Content-Length: 10") + b"x")
    eventually(lambda: '"status": 499' in platform.log)
    assert slow == b""
    assert not finished


def test_a_body_that_stops_coming_is_not_waited_for(platform: Platform, teacher: str) -> None:
    answer = platform.raw(head("POST", HOMEWORK, teacher, "Content-Length: 10") + b"x", patience=2.5)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_trickles_is_not_waited_for(platform: Platform, teacher: str) -> None:
    answer = platform.trickle(head("POST", HOMEWORK, teacher, "Content-Length: 1000"), times=100)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_service_that_is_down_is_missed_alone(platform: Platform, teacher: str) -> None:
    reports = platform.services["reports"]
    reports.stop()
    try:
        answer = platform.get(TODAY, teacher)
        assert (answer.status_code, problem(answer)) == (503, "service-unavailable")
        assert answer.headers["Retry-After"]
        assert answer.json()["service"] == "reports"
        assert platform.call("POST", HOMEWORK, teacher, json={}).status_code == 503
        assert platform.get("/v1/branches/b1/slots", teacher).status_code == 200
    finally:
        reports.start()
    assert platform.get(TODAY, teacher).status_code == 200


def test_a_service_that_breaks_off_is_said_to(platform: Platform, teacher: str) -> None:
    async def hang_up(request: web.BaseRequest) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    platform.services["reports"].answers[HOMEWORK] = hang_up
    answer = platform.call("POST", HOMEWORK, teacher, json={})
    assert (answer.status_code, problem(answer)) == (503, "service-unavailable")
    assert "Look whether" in answer.json()["detail"]


def test_a_service_that_is_silent_is_not_waited_for(platform: Platform, teacher: str) -> None:
    async def sleep(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(10)
        return web.Response()

    platform.services["reports"].answers[TODAY] = sleep
    answer = platform.get(TODAY, teacher)
    assert (answer.status_code, problem(answer)) == (504, "service-timeout")


def test_redirects_and_errors_come_back_as_they_are(platform: Platform, teacher: str) -> None:
    async def redirect(request: web.BaseRequest) -> web.Response:
        return web.Response(status=303, headers={"Location": "/v1/branches/b1/today"})

    async def conflict(request: web.BaseRequest) -> web.Response:
        return web.json_response({"type": "x", "free_slots": []}, status=409, content_type="application/problem+json")

    answers = platform.services["reports"].answers
    answers[TODAY] = redirect
    assert platform.get(TODAY, teacher).headers["Location"] == "/v1/branches/b1/today"
    answers[TODAY] = conflict
    answer = platform.get(TODAY, teacher)
    assert (answer.status_code, answer.json()["free_slots"]) == (409, [])


def test_the_vouching_header_is_the_same_for_a_while(platform: Platform, teacher: str) -> None:
    for _ in range(3):
        platform.get(TODAY, teacher)
    headers = {seen.headers["Rabta-Caller"] for seen in platform.services["reports"].seen}
    assert len(headers) == 1
    assert jwt.get_unverified_header(headers.pop())["alg"] == "HS256"


def head(method: str, path: str, token: str, *lines: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: rabta", f"Authorization: Bearer {token}", *lines, "", ""]).encode()
