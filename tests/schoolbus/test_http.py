"""What every entrypoint promises: problems instead of faults, limits, paging, ETags, correlation ids."""

import json

import pytest

from tests.support.people import guardian, teacher
from tests.support.services import Service

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


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=501", "after=x", "after=eyJhIjoxfQ==", "after=%F0%9F%98%80"])
def test_a_wrong_page_is_a_problem(probe: Service, query: str) -> None:
    assert probe.call("GET", f"{THINGS}?{query}", teacher("t1")).status_code == 422


def test_what_has_not_changed_is_not_sent_again(probe: Service) -> None:
    make(probe, "tagged")
    first = probe.call("GET", f"{THINGS}/tagged", teacher("t1"))
    again = probe.call("GET", f"{THINGS}/tagged", teacher("t1"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


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
