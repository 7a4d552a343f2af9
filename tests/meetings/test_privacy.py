"""What becomes of meetings when somebody is erased."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.privacy import documents, erase
from schoolbus.scope import WHOLE_CHAIN
from services.meetings import erasing
from services.meetings.privacy import HELD
from services.meetings.promising import reminding
from services.meetings.store import Store
from services.meetings.writing import answering
from tests.support.roster import branch


@pytest.fixture
def store(store: Store) -> Store:
    day = {"_id": "d", "branch_id": "b1", "title": "Day", "held_on": "2026-12-01"}
    at_home = {"telephone": "+923001110009"}
    teachers = [{"teacher_id": "t1", "ways": at_home}, {"teacher_id": "t2", "ways": {"visit": "Room 2"}}]
    store.meeting_days.add({**day, "teachers": teachers})
    when = {"branch_id": "b1", "meeting_day_id": "d", "teacher_id": "t1", "starts_at": now(), "ends_at": now()}
    store.slots.add({"_id": "l1", **when, "ways": at_home})
    who = {"guardian_id": "g1", "student_id": "s1", "attended_by": ["g1", "t1"], "summary": "Zoya", "place": "+923001110009"}
    store.bookings.add({"_id": "k1", "slot_id": "l1", **when, **who, "state": "booked", "live": True, "minutes": [1]})
    return store


SECRET = "She is afraid of the dark"


@pytest.mark.parametrize("person_id", ["g1", "s1"])
def test_what_was_said_in_words_goes_with_the_family(store: Store, person_id: str) -> None:
    whose = {"branch_id": "b1", "student_id": "s1", "guardian_id": "g1", "teacher_id": "t1"}
    store.bookings.change(WHOLE_CHAIN, "k1", {"prepared": {"questions": SECRET}})
    store.call_wishes.add({"_id": "k1", **whose, "words": SECRET, "state": "wished"})
    store.commitments.add({"_id": "c1", **whose, "text": SECRET, "word": SECRET, "state": "open"})
    store.written_meetings.add({"_id": "w1", **whose, "answers": {"guardian": {"worries": SECRET}}, "occasion": "o"})
    notes = [{"guardian_id": "g1", "text": SECRET}]
    store.briefs.project("b1", [{"student_id": "s1", "version": 1, "marks": [], "homework": [], "home_notes": notes}])
    erase(store, HELD, person_id, ["b1"])
    kept = [each for name in WITH_WORDS for each in getattr(store, name).find(WHOLE_CHAIN)]
    assert SECRET not in str(kept)
    assert person_id not in str([each for each in kept if each["_id"] != "b1:s1"])


def test_a_childs_notes_go_with_the_child_and_a_guardian_has_the_shared_ones(store: Store) -> None:
    whose = {"branch_id": "b1", "student_id": "s1", "guardian_id": "g1", "teacher_id": "t1"}
    store.notes.add({"_id": "k1", **whose, "shared": "Reads well", "private": SECRET, "written_at": now()})
    assert "private" not in dict(documents(store, HELD, "g1", ["b1"]))["notes"]
    assert dict(documents(store, HELD, "t1", ["b1"]))["notes"]["private"] == SECRET
    erase(store, HELD, "s1", ["b1"])
    assert SECRET not in str(store.notes.find(WHOLE_CHAIN))


WITH_WORDS = ("bookings", "call_wishes", "commitments", "written_meetings", "briefs")


@pytest.mark.parametrize("person_id", ["g1", "s1", "t1"])
def test_a_meeting_that_was_stays_with_nobody_known(store: Store, person_id: str) -> None:
    erasing.end_of(store, person_id, ["b1"])
    erase(store, HELD, person_id, ["b1"])
    booking = store.bookings.one(WHOLE_CHAIN, "k1")
    assert booking["attendance_asked"], "nobody is asked who came"
    assert (booking["state"], booking["summary"], len(booking["attended_by"])) == ("booked", "", 2)
    assert person_id not in str(booking)
    others = {"g1", "s1", "t1"} - {person_id}
    assert all(other in str(booking) for other in others)


@pytest.mark.parametrize("person_id", ["g1", "s1", "t1"])
def test_nothing_speaks_of_them_any_more(store: Store, person_id: str) -> None:
    store.keep_branch(branch("b1"))
    whose = {"branch_id": "b1", "student_id": "s1", "guardian_id": "g1", "teacher_id": "t1", "edition": 0}
    due = {"owners": ["guardian", "teacher"], "due_on": "2026-01-02", "remind_on": "2026-01-01"}
    over = {"remind_at": now() - timedelta(days=2), "answer_by": now() - timedelta(days=1)}
    store.commitments.add({"_id": "c1", **whose, **due, "state": "open"})
    store.written_meetings.add({"_id": "w1", **whose, **over, "state": "asked", "open": True, "live": True, "answers": {}})
    children = [{"student_id": id, "teacher_ids": ["t1"]} for id in ("s1", "s2")]
    store.wishes.add({"_id": "w", "branch_id": "b1", "meeting_day_id": "d", "guardian_id": "g9", "children": children})
    erasing.end_of(store, person_id, ["b1"])
    erase(store, HELD, person_id, ["b1"])
    reminding.remind(store)
    answering.remind(store)
    answering.end(store)
    told = [each for name in ("commitments", "written_meetings") for each in waiting_events(store, name)]
    assert told == []
    assert store.commitments.one(WHOLE_CHAIN, "c1")["remind_on"] is None
    assert store.written_meetings.one(WHOLE_CHAIN, "w1")["state"] == "lapsed"
    left = [child["student_id"] for child in store.wishes.one(WHOLE_CHAIN, "w")["children"]]
    assert left == (["s2"] if person_id == "s1" else ["s1", "s2"])


def waiting_events(store: Store, name: str) -> list[Any]:
    """What is in the outbox of a collection's documents."""
    return [event for each in getattr(store, name).collection.find() for event in each.get("outbox", ())]


