"""What every entrypoint promises: problems instead of faults, limits, paging, ETags, correlation ids."""

import json
import socket
from contextlib import ExitStack
from typing import Any

import pytest

from schoolbus.caller import sign_caller
from tests.support.people import guardian, teacher
from tests.support.services import SECRET, Service

THINGS = "/v1/branches/b1/things"


def make(probe: Service, thing_id: str, **more: object) -> object:
    return probe.call("POST", THINGS, teacher("t1"), json={"thing_id": thing_id, "name": thing_id, **more})


def test_a_document_is_made_and_read(probe: Service) -> None:
    made = make(probe, "first")
    assert (made.status_code, made.json()) == (201, {"thing_id": "first", "name": "first"})
    assert probe.call("GET", f"{THINGS}/first", teacher("t1")).json() == {"thing_id": "first", "name": "first"}


def test_an_id_is_taken_once(probe: Service) -> None:
    make(probe, "once")
    again = make(probe, "once")
    assert (again.status_code, again.json()["type"]) == (409, "https://rabta.pk/problems/already-there")


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b"{", 400, "not-json"),
        (b"\xff\xfe", 400, "not-json"),
        (b'{"thing_id": NaN}', 400, "not-json"),
        (b'{"thing_id": "x", "name": "\\ud800"}', 400, "not-json"),
        (b'{"thing_id": 99999999999999999999999999}', 400, "not-json"),
        (b"[" * 100_000, 400, "not-json"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'{"thing_id": {"$gt": ""}, "name": "x"}', 422, "invalid"),
        (b'{"thing_id": "x", "name": 7}', 422, "invalid"),
        (b'{"thing_id": "x"}', 422, "invalid"),
        (b'{"thing_id": "x", "name": "x", "more": 1}', 422, "invalid"),
        (b"x" * 1_000_001, 413, "too-large"),
    ],
)
def test_a_wrong_body_is_a_problem_and_stores_nothing(probe: Service, body: bytes, status: int, slug: str) -> None:
    answer = probe.call("POST", THINGS, teacher("t1"), data=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"https://rabta.pk/problems/{slug}"), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert probe.call("GET", f"{THINGS}/x", teacher("t1")).status_code == 404


def test_a_body_without_a_length_is_limited_too(probe: Service) -> None:
    chunks = (b"x" * 100_000 for _ in range(20))
    assert probe.call("POST", THINGS, teacher("t1"), data=chunks).status_code == 413


def test_who_may(probe: Service) -> None:
    assert probe.call("GET", THINGS).status_code == 401
    assert probe.call("GET", THINGS, headers={"Rabta-Caller": "eyJhbGciOiJub25lIn0.e30."}).status_code == 401
    assert probe.call("GET", THINGS, teacher("t1", "b2")).json()["type"].endswith("/not-your-branch")
    assert probe.call("POST", THINGS, guardian("g1"), json={}).json()["type"].endswith("/not-allowed")


def test_another_branch_sees_nothing(probe: Service) -> None:
    make(probe, "ours")
    assert probe.call("GET", "/v1/branches/b2/things/ours", teacher("t1", "b2")).status_code == 404


def test_pages_hold_each_document_once(probe: Service) -> None:
    ids = {f"page-{number}" for number in range(7)}
    for id in ids:
        probe.call("POST", "/v1/branches/b9/things", teacher("t1", "b9"), json={"thing_id": id, "name": "same name"})
    seen, after = [], ""
    while after is not None:
        page = probe.call(
            "GET", "/v1/branches/b9/things", teacher("t1", "b9"), params={"limit": 3, "after": after or None}
        ).json()
        seen += [thing["thing_id"] for thing in page["items"]]
        after = page["next"]
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "limit=0", "limit=x", "limit=501", "after=x", "after=eyJhIjoxfQ==", "after=%F0%9F%98%80"]
)
def test_a_wrong_page_is_a_problem(probe: Service, query: str) -> None:
    assert probe.call("GET", f"{THINGS}?{query}", teacher("t1")).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"), [("GET", f"{THINGS}?limt=1"), ("GET", f"{THINGS}/x?limt=1"), ("POST", f"{THINGS}?limt=1")]
)
def test_a_name_in_the_query_that_nobody_knows_is_named(probe: Service, method: str, path: str) -> None:
    answer = probe.call(method, path, teacher("t1"), json={"thing_id": "misspelt", "name": "x"} if method == "POST" else None)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["limt"])
    assert probe.call("GET", f"{THINGS}/misspelt", teacher("t1")).status_code == 404


def test_whoever_calls_without_sign_in_may_add_names_of_their_own(probe: Service) -> None:
    assert probe.call("POST", "/v1/raw?bodySHA256=0", data=b"x").content == b"x"


