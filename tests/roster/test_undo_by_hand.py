"""An import is undone after somebody has kept things by hand: what people have said stays, and comes back with the import."""

from typing import Any

import pytest

from schoolbus.caller import Caller
from tests.roster.chain import Chain
from tests.roster.hand import HandKept
from tests.roster.machines import Machine
from tests.roster.sets import RosterSet
from tests.support.people import operator

FIRST = RosterSet()
SECOND = (
    FIRST.add("users", sourcedId="s4", givenName="Sami", familyName="Khan", agentSourcedIds="g1", enabledUser="true")
    .add("roles", sourcedId="s4r", userSourcedId="s4", roleType="primary", role="student", orgSourcedId="b1")
    .add("enrollments", sourcedId="e9", classSourcedId="c1", schoolSourcedId="b1", userSourcedId="s4", role="student")
    .change("users", "g1", familyName="Khanum")
    .change("users", "t1", familyName="Maliki")
)
BY_HAND = ("people", "classes", "enrollments", "relations")
SAID = {
    "language": "ur",
    "channels": ["sms", "app"],
    "hours": {"from": "16:00", "to": "20:30"},
    "literacy": "voice",
    "shared_phone": True,
    "meeting_needs": ["evening"],
}


@pytest.fixture
def kept(chain: Chain) -> HandKept:
    chain.imports(FIRST)
    return HandKept(chain.roster, id=chain.branch())


def children(chain: Chain, guardian_id: str, branch_id: str) -> list[str]:
    answer = chain.call("GET", "/v1/me", Caller(guardian_id, {branch_id: frozenset(("guardian",))}))
    assert answer.status_code == 200, answer.text
    return sorted(child["given_name"] for child in answer.json()["children"])


def nothing_breaks(branch: HandKept, *paths: str) -> None:
    """Whatever is asked of the branch is answered, be it that there is no such thing now."""
    for path in ("/people", "/people?role=student", "/classes", "/enrollments?ended=true", "/terms", "/holidays", *paths):
        answer = branch.call("GET", path, branch.head)
        assert answer.status_code in (200, 404), (path, answer.text)
    for path in ("/users", "/enrollments", "/classes", "/orgs"):
        query = {"limit": "5000"}
        answer = branch.roster.call("GET", f"/ims/oneroster/rostering/v1p2{path}", operator(), params=query)
        assert answer.status_code == 200, (path, answer.text)


def test_own_words_about_records_of_the_import_stay(chain: Chain, kept: HandKept, mongo: Any):
    second = chain.imports(SECOND)
    guardian = chain.caller("g1", "guardian")
    assert chain.call("PUT", "/v1/me/preferences", guardian, json=SAID).status_code == 200
    relation = mongo.relations.find_one({"student_id": chain.person("s4")})
    kept.does("PATCH", f"/relations/{relation['_id']}", json={"may_collect": False, "version": relation["version"]})
    teacher = kept.person(chain.person("t1"))
    granted = {"roles": ["pta_officer"], "version": teacher["version"]}
    kept.does("PUT", f"/people/{teacher['person_id']}/granted-roles", kept.head, json=granted)

    assert chain.undoes(second)["state"] == "done"
    assert chain.call("GET", "/v1/me/preferences", guardian).json() == SAID
    person = mongo.people.find_one({"_id": chain.person("g1")})
    assert (person["family_name"], person["language"], person["channels"]) == ("Khan", "ur", ["sms", "app"])
    undone = kept.person(teacher["person_id"])
    assert (undone["family_name"], undone["granted_roles"]) == ("Malik", ["pta_officer"])
    gone = mongo.relations.find_one({"_id": relation["_id"]})
    assert (gone["active"], gone["status"], gone["may_collect"]) == (False, "tobedeleted", False)
    nothing_breaks(kept, f"/people/{chain.person('s4')}", f"/people/{chain.person('g1')}")

    chain.imports(SECOND)
    back = mongo.relations.find_one({"_id": relation["_id"]})
    assert (back["active"], back["may_collect"]) == (True, False), "what was taken away is not given again"
    assert chain.call("GET", "/v1/me/preferences", guardian).json() == SAID


def test_records_by_hand_that_refer_to_one_that_goes(chain: Chain, kept: HandKept, mongo: Any):
    second = chain.imports(SECOND)
    sami = chain.person("s4")
    class_ = kept.class_("Evening", homeroom=False)
    (row,) = kept.enrols(class_, sami)
    relation = kept.guardian(sami, "Ghazanfar")
    guardian = relation["guardian"]["person_id"]
    assert children(chain, guardian, kept.id) == ["Sami"]

    assert chain.undoes(second)["state"] == "done"
    assert children(chain, guardian, kept.id) == [], "access ends with the child"
    assert kept.members(class_) == set()
    assert mongo.relations.find_one({"_id": relation["relation_id"]})["active"], "what was said by hand stays"
    assert mongo.enrollments.find_one({"_id": row["enrollment_id"]})["active"]
    nothing_breaks(kept, f"/people/{sami}", f"/people/{guardian}", f"/classes/{class_}", f"/people/{sami}/family")
    shown = Machine(chain, "b1").asks(f"/enrollments/{row['enrollment_id']}").json()["enrollment"]
    assert shown["status"] == "tobedeleted", "to other systems it goes with its user"

    chain.imports(SECOND)
    assert children(chain, guardian, kept.id) == ["Sami"]
    assert kept.members(class_) == {sami}


def test_records_by_hand_in_a_branch_that_goes(chain: Chain, kept: HandKept, mongo: Any):
    """A first import is undone: of what it brought nothing is left, and what was kept by hand waits for it."""
    first = mongo.sources.find_one({"_id": chain.source})["last_import"]
    class_ = kept.class_("Evening", homeroom=False)
    (student,) = kept.students(1)
    kept.enrols(class_, student, chain.person("s1"))
    guardian = kept.guardian(student)["guardian"]["person_id"]
    kept.does("POST", f"/people/{chain.person('s1')}/guardians", json={"person_id": guardian})
    before = {kind: mongo[kind].count_documents({"branch_id": kept.id, "source": "rabta", "active": True}) for kind in BY_HAND}

    assert chain.undoes({"import_id": first})["state"] == "done"
    assert not mongo.branches.find_one({"_id": kept.id})["active"]
    nothing_breaks(kept, f"/people/{student}", f"/classes/{class_}")
    assert (
        kept.call("POST", "/people", kept.head, json={"people": [{"given_name": "X", "roles": ["student"]}]}).status_code == 404
    )

    chain.imports(FIRST)
    after = {kind: mongo[kind].count_documents({"branch_id": kept.id, "source": "rabta", "active": True}) for kind in BY_HAND}
    assert after == before
    assert kept.members(class_) == {student, chain.person("s1")}
    assert len(children(chain, guardian, kept.id)) == 2
