"""Machine clients, and how they come to a token."""

from datetime import timedelta

import pytest
from pymongo import MongoClient

from schoolbus.caller import Caller, as_claims, from_claims
from schoolbus.clock import now
from schoolbus.oneroster.scopes import DEMOGRAPHICS, ROSTER, ROSTER_CORE
from services.roster.identity.tokens import LIFE
from services.roster.machines import clients
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.roster.machines import Machine
from tests.support.people import head

PATH = "/v1/machine-clients"


def test_a_machine_gets_a_token_of_its_branches_and_scopes(school: Chain):
    machine = Machine(school, "b1", scopes=(ROSTER, ROSTER_CORE))
    answer = machine.token()
    body = answer.json()
    assert (answer.status_code, body["token_type"]) == (200, "Bearer")
    assert 0 <= LIFE.total_seconds() - body["expires_in"] < 30
    assert body["scope"].split() == sorted((ROSTER, ROSTER_CORE))
    assert answer.headers["Cache-Control"] == "no-store"
    caller = from_claims(school.claims(body["access_token"]))
    assert caller == Caller(
        f"machine:{machine.client_id}", {school.branch("b1"): frozenset(("machine",))}, scopes=frozenset((ROSTER, ROSTER_CORE))
    )


def test_a_machine_of_the_chain_has_no_list_of_branches_in_its_token(school: Chain):
    machine = Machine(school)
    caller = from_claims(school.claims(machine.token().json()["access_token"]))
    assert (caller.roles, caller.machine_of_chain) == ({}, True)
    assert caller.has("any branch", "machine")
    assert not caller.has("any branch", "office", "operator")


def test_what_makes_a_machine_of_the_chain_is_true_and_nothing_else():
    for word in ("true", 1, "false", [True], {"$ne": None}):
        assert not from_claims({"sub": "machine:x", "machine_of_chain": word}).machine_of_chain
    assert "machine_of_chain" not in as_claims(Caller("p"))


def test_a_scope_that_is_asked_for_is_given_as_far_as_the_client_has_it(school: Chain):
    machine = Machine(school, "b1", scopes=(ROSTER, ROSTER_CORE))
    assert machine.token(scope=f"{ROSTER} {DEMOGRAPHICS} other").json()["scope"] == ROSTER
    refused = machine.token(scope=DEMOGRAPHICS)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def test_the_secret_is_shown_once_and_kept_as_a_hash(school: Chain, roster):
    machine = Machine(school, "b1", name="Shown once")
    listed = school.call("GET", f"{PATH}?limit=500", school.operator).json()["items"]
    (ours,) = [each for each in listed if each["client_id"] == machine.client_id]
    assert ours["branches"] == [school.branch("b1")]
    assert "client_secret" not in ours
    with MongoClient(roster.infrastructure.mongodb_uri) as client:
        kept = client[roster.database].machines.find_one({"_id": machine.client_id})
    assert machine.secret not in repr(kept)
    assert kept["hash"] == clients.hashed(machine.secret)


def test_an_old_secret_is_good_beside_a_new_one_and_no_older_one(school: Chain):
    machine = Machine(school, "b1")
    renewed = [school.call("POST", f"{PATH}/{machine.client_id}/secret", school.operator) for _ in range(2)]
    assert [answer.status_code for answer in renewed] == [201, 201]
    second, third = (answer.json()["client_secret"] for answer in renewed)
    assert [machine.token(secret).status_code for secret in (machine.secret, second, third)] == [401, 200, 200]


def test_an_old_secret_ends_after_a_day(store: Store):
    operator = Caller("op", operator=True)
    made = clients.make(store, operator, {"name": "x", "branches": [], "whole_chain": True, "scopes": [ROSTER]})
    renewed = clients.renew_secret(store, operator, made["_id"])
    assert clients.fits(renewed, made["client_secret"])
    assert not clients.fits({**renewed, "old_until": now() - timedelta(seconds=1)}, made["client_secret"])
    assert clients.fits(renewed, renewed["client_secret"])