def test_what_has_not_changed_is_not_sent_again(probe: Service) -> None:
    make(probe, "tagged")
    first = probe.call("GET", f"{THINGS}/tagged", teacher("t1"))
    again = probe.call("GET", f"{THINGS}/tagged", teacher("t1"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_tags_are_compared_as_the_standard_says(probe: Service) -> None:
    make(probe, "tags")
    tag = probe.call("GET", f"{THINGS}/tags", teacher("t1")).headers["ETag"]
    for given, status in ((f'"x", {tag}', 304), (f"W/{tag}", 304), ("*", 304), ('"x"', 200)):
        answer = probe.call("GET", f"{THINGS}/tags", teacher("t1"), headers={"If-None-Match": given})
        assert answer.status_code == status, given


def test_head_has_no_body_and_other_methods_are_named(probe: Service) -> None:
    make(probe, "head")
    head = probe.call("HEAD", f"{THINGS}/head", teacher("t1"))
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) > 0
    options = probe.call("OPTIONS", THINGS, teacher("t1"))
    assert (options.status_code, options.headers["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("id", ["%00", "%F0%9F%98%80", "%FF%FE", "a%2Fb", "%252e", "..%2f..", "$ne", "a" * 4000])
def test_whatever_stands_in_a_path_is_not_found(probe: Service, id: str) -> None:
    assert probe.call("GET", f"{THINGS}/{id}", teacher("t1")).status_code in (404, 405)


# Connections, byte by byte

UPLOAD = "POST /v1/upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/zip\r\nRabta-Caller: {caller}\r\n"


def connection(probe: Service) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", probe.processes["serve"].port), timeout=60)
    made.settimeout(60)
    return made


def upload(more: str) -> bytes:
    return (UPLOAD.format(caller=sign_caller(teacher("t1"), SECRET)) + more).encode()


def test_a_body_that_ends_too_early_is_no_body(probe: Service) -> None:
    with connection(probe) as sender:
        sender.sendall(upload("Content-Length: 100\r\n\r\nhalf"))
        sender.shutdown(socket.SHUT_WR)
        answer = sender.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert b"cut-short" in answer


def test_chunks_that_are_none_are_a_problem(probe: Service) -> None:
    with connection(probe) as sender:
        sender.sendall(upload("Transfer-Encoding: chunked\r\n\r\nzz\r\n"))
        assert sender.recv(65536).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "bytes",
    [
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_what_is_no_request_ends_its_connection_alone(probe: Service, bytes: bytes) -> None:
    with connection(probe) as sender:
        sender.sendall(bytes)
        sender.shutdown(socket.SHUT_WR)
        sender.recv(65536)
    assert probe.call("GET", "/health/live").status_code == 200


def test_slow_senders_hold_nobody_up(probe: Service) -> None:
    """More of them than the service has workers."""
    with ExitStack() as stack:
        for _ in range(260):
            stack.enter_context(connection(probe)).sendall(upload("Content-Length: 1000\r\n\r\nx"))
        assert probe.call("GET", THINGS, teacher("t1")).status_code == 200, "while all of them still send"
    assert probe.call("GET", "/health/live").status_code == 200


def test_a_fault_tells_nothing_but_its_correlation_id(probe: Service) -> None:
    answer = probe.call("POST", "/v1/fault", teacher("t1"), headers={"X-Correlation-ID": "abcdefgh-1"})
    assert (answer.status_code, answer.json()["correlation_id"]) == (500, "abcdefgh-1")
    assert "secret" not in answer.text


def test_uploads_and_raw_bodies(probe: Service) -> None:
    as_zip = {"Content-Type": "application/zip"}
    assert probe.call("POST", "/v1/upload", teacher("t1"), data=b"x" * 999_999, headers=as_zip).text == "999999"
    assert probe.call("POST", "/v1/upload", teacher("t1"), data=b"x" * 1_000_001, headers=as_zip).status_code == 413
    assert probe.call("POST", "/v1/upload", teacher("t1"), data=b"x").status_code == 415
    assert probe.call("POST", "/v1/raw", data=b"\x00\xff").content == b"\x00\xff"


def test_unknown_addresses_and_methods_are_problems(probe: Service) -> None:
    assert probe.call("GET", "/v1/nothing").json()["status"] == 404
    assert probe.call("DELETE", THINGS, teacher("t1")).json()["status"] == 405


def test_operators_see_health_metrics_and_the_document(probe: Service) -> None:
    assert probe.call("GET", "/health/live").json() == {"event_loop": True}
    assert probe.call("GET", "/health/ready").json() == {"consumers": True, "database": True}
    assert "rabta_http_requests_total" in probe.call("GET", "/metrics").text
    document = json.loads(probe.call("GET", "/openapi.json").text)
    assert set(document["paths"]["/v1/branches/{branch_id}/things"]) == {"get", "post"}


def key(probe: Service, header: str | None, who: str = "t1") -> Any:
    headers = {} if header is None else {"Idempotency-Key": header}
    sent = {"thing_id": "x", "name": "x"}
    return probe.call("POST", "/v1/branches/b1/keys", teacher(who), json=sent, headers=headers)


def test_a_request_is_known_by_its_key_and_only_to_its_caller(probe: Service) -> None:
    first, again, quoted = (key(probe, sent).json()["thing_id"] for sent in ("9f2c6f1e-a", "9f2c6f1e-a", '"9f2c6f1e-a"'))
    assert first == again == quoted
    assert first not in {key(probe, "9f2c6f1e-b").json()["thing_id"], key(probe, "9f2c6f1e-a", "t2").json()["thing_id"]}
    assert key(probe, None).json()["thing_id"] != key(probe, None).json()["thing_id"]


@pytest.mark.parametrize("sent", ["short", "with a space", "x" * 129])
def test_what_is_no_key_is_named(probe: Service, sent: str) -> None:
    answer = key(probe, sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["Idempotency-Key"])
