"""People and guardians by hand."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from schoolbus.caller import Caller
from schoolbus.contracts.roster import EnrollmentsChanged, PeopleChanged, RelationsChanged
from services.roster.identity import standing
from tests.roster.chain import Chain
from tests.roster.hand import HandKept, new_id, slug
from tests.roster.sets import RosterSet
from tests.support.people import operator, teacher
from tests.support.services import Service


@pytest.fixture(scope="module")
def branch(roster: Service) -> HandKept:
    return HandKept(roster)


def student(name: str = "Sana", **more: object) -> dict[str, object]:
    return {"given_name": name, "roles": ["student"], **more}


def test_somebody_new_is_as_from_an_import(branch: HandKept):
    (person,) = branch.people(
        {
            "given_name": " Tahira  Bibi ",
            "family_name": "Malik",
            "name_ur": "طاہرہ ملک",
            "phone": "0301-1111111",
            "language": "en",
            "username": "tahira",
            "roles": ["teacher"],
        }
    )
    assert (person["given_name"], person["phone"], person["channels"]) == ("Tahira Bibi", "+923011111111", ["sms"])
    assert (person["source"], person["roles"], person["version"]) == ("rabta", ["teacher"], 1)
    branch.told(PeopleChanged, person["person_id"], roles=["teacher"], name_ur="طاہرہ ملک", language="en", active=True)
    found = branch.does("GET", "/people", params={"name": "tahira bibi malik"})["items"]
    assert [each["person_id"] for each in found] == [person["person_id"]]


def test_people_change_and_leave(branch: HandKept):
    (person,) = branch.people(student())
    path = f"/people/{person['person_id']}"
    changed = branch.does("PATCH", path, json={"family_name": "Khan", "version": 1})
    assert (changed["given_name"], changed["family_name"], changed["version"]) == ("Sana", "Khan", 2)
    assert slug(branch.call("PATCH", path, json={"given_name": "X", "version": 1})) == "changed-meanwhile"
    assert branch.does("PATCH", path, json={"family_name": "Khan"})["version"] == 2, "nothing new, nothing said"
    class_id = branch.class_()
    (row,) = branch.enrols(class_id, person["person_id"])
    relation = branch.guardian(person["person_id"])
    left = branch.does("DELETE", path)
    assert left["active"] is False
    assert branch.does("DELETE", path) == left, "sent again, the same"
    branch.told(PeopleChanged, person["person_id"], active=False)
    branch.told(EnrollmentsChanged, row["enrollment_id"], active=False)
    branch.told(RelationsChanged, relation["relation_id"], active=False)
    branch.told(PeopleChanged, relation["guardian_id"], active=False)
    assert branch.members(class_id) == set()
    assert branch.call("PATCH", path, json={"given_name": "X"}).status_code == 404


def test_five_hundred_at_once_all_or_none(branch: HandKept):
    drafts = [student(f"Pupil {number}", person_id=new_id()) for number in range(500)]
    wrong = [dict(draft) for draft in drafts]
    wrong[7]["phone"] = "12"
    refused = branch.call("POST", "/people", branch.office, json={"people": wrong})
    assert refused.status_code == 422
    assert refused.json()["errors"] == {"people": {"7": {"phone": ["This is no telephone number."]}}}
    assert branch.does("GET", "/people", params={"name": "Pupil"})["items"] == [], "none"
    made = branch.does("POST", "/people", json={"people": drafts})["people"]
    assert [person["given_name"] for person in made] == [draft["given_name"] for draft in drafts]
    assert branch.does("POST", "/people", json={"people": drafts})["people"] == made, "sent again, the same"
    branch.quiet()
    assert {draft["person_id"] for draft in drafts} <= set(branch.items(PeopleChanged))
    assert branch.call("POST", "/people", json={"people": [*drafts, student()]}).status_code == 422
    class_id = branch.class_("Hall")
    rows = [{"class_id": class_id, "person_id": draft["person_id"]} for draft in drafts]
    refused = branch.call("POST", "/enrollments", json={"enrollments": [*rows[:-1], {**rows[0], "person_id": "nobody"}]})
    assert list(refused.json()["errors"]["enrollments"]) == ["499"]
    assert branch.members(class_id) == set()
    assert len(branch.does("POST", "/enrollments", json={"enrollments": rows})["enrollments"]) == 500
    assert len(branch.members(class_id)) == 500


def test_the_same_person_sent_at_once_is_one(branch: HandKept):
    wanted = {"people": [student(person_id=new_id()), student("Saad", person_id=new_id())]}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: branch.call("POST", "/people", json=wanted), range(4)))
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"given_name": ""}, "given_name"),
        ({"given_name": "a\x00b"}, "given_name"),
        ({"given_name": {"$gt": ""}}, "given_name"),
        ({"email": "nobody"}, "email"),
        ({"phone": {"$ne": None}}, "phone"),
        ({"language": "fr"}, "language"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"roles": []}, "roles"),
        ({"roles": ["operator"]}, "roles"),
        ({"operator": True}, "operator"),
        ({"branch_id": "b2"}, "branch_id"),
        ({"person_id": "x"}, "person_id"),
    ],
)
def test_a_wrong_person_is_refused(branch: HandKept, wrong: dict[str, object], where: str):
    answer = branch.call("POST", "/people", json={"people": [student(**wrong)]})
    assert (answer.status_code, list(answer.json()["errors"]["people"]["0"])) == (422, [where]), answer.text


def test_nobody_makes_somebody_of_their_own_rank(branch: HandKept):
    def tries(caller: Caller, *roles: str) -> int:
        return branch.call("POST", "/people", caller, json={"people": [{"given_name": "X", "roles": list(roles)}]}).status_code

    assert tries(branch.office, "teacher", "guardian") == 201
    assert tries(branch.office, "office") == 422
    assert tries(branch.head, "office") == 201
    assert tries(branch.head, "head") == 422
    assert tries(operator(), "head") == 201
    assert tries(teacher("t", branch.id), "student") == 403


def test_the_office_does_not_edit_the_head(branch: HandKept):
    (chief,) = branch.does("POST", "/people", operator(), json={"people": [{"given_name": "H", "roles": ["head"]}]})["people"]
    path = f"/people/{chief['person_id']}"
    assert branch.call("PATCH", path, branch.office, json={"phone": "03001112223"}).status_code == 403
    assert branch.call("DELETE", path, branch.office).status_code == 403
    assert branch.call("PATCH", path, branch.head, json={"phone": "03001112223"}).status_code == 200


def test_the_operator_brings_somebody_to_another_branch(branch: HandKept, roster: Service):
    other = HandKept(roster)
    (person,) = branch.people({"given_name": "Talha", "roles": ["teacher"]})
    wanted = {"people": [{"person_id": person["person_id"], "given_name": "Talha", "roles": ["teacher"]}]}
    refused = other.call("POST", "/people", other.head, json=wanted)
    assert (refused.status_code, list(refused.json()["errors"]["people"])) == (422, ["0"])
    (both,) = other.does("POST", "/people", operator(), json=wanted)["people"]
    assert other.does("POST", "/people", operator(), json=wanted)["people"] == [both], "sent again, the same"
    other.told(PeopleChanged, person["person_id"], roles=["teacher"], active=True)
    assert branch.call("PATCH", f"/people/{person['person_id']}", branch.head, json={"phone": "03001112223"}).status_code == 403
    assert branch.does("DELETE", f"/people/{person['person_id']}", branch.head)["active"] is False
    branch.told(PeopleChanged, person["person_id"], active=False)
    assert other.person(person["person_id"])["roles"] == ["teacher"]


def test_who_left_comes_again_as_the_same_person(branch: HandKept, roster: Service):
    (child,), class_id = branch.students(1), branch.class_("3-A")
    branch.enrols(class_id, child)
    branch.does("DELETE", f"/people/{child}")
    path, wanted = f"/people/{child}/return", {"roles": ["student"]}
    assert branch.call("POST", path, json={"roles": ["head"]}).status_code == 403
    assert slug(branch.call("POST", path, json={**wanted, "version": 1})) == "changed-meanwhile"
    back = branch.does("POST", path, json=wanted)
    assert (back["active"], back["roles"]) == (True, ["student"])
    assert branch.does("POST", path, json=wanted) == back, "sent again, the same"
    branch.told(PeopleChanged, child, active=True, roles=["student"])
    assert [each["class"]["title"] for each in branch.does("GET", f"/people/{child}/history")["classes"]] == ["3-A"]
    assert HandKept(roster).call("POST", path, json=wanted).status_code == 404


def test_a_role_goes_when_nothing_hangs_on_it(branch: HandKept):
    (teaches,) = branch.people({"given_name": "Tahira", "roles": ["teacher", "guardian"]})
    (child,) = branch.students(1)
    class_id = branch.class_()
    (row,) = branch.enrols(class_id, teaches["person_id"], role="teacher")
    branch.does("POST", f"/people/{child}/guardians", json={"person_id": teaches["person_id"]})
    path = f"/people/{teaches['person_id']}"
    used = branch.call("PATCH", path, json={"roles": ["guardian"]})
    assert (used.status_code, slug(used), used.json()["enrollments"]) == (409, "in-use", 1)
    branch.does("DELETE", f"/enrollments/{row['enrollment_id']}")
    assert branch.does("PATCH", path, json={"roles": ["guardian"]})["roles"] == ["guardian"]
    branch.told(PeopleChanged, teaches["person_id"], roles=["guardian"])
    assert branch.call("PATCH", path, json={"roles": ["teacher"]}).json()["relations"] == 1
    assert branch.call("PATCH", path, json={"roles": ["guardian", "office"]}).status_code == 403
    assert branch.call("PATCH", path, json={"roles": []}).status_code == 422


# Guardians


def test_a_guardian_with_permissions_in_one_request(branch: HandKept):
    (child,) = branch.students(1)
    wanted = {"guardian": {"person_id": new_id(), "given_name": "Ghazala", "phone": "03007654321"}, "may_collect": False}
    relation = branch.does("POST", f"/people/{child}/guardians", json=wanted)
    assert branch.does("POST", f"/people/{child}/guardians", json=wanted) == relation, "sent again, the same"
    assert (relation["guardian"]["roles"], relation["guardian"]["phone"]) == (["guardian"], "+923007654321")
    branch.told(
        RelationsChanged, relation["relation_id"], may_collect=False, may_book=True, guardian_id=relation["guardian_id"]
    )
    branch.does("PATCH", f"/relations/{relation['relation_id']}", json={"may_book": False, "version": 1})
    branch.told(RelationsChanged, relation["relation_id"], may_collect=False, may_book=False, version=2)
    (shown,) = branch.person(child)["guardians"]
    assert (shown["may_book"], shown["guardian"]["given_name"]) == (False, "Ghazala")
    assert branch.person(relation["guardian_id"])["children"][0]["student"]["person_id"] == child


def test_a_guardian_of_two_is_one_until_both_are_gone(branch: HandKept):
    first, second = branch.students(2)
    one = branch.guardian(first)
    two = branch.does("POST", f"/people/{second}/guardians", json={"person_id": one["guardian_id"]})
    assert two["guardian_id"] == one["guardian_id"]
    branch.does("DELETE", f"/relations/{one['relation_id']}")
    assert branch.person(one["guardian_id"])["roles"] == ["guardian"]
    ended = branch.does("DELETE", f"/relations/{two['relation_id']}")
    assert (ended["active"], ended["guardian"]["active"]) == (False, False)
    assert branch.does("DELETE", f"/relations/{two['relation_id']}") == ended
    branch.told(PeopleChanged, one["guardian_id"], active=False)


def test_a_relation_that_was_ended_comes_back(branch: HandKept):
    (child,) = branch.students(1)
    (teaches,) = branch.people({"given_name": "Tahira", "roles": ["teacher"]})
    wanted = {"person_id": teaches["person_id"]}
    relation = branch.does("POST", f"/people/{child}/guardians", json=wanted)
    assert sorted(relation["guardian"]["roles"]) == ["guardian", "teacher"]
    ended = branch.does("DELETE", f"/relations/{relation['relation_id']}")
    assert ended["guardian"]["roles"] == ["teacher"]
    again = branch.does("POST", f"/people/{child}/guardians", json={**wanted, "may_book": False})
    assert (again["relation_id"], again["active"], again["may_book"]) == (relation["relation_id"], True, False)


def test_two_guardians_may_share_a_phone(branch: HandKept):
    (child,) = branch.students(1)
    assert branch.guardian(child)["guardian_id"] != branch.guardian(child, "Ghulam")["guardian_id"]
    assert len(branch.person(child)["guardians"]) == 2


def test_strange_relations_are_refused(branch: HandKept, roster: Service):
    other = HandKept(roster)
    (child,) = branch.students(1)
    (foreign,) = other.students(1)
    (grown,) = branch.people({"given_name": "T", "roles": ["teacher"]})

    def tries(student_id: str, **wanted: object) -> int:
        return branch.call("POST", f"/people/{student_id}/guardians", json=wanted).status_code

    assert tries(child, person_id=foreign) == 404
    assert tries(foreign, person_id=grown["person_id"]) == 404
    assert tries(grown["person_id"], person_id=child) == 404, "no student"
    assert tries(child, person_id=child) == 422
    assert tries(child) == 422
    assert tries(child, person_id=grown["person_id"], guardian={"given_name": "X"}) == 422
    relation = branch.guardian(child)["relation_id"]
    assert other.call("PATCH", f"/relations/{relation}", json={"may_book": False}).status_code == 404
    assert other.call("DELETE", f"/relations/{relation}").status_code == 404
    for path in (f"/people/{child}", f"/people/{child}/history"):
        assert other.call("GET", path).status_code == 404
    assert other.call("PATCH", f"/people/{child}", json={"given_name": "X"}).status_code == 404
    assert other.call("DELETE", f"/people/{child}").status_code == 404
    assert branch.call("PATCH", f"/people/{child}", other.office, json={}).status_code == 403


# What Rabta owns of imported records


def test_granted_roles_and_permissions_outlive_an_import(chain: Chain):
    chain.imports()
    branch, head, guardian = f"/v1/branches/{chain.branch()}", chain.caller("h1", "head"), chain.person("g1")
    granted = chain.call("PUT", f"{branch}/people/{guardian}/granted-roles", head, json={"roles": ["pta_officer"]})
    assert (granted.status_code, granted.json()["roles"]) == (200, ["guardian", "pta_officer"]), granted.text
    relation = chain.id("relation", "s1\x1fg1")
    changed = chain.call("PATCH", f"{branch}/relations/{relation}", head, json={"may_collect": False})
    assert (changed.status_code, changed.json()["source"]) == (200, chain.source), changed.text
    ended = chain.call("DELETE", f"{branch}/relations/{relation}", head)
    assert (ended.status_code, slug(ended)) == (409, "imported")
    chain.imports(RosterSet().change("users", "g1", givenName="Gazala").change("users", "s1", agentSourcedIds="g1"))
    (found,) = chain.call("GET", f"{branch}/people", head, params={"role": "pta_officer"}).json()["items"]
    assert (found["given_name"], found["roles"], found["source"]) == ("Gazala", ["guardian", "pta_officer"], chain.source)
    chain.quiet()
    assert chain.items(PeopleChanged)[guardian]["roles"] == ["guardian", "pta_officer"]
    assert chain.items(PeopleChanged, "b2")[guardian]["roles"] == ["guardian"]
    assert chain.items(RelationsChanged)[relation]["may_collect"] is False
    code_caller = chain.call("GET", "/v1/me", chain.caller("g1", "guardian")).json()
    assert {b["name"]: b["roles"] for b in code_caller["branches"]} == {
        "Gulberg": ["guardian", "pta_officer"],
        "Johar Town": ["guardian"],
    }
    chain.call("PUT", f"{branch}/people/{guardian}/granted-roles", head, json={"roles": []})
    assert chain.call("GET", f"{branch}/people", head, params={"role": "pta_officer"}).json()["items"] == []


def test_who_grants_what(branch: HandKept):
    (person,) = branch.people({"given_name": "T", "roles": ["teacher"]})
    path = f"/people/{person['person_id']}/granted-roles"
    assert branch.call("PUT", path, branch.office, json={"roles": ["pta_officer"]}).status_code == 403
    assert branch.call("PUT", path, branch.head, json={"roles": ["head"]}).status_code == 403
    assert branch.call("PUT", path, branch.head, json={"roles": ["operator"]}).status_code == 422
    assert branch.does("PUT", path, branch.head, json={"roles": ["office"]})["roles"] == ["teacher", "office"]
    assert branch.does("PUT", path, operator(), json={"roles": ["head"]})["granted_roles"] == ["head"]
    assert branch.call("PUT", path, branch.head, json={"roles": []}).status_code == 403, "nor takes it away"
    assert branch.call("PATCH", f"/people/{person['person_id']}", branch.office, json={"phone": None}).status_code == 403
    (child,) = branch.students(1)
    assert branch.call("PUT", f"/people/{child}/granted-roles", branch.head, json={"roles": ["office"]}).status_code == 422


def test_a_granted_role_counts_as_long_as_there_is_another():
    person = {"operator": False, "roles": {"b1": ["teacher"]}, "granted_roles": {"b1": ["head"], "b2": ["head"]}}
    office = Caller("c", {"b1": frozenset(("office",))})
    assert not standing.may_change(office, person)
    assert standing.may_change(office, {**person, "granted_roles": {"b2": ["head"]}})


def test_nobody_ends_whom_they_could_not_have_made(branch: HandKept):
    people = {role: branch.people({"given_name": role, "roles": [role]})[0]["person_id"] for role in ("office", "teacher")}
    chief = branch.does("POST", "/people", operator(), json={"people": [{"given_name": "H", "roles": ["head"]}]})["people"][0]
    for caller, person_id in ((branch.office, people["office"]), (branch.head, chief["person_id"])):
        refused = branch.call("DELETE", f"/people/{person_id}", caller)
        assert (refused.status_code, slug(refused)) == (403, "role-too-high")
    branch.does("PUT", f"/people/{people['teacher']}/granted-roles", branch.head, json={"roles": ["office"]})
    assert slug(branch.call("DELETE", f"/people/{people['teacher']}")) == "role-too-high", "what was granted counts too"
    for caller, person_id in (
        (branch.head, people["office"]),
        (branch.head, people["teacher"]),
        (operator(), chief["person_id"]),
    ):
        assert branch.does("DELETE", f"/people/{person_id}", caller)["active"] is False


def test_somebody_of_two_branches_keeps_what_they_sign_in_by(branch: HandKept, roster: Service):
    other = HandKept(roster)
    here, there = branch.students(2)
    relation = branch.guardian(here)
    branch.does("POST", f"/people/{there}/guardians", json={"person_id": relation["guardian_id"]})
    wanted = {"student_id": there, "to_branch_id": other.id, "at_once": True}
    branch.does("POST", "/transfers", operator(), json=wanted)
    path = f"/people/{relation['guardian_id']}"
    refused = branch.call("PATCH", path, json={"phone": "0300 9999999"})
    assert (refused.status_code, slug(refused)) == (403, "also-elsewhere")
    assert branch.call("PATCH", path, json={"language": "en"}).status_code == 200
    assert branch.call("PATCH", path, operator(), json={"phone": "0300 9999999"}).status_code == 200
