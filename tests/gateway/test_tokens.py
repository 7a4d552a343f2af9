"""Who gets in."""

import base64
import json
import time
from typing import Any

import jwt
import pytest

from tests.gateway.support import SECRET, Key, Platform, problem
from tests.support.waiting import eventually

TODAY = "/v1/branches/b1/today/s1"


def test_a_token_of_the_branch_gets_in_and_the_service_learns_who_it_is(platform: Platform, teacher: str) -> None:
    assert platform.get(TODAY + "?on=2026-11-24", teacher).status_code == 200
    seen = platform.services["reports"].last
    assert seen.path == TODAY + "?on=2026-11-24"
    assert {name: seen.caller[name] for name in ("sub", "roles", "operator")} == {
        "sub": "t1",
        "roles": {"b1": ["teacher"]},
        "operator": False,
    }
    assert 0 < seen.caller["exp"] - time.time() <= 121
    assert "Authorization" not in seen.headers


def test_the_operator_gets_into_every_branch(platform: Platform) -> None:
    token = platform.key.token("o1", operator=True)
    assert platform.get(TODAY, token).status_code == 200
    assert platform.services["reports"].last.caller["operator"] is True


def test_without_a_token_only_the_public_things_are_there(platform: Platform) -> None:
    for path in ("/health", "/openapi.json", "/docs", "/.well-known/jwks.json"):
        assert platform.get(path).status_code == 200, path
        assert platform.call("POST", path, json={}).status_code == 405
    assert platform.call("POST", "/v1/sign-in/code", json={"phone": "03001234567"}).status_code == 200
    assert platform.services["roster"].last.caller["sub"] == ""
    assert (
        platform.call(
            "POST", "/v1/carriers/sms", data="x", headers={"X-Signature": "s", "Authorization": "Basic eA=="}
        ).status_code
        == 200
    )
    assert platform.services["notifications"].last.headers["Authorization"] == "Basic eA=="
    for path in (TODAY, "/v1/me", "/v1/imports", "/v1/branches", "/v1/branches/b1/sign-in", "/v1/branches/b1/carriers"):
        answer = platform.get(path)
        if answer.status_code == 404:
            continue  # a public word below a branch leads nowhere
        assert (answer.status_code, problem(answer)) == (401, "sign-in-needed")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_published_keys_are_those_of_roster(platform: Platform) -> None:
    assert platform.get("/.well-known/jwks.json").json() == {"keys": [platform.key.public]}


CLAIMS = {"iss": "rabta", "aud": "rabta", "sub": "t1", "roles": {"b1": ["teacher"]}, "exp": time.time() + 600}


def none_token(_: Platform) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'kid': 'first'})}.{part(CLAIMS)}."


def hmac_with_public_key(platform: Platform) -> str:
    return jwt.encode(CLAIMS, platform.key.public["x"], algorithm="HS256", headers={"kid": "first"})


FORGED = {
    "expired": lambda platform: platform.key.token("t1", {"b1": ["teacher"]}, exp=int(time.time()) - 60),
    "not yet valid": lambda platform: platform.key.token("t1", {"b1": ["teacher"]}, nbf=int(time.time()) + 300),
    "never ends": lambda platform: platform.key.token("t1", {"b1": ["teacher"]}, exp=None),
    "another's key under our name": lambda platform: Key("first").token("t1", {"b1": ["teacher"]}),
    "unknown key": lambda platform: Key("other").token("t1", {"b1": ["teacher"]}),
    "alg none": none_token,
    "alg confusion": hmac_with_public_key,
    "the services' own header": lambda platform: jwt.encode(
        {"sub": "t1", "exp": time.time() + 60}, SECRET, headers={"kid": "first"}
    ),
    "wrong audience": lambda platform: platform.key.token("t1", {"b1": ["teacher"]}, aud="another"),
    "many audiences": lambda platform: platform.key.token("t1", {"b1": ["teacher"]}, aud=["rabta", "another"]),
    "no audience": lambda platform: platform.key.token("t1", {"b1": ["teacher"]}, aud=None),
    "a ticket for a second factor": lambda platform: platform.key.token("t1", aud="rabta/second-factor"),
    "wrong issuer": lambda platform: platform.key.token("t1", {"b1": ["teacher"]}, iss="another"),
    "no issuer": lambda platform: platform.key.token("t1", {"b1": ["teacher"]}, iss=None),
    "nobody": lambda platform: platform.key.token("", {"b1": ["teacher"]}),
    "roles of no shape": lambda platform: platform.key.token("t1", ["b1"]),  # type: ignore[arg-type]
    "rubbish": lambda platform: "a.b.c",
    "empty": lambda platform: "",
}


