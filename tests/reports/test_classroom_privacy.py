"""What becomes of the classroom when somebody is erased, and what they are given of it."""

from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.privacy import documents, erase
from schoolbus.scope import WHOLE_CHAIN
from services.reports.privacy import HELD
from services.reports.store import Store
from tests.support.roster import branch

SECRET = "He hides his books"
WITH_PEOPLE = (
    *("homework", "homework_editions", "homework_answers", "homework_files", "diary", "class_timetables"),
    *("expectations", "acknowledgements", "learning_goals", "teaching_methods"),
)
AT = {"branch_id": "b1", "class_id": "c1", "class_title": "5 A"}


@pytest.fixture
def store(store: Store) -> Store:
    store.keep_branch(branch("b1"))
    at = now()
    by: dict[str, Any] = {"written_by": "t1", "written_at": at}
    words = {"title": SECRET, "text": SECRET, "steps": [], "attachments": []}
    store.homework.add({"_id": "h1", **AT, **words, "teacher_id": "t1", "changed_by": "t1"})
    store.homework_editions.add({"_id": "v1", **AT, **words, "homework_id": "h1", "edition": 0, "written_by": "t1"})
    seen = [{"by": who, "at": at, "edition": 0} for who in ("g1", "g2")]
    child = {"student_id": "s1", "seen": seen, "signatures": seen[:1], "done_by": "g1", "checked_by": "t1"}
    store.homework_answers.add({"_id": "a1", **AT, "homework_id": "h1", **child, "comment": SECRET, "done": "yes"})
    store.homework_files.add({"_id": "f1", **AT, "owner_id": "t1", "name": SECRET})
    store.diary.add({"_id": "d1", **AT, **by, "text": "We read."})
    store.class_timetables.add({"_id": "k1", **AT, **by, "periods": [{"teacher_id": "t1"}, {"teacher_id": "t2"}]})
    store.expectations.add({"_id": "e1", **AT, **by, "edition": 1})
    store.acknowledgements.add({"_id": "c1", **AT, "edition": 1, "guardian_id": "g1", "at": at})
    notes = [{"text": SECRET, "by": "t1", "at": at}]
    goal = {"student_id": "s1", "text": SECRET, "steps": [{"text": SECRET}], "notes": notes, "set_by": "t1"}
    store.learning_goals.add({"_id": "g1", **AT, **goal, "state": "reached"})
    store.teaching_methods.add({"_id": "m1", **AT, **by, "text": "Aloud."})
    return store


def kept(store: Store) -> dict[str, Any]:
    return {name: getattr(store, name).find(WHOLE_CHAIN) for name in WITH_PEOPLE}


@pytest.mark.parametrize("person_id", ["g2", "s1", "t1"])
def test_who_is_erased_is_nowhere_and_what_counts_stays(store: Store, person_id: str) -> None:
    erase(store, HELD, person_id, ["b1"])
    left = kept(store)
    assert f"'{person_id}'" not in str(left)
    assert {name: len(found) for name, found in left.items()} == dict.fromkeys(WITH_PEOPLE, 1)
    assert left["homework_answers"][0]["done"] == "yes"
    assert left["learning_goals"][0]["state"] == "reached"


def test_what_was_said_of_a_child_goes_with_the_child(store: Store) -> None:
    erase(store, HELD, "s1", ["b1"])
    left = kept(store)
    assert SECRET not in str([left["homework_answers"], left["learning_goals"]])
    assert left["homework"][0]["text"] == SECRET, "what was set for a class stays"
    erase(store, HELD, "t1", ["b1"])
    assert SECRET not in str(kept(store))


def test_each_is_given_their_own(store: Store) -> None:
    of_child = dict(documents(store, HELD, "s1", ["b1"]))
    assert (of_child["homework_answers"]["comment"], of_child["learning_goals"]["text"]) == (SECRET, SECRET)
    of_guardian = [found for name, found in documents(store, HELD, "g2", ["b1"]) if name == "homework_answers"]
    assert [[each["by"] for each in found["seen"]] for found in of_guardian] == [["g2"]]
    of_teacher = dict(documents(store, HELD, "t2", ["b1"]))
    assert of_teacher["class_timetables"]["periods"] == [{"teacher_id": "t2"}]
