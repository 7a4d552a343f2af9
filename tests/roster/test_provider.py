"""The roster by OneRoster 1.2's REST binding: what a client sees, and how."""

import pytest
from pymongo import MongoClient

from schoolbus.oneroster.scopes import DEMOGRAPHICS, ROSTER, ROSTER_CORE
from services.roster.provider.shapes import BASE
from tests.roster.chain import Chain
from tests.roster.machines import Machine, code_minor
from tests.roster.provided import IN_THE_FIRST, IN_THE_SECOND, SHARED, filled, ids, routes
from tests.support.people import guardian, head, office, teacher


def test_every_get_of_the_standard_is_there():
    assert len(routes()) == 41
    assert {path.split("/")[1] for path in routes()} == set(IN_THE_FIRST)


@pytest.mark.parametrize("path", routes())
def test_a_machine_sees_its_branches_and_nothing_of_others(told: Chain, machine: Machine, other: Machine, path: str):
    answer = machine.asks(filled(told, path, IN_THE_FIRST))
    assert answer.status_code == 200, answer.text
    (found,) = answer.json().values()
    assert found, "what is in the branch is found"
    for theirs in (
        told.branch("b2"),
        told.id("class", "c2"),
        told.person("s2"),
        told.person("t3"),
        told.id("enrollment", "e3"),
    ):
        assert theirs not in answer.text
    if "{" in path and path.split("/")[1] not in SHARED:
        strange = machine.asks(filled(told, path, IN_THE_SECOND))
        assert (strange.status_code, code_minor(strange)) == (404, "unknownobject")
        assert other.asks(filled(told, path, IN_THE_SECOND)).status_code == 200


def test_a_class_is_found_in_its_own_school_alone(told: Chain):
    machine = Machine(told, "b1", "b2")
    for last in ("students", "teachers", "enrollments"):
        assert machine.asks(f"/schools/{told.branch('b1')}/classes/{told.id('class', 'c2')}/{last}").status_code == 404


def test_who_belongs_to_whom(told: Chain, machine: Machine):
    school, class_ = told.branch("b1"), told.id("class", "c1")
    students = {told.person("s1"), told.person("s3")}
    assert ids(machine.gets("/students")) == students
    assert ids(machine.gets(f"/schools/{school}/students")) == students
    assert ids(machine.gets(f"/classes/{class_}/students")) == students
    assert ids(machine.gets(f"/schools/{school}/classes/{class_}/students")) == students
    assert ids(machine.gets(f"/classes/{class_}/teachers")) == {told.person("t1")}
    assert ids(machine.gets("/teachers")) == {told.person(id) for id in ("t1", "t2", "t4")}
    assert ids(machine.gets(f"/teachers/{told.person('t1')}/classes")) == {class_}
    assert ids(machine.gets(f"/terms/{told.id('term', 't')}/gradingPeriods")) == {told.id("term", "p")}
    assert ids(machine.gets(f"/terms/{told.id('term', 't')}/classes")) == {class_}
    assert ids(machine.gets(f"/schools/{school}/terms")) == {told.id("term", "t")}
    assert ids(machine.gets("/academicSessions")) == {told.id("term", id) for id in ("y", "t", "p")}
    assert ids(machine.gets("/orgs")) == {told.id("unit", "chain"), school, told.id("unit", "science")}
    assert ids(machine.gets("/schools")) == {school}
    assert ids(machine.gets("/demographics")) == {told.person("s1")}


def test_records_in_the_standards_shape(told: Chain, machine: Machine):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "rabta.example.pk"}
    answer = told.roster.call("GET", f"{BASE}/users/{told.person('s1')}", machine.caller, headers=headers)
    address = f"https://rabta.example.pk{BASE}"
    org = {"href": f"{address}/orgs/{told.branch('b1')}", "sourcedId": told.branch("b1"), "type": "org"}
    agents = [
        {"href": f"{address}/users/{told.person(id)}", "sourcedId": told.person(id), "type": "user"} for id in ("g1", "g2")
    ]
    user = answer.json()["user"]
    assert user.pop("dateLastModified").endswith("Z")
    assert sorted(user.pop("agents"), key=str) == sorted(agents, key=str)
    assert user == {
        "sourcedId": told.person("s1"),
        "status": "active",
        "metadata": {"source": "provider", "sourcedId": "s1", "language": "ur", "channels": "app"},
        "username": "s1",
        "enabledUser": "true",
        "givenName": "Sana",
        "familyName": "Khan",
        "roles": [{"roleType": "primary", "role": "student", "org": org}],
        "primaryOrg": org,
    }
    class_ = told.roster.call("GET", f"{BASE}/classes/{told.id('class', 'c1')}", machine.caller, headers=headers).json()[
        "class"
    ]
    assert (class_["classType"], class_["grades"], class_["school"]) == ("homeroom", ["05"], org)
    assert [term["type"] for term in class_["terms"]] == ["academicSession"]
    enrolled = machine.asks(f"/enrollments/{told.id('enrollment', 'e1')}").json()["enrollment"]
    assert (enrolled["role"], enrolled["primary"], enrolled["user"]["sourcedId"]) == ("teacher", "false", told.person("t1"))
    session = machine.asks(f"/terms/{told.id('term', 't')}").json()["academicSession"]
    assert (session["type"], session["schoolYear"], session["children"][0]["sourcedId"]) == (
        "term",
        "2027",
        told.id("term", "p"),
    )
    course = machine.asks(f"/courses/{told.id('course', 'k5')}").json()["course"]
    assert (course["title"], course["org"]["sourcedId"]) == ("Class 5", told.id("unit", "chain"))
    school = machine.asks(f"/schools/{told.branch('b1')}").json()["org"]
    assert (school["type"], school["parent"]["sourcedId"]) == ("school", told.id("unit", "chain"))


