"""Branches, their people, and who sees what."""

import pytest

from schoolbus.caller import Caller
from schoolbus.contracts.roster import BranchChanged
from tests.roster.chain import Chain
from tests.support.people import operator
from tests.support.waiting import eventually


def test_me_as_a_guardian_is_all_my_children(school: Chain):
    caller = Caller(
        school.person("g1"), {school.branch("b1"): frozenset(("guardian",)), school.branch("b2"): frozenset(("guardian",))}
    )
    me = school.call("GET", "/v1/me", caller).json()
    assert me["person"]["name_ur"] == "غزالہ خان"
    assert [branch["roles"] for branch in me["branches"]] == [["guardian"], ["guardian"]]
    children = {child["given_name"]: child for child in me["children"]}
    assert set(children) == {"Sana", "Saad"}
    assert children["Saad"]["branch"] == {"branch_id": school.branch("b2"), "name": "Johar Town", "name_ur": None}
    assert [found["title"] for found in children["Sana"]["classes"]] == ["5-A"]
    assert children["Sana"]["classes"][0]["homeroom"] is True
    assert (me["classes"], me["operator"]) == ([], False)


def test_me_as_a_teacher_is_my_classes(school: Chain):
    me = school.call("GET", "/v1/me", school.caller("t1", "teacher")).json()
    assert [(found["class_id"], found["branch"]["name"]) for found in me["classes"]] == [(school.id("class", "c1"), "Gulberg")]
    assert me["children"] == []


def test_me_needs_a_sign_in_and_a_person(school: Chain):
    assert school.call("GET", "/v1/me").status_code == 401
    assert school.call("GET", "/v1/me", operator("nobody-at-all")).status_code == 404


def test_branches_are_ones_own_or_all_for_an_operator(school: Chain):
    (mine,) = school.call("GET", "/v1/branches", school.caller("t1", "teacher")).json()["items"]
    assert (mine["branch_id"], mine["name"], mine["name_ur"]) == (school.branch("b1"), "Gulberg", "گلبرگ")
    assert mine["services"] == ["meetings", "reports", "notifications"]
    assert mine["source"] == school.source
    found, after = set(), None
    while True:
        page = school.call("GET", "/v1/branches", school.operator, params={"limit": 2, "after": after}).json()
        found |= {branch["branch_id"] for branch in page["items"]}
        after = page["next"]
        if after is None:
            break
    assert {school.branch("b1"), school.branch("b2")} <= found


def test_a_class_with_its_members_and_no_contacts(school: Chain):
    path = f"/v1/branches/{school.branch()}/classes"
    assert [found["title"] for found in school.call("GET", path, school.caller("h1", "head")).json()["items"]] == ["5-A"]
    one = school.call("GET", f"{path}/{school.id('class', 'c1')}", school.caller("t1", "teacher"))
    assert [person["given_name"] for person in one.json()["students"]] == ["Sana", "Sara"]
    assert [person["given_name"] for person in one.json()["teachers"]] == ["Tahira"]
    assert set(one.json()["students"][0]) == {"person_id", "given_name", "family_name", "name_ur", "given_name_ur"}
    assert school.call("GET", f"{path}/{school.id('class', 'c1')}", school.caller("t2", "teacher")).status_code == 403
    assert school.call("GET", f"{path}/{school.id('class', 'c2')}", school.caller("h1", "head")).status_code == 404


def test_people_by_role_and_name(school: Chain):
    path, caller = f"/v1/branches/{school.branch()}/people", school.caller("o1", "office")

    def names(**query: object) -> list[str]:
        return [person["given_name"] for person in school.call("GET", path, caller, params=query).json()["items"]]

    assert names(role="guardian") == ["Ghazala", "Ghulam", "Gul"]
    assert names(name="KHAN", role="student") == ["Sana"]
    assert names(name="غزالہ") == ["Ghazala"]
    assert names(name=".*") == []
    assert names(role="head") == ["Hina"]
    (member,) = school.call("GET", path, caller, params={"name": "ghazala"}).json()["items"]
    assert (member["phone"], member["roles"], member["channels"]) == ("+923001234567", ["guardian"], ["whatsapp", "sms"])
    assert school.call("GET", path, caller, params={"role": "king"}).status_code == 422


def test_only_the_branchs_own_staff_sees_into_it(school: Chain):
    of_two = school.caller("x", "head", branch="b2")
    parent, teacher = school.caller("g1", "guardian"), school.caller("t1", "teacher")
    base = f"/v1/branches/{school.branch()}"
    for path in ("classes", "people", "subscriptions", f"classes/{school.id('class', 'c1')}"):
        assert school.call("GET", f"{base}/{path}", of_two).status_code == 403
        assert school.call("GET", f"{base}/{path}", parent).status_code == 403
        assert school.call("GET", f"{base}/{path}").status_code == 401
    assert school.call("GET", f"{base}/people", teacher).status_code == 403
    assert (
        school.call("GET", f"/v1/branches/{school.branch('b2')}/classes/{school.id('class', 'c1')}", of_two).status_code == 404
    )


@pytest.mark.parametrize("branch", ["unknown", "$where", "a.b", "x" * 300])
def test_a_branch_that_is_not_there(school: Chain, branch: str):
    assert school.call("GET", f"/v1/branches/{branch}/people?role=student", school.operator).status_code == 404
    assert school.call("GET", f"/v1/branches/{branch}/subscriptions", school.operator).status_code == 404
    assert school.call("PUT", f"/v1/branches/{branch}/subscriptions", school.operator, json={"services": []}).status_code == 404


def test_an_operator_chooses_a_branchs_services_and_others_hear_of_it(chain: Chain):
    chain.imports()
    path = f"/v1/branches/{chain.branch()}/subscriptions"
    tag = chain.call("GET", "/internal/subscriptions").headers["ETag"]
    answer = chain.call("PUT", path, chain.operator, json={"services": ["notifications", "meetings", "meetings"]})
    assert answer.json() == {"services": ["meetings", "notifications"]}
    assert chain.call("GET", path, chain.caller("h1", "head")).json()["services"] == answer.json()["services"]
    last = eventually(
        lambda: (
            (said := [e for e in chain.heard(BranchChanged) if e.branch_id == chain.branch()]) and len(said) == 2 and said[1]
        )
    )
    assert (last.sequence, last.data["services"], last.data["name"]) == (2, ["meetings", "notifications"], "Gulberg")
    internal = chain.call("GET", "/internal/subscriptions", headers={"If-None-Match": tag})
    assert internal.json()["branches"][chain.branch()] == ["meetings", "notifications"]
    again = chain.call("GET", "/internal/subscriptions", headers={"If-None-Match": internal.headers["ETag"]})
    assert again.status_code == 304
    chain.call("PUT", path, chain.operator, json={"services": ["meetings", "notifications"]})
    chain.imports()
    chain.quiet()
    assert len([said for said in chain.heard(BranchChanged) if said.branch_id == chain.branch()]) == 2, (
        "nothing new, nothing said"
    )


@pytest.mark.parametrize("services", [["roster"], "meetings", [1], None])
def test_there_are_three_services(school: Chain, services: object):
    path = f"/v1/branches/{school.branch()}/subscriptions"
    assert school.call("PUT", path, school.operator, json={"services": services}).status_code == 422
    assert school.call("PUT", path, school.caller("h1", "head"), json={"services": []}).status_code == 403