def test_where_a_teacher_was_to_be_found_goes_with_them_alone(store: Store) -> None:
    erase(store, HELD, "t1", ["b1"])
    first, second = store.meeting_days.one(WHOLE_CHAIN, "d")["teachers"]
    assert (first["ways"], second) == ({}, {"teacher_id": "t2", "ways": {"visit": "Room 2"}})
    assert (store.slots.one(WHOLE_CHAIN, "l1")["ways"], store.bookings.one(WHOLE_CHAIN, "k1")["place"]) == ({}, "")


def test_what_is_kept_beside_a_day_goes_with_whom_it_is_about(store: Store) -> None:
    of_day = {"branch_id": "b1", "meeting_day_id": "d"}
    store.invitations.add({"_id": "i1", **of_day, "student_id": "s1", "told_at": now()})
    store.priorities.add({"_id": "p1", **of_day, "student_id": "s1", "teacher_id": "t1", "marked_at": now()})
    store.availabilities.add({"_id": "b1:t1", "branch_id": "b1", "teacher_id": "t1", "patterns": [], "exceptions": []})
    shown = dict(documents(store, HELD, "s1", ["b1"]))
    assert "invitations" in shown
    assert "priorities" not in shown, "not for families to see"
    assert {"priorities", "availabilities"} <= set(dict(documents(store, HELD, "t1", ["b1"])))
    erase(store, HELD, "s1", ["b1"])
    erase(store, HELD, "t1", ["b1"])
    for each in (store.invitations, store.priorities, store.availabilities):
        assert each.count(WHOLE_CHAIN) == 0


def test_nobody_gets_another_ones_part(store: Store) -> None:
    of_teacher = dict(documents(store, HELD, "t1", ["b1"]))
    assert [each["teacher_id"] for each in of_teacher["meeting_days"]["teachers"]] == ["t1"]
    assert "summary" not in of_teacher["bookings"]
    assert all(other not in str(of_teacher) for other in ("g1", "s1", "Zoya"))
    assert dict(documents(store, HELD, "g1", ["b1"]))["bookings"]["summary"] == "Zoya"


def test_nobody_stands_in_a_day_whom_it_invited_or_missed(store: Store) -> None:
    invited = {"grades": [], "class_ids": [], "student_ids": ["s1"]}
    absences = [{"teacher_id": id, "starts_at": now(), "ends_at": now()} for id in ("t9", "t2")]
    store.meeting_days.change(WHOLE_CHAIN, "d", {"invited": invited, "absences": absences})
    for person_id in ("s1", "t9"):
        erase(store, HELD, person_id, ["b1"])
    day = store.meeting_days.one(WHOLE_CHAIN, "d")
    [pseudonym] = day["invited"]["student_ids"]
    assert pseudonym != "s1", "not empty either: everybody would be invited"
    assert [each["teacher_id"] == "t2" for each in day["absences"]] == [False, True]


def test_what_is_of_no_branch_is_exported_to_oneself_and_goes(store: Store) -> None:
    store.feeds.add({"_id": "g1", "branch_id": [], "person_id": "g1", "secret_hash": "x", "as_staff": False, "made_at": now()})
    assert "feeds" in dict(documents(store, HELD, "g1", ["b1"], of_chain=True))
    assert "feeds" not in dict(documents(store, HELD, "g1", ["b1"])), "not what one branch may have"
    erase(store, HELD, "g1", ["b1"])
    assert store.feeds.count(WHOLE_CHAIN) == 0