def test_a_person_in_two_branches_is_shown_with_those_that_the_reader_sees(told: Chain, machine: Machine):
    both = Machine(told, "b1", "b2")
    path = f"/users/{told.person('t4')}"
    assert [role["role"] for role in machine.asks(path).json()["user"]["roles"]] == ["teacher"]
    assert sorted(role["role"] for role in both.asks(path).json()["user"]["roles"]) == ["principal", "teacher"]


def test_operators_of_the_chain_are_seen_by_the_chains_machines(told: Chain, machine: Machine):
    path = f"/users/{told.person('op')}"
    assert machine.asks(path).status_code == 404
    (role,) = Machine(told).asks(path).json()["user"]["roles"]
    assert (role["role"], role["org"]["sourcedId"]) == ("districtAdministrator", told.id("unit", "chain"))


def test_people_who_were_entered_by_hand_are_found_by_their_roles(told: Chain, roster):
    machine = Machine(told)
    person = {"branch_id": [told.branch("b1")], "source": "rabta", "sourced_id": "x", "active": True, "given_name": "By"}
    person |= {"_id": "by-hand", "roles": {told.branch("b1"): ["student"]}, "family_name": "Hand", "sort_name": "by hand"}
    with MongoClient(roster.infrastructure.mongodb_uri) as client:
        people = client[roster.database].people
        people.insert_one(person)
        try:
            assert "by-hand" in ids(machine.gets("/students", filter="sourcedId>='by'"))
            assert "by-hand" not in ids(machine.gets("/teachers", limit=5000))
            assert "by-hand" in ids(Machine(told, "b1").gets("/students"))
        finally:
            people.delete_one({"_id": "by-hand"})


def test_a_machine_of_the_chain_sees_all(told: Chain):
    machine = Machine(told)
    ours = "metadata.sourcedId"
    assert machine.asks("/users", filter=f"{ours}='x'").status_code == 400
    everybody = {person["sourcedId"] for person in machine.gets("/students", limit=5000)}
    assert {told.person(id) for id in ("s1", "s2", "s3")} <= everybody
    assert told.person("t1") not in everybody


# Scopes


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        (ROSTER_CORE, {"/users": 200, "/classes/{class}/students": 403, "/demographics": 403}),
        (ROSTER, {"/users": 200, "/classes/{class}/students": 200, "/demographics": 403}),
        (DEMOGRAPHICS, {"/users": 403, "/classes/{class}/students": 403, "/demographics": 200}),
    ],
)
def test_a_scope_opens_what_the_standard_says(told: Chain, scope, sees):
    machine = Machine(told, "b1", scopes=(scope,))
    for path, status in sees.items():
        answer = machine.asks(path.replace("{class}", told.id("class", "c1")))
        assert answer.status_code == status, (path, answer.text)
        assert status == 200 or code_minor(answer) == "forbidden"


def test_a_token_with_a_scope_that_the_client_has_not_opens_nothing(told: Chain):
    machine = Machine(told, "b1", scopes=(ROSTER,))
    forged = Machine(told, "b1", scopes=(DEMOGRAPHICS,))
    machine.caller = type(machine.caller)(machine.caller.person_id, machine.caller.roles, scopes=forged.caller.scopes)
    assert machine.asks("/demographics").status_code == 403


def test_people_read_the_roster_elsewhere(told: Chain):
    branch = told.branch("b1")
    for who in (head("h1", branch), office("o1", branch), teacher("t1", branch), guardian("g1", branch)):
        answer = told.roster.call("GET", f"{BASE}/users", who)
        assert (answer.status_code, code_minor(answer)) == (403, "forbidden")
    nobody = told.roster.call("GET", f"{BASE}/users")
    assert (nobody.status_code, code_minor(nobody)) == (401, "unauthorisedrequest")
    assert told.roster.call("GET", f"{BASE}/users", told.operator).status_code == 200
