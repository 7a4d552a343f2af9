"""How subjects are taught: in a class, in a grade, in the branch."""

import uuid

import pytest

from tests.reports.classrooms import Classroom
from tests.reports.story import Branch
from tests.support.people import head
from tests.support.roster import classes, enrolled, people, someone

PHONICS = {
    "subject": "English",
    "text": "We sound words out.",
    "text_ur": "ہم آواز سے پڑھتے ہیں۔",
    "guide_id": "guide-1",
}
ALL = "teaching-methods"


@pytest.fixture
def room(branch: Branch) -> Classroom:
    return Classroom(branch)


def test_of_the_class_its_grade_and_the_branch(room: Classroom) -> None:
    office = head(branch_id=room.branch.id)
    id = str(uuid.uuid4())
    own, again = (room.ask("POST", ALL, None, 201, json={**PHONICS, "class_id": "c1", "teaching_method_id": id}) for _ in "12")
    assert own == again
    assert own["guide"] == f"/v1/branches/{room.branch.id}/guides/guide-1"
    of_grade = room.ask("POST", ALL, office, 201, json={**PHONICS, "subject": "Maths", "grades": ["05", "6"]})
    of_all = room.ask("POST", ALL, office, 201, json={**PHONICS, "subject": "Art", "guide_id": None})
    room.ask("POST", ALL, office, 201, json={**PHONICS, "subject": "Biology", "grades": ["9"]})
    found = room.ask("GET", f"{ALL}?class_id=c1", room.guardian())["items"]
    assert found == [of_all, own, of_grade]  # by subject
    assert of_all["guide"] is None
    assert room.ask("GET", f"{ALL}/{own['teaching_method_id']}", room.guardian("g3")) == own
    now = room.ask("PUT", f"{ALL}/{id}", json={**PHONICS, "text": "We read aloud.", "edition": 0})
    assert (now["text"], now["edition"]) == ("We read aloud.", 1)
    assert room.refused("PUT", f"{ALL}/{id}", json={**PHONICS, "edition": 0}) == (409, "gone-on")
    room.ask("DELETE", f"{ALL}/{id}", status=204)
    assert room.refused("GET", f"{ALL}/{id}", room.guardian()) == (404, "not-found")


def test_a_teacher_writes_of_their_own_class_alone(room: Classroom) -> None:
    branch = room.branch
    branch.knows(
        people(branch.id, someone("t7", "teacher")), classes(branch.id, "c1", "c7"), enrolled(branch.id, "c7", teachers=("t7",))
    )
    other = branch.teacher("t7")
    assert room.refused("POST", ALL, other, json={**PHONICS, "class_id": "c1"}) == (403, "not-your-class")
    assert room.refused("POST", ALL, json=PHONICS) == (403, "not-your-class")
    assert room.refused("POST", ALL, json={**PHONICS, "class_id": "c1", "grades": ["5"]}) == (422, "invalid")
    own = room.ask("POST", ALL, None, 201, json={**PHONICS, "class_id": "c1"})
    path = f"{ALL}/{own['teaching_method_id']}"
    for caller in (other, room.guardian("g4")):
        assert room.refused("GET", path, caller) == (404, "not-found")
    assert room.refused("DELETE", path, other) == (404, "not-found")
    assert room.refused("GET", f"{ALL}?class_id=c1", room.guardian("g4")) == (404, "not-found")
    of_all = room.ask("POST", ALL, head(branch_id=branch.id), 201, json=PHONICS)
    assert room.refused("PUT", f"{ALL}/{of_all['teaching_method_id']}", json={**PHONICS, "edition": 0}) == (
        403,
        "not-your-class",
    )
