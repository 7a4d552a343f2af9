"""Which passwords are taken, who chooses them, and by what names people sign in with them."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.ids import effect_id
from services.roster.identity.password_rules import LONGEST, SHORTEST, fault_of
from services.roster.settings import Settings
from tests.roster.chain import OPERATOR, Chain
from tests.roster.identity import PASSWORD, set_password, sign_in, signed_in, slug, with_password
from tests.roster.sets import RosterSet
from tests.support.keys import identity_settings

OWN = ["Tahira", "Malik", "tahira.m", "Gulberg", "Roshan Kal", "Rabta"]


@pytest.mark.parametrize(
    "password",
    [
        *("short", "x" * 201, "aaaaaaaaaaaa", "abcabcabcabc", "1212121212", "1234567890", "0987654321", "abcdefghij"),
        *(
            "qwertyuiop",
            "poiuytrewq",
            "asdfghjkl1",
            "Password123",
            "P@ssw0rd2026!",
            "pakistan1947",
            "iloveyou!!",
            "Welcome-2026",
        ),
        *("TahiraMalik", "malik_tahira!", "gulberg2026", "RoshanKal1", "rabta-rabta1", "tahira.m.12", "\u0600" * 12),
    ],
)
def test_the_first_that_anybody_would_try_is_refused(password: str):
    assert fault_of(password, OWN)


@pytest.mark.parametrize(
    "password",
    [
        "a-long-password",
        "correct horse battery",
        "meri gaari neeli hai",
        "چھوٹی سی چڑیا اڑتی ہے",
        "x7!kQp2#vB",
        "tahira reads nine books a week",
    ],
)
def test_what_is_long_and_not_obvious_is_taken_whatever_it_is_made_of(password: str):
    assert fault_of(password, OWN) is None


@given(st.text(), st.lists(st.text(max_size=30), max_size=5))
def test_whatever_comes_is_judged(password: str, own: list[str]):
    fault = fault_of(password, own)
    assert fault is not None or SHORTEST <= len(password) <= LONGEST


def test_a_password_that_was_given_is_changed_at_the_first_sign_in(school: Chain):
    username = f"{school.source}.t1"
    given_one = set_password(school, "t1", username=username, must_change=True)
    assert given_one.json()["must_change"] is True
    assert slug(sign_in(school, username)) == (403, "password-change-needed")
    assert list(sign_in(school, username, new_password=PASSWORD).json()["errors"]) == ["new_password"]
    assert list(sign_in(school, username, new_password="Tahira Malik").json()["errors"]) == ["new_password"]
    assert slug(sign_in(school, username, "not-the-password", new_password="a-brand-new-one")) == (401, "wrong-password")
    signed_in(school, username, new_password="a-brand-new-one")
    assert slug(sign_in(school, username)) == (401, "wrong-password")
    signed_in(school, username, "a-brand-new-one")


def test_whoever_gives_a_password_has_it_changed_unless_they_say_otherwise(school: Chain):
    path = f"/v1/branches/{school.branch()}/staff/{school.person('t2')}/password"
    body = {"password": PASSWORD, "username": f"{school.source}.t2"}
    assert school.call("PUT", path, school.operator, json=body).json()["must_change"] is True


def test_staff_sign_in_by_username_mail_or_number_in_any_case(chain: Chain, mongo):
    chain.imports(RosterSet().change("users", "t1", email="Tahira.Malik@Example.pk"))
    mongo.people.update_one({"_id": chain.person("t1")}, {"$set": {"extra.identifier": "EMP-0042"}})
    username = with_password(chain, "t1")
    for name in (username.upper(), f"  {username} ", "tahira.malik@example.PK", " emp-0042"):
        assert signed_in(chain, name)["person"]["given_name"] == "Tahira"
    mongo.people.update_one({"_id": chain.person("t1")}, {"$set": {"extra.identifier": "EMP-0043"}})
    assert slug(sign_in(chain, "EMP-0042")) == (401, "wrong-password"), "a number that is no longer theirs"
    signed_in(chain, username)
    assert signed_in(chain, "EMP-0043")["person"]["given_name"] == "Tahira"


def test_a_name_of_two_is_that_of_whose_password_it_is(chain: Chain):
    chain.imports(RosterSet().change("users", "t1", email="shared@b.pk").change("users", "t2", email="SHARED@b.pk"))
    for sourced_id in ("t1", "t2"):
        with_password(chain, sourced_id, password=f"the-password-of-{sourced_id}")
    for sourced_id, name in (("t1", "Tahira"), ("t2", "Talha")):
        assert signed_in(chain, "shared@b.pk", f"the-password-of-{sourced_id}")["person"]["given_name"] == name
    assert slug(sign_in(chain, "shared@b.pk")) == (401, "wrong-password")
    for sourced_id in ("t1", "t2"):
        with_password(chain, sourced_id)
    assert slug(sign_in(chain, "shared@b.pk")) == (401, "wrong-password"), "nobody is taken for the other"


def test_no_office_takes_a_name_by_which_others_sign_in(chain: Chain):
    """Neither as an address of somebody new, nor of who becomes staff, nor as a username."""
    email = f"tahira@{chain.source}.pk"
    chain.imports(RosterSet().change("users", "t1", email=email))
    username = with_password(chain, "t1")
    office, head = (chain.caller("x", role, branch="b2") for role in ("office", "head"))

    def adds(*roles: str, **named: str) -> Any:
        draft = {"given_name": "Twin", "roles": roles, **named}
        return chain.call("POST", "/v1/branches/{b2}/people", office, json={"people": [draft]})

    for named in ({"email": email.upper()}, {"username": email}, {"username": username.upper()}):
        assert slug(adds("teacher", **named)) == (409, "name-taken")
    guardian = adds("guardian", email=email).json()["people"][0]["person_id"]
    path = f"/v1/branches/{{b2}}/people/{guardian}"
    assert slug(chain.call("PATCH", path, office, json={"roles": ["guardian", "teacher"]})) == (409, "name-taken")
    assert slug(chain.call("PUT", f"{path}/granted-roles", head, json={"roles": ["teacher"]})) == (409, "name-taken")
    teacher = adds("teacher", email=f"twin@{chain.source}.pk").json()["people"][0]["person_id"]
    path = f"/v1/branches/{{b2}}/people/{teacher}"
    assert slug(chain.call("PATCH", path, office, json={"email": email})) == (409, "name-taken")
    given = {"password": PASSWORD, "username": email}
    assert slug(chain.call("PUT", f"/v1/branches/{{b2}}/staff/{teacher}/password", office, json=given)) == (409, "name-taken")
    signed_in(chain, email)


def test_however_many_families_have_the_address_staff_sign_in_by_it(chain: Chain):
    email = f"many@{chain.source}.pk"
    chain.imports(RosterSet().change("users", "t1", email=email))
    with_password(chain, "t1")
    people = [{"given_name": "G", "roles": ["guardian"], "email": email} for _ in range(60)]
    office = chain.caller("x", "office", branch="b2")
    assert chain.call("POST", "/v1/branches/{b2}/people", office, json={"people": people}).status_code == 201
    signed_in(chain, email)


def test_a_guardians_mail_address_opens_nothing(chain: Chain):
    chain.imports(RosterSet().change("users", "t1", email="family@b.pk").change("users", "g1", email="family@b.pk"))
    with_password(chain, "t1")
    assert signed_in(chain, "family@b.pk")["person"]["given_name"] == "Tahira"


def test_names_are_found_by_an_index(chain: Chain, mongo):
    any_case = {"locale": "en", "strength": 2}
    staff = [{"role_keys": {"$in": ["teacher"]}}, {"operator": True}, {"granted_roles": {"$gt": {}}}]
    for cursor in (
        mongo.people.find({"email": {"$in": ["nobody", "none"]}, "active": True, "$or": staff}).collation(any_case),
        mongo.people.find({"email": "nobody", "active": True}).collation(any_case),
        mongo.people.find({"phone": {"$eq": "+923000000000", "$type": "string"}, "active": True}),
        mongo.accounts.find({"staff_number": "emp-0042"}),
        mongo.accounts.find({"username": "nobody"}),
    ):
        assert "IXSCAN" in str(cursor.explain()["queryPlanner"]["winningPlan"])


@pytest.mark.parametrize("injected", [{"$gt": ""}, {"$ne": None}, ["x"], 1, True, {"$regex": ".*"}])
def test_operators_of_the_database_are_no_names(school: Chain, injected: object):
    for field in ("username", "password", "code", "new_password"):
        body = {"username": OPERATOR[0], "password": OPERATOR[1], field: injected}
        assert school.call("POST", "/v1/sign-in/password", json=body).status_code == 422
    for path, field in (
        ("code", "phone"),
        ("refresh", "refresh_token"),
        ("sign-out", "refresh_token"),
        ("second-factor", "ticket"),
    ):
        assert school.call("POST", f"/v1/sign-in/{path}", json={field: injected}).status_code == 422
    assert school.call("GET", f"/v1/sign-in/oidc/callback?state[$gt]={injected}").status_code == 422


def test_many_wrong_tries_from_one_address_wait_whatever_names_they_try(chain: Chain, mongo):
    limit = Settings(**{name.lower(): text for name, text in identity_settings().items()}).wrong_tries_per_address  # type: ignore[arg-type]
    chain.imports()
    username, address = with_password(chain, "t1"), "203.0.113.9"
    window = int(time.time()) // 600
    for each in (window, window + 1):  # most of them have been made
        made = {"branch_id": [], "tries": limit - 5, "forget_at": datetime.now(UTC) + timedelta(hours=1)}
        mongo.attempts.insert_one({"_id": effect_id("address", "wrong tries", address, str(each)), **made})
    for _ in range(3):  # what is right does not count
        device = signed_in(chain, username, address=address)["device"]
    tried = [sign_in(chain, f"{chain.source}-{number}", address=address).status_code for number in range(6)]
    assert tried == [401] * 5 + [429]
    refused = sign_in(chain, username, address=address)
    assert slug(refused) == (429, "too-many-tries")
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    signed_in(chain, username, address="203.0.113.10")
    signed_in(chain, username, address=address, device=device)


def test_a_strangers_tries_keep_nobody_out(chain: Chain):
    chain.imports()
    username = with_password(chain, "t1")
    device = signed_in(chain, username)["device"]
    wrong = [slug(sign_in(chain, username, "not-the-password", address="198.51.100.1")) for _ in range(6)]
    assert wrong == [(401, "wrong-password")] * 5 + [(429, "too-many-tries")]
    signed_in(chain, username, address="198.51.100.2")
    signed_in(chain, username, address="198.51.100.1", device=device)


def test_a_known_device_waits_for_its_own_tries_and_is_known_to_nobody_else(chain: Chain):
    chain.imports()
    mine, other = (with_password(chain, each) for each in ("t1", "t2"))
    device = signed_in(chain, mine)["device"]
    wrong = [slug(sign_in(chain, mine, "not-the-password", device=device, address=f"198.51.100.{at}")) for at in range(6)]
    assert wrong == [(401, "wrong-password")] * 5 + [(429, "too-many-tries")]
    forged = [device, f"{chain.person('t2')}.{device.partition('.')[2]}", "x", "..", "گھر", device]
    guesses = [sign_in(chain, other, "not-the-password", device=each, address="198.51.100.9").status_code for each in forged]
    assert guesses == [401] * 5 + [429], "what is none of theirs counts as any stranger's"
