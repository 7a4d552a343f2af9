"""Somebody who teaches in one branch and has a child in another: what each way to them opens, and to whom."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from schoolbus.caller import Caller
from tests.roster.chain import Chain
from tests.roster.hand import new_id
from tests.roster.identity import PASSWORD, bearer, sessions, set_password, sign_in, signed_in, slug, with_password
from tests.roster.sets import RosterSet

_numbers = itertools.count(51)


def teacher_and_guardian(phone: str) -> RosterSet:
    """t1 teaches in b1 and is guardian of s2, who learns in b2."""
    made = RosterSet().change("users", "t1", sms=phone).change("users", "s2", agentSourcedIds="t1")
    role = {"sourcedId": "t1g", "userSourcedId": "t1", "roleType": "secondary", "role": "parent", "orgSourcedId": "b2"}
    return made.add("roles", **role)


@pytest.fixture
def phone() -> str:
    """Nobody else's."""
    return f"0300 0000{next(_numbers):03}"


@pytest.fixture
def two(chain: Chain, phone: str) -> Chain:
    chain.imports(teacher_and_guardian(phone))
    return chain


@pytest.fixture
def by_code(two: Chain, phone: str) -> Callable[[], Caller]:
    return lambda: bearer(two, by_phone(two, phone))


def by_phone(chain: Chain, phone: str) -> dict[str, Any]:
    assert chain.call("POST", "/v1/sign-in/code", json={"phone": phone}).status_code == 202
    code = chain.code(f"+92{phone.replace(' ', '')[1:]}")
    answer = chain.call("POST", "/v1/sign-in/code/verify", json={"phone": phone, "code": code})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


# Passwords


def test_who_keeps_one_branch_gives_no_password_that_opens_another(two: Chain):
    for role in ("office", "head"):
        refused = set_password(two, "t1", two.caller("o1", role), must_change=True)
        assert slug(refused) == (403, "also-elsewhere")
    both = Caller("x", {two.branch(each): frozenset(("office",)) for each in ("b1", "b2")})
    assert set_password(two, "t1", both, username=f"{two.source}.t1", must_change=True).status_code == 200


def test_who_keeps_one_branch_takes_no_second_factor_that_guards_another(two: Chain):
    path = f"/v1/branches/{two.branch()}/staff/{two.person('t1')}/second-factor"
    assert two.call("DELETE", path, two.caller("h1", "head")).status_code == 403
    assert two.call("DELETE", path, two.operator).status_code == 404, "there is none"


def test_only_an_operator_gives_a_password_that_need_not_be_changed(chain: Chain):
    chain.imports()
    for caller in (chain.caller("o1", "office"), chain.caller("h1", "head")):
        assert slug(set_password(chain, "t1", caller)) == (403, "must-change")
        assert set_password(chain, "t1", caller, username=f"{chain.source}.t1", must_change=True).status_code == 200
    assert slug(sign_in(chain, f"{chain.source}.t1")) == (403, "password-change-needed")


# A phone that others may hold too


def test_a_code_leaves_the_account_of_staff_alone(two: Chain, by_code):
    username = with_password(two, "t1")
    me = by_code()
    for method, path, body in (
        ("GET", "/v1/me/second-factor", None),
        ("POST", "/v1/me/second-factor", None),
        ("POST", "/v1/me/second-factor/confirmation", {"code": "123456"}),
        ("DELETE", "/v1/me/second-factor", {"code": "123456"}),
        ("PUT", "/v1/me/password", {"current": PASSWORD, "new": "a-brand-new-one"}),
        ("POST", "/v1/me/exports", None),
    ):
        assert slug(two.call(method, path, me, json=body)) == (403, "not-by-code"), path
    signed_in(two, username)


def test_a_code_shows_the_guardian_and_not_the_teacher(two: Chain, by_code):
    username = with_password(two, "t1")
    seen = two.call("GET", "/v1/me", by_code()).json()
    assert [branch["roles"] for branch in seen["branches"]] == [["guardian"]]
    assert [child["person_id"] for child in seen["children"]] == [two.person("s2")]
    assert seen["classes"] == []
    whole = two.call("GET", "/v1/me", bearer(two, signed_in(two, username))).json()
    assert sorted(role for branch in whole["branches"] for role in branch["roles"]) == ["class_teacher", "guardian", "teacher"]
    assert [found["title"] for found in whole["classes"]] == ["5-A"]


def test_a_code_reaches_no_session_and_no_export_of_staff(two: Chain, by_code):
    staff = bearer(two, signed_in(two, with_password(two, "t1")))
    export_id = two.call("POST", "/v1/me/exports", staff).json()["export_id"]
    me = by_code()
    assert [each["how"] for each in sessions(two, me)] == ["code"]
    assert slug(two.call("DELETE", f"/v1/me/sessions/{staff.session_id}", me)) == (404, "not-found")
    assert two.call("DELETE", "/v1/me/sessions", me).status_code == 204
    assert [each["how"] for each in sessions(two, staff)] == ["password"]
    assert two.call("GET", "/v1/me/exports", me).json()["items"] == []
    assert two.call("GET", f"/v1/me/exports/{export_id}", me).status_code == 404
    assert two.call("GET", f"/v1/me/exports/{export_id}/file", me).status_code == 404


def test_a_guardian_who_is_no_staff_exports_themselves_by_a_code(chain: Chain, phone: str):
    chain.imports(RosterSet().change("users", "g1", sms=phone))
    me = bearer(chain, by_phone(chain, phone))
    export_id = chain.call("POST", "/v1/me/exports", me).json()["export_id"]
    assert [each["export_id"] for each in chain.call("GET", "/v1/me/exports", me).json()["items"]] == [export_id]


# What another branch's office writes down


def crowd(chain: Chain, phone: str, role: str) -> None:
    """Thirty people of b2 with this phone and with ids that sort before all."""
    for _ in range(2):
        ids = [f"00000000-0000-4000-8000-{new_id()[-12:]}" for _ in range(15)]
        people = [{"person_id": id, "given_name": "Twin", "roles": [role], "phone": phone} for id in ids]
        made = chain.call("POST", "/v1/branches/{b2}/people", chain.caller("x", "office", branch="b2"), json={"people": people})
        assert made.status_code == 201, made.text


def test_students_on_a_guardians_phone_are_in_nobodys_way(chain: Chain, phone: str):
    chain.imports(RosterSet().change("users", "g3", sms=phone))
    crowd(chain, phone, "student")
    assert by_phone(chain, phone)["person"]["person_id"] == chain.person("g3")


def test_another_branchs_guardians_on_the_phone_are_not_either(chain: Chain, phone: str):
    chain.imports(RosterSet().change("users", "g3", sms=phone))
    crowd(chain, phone, "guardian")
    assert chain.call("POST", "/v1/sign-in/code", json={"phone": phone}).status_code == 202
    wanted = {"phone": phone, "code": chain.code(f"+92{phone.replace(' ', '')[1:]}")}
    which = chain.call("POST", "/v1/sign-in/code/verify", json=wanted)
    assert chain.person("g3") in {choice["person_id"] for choice in which.json()["choices"]}
    mine = chain.call("POST", "/v1/sign-in/code/verify", json={**wanted, "person_id": chain.person("g3")})
    assert mine.status_code == 200, mine.text
