"""A child's today: what is due, what is new, and nobody else's."""

import pytest

from tests.reports.story import Branch, in_days
from tests.support.people import head, office
from tests.support.roster import classes, enrolled, people, related, someone


def titles(today: dict) -> list[str]:
    return [homework["title"] for homework in today["homework"]]


def test_shows_what_is_due_the_next_first(branch: Branch) -> None:
    branch.sets_homework(title="Later", due_on=in_days(5))
    branch.sets_homework(title="Today", due_on=in_days(0))
    today = branch.today("s1", branch.guardian())
    assert titles(today) == ["Today", "Later"]
    assert today["homework"][0]["class_title"] == "Class c1"
    assert (today["given_name"], today["name_ur"], today["date"]) == ("Ayesha", "عائشہ خان", in_days(0))
    assert (today["report_cards"], today["home_notes"]) == ([], [])


def test_for_guardians_teachers_head_and_office(branch: Branch) -> None:
    for caller in (branch.guardian("g2"), branch.teacher("t2"), head(branch_id=branch.id), office(branch_id=branch.id)):
        assert branch.today("s1", caller)["student_id"] == "s1"


@pytest.mark.parametrize("student_id", ["s1", "unknown", "g1", "c1", "%00", "$ne"])
def test_a_stranger_sees_what_an_unknown_id_shows(branch: Branch, student_id: str) -> None:
    branch.today("s1", branch.guardian())  # gathered: it is there to be seen
    for caller in (branch.guardian("g3"), branch.guardian("g4"), branch.teacher("t9")):
        answer = branch.call("GET", f"today/{student_id}", caller)
        assert answer.status_code == 404
        assert "Ayesha" not in answer.text
        assert answer.json()["title"] == "Student is not here"


def test_not_in_another_branch(branch: Branch, elsewhere: Branch) -> None:
    branch.sets_homework(title="Ours")
    assert branch.call("GET", "today/s1", elsewhere.guardian()).status_code == 403
    assert titles(elsewhere.today("s1", elsewhere.guardian())) == []
    assert branch.call("GET", "today/s1", None).status_code == 401


def test_a_right_that_is_taken_away_is_gone_and_an_old_event_does_not_bring_it_back(elsewhere: Branch) -> None:
    elsewhere.today("s3", elsewhere.guardian("g3"))
    elsewhere.knows(related(elsewhere.id, ("g3", "s3"), version=3, may_receive_reports=False))
    assert elsewhere.call("GET", "today/s3", elsewhere.guardian("g3")).status_code == 404
    elsewhere.knows(related(elsewhere.id, ("g3", "s3"), version=2))
    assert elsewhere.call("GET", "today/s3", elsewhere.guardian("g3")).status_code == 404
    elsewhere.knows(related(elsewhere.id, ("g3", "s3"), version=4), related(elsewhere.id, ("g3", "s3"), version=4))
    elsewhere.today("s3", elsewhere.guardian("g3"))


def test_follows_a_child_to_another_class(elsewhere: Branch) -> None:
    elsewhere.knows(classes(elsewhere.id, "c1", "c2"), enrolled(elsewhere.id, "c2", teachers=("t2",)))
    elsewhere.sets_homework(title="First class")
    elsewhere.sets_homework(elsewhere.teacher("t2"), title="Second class", class_id="c2")
    assert titles(elsewhere.today("s2", elsewhere.guardian())) == ["First class"]
    elsewhere.knows(
        enrolled(elsewhere.id, "c1", students=("s2",), version=2, active=False), enrolled(elsewhere.id, "c2", students=("s2",))
    )
    assert titles(elsewhere.today("s2", elsewhere.guardian())) == ["Second class"]
    assert elsewhere.call("GET", "today/s2", elsewhere.teacher("t1")).status_code == 404


def test_an_enrollment_that_becomes_another_childs_leaves_the_first(elsewhere: Branch) -> None:
    seat = {"enrollment_id": "seat-1", "class_id": "c3", "role": "student", "active": True}
    event = enrolled(elsewhere.id, "c3", teachers=("t1",))
    event.data["items"].append({**seat, "person_id": "s1", "version": 1})
    elsewhere.knows(classes(elsewhere.id, "c3"), event)
    elsewhere.sets_homework(title="Third class", class_id="c3")
    assert "Third class" in titles(elsewhere.today("s1", elsewhere.guardian()))
    event = enrolled(elsewhere.id, "c3")
    event.data["items"].append({**seat, "person_id": "s2", "version": 2})
    elsewhere.knows(event)
    assert "Third class" not in titles(elsewhere.today("s1", elsewhere.guardian()))
    assert "Third class" in titles(elsewhere.today("s2", elsewhere.guardian()))


def test_who_left_the_roster_is_not_there(elsewhere: Branch) -> None:
    elsewhere.knows(people(elsewhere.id, someone("s7", "student")), related(elsewhere.id, ("g1", "s7")))
    elsewhere.today("s7", elsewhere.guardian())
    elsewhere.knows(people(elsewhere.id, someone("s7", "student", version=2, active=False)))
    assert elsewhere.call("GET", "today/s7", elsewhere.guardian()).status_code == 404


def test_unchanged_it_is_not_sent_again(branch: Branch) -> None:
    first = branch.call("GET", "today/s1", branch.guardian())
    again = branch.call("GET", "today/s1", branch.guardian(), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
