"""Permission slips: what guardians allow, recorded so that it can be relied on."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts import activities as said
from services.meetings.activities.slips.standing import ANSWERS, GRANTED, HALF, MISSING, REFUSED, standing
from tests.meetings.activities.story import Class
from tests.meetings.story import Meetings, at_once, slug
from tests.support.people import guardian, head, office, teacher
from tests.support.roster import related
from tests.support.waiting import eventually


@pytest.fixture
def school(meetings: Meetings) -> Class:
    return Class(meetings)


def draft(school: Class, **more: Any) -> dict[str, Any]:
    by = (clock.now() + timedelta(days=5)).isoformat()
    about = {"title": "Trip to the zoo", "title_ur": "چڑیا گھر کی سیر", "text": "By bus, back by two.", "answer_by": by}
    return {**about, "audience": {"class_ids": [school.id]}, **more}


def asks(school: Class, **more: Any) -> dict[str, Any]:
    made = school.call("POST", "permission-slips", json=draft(school, **more))
    assert made.status_code == 201, made.text
    asked = school.call("POST", f"permission-slips/{made.json()['permission_slip_id']}/publication")
    assert asked.status_code == 200, asked.text
    return dict(asked.json())


def says(
    school: Class, slip: dict[str, Any], answer: str, number: int = 0, child: int | None = None, version: int = 1
) -> requests.Response:
    student_id = school.children[number if child is None else child]
    path = f"permission-slips/{slip['permission_slip_id']}/answers/{student_id}"
    return school.call("PUT", path, school.guardian(number), json={"answer": answer, "text_version": version})


def signs(school: Class, slip: dict[str, Any], number: int, caller: Any = None, **more: Any) -> requests.Response:
    path = f"permission-slips/{slip['permission_slip_id']}/paper-answers/{school.children[number]}"
    body = {"guardian_id": school.guardians[number], "answer": "yes", "text_version": 1, "note": "Folder 5"}
    return school.call("PUT", path, caller or office(), json={**body, **more})


def standings(school: Class, slip: dict[str, Any], caller: Any = None, **query: Any) -> dict[str, str]:
    path = f"permission-slips/{slip['permission_slip_id']}/students"
    answer = school.call("GET", path, caller or head(), params=query)
    assert answer.status_code == 200, answer.text
    return {each["student_id"]: each["standing"] for each in answer.json()["items"]}


def heard(school: Class, event: Any, slip: dict[str, Any]) -> list[Any]:
    found = school.meetings.service.heard(event)
    return [each for each in found if each.data["permission_slip_id"] == slip["permission_slip_id"]]


def test_a_guardian_allows_it_and_it_is_recorded(school: Class) -> None:
    slip = asks(school)
    [asked] = eventually(lambda: heard(school, said.PermissionAsked, slip))
    assert set(asked.data["student_ids"]) == set(school.children)
    for _ in range(2):
        answer = says(school, slip, "yes")
        assert answer.status_code == 200, answer.text
    consent = answer.json()
    assert (consent["answer"], consent["how"], consent["text_version"]) == ("yes", "app", 1)
    assert consent["guardian_id"] == consent["recorded_by"] == school.guardians[0]
    [recorded] = eventually(lambda: heard(school, said.ConsentRecorded, slip))
    assert (recorded.data["answer"], recorded.data["student_id"]) == ("yes", school.children[0])
    shown = school.call("GET", f"permission-slips/{slip['permission_slip_id']}", school.guardian()).json()
    by_child = {each["student_id"]: each for each in shown["children"]}
    assert by_child[school.children[0]]["standing"] == "granted"
    assert by_child[school.children[-1]]["my_answer"] is None
    assert shown["counts"] is None
    assert standings(school, slip, standing="granted") == {school.children[0]: "granted"}
    counts = school.call("GET", f"permission-slips/{slip['permission_slip_id']}").json()["counts"]
    assert counts == {"granted": 1, "refused": 0, "half": 0, "missing": 4}


def test_one_no_is_a_no_and_it_can_be_changed(school: Class, kept: Database[Any]) -> None:
    slip = asks(school)
    father = len(school.guardians) - 1
    assert says(school, slip, "yes").status_code == 200
    assert says(school, slip, "no", father, child=0).status_code == 200
    assert standings(school, slip)[school.children[0]] == "refused"
    assert says(school, slip, "withdrawn", father, child=0).status_code == 200
    assert standings(school, slip)[school.children[0]] == "granted"
    history = kept.consents.find_one({"guardian_id": school.guardians[father]})["history"]
    assert [each["answer"] for each in history] == ["no", "withdrawn"]


def test_a_yes_that_was_on_its_way_for_long_does_not_undo_a_no(school: Class) -> None:
    slip = asks(school)
    path = f"permission-slips/{slip['permission_slip_id']}/answers/{school.children[0]}"
    yes, headers = {"answer": "yes", "text_version": 1}, {"Idempotency-Key": f"key-of-{school.id}"}
    assert school.call("PUT", path, school.guardian(), json=yes, headers=headers).status_code == 200
    assert says(school, slip, "withdrawn").status_code == 200
    late = school.call("PUT", path, school.guardian(), json=yes, headers=headers)
    assert (late.status_code, late.json()["answer"]) == (200, "withdrawn")
    other = school.call("PUT", path, school.guardian(), json={**yes, "answer": "no"}, headers=headers)
    assert (other.status_code, slug(other)) == (422, "key-used-before")


def test_both_guardians_where_school_wants_both(school: Class) -> None:
    slip = asks(school, both_guardians=True)
    assert says(school, slip, "yes").status_code == 200
    assert says(school, slip, "yes", 1).status_code == 200
    found = standings(school, slip)
    assert (found[school.children[0]], found[school.children[1]]) == ("half", "granted"), "one child has one guardian"
    assert says(school, slip, "yes", len(school.guardians) - 1, child=0).status_code == 200
    assert standings(school, slip)[school.children[0]] == "granted"


def test_another_text_is_asked_anew_and_the_old_answer_stays_on_record(school: Class) -> None:
    slip = asks(school)
    assert says(school, slip, "yes").status_code == 200
    path = f"permission-slips/{slip['permission_slip_id']}"
    changed = school.call("PUT", path, json=draft(school, text="By bus, back by five.")).json()
    assert (changed["text_version"], changed["edition"]) == (2, 1)
    assert standings(school, slip)[school.children[0]] == "missing"
    old = says(school, slip, "yes")
    assert (old.status_code, slug(old), old.json()["text_version"]) == (409, "newer-text", 2)
    eventually(lambda: len(heard(school, said.PermissionAsked, slip)) == 2)
    assert says(school, slip, "yes", version=2).status_code == 200
    assert standings(school, slip)[school.children[0]] == "granted"


def test_paper_that_the_office_holds(school: Class) -> None:
    slip = asks(school)
    made = signs(school, slip, 1)
    assert (made.status_code, made.json()["how"], made.json()["recorded_by"]) == (200, "paper", "o1")
    assert standings(school, slip)[school.children[1]] == "granted"
    assert signs(school, slip, 1, guardian_id="g3").status_code == 422, "no guardian of this child"
    assert signs(school, slip, 1, caller=school.led_by()).status_code == 403


def test_only_a_guardian_who_is_told_of_the_child_decides(school: Class, meetings: Meetings) -> None:
    slip = asks(school)
    driver = f"{school.id}-driver"
    meetings.knows(related("b1", (driver, school.children[0]), may_receive_reports=False))
    path = f"permission-slips/{slip['permission_slip_id']}"
    yes = {"answer": "yes", "text_version": 1}
    for caller in (guardian(driver), guardian("g3"), school.guardian(1)):
        assert school.call("PUT", f"{path}/answers/{school.children[0]}", caller, json=yes).status_code == 404
    assert says(school, slip, "yes").status_code == 200
    meetings.knows(related("b1", (school.guardians[0], school.children[0]), may_receive_reports=False, version=2))
    assert standings(school, slip)[school.children[0]] == "missing", "who decides no more has not decided"


def test_too_late_to_say_yes_and_never_too_late_to_say_no(school: Class, kept: Database[Any]) -> None:
    activity = school.publishes()
    slip = asks(school, activity_id=activity["activity_id"])
    assert says(school, slip, "yes").status_code == 200
    kept.permission_slips.update_one({"_id": slip["permission_slip_id"]}, {"$set": {"answer_by": clock.now()}})
    late = says(school, slip, "yes", 1)
    assert (late.status_code, slug(late)) == (409, "answer-closed")
    assert signs(school, slip, 1).status_code == 200
    assert says(school, slip, "withdrawn").status_code == 200
    assert standings(school, slip)[school.children[0]] == "missing"
    kept.activities.update_one({"_id": activity["activity_id"]}, {"$set": {"starts_at": clock.now()}})
    over = says(school, slip, "no")
    assert (over.status_code, slug(over)) == (409, "over")


def test_who_leads_an_activity_sees_whether_a_child_may_come(school: Class) -> None:
    activity = school.publishes(who="students")
    school.signs_up(activity, student_ids=[school.children[0]])
    slip = asks(school, activity_id=activity["activity_id"])
    assert says(school, slip, "yes").status_code == 200
    path = f"activities/{activity['activity_id']}"
    [family] = school.call("GET", f"{path}/sign-ups").json()["items"]
    allowed = {each["student_id"]: each["permission"] for each in family["children"]}
    assert allowed == {school.children[0]: "granted", school.children[-1]: "missing"}
    assert ": granted" in school.call("GET", f"{path}/participants.csv").content.decode("utf-8-sig")


def test_who_is_missing_is_reminded_once(school: Class, kept: Database[Any]) -> None:
    slip = asks(school)
    assert says(school, slip, "yes").status_code == 200
    assert says(school, slip, "no", 1).status_code == 200
    kept.permission_slips.update_one({"_id": slip["permission_slip_id"]}, {"$set": {"remind_at": clock.now()}})
    [reminder] = eventually(lambda: heard(school, said.PermissionReminder, slip))
    assert set(reminder.data["student_ids"]) == set(school.children[2:])


def test_a_teacher_sees_who_is_missing_among_those_that_they_teach(school: Class, meetings: Meetings) -> None:
    other = Class(meetings)
    slip = asks(school, audience={"class_ids": [school.id, other.id]})
    assert set(standings(school, slip, school.led_by())) == set(school.children)
    assert len(standings(school, slip)) == len(school.children) + len(other.children)
    path = f"permission-slips/{slip['permission_slip_id']}"
    assert school.call("GET", f"{path}/students", Class(meetings).led_by()).status_code == 404
    assert school.call("GET", f"{path}/students", school.guardian()).status_code == 403
    assert school.call("PUT", path, school.led_by(), json=draft(school)).status_code == 403


def test_a_draft_is_nobodys_business_and_a_closed_one_takes_no_answer(school: Class) -> None:
    made = school.call("POST", "permission-slips", json=draft(school)).json()
    path = f"permission-slips/{made['permission_slip_id']}"
    for caller in (school.guardian(), teacher("t1")):
        assert school.call("GET", path, caller).status_code == 404
    assert says(school, made, "yes").status_code == 404
    assert school.call("DELETE", path).status_code == 204
    assert school.call("GET", path).status_code == 404
    slip = asks(school)
    for _ in range(2):
        assert school.call("DELETE", f"permission-slips/{slip['permission_slip_id']}").status_code == 204
    closed = says(school, slip, "yes")
    assert (closed.status_code, slug(closed)) == (409, "cancelled")


def test_guardians_find_what_is_asked_of_their_children(school: Class) -> None:
    slip = asks(school)
    mine = school.call("GET", "permission-slips", school.guardian(), params={"open": True}).json()["items"]
    assert [each["permission_slip_id"] for each in mine] == [slip["permission_slip_id"]]
    assert [each["student_id"] for each in mine[0]["children"]] == [school.children[0], school.children[-1]]
    assert school.call("GET", "permission-slips", guardian("g3"), params={"open": True}).json()["items"] == []


def test_the_same_guardian_from_many_phones_has_one_answer(school: Class, kept: Database[Any]) -> None:
    slip = asks(school)
    answers = at_once(*(lambda each=each: says(school, slip, each) for each in ("yes", "no") * 4))  # type: ignore[misc]
    assert {answer.status_code for answer in answers} <= {200, 409}
    [consent] = kept.consents.find({"permission_slip_id": slip["permission_slip_id"]})
    assert consent["history"][-1]["answer"] == consent["answer"]


GUARDIANS = ("g1", "g2", "g3")
consents = st.lists(
    st.fixed_dictionaries(
        {"guardian_id": st.sampled_from(GUARDIANS), "answer": st.sampled_from(ANSWERS), "text_version": st.integers(1, 2)}
    ),
    unique_by=lambda each: each["guardian_id"],
    max_size=3,
)


@given(consents, st.sets(st.sampled_from(GUARDIANS)), st.booleans())
def test_it_is_granted_by_those_who_decide_and_by_nobody_else(said_so: Any, deciders: set[str], both: bool) -> None:
    found = standing(said_so, deciders, 2, both=both)
    counts = [each["answer"] for each in said_so if each["guardian_id"] in deciders and each["text_version"] == 2]
    if found == GRANTED:
        assert "no" not in counts
        assert counts.count("yes") >= (min(2, len(deciders)) if both else 1)
    assert (found == REFUSED) == ("no" in counts)
    assert (found == MISSING) == (not {"yes", "no"} & set(counts))
    assert found != HALF or both
