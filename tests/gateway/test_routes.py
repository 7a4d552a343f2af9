"""Where a path leads, and that it can be read in one way only."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway import routes
from gateway.routes import BELOW_BRANCH, ELSEWHERE, PUBLIC, Route
from tests.gateway.support import Platform
from tests.support.processes import ROOT


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v1/me", Route("roster", "me")),
        ("/v1/sign-in/code", Route("roster", "sign-in")),
        ("/v1/branches", Route("roster", "branches")),
        ("/v1/branches/b1", Route("roster", "branches", "b1")),
        ("/v1/branches/b1/subscriptions", Route("roster", "subscriptions", "b1")),
        ("/v1/branches/b1/today/s1", Route("reports", "today", "b1")),
        ("/v1/branches/b%31/today/s1", Route("reports", "today", "b1")),
        ("/v1/branches/b1/meeting-days/d1/slots", Route("meetings", "meeting-days", "b1")),
        ("/v1/feed", Route("notifications", "feed")),
        ("/v1/plans/basic", Route("roster", "plans")),
        ("/v1/subscriptions", Route("roster", "subscriptions")),
        ("/v1/usage.csv", Route("roster", "usage.csv")),
        ("/v1/branches/b1/usage", Route("roster", "usage", "b1")),
        ("/v1/branches/b1/webhooks/w1/deliveries", Route("notifications", "webhooks", "b1")),
        ("/v1/carriers/sms/receipts", Route("notifications", "carriers")),
        ("/ims/oneroster/rostering/v1p2/users", Route("roster", "oneroster")),
        ("/ims/oneroster/rostering/v1p2/schools/b1/classes/c1/students", Route("roster", "oneroster")),
        ("/ims/oneroster/gradebook/v1p2/classes/c1/results", Route("reports", "oneroster")),
        ("/oauth2/token", Route("roster", "oauth2")),
    ],
)
def test_a_resource_leads_to_the_service_that_owns_it(path: str, route: Route) -> None:
    assert routes.find(path) == route


@pytest.mark.parametrize(
    "path",
    [
        *("/", "", "*", "/v1", "/v1/", "/v2/me", "/V1/me", "/v1/nothing", "/v1/branches/b1/nothing", "/v1/me/", "/v1//me"),
        *("//v1/me", "/v1/./me", "/v1/../internal/subscriptions", "/v1/feed/%2e%2e/x", "/v1/feed/%2E./x", "/v1/feed/.%2e"),
        *("/v1/branches/b1%2ftoday", "/v1/branches/b1%5Ctoday", "/v1/branches/b1%252ftoday", "/v1/branches/b1/today%00"),
        *(
            "/v1/branches/%ff/today",
            "/v1/branches/b1/today;x=1",
            "/v1/branches/b1/today#x",
            "/v1/branches/b 1/today",
            "/v1/me%",
        ),
        *(
            "/ims/oneroster",
            "/ims/oneroster/resources/v1p2/resources",
            "/ims/../v1/me",
            "/oauth2",
            "/oauth2/authorize",
            "/oauth2/%2e",
        ),
        *("/internal/subscriptions", "/metrics", "/health/ready", "http://roster/v1/me", "/v1/branches//today", "/v1/me\\x"),
    ],
)
def test_anything_else_leads_nowhere(path: str) -> None:
    assert routes.find(path) is None


def test_the_docs_name_every_resource_beside_its_service() -> None:
    lines = (ROOT / "docs" / "architecture.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    for resources, column in ((BELOW_BRANCH, 1), (ELSEWHERE, 2)):
        named = {row[0]: set(re.findall(r"`(?:/v1/)?([a-z.-]+)", row[column])) for row in rows if len(row) == 3}
        for service in set(resources.values()):
            assert {word for word, owner in resources.items() if owner == service} <= named[service], service


PIECES = st.sampled_from(
    ["v1", "branches", "b1", "today", "me", ".", "..", "%2e", "%2F", "%5c", "%25", "", "a b", "ü", "%C3%BC", ";", "%00"]
)


@given(st.lists(st.lists(PIECES, max_size=3).map("".join), max_size=6).map(lambda segments: "/v1/" + "/".join(segments)))
@example("/v1/branches/b1/today/%2e%2e%2f")
def test_what_is_routed_reads_the_same_before_and_after_decoding(path: str) -> None:
    route = routes.find(path)
    if route is None:
        return
    once = unquote(path)
    assert unquote(once) == once
    assert [unquote(segment) for segment in path.split("/")] == once.split("/")
    assert not {"", ".", ".."} & set(once.split("/")[1:])
    assert route.branch_id is None or once.split("/")[3] == route.branch_id


def test_every_public_resource_has_a_limit_of_its_own(platform: Platform) -> None:
    for resource in PUBLIC:
        path = {"oauth2": "/oauth2/token"}.get(resource, f"/v1/{resource}/x")
        assert platform.get(path).status_code == 200, resource