@pytest.mark.parametrize("forged", FORGED)
def test_no_other_token_gets_in(platform: Platform, forged: str) -> None:
    answer = platform.get(TODAY, FORGED[forged](platform))
    assert (answer.status_code, problem(answer)) == (401, "sign-in-needed")
    assert not platform.services["reports"].seen


def test_a_changed_token_does_not_get_in(platform: Platform, teacher: str) -> None:
    assert platform.get(TODAY, teacher).status_code == 200
    head, _, signature = teacher.split(".")
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "t1", "operator": True, "exp": time.time() + 600}).encode()).rstrip(
        b"="
    )
    assert platform.get(TODAY, f"{head}.{claims.decode()}.{signature}").status_code == 401


def test_a_remembered_token_ends_when_it_expires(platform: Platform) -> None:
    token = platform.key.token(
        "t1", {"b1": ["teacher"]}, exp=int(time.time()) - 9
    )  # within what clocks may differ, for a second
    assert platform.get(TODAY, token).status_code == 200
    eventually(lambda: platform.get(TODAY, token).status_code == 401)


def test_another_branchs_token_stays_out(platform: Platform, teacher: str) -> None:
    for path in (
        "/v1/branches/b2/slots",
        "/v1/branches/b%32/slots",
        "/v1/branches/b2",
        "/v1/branches/b2/classes",
        "/v1/branches/none/classes",
    ):
        answer = platform.get(path, teacher)
        assert (answer.status_code, problem(answer)) == (403, "not-your-branch"), path
    assert not platform.services["meetings"].seen
    assert not platform.services["roster"].seen


def test_a_new_key_counts_at_once_and_a_withdrawn_one_no_longer(platform: Platform, teacher: str) -> None:
    assert platform.get(TODAY, teacher).status_code == 200
    new = Key("second")
    platform.publish_keys(platform.key, new)
    token = new.token("t1", {"b1": ["teacher"]})
    eventually(lambda: platform.get(TODAY, token).status_code == 200)
    assert platform.get(TODAY, teacher).status_code == 200
    platform.publish_keys(new)
    third = Key("third").token("t1", {"b1": ["teacher"]})  # its unknown key makes the gateway look
    eventually(lambda: platform.get(TODAY, third).status_code == 401 and platform.get(TODAY, teacher).status_code == 401)
    assert platform.get(TODAY, token).status_code == 200
    platform.publish_keys(platform.key)
    eventually(lambda: platform.get(TODAY, teacher).status_code == 200)


def test_unknown_keys_do_not_make_the_gateway_ask_each_time(platform: Platform) -> None:
    roster = platform.services["roster"]
    document = roster.documents.pop("/.well-known/jwks.json")
    try:
        for number in range(30):
            assert platform.get(TODAY, Key(f"made-up-{number}").token("t1")).status_code == 401
        assert len([seen for seen in roster.seen if "jwks" in seen.path]) <= 2
    finally:
        roster.documents["/.well-known/jwks.json"] = document


def test_a_session_that_has_ended_is_out_within_seconds_and_others_stay(platform: Platform) -> None:
    ended, other = (platform.key.token("t1", {"b1": ["teacher"]}, sid=session_id) for session_id in ("ended", "other"))
    assert platform.get(TODAY, ended).status_code == 200
    platform.end_sessions("ended", "somebody-elses")
    eventually(lambda: platform.get(TODAY, ended).status_code == 401)
    assert problem(platform.get(TODAY, ended)) == "sign-in-needed"
    assert platform.get(TODAY, other).status_code == 200
    assert platform.services["reports"].last.caller["sid"] == "other"
    platform.end_sessions()


def test_who_signs_out_here_is_out_here_at_once(platform: Platform) -> None:
    token = platform.key.token("t1", {"b1": ["teacher"]}, sid="mine")
    assert platform.get(TODAY, token).status_code == 200
    platform.end_sessions("mine")
    assert platform.call("DELETE", "/v1/me/sessions", platform.key.token("t1", {"b1": ["teacher"]})).status_code == 200
    assert platform.get(TODAY, token).status_code == 401
    platform.end_sessions()


def test_a_list_of_ended_sessions_that_is_none_changes_nothing(platform: Platform) -> None:
    token = platform.key.token("t1", {"b1": ["teacher"]}, sid="kept-out")
    platform.end_sessions("kept-out")
    eventually(lambda: platform.get(TODAY, token).status_code == 401)
    platform.services["roster"].documents["/internal/ended-sessions"] = {"ended": 3}
    assert platform.call("DELETE", "/v1/me/sessions", platform.key.token("t1", {"b1": ["teacher"]})).status_code == 200
    assert platform.get(TODAY, token).status_code == 401
    platform.end_sessions()
