"""A second factor: who needs one, who has one, and that each code is good once."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pyotp
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.local.infrastructure import Infrastructure
from schoolbus.caller import Caller
from tests.roster.chain import OPERATOR, Chain
from tests.roster.identity import bearer, refresh, sessions, set_password, sign_in, signed_in, slug, with_password
from tests.roster.sets import RosterSet
from tests.support.keys import identity_settings
from tests.support.services import Service
from tests.support.waiting import eventually


class App:
    """Somebody's authenticator: each code is another, as if half a minute went by between them."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)
        self.used: set[str] = set()

    def code(self) -> str:
        def fresh() -> str | None:
            step = int(time.time()) // 30
            return next(
                (code for code in map(self.totp.generate_otp, (step - 1, step, step + 1)) if code not in self.used), None
            )

        found = eventually(fresh)
        assert found
        self.used.add(found)
        return found


def begin(chain: Chain, caller: Caller) -> App:
    answer = chain.call("POST", "/v1/me/second-factor", caller)
    assert answer.status_code == 200, answer.text
    return App(answer.json()["secret"])


def confirm(chain: Chain, caller: Caller, code: str) -> Any:
    return chain.call("POST", "/v1/me/second-factor/confirmation", caller, json={"code": code})


def remove(chain: Chain, caller: Caller, code: str) -> Any:
    return chain.call("DELETE", "/v1/me/second-factor", caller, json={"code": code})


class Owner:
    """A member of staff with a second factor."""

    def __init__(self, chain: Chain, sourced_id: str = "t1") -> None:
        self.username = with_password(chain, sourced_id)
        self.pair = signed_in(chain, self.username)
        self.caller = bearer(chain, self.pair)
        self.app = begin(chain, self.caller)
        self.recovery: list[str] = confirm(chain, self.caller, self.app.code()).json()["recovery_codes"]


@pytest.fixture
def owner(chain: Chain) -> Owner:
    chain.imports()
    return Owner(chain)


def test_the_secret_comes_as_a_uri_for_a_qr_code(school: Chain):
    caller = bearer(school, signed_in(school, with_password(school, "t2")))
    begun = school.call("POST", "/v1/me/second-factor", caller).json()
    address = urlsplit(begun["otpauth_uri"])
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query)["secret"] == [begun["secret"]]
    assert school.call("GET", "/v1/me/second-factor", caller).json() == {"on": False, "recovery_codes_left": 0}
    assert "code" not in signed_in(school, f"{school.source}.t2"), "it asks for nothing before it is confirmed"
    again = school.call("POST", "/v1/me/second-factor", caller).json()
    assert again["secret"] != begun["secret"]
    assert slug(confirm(school, caller, pyotp.TOTP(begun["secret"]).now())) == (401, "wrong-second-factor")


def test_sign_in_asks_for_a_code_once_it_is_on(chain: Chain, owner: Owner):
    assert slug(sign_in(chain, owner.username)) == (401, "second-factor-needed")
    assert slug(sign_in(chain, owner.username, "not-the-password")) == (401, "wrong-password"), "and tells nobody else"
    assert slug(sign_in(chain, owner.username, code="12345x")) == (401, "wrong-second-factor")
    claims = chain.claims(signed_in(chain, owner.username, code=owner.app.code())["token"])
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert {each["second_factor"] for each in sessions(chain, owner.caller)} == {True}


def test_a_code_is_good_once(chain: Chain, owner: Owner):
    code = owner.app.code()
    signed_in(chain, owner.username, code=code)
    assert slug(sign_in(chain, owner.username, code=code)) == (401, "wrong-second-factor")


def test_recovery_codes_are_good_once_each(chain: Chain, owner: Owner):
    assert len(set(owner.recovery)) == 10
    signed_in(chain, owner.username, code=owner.recovery[0].upper().replace("-", " "))
    assert slug(sign_in(chain, owner.username, code=owner.recovery[0])) == (401, "wrong-second-factor")
    assert chain.call("GET", "/v1/me/second-factor", owner.caller).json() == {"on": True, "recovery_codes_left": 9}
    signed_in(chain, owner.username, code=owner.recovery[9])


def test_guessing_a_code_is_slow_though_the_password_is_right(chain: Chain, owner: Owner):
    guesses = [slug(sign_in(chain, owner.username, code=f"{number:06d}x")) for number in range(6)]
    assert guesses == [(401, "wrong-second-factor")] * 5 + [(429, "too-many-tries")]
    eventually(lambda: sign_in(chain, owner.username, code=owner.recovery[0]).status_code == 200)


def test_it_is_removed_with_a_code_and_the_other_sessions_end(chain: Chain, owner: Owner):
    elsewhere = signed_in(chain, owner.username, code=owner.recovery[1])
    assert slug(remove(chain, owner.caller, "000000x")) == (401, "wrong-second-factor")
    assert slug(chain.call("POST", "/v1/me/second-factor", owner.caller)) == (409, "second-factor-there")
    assert remove(chain, owner.caller, owner.recovery[2]).status_code == 204
    assert slug(refresh(chain, elsewhere["refresh_token"])) == (401, "session-ended")
    assert refresh(chain, owner.pair["refresh_token"]).status_code == 200
    signed_in(chain, owner.username)


