"""Staff sign in at the chain's own identity provider: a real one beside the service, by redirects as a browser follows them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import oidc_provider_mock
import pyotp
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from schoolbus.problems import Problem
from services.roster.identity.oidc import Provider
from services.roster.settings import Settings
from tests.roster.chain import Chain
from tests.roster.identity import refresh, slug
from tests.roster.sets import RosterSet
from tests.support.keys import identity_settings
from tests.support.services import Service

VERIFIER = "only-the-program-that-began-knows-this-verifier"
CALLBACK = "https://school.example.pk/v1/sign-in/oidc/callback"
PEOPLE = {
    "tahira": {"email": "Tahira@school.example.pk", "email_verified": True},
    "talha": {"email": "talha@school.example.pk", "email_verified": False},
    "owais": {"email": "owais@school.example.pk"},
    "stranger": {"email": "stranger@elsewhere.example", "email_verified": True},
    "guardian": {"email": "gul@example.pk", "email_verified": True},
    "shared": {"email": "shared@school.example.pk", "email_verified": True},
    "odd": {"email": {"$gt": ""}, "email_verified": True},
    "weak": {"email": "hina@school.example.pk", "email_verified": True},
    "strong": {"email": "hina@school.example.pk", "email_verified": True, "amr": ["pwd", "mfa"]},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    users = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider's own library: it listens on loopback, without TLS
        with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
            yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def chain(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[Chain]:
    own = {
        "OIDC_ISSUER": provider,
        "OIDC_CLIENT_ID": "rabta",
        "OIDC_CLIENT_SECRET": "a secret of the two",
        "OIDC_REDIRECT_URI": CALLBACK,
    }
    service = Service(
        "roster", infrastructure, tmp_path_factory.mktemp("oidc"), {**identity_settings(), **own, "SECOND_FACTOR_ROLES": "head"}
    ).start()
    chain = Chain(service, "oidc")
    content = RosterSet()
    for sourced_id, name in (("t1", "tahira"), ("t2", "talha"), ("o1", "owais"), ("h1", "hina")):
        content = content.change("users", sourced_id, email=f"{name}@school.example.pk")
    for number in ("x1", "x2"):
        content = content.add(
            "users", sourcedId=number, givenName=number, email="shared@school.example.pk", enabledUser="true", username=number
        )
        role = {
            "sourcedId": f"{number}t",
            "userSourcedId": number,
            "roleType": "primary",
            "role": "teacher",
            "orgSourcedId": "b1",
        }
        content = content.add("roles", **role)
    assert chain.imports(content)["state"] == "done"
    yield chain
    service.stop()


@pytest.fixture
def mongo_of(infrastructure: Infrastructure) -> Iterator[Callable[[Chain], Any]]:
    with MongoClient(infrastructure.mongodb_uri, tz_aware=True) as client:
        yield lambda chain: client[chain.roster.database]


def begin(chain: Chain) -> str:
    """Where the browser is sent."""
    asked = {"code_challenge": _base64(hashlib.sha256(VERIFIER.encode()).digest())}
    answer = chain.call("GET", "/v1/sign-in/oidc", params=asked, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def let_in(address: str, who: str, **changed: str) -> dict[str, str]:
    """What the provider sends the browser back with, once `who` has signed in there."""
    asked = {**dict(parse_qsl(urlsplit(address).query)), **changed}
    url = f"{address.partition('?')[0]}?{urlencode(asked)}"
    answer = requests.post(url, data={"sub": who}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = answer.headers["Location"]
    assert back.startswith(f"{CALLBACK}?")
    return dict(parse_qsl(urlsplit(back).query))


def come_back(chain: Chain, query: dict[str, str], verifier: str = VERIFIER) -> requests.Response:
    return chain.call("POST", "/v1/sign-in/oidc", json={**query, "code_verifier": verifier})


def sign_in(chain: Chain, who: str) -> requests.Response:
    return come_back(chain, let_in(begin(chain), who))


def test_a_member_of_staff_signs_in_by_the_verified_address(chain: Chain):
    answer = sign_in(chain, "tahira")
    assert answer.status_code == 200, answer.text
    assert answer.json()["person"]["given_name"] == "Tahira"
    claims = chain.claims(answer.json()["token"])
    assert claims["roles"] == {chain.branch(): ["class_teacher", "teacher"]}
    assert "amr" not in claims
    assert refresh(chain, answer.json()["refresh_token"]).status_code == 200


def test_what_the_provider_is_asked_holds_a_challenge_a_state_and_a_nonce(chain: Chain):
    one, two = (parse_qs(urlsplit(begin(chain)).query) for _ in range(2))
    assert one["response_type"] == ["code"]
    assert one["code_challenge_method"] == ["S256"]
    assert one["redirect_uri"] == [CALLBACK]
    for name in ("code_challenge", "state", "nonce"):
        assert len(one[name][0]) > 40
        assert one[name] != two[name]


def test_a_second_factor_there_is_one_here(chain: Chain):
    assert chain.claims(sign_in(chain, "strong").json()["token"])["amr"] == ["otp", "mfa"]


@pytest.mark.parametrize("who", ["talha", "owais", "stranger", "guardian", "shared", "odd"])
def test_nobody_else_gets_in(chain: Chain, who: str, mongo_of):
    """Not verified, not said to be, not in the roster, no member of staff, two of one address, no address at all."""
    before = mongo_of(chain).people.count_documents({})
    assert slug(sign_in(chain, who)) == (403, "no-access")
    assert mongo_of(chain).people.count_documents({}) == before


def test_another_state_does_not_do(chain: Chain):
    query = let_in(begin(chain), "tahira")
    assert slug(come_back(chain, {**query, "state": "x" * 43})) == (401, "oidc-failed")
    assert slug(chain.call("GET", "/v1/sign-in/oidc/callback", params={"code": query["code"]})) == (422, "invalid")
    assert come_back(chain, query).status_code == 200


def test_an_answer_is_good_once(chain: Chain):
    query = let_in(begin(chain), "tahira")
    assert come_back(chain, query).status_code == 200
    assert slug(come_back(chain, query)) == (401, "oidc-failed"), "its state is spent"
    other = let_in(begin(chain), "tahira")
    assert slug(come_back(chain, {**query, "state": other["state"]})) == (401, "oidc-failed"), "and so is its code"


def test_a_code_that_was_made_up_or_is_missing(chain: Chain):
    for query in ({"code": "made-up"}, {}):
        state = parse_qs(urlsplit(begin(chain)).query)["state"][0]
        assert slug(come_back(chain, {"state": state, **query})) == (401, "oidc-failed")


def test_an_answer_to_another_question_has_another_nonce(chain: Chain):
    query = let_in(begin(chain), "tahira", nonce="somebody-elses")
    assert slug(come_back(chain, query)) == (401, "oidc-failed")


def test_what_the_provider_sends_back_is_worth_nothing_to_who_saw_it(chain: Chain):
    query = let_in(begin(chain), "tahira")
    seen = chain.call("GET", "/v1/sign-in/oidc/callback", params={**query, "session_state": "x"})
    assert (seen.status_code, seen.json()) == (200, query), "nothing is redeemed by looking"
    assert seen.headers["Cache-Control"] == "no-store"
    for verifier in ("another-program-with-a-verifier-of-its-own-here", VERIFIER[::-1]):
        assert slug(come_back(chain, query, verifier)) == (401, "oidc-failed")
    assert chain.call("POST", "/v1/sign-in/oidc", json=query).status_code == 422
    assert come_back(chain, query).status_code == 200, "nor is it used up"


@pytest.mark.parametrize(
    "query", [{}, {"code_challenge": "short"}, {"code_challenge": "x" * 43, "code_challenge_method": "plain"}]
)
def test_nobody_begins_without_a_challenge(chain: Chain, query: dict[str, str]):
    assert chain.call("GET", "/v1/sign-in/oidc", params=query, allow_redirects=False).status_code == 422


def test_whose_role_needs_a_second_factor_has_ours_where_the_provider_asked_for_none(chain: Chain):
    def confirm(ticket: str, code: str) -> requests.Response:
        return chain.call("POST", "/v1/sign-in/second-factor/confirmation", json={"ticket": ticket, "code": code})

    refused = sign_in(chain, "weak")
    assert slug(refused) == (403, "second-factor-setup")
    ticket = refused.json()["ticket"]
    secret = chain.call("POST", "/v1/sign-in/second-factor", json={"ticket": ticket}).json()["secret"]
    first = confirm(ticket, pyotp.TOTP(secret).now())
    assert first.status_code == 200, first.text
    assert chain.claims(first.json()["token"])["how"] == "oidc"
    assert refresh(chain, first.json()["refresh_token"]).status_code == 200
    asked = sign_in(chain, "weak")
    assert slug(asked) == (401, "second-factor-needed")
    assert slug(confirm(asked.json()["ticket"], "000000")) == (401, "wrong-second-factor")
    again = confirm(asked.json()["ticket"], first.json()["recovery_codes"][0])
    assert again.status_code == 200, again.text
    assert chain.claims(again.json()["token"])["amr"] == ["otp", "mfa"]
    assert sign_in(chain, "strong").status_code == 200, "who had one there needs none here"


def test_a_provider_may_be_trusted_to_ask():
    own = {"oidc_issuer": "https://x", "oidc_client_id": "r", "oidc_client_secret": "s", "oidc_redirect_uri": CALLBACK}
    plain: dict[str, Any] = {**{name.lower(): text for name, text in identity_settings().items()}, **own}
    assert [Settings(**plain).asks_factor(how) for how in ("password", "oidc", "code")] == [True, True, False]
    trusted = Settings(**plain, oidc_trusted_factor=True)
    assert [trusted.asks_factor(how) for how in ("password", "oidc")] == [True, False]


def test_a_state_is_good_for_ten_minutes(chain: Chain, mongo_of):
    query = let_in(begin(chain), "tahira")
    rows = mongo_of(chain).oidc_sign_ins
    (kept,) = rows.find().sort("expires_at", -1).limit(1)
    assert query["state"] not in str(kept)
    rows.update_one({"_id": kept["_id"]}, [{"$set": {"expires_at": {"$subtract": ["$expires_at", 600_000]}}}])
    assert slug(come_back(chain, query)) == (401, "oidc-failed")


def test_without_a_provider_there_is_no_such_way(school: Chain):
    assert slug(school.call("GET", "/v1/sign-in/oidc", params={"code_challenge": "x" * 43})) == (404, "not-found")
    assert slug(school.call("GET", "/v1/sign-in/oidc/callback?state=x&code=y")) == (404, "not-found")


# What a provider could say, or somebody in its place

OTHER = RSAKey.generate_key(2048, {"kid": "ours"})
KEY = RSAKey.generate_key(2048, {"kid": "ours"})
GOOD: dict[str, Any] = {"iss": "https://provider.example", "aud": "rabta", "sub": "s", "nonce": "n", "iat": 0, "exp": 0}


class Answers(Provider):
    """A provider whose answers a test writes."""

    def __init__(self, id_token: Any) -> None:
        super().__init__("https://provider.example", "rabta", "secret", CALLBACK)
        self._id_token = id_token

    def _redeem(self, code: str, verifier: str) -> dict[str, Any]:
        return {"access_token": "a", "id_token": self._id_token}

    def _key_set(self, kept: float) -> KeySet:
        return KeySet([KEY])


def id_token(key: Any = KEY, alg: str = "RS256", **claims: Any) -> str:
    moment = int(time.time())
    said = {**GOOD, "iat": moment, "exp": moment + 300, **claims}
    header = {"alg": alg, "kid": "ours"}
    return jwt.encode(header, {name: value for name, value in said.items() if value is not None}, key, algorithms=[alg])


def test_an_id_token_that_is_right():
    assert Answers(id_token()).claims("c", "v", "n")["sub"] == "s"
    assert Answers(id_token(aud=["rabta", "other"], azp="rabta")).claims("c", "v", "n")["sub"] == "s"


def none_token() -> str:
    return ".".join([id_token().split(".")[0].replace("RS256", ""), id_token().split(".")[1], ""])


@pytest.mark.parametrize(
    "forged",
    [
        id_token(OTHER),
        id_token(iss="https://another.example"),
        id_token(iss=None),
        id_token(aud="another"),
        id_token(aud=None),
        id_token(aud=["rabta", "other"], azp="other"),
        id_token(nonce="another"),
        id_token(nonce=None),
        id_token(exp=1),
        id_token(exp=None),
        id_token(at_hash="x"),
        none_token(),
        "a.b.c",
        "",
        None,
        3,
    ],
)
def test_no_other_id_token_is_taken(forged: Any):
    with pytest.raises(Problem, match="oidc-failed"):
        Answers(forged).claims("c", "v", "n")


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused():
    _, said, _ = id_token().split(".")
    head = _base64(json.dumps({"alg": "HS256", "kid": "ours"}).encode())
    mark = hmac.digest(KEY.as_pem(private=False), f"{head}.{said}".encode(), "sha256")
    with pytest.raises(Problem, match="oidc-failed"):
        Answers(f"{head}.{said}.{_base64(mark)}").claims("c", "v", "n")


def test_the_code_is_redeemed_with_what_only_we_know(provider: str, monkeypatch: pytest.MonkeyPatch):
    """RFC 7636: the provider at hand does not look, others do."""
    sent: list[dict[str, str]] = []

    def request(self: Any, method: str, url: str, **more: Any) -> requests.Response:
        sent.append(dict(more["data"]) if isinstance(more["data"], dict) else dict(parse_qsl(more["data"])))
        answer = requests.Response()
        answer.status_code, answer._content = 400, b'{"error": "invalid_grant"}'
        return answer

    ours = Provider(provider, "rabta", "secret", CALLBACK)
    begun = ours.begin()
    asked = dict(parse_qsl(urlsplit(begun.url).query))
    assert asked["code_challenge"] == _base64(hashlib.sha256(begun.verifier.encode()).digest())
    monkeypatch.setattr(OAuth2Session, "request", request)
    with pytest.raises(Problem, match="oidc-failed"):
        ours.claims("the-code", begun.verifier, begun.nonce)
    wanted = {"grant_type": "authorization_code", "code": "the-code", "code_verifier": begun.verifier, "redirect_uri": CALLBACK}
    assert wanted.items() <= sent[0].items()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_provider_that_is_away_is_said_to_be():
    away = Provider("http://127.0.0.1:9", "rabta", "secret", CALLBACK)
    with pytest.raises(Problem, match="provider-away") as refused:
        away.begin()
    assert (refused.value.code, refused.value.headers["Retry-After"]) == (503, "10")


def test_where_the_provider_names_people_by_username(infrastructure: Infrastructure, tmp_path: Path, provider: str, mongo_of):
    own = {"OIDC_ISSUER": provider, "OIDC_CLIENT_ID": "r", "OIDC_CLIENT_SECRET": "s", "OIDC_REDIRECT_URI": CALLBACK}
    settings = {**identity_settings(), **own, "OIDC_MATCH": "username"}
    service = Service("roster", infrastructure, tmp_path, settings).start()
    try:
        chain = Chain(service, "by-username")
        chain.imports(RosterSet().change("users", "t1", username="TAHIRA.M").change("users", "g1", username="ghazala"))
        requests.put(f"{provider}/users/one", json={"preferred_username": "tahira.m"}, timeout=10)
        requests.put(f"{provider}/users/two", json={"preferred_username": "ghazala"}, timeout=10)
        assert sign_in(chain, "one").json()["person"]["given_name"] == "Tahira"
        assert slug(sign_in(chain, "two")) == (403, "no-access")
        assert slug(sign_in(chain, "tahira")) == (403, "no-access"), "an address does not do here"
        cursor = mongo_of(chain).people.find({"username": "x", "active": True}).collation({"locale": "en", "strength": 2})
        assert "IXSCAN" in str(cursor.explain()["queryPlanner"]["winningPlan"])
    finally:
        service.stop()
