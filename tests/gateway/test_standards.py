"""Paths that a standard names: who comes in, and how refusals look there."""

from pathlib import Path

import requests

from tests.gateway.support import PUBLIC_URL, Platform, problem

USERS = "/ims/oneroster/rostering/v1p2/users"


def minor(answer: requests.Response) -> str:
    assert answer.headers["Content-Type"] == "application/json", answer.text
    return str(answer.json()["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"])


def test_a_machine_comes_through_with_its_branches_and_scopes(platform: Platform):
    token = platform.key.token("machine:m1", {"b1": ["machine"]}, scope="roster.readonly")
    assert platform.get(f"{USERS}?filter=status%3D'active'", token).status_code == 200
    seen = platform.services["roster"].last
    assert seen.path == f"{USERS}?filter=status%3D'active'"
    assert (seen.caller["sub"], seen.caller["scope"], seen.caller["roles"]) == (
        "machine:m1",
        "roster.readonly",
        {"b1": ["machine"]},
    )
    assert f"{seen.headers['X-Forwarded-Proto']}://{seen.headers['X-Forwarded-Host']}" == PUBLIC_URL
    assert "Authorization" not in seen.headers


def test_a_machine_of_the_chain_stays_one_on_its_way(platform: Platform):
    token = platform.key.token("machine:m2", machine_of_chain=True, scope="roster.readonly")
    platform.get(USERS, token)
    assert platform.services["roster"].last.caller["machine_of_chain"] is True
    platform.get(USERS, platform.key.token("p1", machine_of_chain="yes"))
    assert "machine_of_chain" not in platform.services["roster"].last.caller


def test_refusals_look_as_oneroster_wants(platform: Platform):
    assert (platform.get(USERS).status_code, minor(platform.get(USERS))) == (401, "unauthorisedrequest")
    assert minor(platform.get(USERS, "nonsense")) == "unauthorisedrequest"
    unknown = platform.get("/ims/oneroster/resources/v1p2/resources", platform.key.token("machine:m1"))
    assert (unknown.status_code, minor(unknown)) == (404, "unknownobject")
    assert minor(platform.call("OPTIONS", USERS)) == "unsupported"


def test_a_service_that_is_away_is_busy_by_oneroster(platform: Platform):
    roster = platform.services["roster"]
    roster.stop()
    try:
        answer = platform.get(USERS, platform.key.token("machine:m1", {"b1": ["machine"]}))
    finally:
        roster.start()
    assert (answer.status_code, minor(answer)) == (503, "server_busy")
    assert answer.headers["Retry-After"]


def test_the_token_endpoint_gets_the_clients_credentials(platform: Platform):
    answer = platform.call("POST", "/oauth2/token", data={"grant_type": "client_credentials"}, auth=("m1", "its secret"))
    assert answer.status_code == 200
    seen = platform.services["roster"].last
    assert seen.headers["Authorization"].startswith("Basic ")
    assert seen.body == b"grant_type=client_credentials"
    assert seen.caller["sub"] == ""


def test_an_address_asks_for_so_many_tokens_a_minute(tmp_path: Path):
    platform = Platform(tmp_path, SIGN_INS_PER_MINUTE="3").start()
    try:
        here = {"X-Forwarded-For": "203.0.113.77"}
        answers = [platform.call("POST", "/oauth2/token", data={}, headers=here) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].json()["error"] == "temporarily_unavailable"
        assert int(answers[-1].headers["Retry-After"]) >= 1
    finally:
        platform.stop()


def test_errors_elsewhere_are_problems_as_ever(platform: Platform):
    assert problem(platform.get("/v1/me")) == "sign-in-needed"
    assert problem(platform.get("/imsx")) == "not-found"
