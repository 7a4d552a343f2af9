"""Enrolment, transfer and history by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from schoolbus import clock
from schoolbus.contracts.roster import EnrollmentsChanged, PeopleChanged, RelationsChanged
from services.roster.moving import enrollments
from services.roster.store import Store
from tests.roster.hand import HandKept, new_id, slug
from tests.support.people import guardian, operator, person, teacher
from tests.support.services import Service


@pytest.fixture(scope="module")
def branch(roster: Service) -> HandKept:
    return HandKept(roster)


@pytest.fixture(scope="module")
def other(roster: Service) -> HandKept:
    return HandKept(roster, "Johar Town")


def days_from_now(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


# Enrolment


def test_enrolled_twice_is_enrolled_once(branch: HandKept):
    class_id, (child,) = branch.class_(), branch.students(1)
    (row,) = branch.enrols(class_id, child)
    assert (row["role"], row["begins_on"], row["ends_on"], row["source"]) == ("student", days_from_now(0), None, "rabta")
    assert branch.enrols(class_id, child) == [row]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: branch.enrols(class_id, child), range(3)))
    assert answers == [[row]] * 3
    branch.told(EnrollmentsChanged, row["enrollment_id"], class_id=class_id, person_id=child, role="student", active=True)
    branch.told(EnrollmentsChanged, row["enrollment_id"], begins_on=days_from_now(0), ends_on=None)


def test_nobody_is_in_two_homerooms_of_a_year(branch: HandKept):
    first, second, club = branch.class_("5-A"), branch.class_("5-B"), branch.class_("Chess", homeroom=False)
    (child,) = branch.students(1)
    with ThreadPoolExecutor(2) as pool:
        rows = [{"class_id": id, "person_id": child} for id in (first, second)]
        answers = list(pool.map(lambda row: branch.call("POST", "/enrollments", json={"enrollments": [row]}), rows))
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert len(branch.members(first)) + len(branch.members(second)) == 1
    branch.enrols(club, child)
    late = branch.call("PATCH", f"/classes/{club}", json={"homeroom": True})
    assert (late.status_code, slug(late), late.json()["student_ids"]) == (409, "already-in-class", [child])


def test_homerooms_of_two_years_are_no_clash(branch: HandKept):
    years = [branch.year(begins) for begins in (2026, 2027)]
    this, next_ = (branch.class_(title, term_ids=[term]) for title, term in zip(("5-A", "6-A"), years, strict=True))
    (child,) = branch.students(1)
    branch.enrols(this, child)
    branch.enrols(next_, child)
    assert branch.members(this) == branch.members(next_) == {child}


def test_a_class_holds_what_it_holds(branch: HandKept):
    class_id, children = branch.class_(capacity=2), branch.students(4)
    with ThreadPoolExecutor(4) as pool:
        rows = [{"class_id": class_id, "person_id": child} for child in children]
        answers = list(pool.map(lambda row: branch.call("POST", "/enrollments", json={"enrollments": [row]}), rows))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422]
    assert len(branch.members(class_id)) == 2


def test_withdrawn_today_or_later(branch: HandKept):
    class_id, (now, later) = branch.class_(), branch.students(2)
    first, second = branch.enrols(class_id, now, later)
    gone = branch.does("DELETE", f"/enrollments/{first['enrollment_id']}")
    assert (gone["active"], gone["ends_on"]) == (False, days_from_now(0))
    assert branch.does("DELETE", f"/enrollments/{first['enrollment_id']}") == gone, "sent again, the same"
    path = f"/enrollments/{second['enrollment_id']}"
    assert slug(branch.call("DELETE", path, params={"version": 9})) == "changed-meanwhile"
    leaves = branch.does("DELETE", path, params={"on": days_from_now(30)})
    assert (leaves["active"], leaves["ends_on"]) == (True, days_from_now(30))
    branch.told(EnrollmentsChanged, first["enrollment_id"], active=False, ends_on=days_from_now(0))
    assert branch.members(class_id) == {later}


def test_an_enrolment_ends_when_its_day_comes(store: Store):
    row = {"_id": "e1", "branch_id": "b1", "source": "rabta", "active": True, "version": 1}
    fields = {"class_id": "c", "person_id": "p", "role": "student", "begins_on": "2026-08-01"}
    ends = {"due": days_from_now(0), "later": days_from_now(1), "never": None, "theirs": days_from_now(-1)}
    for id, ends_on in ends.items():
        store.enrollments.add({**row, **fields, "_id": id, "ends_on": ends_on})
    store.enrollments.collection.update_one({"_id": "theirs"}, {"$set": {"source": "oneroster"}})
    assert [enrollments.end_due(store) for _ in range(2)] == [1, 0]
    assert [found["_id"] for found in store.enrollments.collection.find({"active": False})] == ["due"]
    assert store.chunks.collection.count_documents({}) == 1


def test_moved_to_another_class(branch: HandKept, other: HandKept):
    first, second, (child,) = branch.class_("5-A"), branch.class_("5-B"), branch.students(1)
    (row,) = branch.enrols(first, child)
    path, wanted = f"/enrollments/{row['enrollment_id']}/move", {"class_id": second, "on": days_from_now(-1)}
    moved = branch.does("POST", path, json=wanted)
    assert (moved["class_id"], moved["begins_on"]) == (second, days_from_now(-1))
    assert branch.does("POST", path, json=wanted) == moved, "sent again, the same"
    assert (branch.members(first), branch.members(second)) == (set(), {child})
    back = f"/enrollments/{moved['enrollment_id']}/move"
    assert branch.call("POST", back, json={"class_id": other.class_()}).status_code == 422
    assert branch.call("POST", back, json={"class_id": second}).status_code == 422
    assert branch.call("POST", back, json={"class_id": first, "on": days_from_now(1)}).status_code == 422
    assert other.call("POST", back, json={"class_id": first}).status_code == 404


def test_strangers_are_not_enrolled(branch: HandKept, other: HandKept):
    (foreign,), (child,) = other.students(1), branch.students(1)
    class_id = branch.class_()
    rows = [
        {"class_id": class_id, "person_id": foreign},
        {"class_id": class_id, "person_id": child, "role": "teacher"},
        {"class_id": other.class_(), "person_id": child},
        {"class_id": class_id, "person_id": child},
    ]
    errors = branch.call("POST", "/enrollments", json={"enrollments": rows}).json()["errors"]["enrollments"]
    assert {place: list(error) for place, error in errors.items()} == {
        "0": ["person_id"],
        "1": ["person_id"],
        "2": ["class_id"],
    }
    assert branch.call("POST", "/enrollments", guardian("g", branch.id), json={"enrollments": rows}).status_code == 403
    assert branch.members(class_id) == set()


# Transfer


def test_asked_by_one_branch_and_accepted_by_the_other(branch: HandKept, other: HandKept):
    old, new, (child, sibling) = branch.class_("5-A"), other.class_("5-C"), branch.students(2)
    (row,) = branch.enrols(old, child)
    alone, both = branch.guardian(child), branch.guardian(child, "Ghulam")
    branch.does("POST", f"/people/{sibling}/guardians", json={"person_id": both["guardian_id"]})
    wanted = {"transfer_id": new_id(), "student_id": child, "to_branch_id": other.id, "note": "The family moves."}
    asked = branch.does("POST", "/transfers", json=wanted)
    assert (asked["state"], asked["student"]["person_id"], asked["to_branch"]["name"]) == ("asked", child, "Johar Town")
    assert branch.does("POST", "/transfers", json=wanted) == asked, "sent again, the same"
    path = f"/transfers/{asked['transfer_id']}"
    twice = branch.call("POST", "/transfers", json={**wanted, "transfer_id": None})
    assert (twice.status_code, slug(twice)) == (409, "transfer-under-way")
    assert branch.call("POST", f"{path}/accept", json={}).status_code == 403, "the other decides"
    assert other.call("GET", f"/people/{child}").status_code == 404, "not yet theirs to see"
    assert [each["transfer_id"] for each in other.does("GET", "/transfers", params={"state": "asked"})["items"]] == [
        asked["transfer_id"]
    ]

    done = other.does("POST", f"{path}/accept", json={"class_id": new})
    assert (done["state"], done["on"]) == ("accepted", days_from_now(0))
    assert other.does("POST", f"{path}/accept", json={"class_id": new}) == done, "sent again, the same"
    assert branch.call("GET", f"/people/{child}").status_code == 404
    assert (branch.members(old), other.members(new)) == (set(), {child})
    assert {each["guardian_id"] for each in other.person(child)["guardians"]} == {alone["guardian_id"], both["guardian_id"]}
    assert branch.call("GET", f"/people/{alone['guardian_id']}").status_code == 404
    assert branch.person(both["guardian_id"])["roles"] == other.person(both["guardian_id"])["roles"] == ["guardian"]

    branch.told(PeopleChanged, child, active=False, roles=[])
    branch.told(PeopleChanged, alone["guardian_id"], active=False)
    branch.told(PeopleChanged, both["guardian_id"], active=True)
    branch.told(EnrollmentsChanged, row["enrollment_id"], active=False)
    branch.told(RelationsChanged, alone["relation_id"], active=False)
    other.told(PeopleChanged, child, active=True, roles=["student"])
    other.told(PeopleChanged, alone["guardian_id"], active=True, roles=["guardian"])
    other.told(RelationsChanged, alone["relation_id"], active=True, student_id=child)

    history = other.does("GET", f"/people/{child}/history")
    assert [(each["branch"]["name"], each["class"]["title"], each["active"]) for each in history["classes"]] == [
        ("Model Town", "5-A", False),
        ("Johar Town", "5-C", True),
    ]
    (way,) = history["transfers"]
    assert (way["from_branch"]["branch_id"], way["to_branch"]["branch_id"]) == (branch.id, other.id)
    part = branch.does("GET", f"/people/{child}/history")
    assert [each["class"]["title"] for each in part["classes"]] == ["5-A"], "who has left is seen as far as they were here"
    assert len(part["transfers"]) == 1


def test_refused_withdrawn_and_then_over(branch: HandKept, other: HandKept):
    (child,) = branch.students(1)
    wanted = {"student_id": child, "to_branch_id": other.id}
    first = branch.does("POST", "/transfers", json=wanted)["transfer_id"]
    refused = other.does("POST", f"/transfers/{first}/refuse", json={"reason": "We are full."})
    assert (refused["state"], refused["reason"]) == ("refused", "We are full.")
    late = other.call("POST", f"/transfers/{first}/accept", json={})
    assert (late.status_code, slug(late)) == (409, "decided")
    second = branch.does("POST", "/transfers", json=wanted)["transfer_id"]
    assert other.call("DELETE", f"/transfers/{second}").status_code == 403
    assert branch.does("DELETE", f"/transfers/{second}")["state"] == "withdrawn"
    assert branch.person(child)["roles"] == ["student"]
    third = branch.does("POST", "/transfers", json=wanted)["transfer_id"]
    with ThreadPoolExecutor(2) as pool:
        accept = pool.submit(other.call, "POST", f"/transfers/{third}/accept", json={})
        withdraw = pool.submit(branch.call, "DELETE", f"/transfers/{third}")
    assert sorted([accept.result().status_code, withdraw.result().status_code]) == [200, 409], "one of them wins"


def test_the_operator_transfers_at_once(branch: HandKept, other: HandKept):
    (child,), new = branch.students(1), other.class_()
    wanted = {"student_id": child, "to_branch_id": other.id, "at_once": True, "class_id": new}
    assert branch.call("POST", "/transfers", json=wanted).status_code == 403
    assert branch.does("POST", "/transfers", operator(), json=wanted)["state"] == "accepted"
    assert child in other.members(new)
    back = {"student_id": child, "to_branch_id": branch.id, "at_once": True}
    assert other.does("POST", "/transfers", operator(), json=back)["state"] == "accepted"
    assert branch.person(child)["roles"] == ["student"]
    assert len(branch.does("GET", f"/people/{child}/history")["transfers"]) == 2


def test_strange_transfers_are_refused(branch: HandKept, other: HandKept, roster: Service):
    third = HandKept(roster)
    (child,), (foreign,) = branch.students(1), other.students(1)
    for student, target, status in (
        (foreign, other.id, 404),
        ("nobody", other.id, 404),
        (child, branch.id, 422),
        (child, "nowhere", 422),
        (child, other.id, 201),
    ):
        answer = branch.call("POST", "/transfers", json={"student_id": student, "to_branch_id": target})
        assert answer.status_code == status, answer.text
    path = f"/transfers/{answer.json()['transfer_id']}"
    assert third.call("POST", f"{path}/accept", json={}).status_code == 404
    assert third.call("DELETE", path).status_code == 404
    assert third.does("GET", "/transfers")["items"] == []
    assert other.call("POST", f"{path}/accept", json={"class_id": branch.class_()}).status_code == 422
    assert other.call("POST", f"{path}/accept", json={"on": days_from_now(1)}).status_code == 422
    assert branch.person(child)["roles"] == ["student"], "nothing half done"


def test_who_is_no_student_any_more_is_not_transferred(branch: HandKept, other: HandKept):
    """Asked for, and then the school made them something else."""
    (child,) = branch.students(1)
    transfer = branch.does("POST", "/transfers", json={"student_id": child, "to_branch_id": other.id})
    branch.does("PATCH", f"/people/{child}", branch.head, json={"roles": ["teacher"]})
    answer = other.call("POST", f"/transfers/{transfer['transfer_id']}/accept", json={})
    assert (answer.status_code, slug(answer)) == (409, "no-student-any-more")
    assert other.call("GET", f"/people/{child}").status_code == 404
    assert other.does("POST", f"/transfers/{transfer['transfer_id']}/refuse", json={"reason": None})["state"] == "refused"


def test_a_class_is_over_today_whatever_day_is_named(branch: HandKept):
    """Its teacher reaches its children no longer; a day to come is refused, as wherever somebody is moved."""
    class_id, (child,) = branch.class_(), branch.students(1)
    (teacher_id,) = (person["person_id"] for person in branch.people({"given_name": "Tahira", "roles": ["teacher"]}))
    branch.enrols(class_id, child)
    branch.enrols(class_id, teacher_id, role="teacher")
    oneself = person(teacher_id, branch.id, "teacher")
    assert branch.call("GET", f"/people/{child}/family", oneself).status_code == 200
    answer = branch.call("DELETE", f"/classes/{class_id}", params={"withdraw": "true", "on": "2098-01-01"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["on"])
    branch.does("DELETE", f"/classes/{class_id}", params={"withdraw": "true"})
    assert branch.call("GET", f"/people/{child}/family", oneself).status_code == 404


def test_an_office_finds_the_branch_that_a_student_goes_to(branch: HandKept, roster: Service):
    far, closed = HandKept(roster, "Sabzazar Girls"), HandKept(roster, "Sabzazar Boys")
    roster.call("DELETE", f"/v1/branches/{closed.id}", operator())
    wanted = {"branch_id": far.id, "name": "Sabzazar Girls", "name_ur": None}
    assert branch.does("GET", "/transfers/branches", params={"name": "sabz"})["items"] == [wanted], "its name, and no more"
    assert branch.does("GET", "/transfers/branches", params={"branch_ids": f"{far.id},{branch.id}"})["items"] == [wanted]
    everywhere = branch.does("GET", "/transfers/branches", params={"limit": 500})["items"]
    assert far.id in [each["branch_id"] for each in everywhere]
    assert branch.id not in [each["branch_id"] for each in everywhere], "a student is here already"
    assert branch.call("GET", "/transfers/branches", teacher("t1", branch.id)).status_code == 403
    assert branch.call("GET", "/transfers/branches", far.office).status_code == 403