def test_wrong_secrets_keep_the_right_one_from_nobody(school: Chain):
    """How many one address may try: test_codes."""
    machine = Machine(school, "b1")
    answers = [machine.token("guessed") for _ in range(8)]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].json()["error"] == "invalid_client"
    assert answers[0].headers["WWW-Authenticate"] == 'Basic realm="rabta"'
    assert machine.token().status_code == 200


def test_unknown_clients_are_answered_as_known_ones(school: Chain):
    machine = Machine(school, "b1")
    known = machine.token("guessed")
    machine.client_id = "nobody"
    unknown = machine.token("guessed")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"data": {"grant_type": "password"}}, "unsupported_grant_type"),
        ({"data": {"scope": "x"}}, "unsupported_grant_type"),
        ({"data": {}}, "invalid_request"),
        ({"json": {"grant_type": "client_credentials"}}, "invalid_request"),
        ({"data": [("grant_type", "client_credentials"), ("grant_type", "password")]}, "invalid_request"),
        ({"data": b"\xff\xfe", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, "invalid_request"),
        ({"data": {"grant_type": "client_credentials", "client_secret": "x"}}, "invalid_request"),
        ({"data": b"a=b&" * 5000, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, "invalid_request"),
    ],
)
def test_a_request_that_is_not_as_the_standard_wants_it(school: Chain, request_, error):
    machine = Machine(school, "b1")
    answer = school.roster.call("POST", "/oauth2/token", auth=(machine.client_id, machine.secret), **request_)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"] == error
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic //79", "Bearer x", "Basic " + "QQ==" * 3, "Basic eDp5" + "A" * 4000]
)
def test_credentials_that_cannot_be_read(school: Chain, header):
    answer = school.roster.call(
        "POST", "/oauth2/token", data={"grant_type": "client_credentials"}, headers={"Authorization": header}
    )
    assert answer.status_code in (401, 429)


def test_a_client_may_send_its_secret_in_the_form(school: Chain):
    machine = Machine(school, "b1")
    form = {"grant_type": "client_credentials", "client_id": machine.client_id, "client_secret": machine.secret}
    assert school.roster.call("POST", "/oauth2/token", data=form).status_code == 200


def test_operators_alone_make_clients(school: Chain):
    wanted = {"name": "x", "whole_chain": True, "scopes": [ROSTER]}
    machine = Machine(school, "b1")
    for caller in (head("h", school.branch("b1")), machine.caller, Machine(school).caller):
        assert school.call("POST", PATH, caller, json=wanted).status_code == 403
        assert school.call("GET", PATH, caller).status_code == 403
        assert school.call("DELETE", f"{PATH}/{machine.client_id}", caller).status_code == 403


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"whole_chain": True, "branches": ["b"]},
        {"branches": ["no such branch"]},
        {"branches": [str(number) for number in range(51)]},
        {"whole_chain": "true"},
        {"branches": [{"$gt": ""}]},
        {"whole_chain": True, "scopes": ["all"]},
        {"whole_chain": True, "scopes": []},
        {"whole_chain": True, "hash": "x"},
    ],
)
def test_a_client_that_cannot_be_made(school: Chain, wanted):
    answer = school.call("POST", PATH, school.operator, json={"name": "x", "scopes": [ROSTER], **wanted})
    assert answer.status_code == 422, answer.text


def test_a_removed_client_is_gone(school: Chain):
    machine = Machine(school, "b1")
    assert school.call("DELETE", f"{PATH}/{machine.client_id}", school.operator).status_code == 204
    assert school.call("DELETE", f"{PATH}/{machine.client_id}", school.operator).status_code == 404
    assert machine.token().status_code == 401
    assert machine.asks("/users").status_code == 401, "its token is still good, and reads nothing"