def test_the_head_resets_that_of_the_staff_and_nobody_of_equals(chain: Chain, owner: Owner):
    def reset(sourced_id: str, caller: Caller) -> Any:
        return chain.call("DELETE", f"/v1/branches/{{b1}}/staff/{chain.person(sourced_id)}/second-factor", caller)

    assert reset("t1", chain.caller("o1", "office")).status_code == 403
    assert reset("t1", chain.caller("t2", "teacher")).status_code == 403
    assert reset("h1", chain.caller("h2", "head")).status_code == 403
    assert reset("t1", chain.caller("x", "head", branch="b2")).status_code == 403
    assert reset("t2", chain.caller("h1", "head")).status_code == 404
    assert reset("t1", chain.caller("h1", "head")).status_code == 204
    assert slug(refresh(chain, owner.pair["refresh_token"])) == (401, "session-ended")
    signed_in(chain, owner.username)


def test_who_has_no_password_needs_no_second_factor(school: Chain):
    assert slug(school.call("POST", "/v1/me/second-factor", school.caller("g1", "guardian"))) == (409, "no-password")
    assert slug(confirm(school, school.caller("g1", "guardian"), "123456")) == (409, "second-factor-not-begun")


def test_what_is_kept_of_it_opens_nothing(chain: Chain, owner: Owner, mongo):
    kept = mongo.second_factors.find_one({"_id": chain.person("t1")})
    for secret in (owner.app.totp.secret, *owner.recovery, *(code.replace("-", "") for code in owner.recovery)):
        assert secret not in str(kept)


# Roles that need one


@pytest.fixture(scope="module")
def strict(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory, signing_key: str) -> Iterator[Chain]:
    """A roster that asks heads and operators for a second factor, with the small set in it."""
    own = {"SECOND_FACTOR_ROLES": "head,operator", "OPERATOR_USERNAME": OPERATOR[0], "OPERATOR_PASSWORD": OPERATOR[1]}
    service = Service("roster", infrastructure, tmp_path_factory.mktemp("strict"), {**identity_settings(signing_key), **own})
    service.start()
    chain = Chain(service, "strict")
    chain.imports()
    yield chain
    service.stop()


def set_up(chain: Chain, ticket: str) -> Any:
    return chain.call("POST", "/v1/sign-in/second-factor", json={"ticket": ticket})


def finish(chain: Chain, ticket: str, code: str) -> Any:
    return chain.call("POST", "/v1/sign-in/second-factor/confirmation", json={"ticket": ticket, "code": code})


def test_whose_role_needs_one_sets_it_up_before_anything_else(strict: Chain):
    username = with_password(strict, "h1")
    refused = sign_in(strict, username)
    assert slug(refused) == (403, "second-factor-setup")
    ticket = refused.json()["ticket"]
    app = App(set_up(strict, ticket).json()["secret"])
    assert slug(finish(strict, ticket, "12345x")) == (401, "wrong-second-factor")
    pair = finish(strict, ticket, app.code())
    assert pair.status_code == 200, pair.text
    assert len(pair.json()["recovery_codes"]) == 10
    assert strict.claims(pair.json()["token"])["roles"] == {strict.branch(): ["head"]}
    assert refresh(strict, pair.json()["refresh_token"]).status_code == 200
    assert slug(set_up(strict, ticket)) == (409, "second-factor-there"), "the ticket does for nothing more"
    assert slug(finish(strict, ticket, app.code())) == (409, "second-factor-there")
    signed_in(strict, username, code=pair.json()["recovery_codes"][0])


def test_a_ticket_is_no_token_and_no_other_is_a_ticket(strict: Chain, signing_key: str):
    ticket = sign_in(strict, *OPERATOR).json()["ticket"]
    with pytest.raises(jwt.InvalidAudienceError):
        strict.claims(ticket)
    username = with_password(strict, "t1")
    claims = jwt.decode(ticket, options={"verify_signature": False})
    head = jwt.get_unverified_header(ticket)
    ours = load_pem_private_key(signing_key.encode(), None)
    forged = [
        signed_in(strict, username)["token"],
        signed_in(strict, username)["refresh_token"],
        jwt.encode(claims, ours, algorithm="EdDSA"),  # without a key's id
        jwt.encode(claims, "x" * 40, algorithm="HS256", headers={"kid": head["kid"]}),
        jwt.encode({**claims, "exp": claims["iat"] - 1}, ours, algorithm="EdDSA", headers={"kid": head["kid"]}),  # type: ignore[arg-type]
        jwt.encode({**claims, "aud": ["rabta/second-factor", "x"]}, ours, algorithm="EdDSA", headers={"kid": head["kid"]}),  # type: ignore[arg-type]
        "a.b.c",
    ]
    assert {slug(set_up(strict, each)) for each in forged} == {(401, "ticket-over")}
    assert set_up(strict, ticket).status_code == 200


def test_a_ticket_ends_with_the_password_that_it_was_got_by(strict: Chain):
    username = with_password(strict, "h1", caller=strict.operator)
    strict.call("DELETE", f"/v1/branches/{{b1}}/staff/{strict.person('h1')}/second-factor", strict.operator)
    ticket = sign_in(strict, username).json()["ticket"]
    assert set_up(strict, ticket).status_code == 200
    set_password(strict, "h1", username=username)
    assert slug(set_up(strict, ticket)) == (401, "ticket-over")


def test_whose_role_needs_none_signs_in_with_a_password(strict: Chain):
    signed_in(strict, with_password(strict, "t1"))


def test_a_session_without_one_ends_when_the_role_comes_to_need_it(strict: Chain):
    pair = signed_in(strict, with_password(strict, "o1"))

    promoted = RosterSet().add(
        "roles", sourcedId="o1h", userSourcedId="o1", roleType="secondary", role="principal", orgSourcedId="b1"
    )
    strict.imports(promoted)
    assert slug(refresh(strict, pair["refresh_token"])) == (401, "session-ended")
    assert slug(sign_in(strict, f"{strict.source}.o1")) == (403, "second-factor-setup")
