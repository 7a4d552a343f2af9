"""Signing in, as tests do it."""

from typing import Any

import requests

from schoolbus.caller import Caller, from_claims
from tests.roster.chain import Chain

PASSWORD = "a-long-password"


def sign_in(chain: Chain, username: str, password: str = PASSWORD, **more: Any) -> requests.Response:
    """`headers`, `address` and whatever else goes into the body as keywords."""
    headers = {**more.pop("headers", {}), "X-Forwarded-For": more.pop("address", "203.0.113.1")}
    return chain.call(
        "POST", "/v1/sign-in/password", json={"username": username, "password": password, **more}, headers=headers
    )


def set_password(chain: Chain, sourced_id: str, caller: Caller | None = None, password: str = PASSWORD, **more: Any) -> Any:
    branch = more.pop("branch", "b1")
    path = f"/v1/branches/{chain.branch(branch)}/staff/{chain.person(sourced_id)}/password"
    body = {"password": password, "must_change": False, **more}
    return chain.call("PUT", path, caller or chain.operator, json=body)


def with_password(chain: Chain, sourced_id: str, **more: Any) -> str:
    """The username of somebody who has a password now."""
    username = f"{chain.source}.{sourced_id}"
    answer = set_password(chain, sourced_id, username=username, **more)
    assert answer.status_code == 200, answer.text
    return username


def signed_in(chain: Chain, username: str, password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    answer = sign_in(chain, username, password, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def bearer(chain: Chain, pair: dict[str, Any]) -> Caller:
    """Whom the gateway would vouch for with the access token of a pair."""
    return from_claims(chain.claims(pair["token"]))


def refresh(chain: Chain, refresh_token: str) -> requests.Response:
    return chain.call("POST", "/v1/sign-in/refresh", json={"refresh_token": refresh_token})


def sessions(chain: Chain, caller: Caller) -> list[dict[str, Any]]:
    answer = chain.call("GET", "/v1/me/sessions", caller)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def slug(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]
