"""What a branch subscribes to, and what stays when roster is down."""

from typing import Any

import pytest
from aiohttp import web

from tests.gateway.support import Platform, problem
from tests.support.waiting import eventually


@pytest.fixture
def operator(platform: Platform) -> str:
    return platform.key.token("o1", operator=True)


def test_a_service_without_subscription_is_refused_and_others_are_not(platform: Platform) -> None:
    token = platform.key.token("t2", {"b2": ["teacher"]})
    refused = platform.get("/v1/branches/b2/today/s1", token)
    assert (refused.status_code, problem(refused)) == (403, "subscription_required")
    assert refused.json()["code"] == "subscription_required"
    assert refused.json()["service"] == "reports"
    assert not platform.services["reports"].seen
    assert platform.get("/v1/branches/b2/slots", token).status_code == 200
    assert platform.get("/v1/branches/b2/classes", token).status_code == 200


def test_one_that_is_suspended_is_told_so_and_by_whom_it_comes_back(platform: Platform) -> None:
    token = platform.key.token("t2", {"b2": ["teacher"]})

    def suspended() -> Any:
        return platform.get("/v1/branches/b2/today/s1", token).json()

    never = suspended()
    document = platform.services["roster"].documents["/internal/subscriptions"]
    document["suspended"] = {"b2": ["reports"]}
    try:
        told = eventually(lambda: (body := suspended()).get("suspended") and body)
        assert (told["status"], told["code"]) == (403, "subscription_required")
        assert "the chain's operator" in told["detail"]
        assert told["detail"] != never["detail"]
        assert platform.get("/v1/branches/b2/slots", token).status_code == 200
    finally:
        del document["suspended"]
    eventually(lambda: suspended() == never)


def test_an_unknown_branch_is_not_there(platform: Platform, operator: str) -> None:
    answer = platform.get("/v1/branches/nowhere/today/s1", operator)
    assert (answer.status_code, problem(answer)) == (404, "not-found")


def test_a_change_that_went_through_the_gateway_counts_from_the_next_request_on(platform: Platform, operator: str) -> None:
    roster = platform.services["roster"]
    before = roster.documents["/internal/subscriptions"]

    async def change(request: web.BaseRequest) -> web.Response:
        platform.subscribe({**before["branches"], "b2": ["meetings", "reports"]})
        return web.Response(status=204)

    roster.answers["/v1/branches/b2/subscriptions"] = change
    try:
        assert platform.get("/v1/branches/b2/today/s1", operator).status_code == 403
        assert platform.call("PUT", "/v1/branches/b2/subscriptions", operator, json={"services": []}).status_code == 204
        assert platform.get("/v1/branches/b2/today/s1", operator).status_code == 200
    finally:
        platform.subscribe(before["branches"])
    eventually(lambda: platform.get("/v1/branches/b2/today/s1", operator).status_code == 403)  # polled


def test_roster_down_or_talking_nonsense_changes_nothing(platform: Platform, teacher: str) -> None:
    roster = platform.services["roster"]
    good = roster.documents["/internal/subscriptions"]
    roster.documents["/internal/subscriptions"] = {"branches": ["b1"]}
    asked = len(platform.log)
    eventually(lambda: "not_refreshed" in platform.log[asked:])
    assert platform.get("/v1/branches/b1/today/s1", teacher).status_code == 200
    roster.stop()
    try:
        assert platform.get("/v1/branches/b1/today/s1", teacher).status_code == 200
        assert platform.get("/v1/me", teacher).status_code == 503
    finally:
        roster.documents["/internal/subscriptions"] = good
        roster.start()
    eventually(lambda: "refreshed_again" in platform.log[asked:])


def test_nobody_from_outside_reaches_what_is_internal(platform: Platform, operator: str) -> None:
    for path in ("/internal/subscriptions", "/metrics", "/health/ready", "/health/live", "/v1/internal/subscriptions"):
        assert platform.get(path, operator).status_code == 404
