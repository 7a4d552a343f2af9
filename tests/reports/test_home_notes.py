"""A guardian tells how it goes at home; a teacher of the child says that it was read."""

import uuid
from typing import Any

import pytest

from schoolbus.contracts.reports import HomeNoteAcknowledged, HomeNoteWritten
from tests.reports.story import Branch, slug
from tests.support.people import head, office, person
from tests.support.roster import classes, enrolled, people, someone
from tests.support.waiting import eventually


def test_written_by_a_guardian_and_seen_by_the_teachers(branch: Branch) -> None:
    note = branch.writes(text="Reads\nat night.").json()
    assert (note["text"], note["acknowledged"]) == ("Reads\nat night.", False)
    (said,) = eventually(lambda: [event for event in branch.heard(HomeNoteWritten) if event.subject == note["home_note_id"]])
    assert (said.data["guardian_id"], said.data["teacher_ids"]) == ("g1", ["t1", "t2"])
    for caller in (branch.teacher("t1"), branch.teacher("t2"), branch.guardian()):
        assert branch.notes(caller)[0]["home_note_id"] == note["home_note_id"]
    for caller in (branch.guardian("g2"), branch.guardian("g3"), branch.teacher("t9")):
        assert branch.notes(caller) == []


def test_listed_for_one_child(branch: Branch) -> None:
    note = branch.writes().json()
    of_child = [each["home_note_id"] for each in branch.notes(branch.guardian(), f"?student_id={note['student_id']}")]
    assert note["home_note_id"] in of_child
    assert branch.notes(branch.guardian(), "?student_id=another") == []


def test_acknowledged_once_however_often_it_is_said(branch: Branch) -> None:
    note_id = branch.writes().json()["home_note_id"]
    path = f"home-notes/{note_id}/acknowledgement"
    first = branch.call("POST", path, branch.teacher("t1"))
    assert (first.status_code, first.json()["acknowledged_by"]) == (200, "t1")
    for caller in (branch.teacher("t1"), branch.teacher("t2")):
        assert branch.call("POST", path, caller).json() == first.json()
    branch.writes(text="The last")
    eventually(lambda: [event for event in branch.heard(HomeNoteAcknowledged) if event.subject == note_id])
    assert [event.data["teacher_id"] for event in branch.heard(HomeNoteAcknowledged) if event.subject == note_id] == ["t1"]
    assert note_id in [note["home_note_id"] for note in branch.notes(branch.teacher(), "?acknowledged=true")]
    assert note_id not in [note["home_note_id"] for note in branch.notes(branch.teacher(), "?acknowledged=false")]


def test_today_shows_the_writer_that_it_was_read(branch: Branch) -> None:
    note_id = branch.writes().json()["home_note_id"]
    assert note_id not in [note["home_note_id"] for note in branch.today("s1", branch.guardian())["home_notes"]]
    branch.call("POST", f"home-notes/{note_id}/acknowledgement", branch.teacher())
    assert note_id in [note["home_note_id"] for note in branch.today("s1", branch.guardian())["home_notes"]]
    assert branch.today("s1", branch.guardian("g2"))["home_notes"] == []


def test_today_shows_home_notes_to_whom_home_notes_does(branch: Branch) -> None:
    """Head and office are not among them; a head who teaches the child is its teacher."""
    note_id = branch.writes().json()["home_note_id"]
    branch.call("POST", f"home-notes/{note_id}/acknowledgement", branch.teacher(), json={"answer": "Thank you for this."})
    branch.knows(people(branch.id, someone("h2", "head", "teacher")), enrolled(branch.id, "c1", teachers=("h2",)))
    here = {"branch_id": branch.id}
    for who in (branch.teacher(), person("h2", branch.id, "head", "teacher")):
        assert note_id in [note["home_note_id"] for note in branch.today("s1", who)["home_notes"]]
    for who in (head(**here), office(**here)):
        today = branch.today("s1", who)
        assert (today["home_notes"], "Thank you for this." in str(today)) == ([], False)


def test_sent_twice_it_is_written_once(branch: Branch) -> None:
    home_note_id = str(uuid.uuid4())
    first, second = (branch.writes(home_note_id=home_note_id) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert branch.writes(home_note_id=home_note_id, text="Another").status_code == 409
    assert branch.writes(branch.guardian("g2"), home_note_id=home_note_id).status_code == 409


def test_only_about_ones_own_child_and_to_its_teachers(branch: Branch, elsewhere: Branch) -> None:
    unknown = branch.writes(student_id="unknown")
    strange = branch.writes(student_id="s3")
    assert (strange.status_code, strange.json()) == (404, unknown.json())
    assert branch.writes(branch.teacher()).status_code == 403
    assert branch.writes(elsewhere.guardian()).status_code == 403
    note_id = branch.writes().json()["home_note_id"]
    branch.knows(classes(branch.id, "c1", "c2"), enrolled(branch.id, "c2", teachers=("t3",)))
    path = f"home-notes/{note_id}/acknowledgement"
    assert branch.call("POST", path, branch.teacher("t3")).status_code == 404
    assert branch.call("POST", path, branch.guardian()).status_code == 403
    assert elsewhere.call("POST", path, elsewhere.teacher()).status_code == 404
    assert branch.call("POST", "home-notes/unknown/acknowledgement", branch.teacher()).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gossip"},
        {"kind": None},
        {"text": ""},
        {"text": "\n \t"},
        {"text": "x" * 2001},
        {"student_id": 1},
        {"home_note_id": 1},
    ],
    ids=str,
)
def test_wrong_input_is_named_and_nothing_is_stored(branch: Branch, wrong: dict[str, Any]) -> None:
    before = branch.notes(branch.guardian(), "?limit=500")
    answer = branch.writes(**wrong)
    assert (answer.status_code, slug(answer), list(answer.json()["errors"])) == (422, "invalid", list(wrong))
    assert branch.notes(branch.guardian(), "?limit=500") == before
    assert branch.call("GET", "home-notes?acknowledged=perhaps", branch.teacher()).status_code == 422


def test_what_a_merged_record_wrote_is_the_guardians_to_open(branch: Branch) -> None:
    """The list, the note itself, and that it was read."""
    note_id = branch.writes(branch.guardian("g2")).json()["home_note_id"]
    branch.call("POST", f"home-notes/{note_id}/acknowledgement", branch.teacher())
    assert note_id not in [note["home_note_id"] for note in branch.today("s1", branch.guardian())["home_notes"]]
    assert branch.call("GET", f"home-notes/{note_id}", branch.guardian()).status_code == 404
    branch.knows(people(branch.id, someone("g2", "guardian", version=2, active=False, counts_as="g1")))
    try:
        assert note_id in [note["home_note_id"] for note in branch.notes(branch.guardian())]
        assert branch.call("GET", f"home-notes/{note_id}", branch.guardian()).status_code == 200
        assert note_id in [note["home_note_id"] for note in branch.today("s1", branch.guardian())["home_notes"]]
    finally:
        branch.knows(people(branch.id, someone("g2", "guardian", version=3)))
