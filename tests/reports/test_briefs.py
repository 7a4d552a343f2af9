"""What meetings is told of students: each brief whole, a class at once, however often and however late."""

from typing import Any

import pytest

from schoolbus import clock
from schoolbus.contracts.reports import StudentsBriefed
from schoolbus.contracts.roster import BranchChanged, PersonErased
from schoolbus.scope import WHOLE_CHAIN
from services.reports import briefs
from services.reports.store import Store
from tests.reports.story import Branch, in_days
from tests.support.roster import enrolled, people, small_branch, someone
from tests.support.waiting import eventually


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    return store


def newest(branch: Branch, student_id: str) -> dict[str, Any]:
    """What a reader has of a student by now."""
    items = [item for event in branch.heard(StudentsBriefed) for item in event.data["items"]]
    own = [item for item in items if item["student_id"] == student_id]
    return max(own, key=lambda item: item["version"]) if own else {"marks": [], "homework": [], "home_notes": []}


def told_at_once(store: Store) -> list[list[str]]:
    """The students of each event that the worker makes of what waits, without its two seconds."""
    store.briefs.change_all(WHOLE_CHAIN, {"due": True}, {"touched_at": clock.now() - briefs.SETTLED})
    told = []
    while piece := briefs.claim(store):
        briefs.tell(store, piece)
        told.append(sorted(brief["student_id"] for brief in piece["briefs"]))
    return told


def said(store: Store) -> list[dict[str, Any]]:
    """All items that wait to be published."""
    entries = [entry for each in store.chunks.collection.find() for entry in each.get("outbox", [])]
    made = [StudentsBriefed.decode(entry["body"]) for entry in entries if "students_briefed" in entry["key"]]
    return [item for event in made for item in event.data["items"]]


def test_a_class_that_is_marked_is_one_event(branch: Branch) -> None:
    assert branch.marks("Mid term", s1="40", s2="33.5", s3="12").status_code == 200
    event = eventually(lambda: branch.heard(StudentsBriefed))[0]
    assert {item["student_id"] for item in event.data["items"]} == {"s1", "s2", "s3"}
    branch.marks("mid TERM", subject="ENGLISH", s1="41")
    branch.marks("Mid term", subject="Urdu", s1="20")
    eventually(lambda: len(newest(branch, "s1")["marks"]) == 2)
    assert [(mark["subject"], mark["score"]) for mark in newest(branch, "s1")["marks"]] == [("Urdu", "20"), ("ENGLISH", "41")]
    assert not any(mark["on_card"] for mark in newest(branch, "s1")["marks"])


def test_it_has_homework_home_notes_and_whether_a_card_says_the_mark(branch: Branch) -> None:
    branch.sets_homework(title="Maps", due_on=in_days(3))
    branch.writes(text="She draws maps. " * 40)
    branch.marks("Final", s1="50")
    branch.issues("Final", student_ids=["s1"])
    brief = eventually(lambda: _whole(newest(branch, "s1")))
    assert [(due["title"], due["due_on"]) for due in brief["homework"]] == [("Maps", in_days(3))]
    assert (brief["home_notes"][0]["kind"], len(brief["home_notes"][0]["text"])) == ("strengths", briefs.TEXT)
    branch.knows(people(branch.id, someone("s9", "student")), enrolled(branch.id, "c1", students=("s9",)))
    eventually(lambda: newest(branch, "s9")["homework"])


def _whole(brief: dict[str, Any]) -> dict[str, Any] | None:
    return brief if brief["homework"] and brief["home_notes"] and any(mark["on_card"] for mark in brief["marks"]) else None


def test_what_an_erased_guardian_wrote_is_in_no_brief(branch: Branch) -> None:
    branch.writes(branch.guardian("g3"), student_id="s3", text="We moved house.")
    eventually(lambda: newest(branch, "s3")["home_notes"])
    said = PersonErased(branch_id=branch.id, subject="g3", erasure_id="e1", person_id="g3", branch_ids=[branch.id])
    branch.service.say(said)
    eventually(lambda: [note["text"] for note in newest(branch, "s3")["home_notes"]] == [""])


def test_who_dies_after_the_change_has_told_of_it_before(store: Store) -> None:
    left = briefs.changing(store, "b1", ["s1"])
    left.__enter__()
    store.home_notes.add(_note("n1", "s1"))
    assert told_at_once(store) == [["s1"]]
    assert [(item["version"], item["home_notes"][0]["home_note_id"]) for item in said(store)] == [(1, "n1")]
    assert told_at_once(store) == []


def test_what_changes_while_it_is_told_is_told_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with briefs.changing(store, "b1", ["s1"]):
        store.home_notes.add(_note("n1", "s1"))
    gathered = briefs.gather

    def then_written(*arguments: Any) -> Any:
        found = gathered(*arguments)
        monkeypatch.setattr(briefs, "gather", gathered)
        with briefs.changing(store, "b1", ["s1"]):
            store.home_notes.add(_note("n2", "s1"))
        return found

    monkeypatch.setattr(briefs, "gather", then_written)
    assert told_at_once(store) == [["s1"]]
    assert told_at_once(store) == [["s1"]]
    assert [(item["version"], len(item["home_notes"])) for item in said(store)] == [(2, 1), (4, 2)]


def test_what_was_there_before_is_told_once(store: Store) -> None:
    store.home_notes.add(_note("n1", "s2"))
    due = {"class_id": "c1", "state": "set", "class_title": "C", "title": "Sums", "subject": None, "due_on": in_days(2)}
    store.homework.add({"_id": "h1", "branch_id": "b1", **due})
    briefs.begin_fill(store)
    while doing := briefs.claim_fill(store):
        briefs.fill(store, doing)
    assert told_at_once(store) == [["s1", "s2", "s3"]]
    briefs.begin_fill(store)
    assert briefs.claim_fill(store) is None


def test_of_whom_there_is_nothing_nothing_is_told(store: Store) -> None:
    store.touch_briefs("b1", ["s1"])
    assert told_at_once(store) == [["s1"]]
    assert said(store) == []


def test_hundreds_of_students_are_some_events(store: Store) -> None:
    ids = [f"x{number}" for number in range(250)]
    for id in ids:
        store.home_notes.add(_note(f"n-{id}", id))
    store.touch_briefs("b1", ids)
    assert [len(part) for part in told_at_once(store)] == [100, 100, 50]
    assert len(said(store)) == 250


def _note(id: str, student_id: str) -> dict[str, Any]:
    whose = {"branch_id": "b1", "student_id": student_id, "guardian_id": "g1"}
    return {"_id": id, **whose, "kind": "strengths", "text": "Sings.", "written_at": clock.now(), "acknowledged": False}
