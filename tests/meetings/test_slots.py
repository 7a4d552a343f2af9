"""The slots that a process remembers."""

from types import SimpleNamespace
from typing import Any

from schoolbus.scope import branch
from services.meetings.booking.slots import Remembered, of_teacher

DAY = {"_id": "d1", "edition": 0}


def test_what_is_asked_for_and_not_there_is_not_remembered() -> None:
    there = {"t1": [{"_id": "slot-1"}]}
    found = SimpleNamespace(find=lambda scope, where, sort: there.get(where["teacher_id"], []))
    store: Any = SimpleNamespace(remembered=Remembered(), slots=found)
    for teacher_id in ("t1", *(f"nobody-{number}" for number in range(20))):
        assert of_teacher(store, branch("b1"), DAY, teacher_id) == there.get(teacher_id, [])
    assert store.remembered.teachers() == 1


def test_so_many_teachers_are_remembered() -> None:
    remembered = Remembered(most=10)
    for number in range(100):
        remembered.put(("d1", 0, f"t{number}"), [])
    assert remembered.teachers() <= 10
