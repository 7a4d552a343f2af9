"""Which passwords are taken, who chooses them, and by what names people sign in with them."""

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.identity.password_rules import LONGEST, SHORTEST, fault_of
from tests.roster.chain import OPERATOR, Chain
from tests.roster.identity import PASSWORD, set_password, sign_in, signed_in, slug, with_password
from tests.roster.sets import RosterSet

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


def test_a_name_of_two_is_nobodys(chain: Chain):
    chain.imports(RosterSet().change("users", "t1", email="shared@b.pk").change("users", "t2", email="SHARED@b.pk"))
    for sourced_id in ("t1", "t2"):
        with_password(chain, sourced_id)
    assert slug(sign_in(chain, "shared@b.pk")) == (401, "wrong-password")


def test_a_guardians_mail_address_opens_nothing(chain: Chain):
    chain.imports(RosterSet().change("users", "t1", email="family@b.pk").change("users", "g1", email="family@b.pk"))
    with_password(chain, "t1")
    assert signed_in(chain, "family@b.pk")["person"]["given_name"] == "Tahira"


def test_names_are_found_by_an_index(chain: Chain, mongo):
    any_case = {"locale": "en", "strength": 2}
    for cursor in (
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


def test_many_wrong_tries_from_one_address_wait_whatever_names_they_try(chain: Chain):
    limit = int(chain.roster.environment["WRONG_TRIES_PER_ADDRESS"])
    chain.imports()
    from_here, from_there = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "203.0.113.10"}
    username = with_password(chain, "t1")

    def tried(number: int) -> int:
        return sign_in(chain, f"{chain.source}-{number}", headers=from_here).status_code

    for _ in range(3):  # what is right does not count
        signed_in(chain, username, headers=from_here)
    wrong = list(takewhile(lambda status: status == 401, map(tried, range(2 * limit + 1))))
    assert limit <= len(wrong) <= 2 * limit, "more than the limit only if ten minutes ended meanwhile, and others began"
    refused = sign_in(chain, username, headers=from_here)
    assert slug(refused) == (429, "too-many-tries")
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    signed_in(chain, username, headers=from_there)
