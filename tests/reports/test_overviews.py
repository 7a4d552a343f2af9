"""What today shows is never older than what the roster's copy says."""

import json
from datetime import timedelta
from typing import Any

import pytest

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.roster import BranchChanged
from schoolbus.problems import NotFound
from services.reports.classroom.homework import setting
from services.reports.classroom.homework.schemas import HomeworkDraft
from services.reports.store import Store
from services.reports.today import overviews, today
from tests.support.people import guardian, teacher, using
from tests.support.roster import enrolled, people, related, small_branch, someone


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Overviews are kept without the two seconds' wait."""
    monkeypatch.setattr(overviews, "UNSETTLED", timedelta(0))


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    return store


def seen(store: Store, caller: Caller, student_id: str = "s1") -> dict[str, Any]:
    return dict(json.loads(today.of_student(store, using(caller, "see today"), "b1", student_id)))


@pytest.mark.usefixtures("at_once")
def test_it_is_gathered_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = seen(store, guardian("g1"))
    monkeypatch.setattr(overviews, "gather", None)
    assert seen(store, guardian("g1")) == first


@pytest.mark.usefixtures("at_once")
def test_what_changes_while_it_is_gathered_is_not_missed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A right is withdrawn after gather has read the guardians, before it keeps what it read."""
    read = store.guardians_of

    def read_then_withdraw(*args: Any) -> list[str]:
        found = read(*args)
        monkeypatch.setattr(store, "guardians_of", read)
        store.keep(related("b1", ("g1", "s1"), version=2, may_receive_reports=False))
        return found

    monkeypatch.setattr(store, "guardians_of", read_then_withdraw)
    seen(store, guardian("g1"))  # it was asked before
    with pytest.raises(NotFound):
        seen(store, guardian("g1"))
    assert seen(store, guardian("g2"))["given_name"] == "Ayesha"


@pytest.mark.usefixtures("at_once")
def test_a_handler_that_died_before_it_forgot_does_so_the_second_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(store, guardian("g1"))
    renamed = people("b1", someone("s1", "student", version=2, given_name="Aisha"))
    with monkeypatch.context() as died:
        died.setattr(overviews, "forget", lambda *_: None)
        store.keep(renamed)
    store.keep(renamed)
    assert seen(store, guardian("g1"))["given_name"] == "Aisha"


@pytest.mark.usefixtures("at_once")
def test_a_child_who_comes_while_homework_is_set_has_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enrolled, and its today read, after set_homework has read the class's students and before it stores."""
    store.keep(people("b1", someone("s9", "student")))
    store.keep(related("b1", ("g4", "s9")))
    read = store.students_of_class

    def read_then_enroll(*args: Any) -> list[str]:
        found = read(*args)
        monkeypatch.setattr(store, "students_of_class", read)
        store.keep(enrolled("b1", "c1", students=("s9",)))
        assert seen(store, guardian("g4"), "s9")["homework"] == []
        return found

    monkeypatch.setattr(store, "students_of_class", read_then_enroll)
    draft = {"class_id": "c1", "title": "Fractions", "text": "Page 12", "due_on": clock.today().isoformat()}
    setting.set_homework(store, using(teacher("t1"), "set homework"), "b1", HomeworkDraft().load(draft))
    assert [due["title"] for due in seen(store, guardian("g4"), "s9")["homework"]] == ["Fractions"]
    assert [due["title"] for due in seen(store, guardian("g1"))["homework"]] == ["Fractions"]


@pytest.mark.parametrize("read_before", [True, False])
def test_who_dies_while_changing_leaves_no_overview_without_the_change(
    store: Store, monkeypatch: pytest.MonkeyPatch, read_before: bool
) -> None:
    """Today is read just before the write; the writer is killed just after it."""
    if read_before:
        with monkeypatch.context() as earlier:
            earlier.setattr(overviews, "UNSETTLED", timedelta(0))
            seen(store, guardian("g1"))
    left = overviews.changing(store, "b1", ["s1"])
    left.__enter__()
    assert seen(store, guardian("g1"))["homework"] == []
    ids = {"_id": "h1", "branch_id": "b1", "class_id": "c1", "teacher_id": "t1", "class_title": "Class c1"}
    due = {"title": "Fractions", "text": "-", "subject": None, "due_on": clock.today().isoformat(), "set_at": clock.now()}
    store.homework.add({**ids, **due, "kind": "homework", "steps": [], "state": "set", "edition": 0})
    assert [due["title"] for due in seen(store, guardian("g1"))["homework"]] == ["Fractions"]


@pytest.mark.usefixtures("at_once")
def test_after_a_change_an_overview_is_kept_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with overviews.changing(store, "b1", ["s1"]):
        pass
    first = seen(store, guardian("g1"))
    monkeypatch.setattr(overviews, "gather", None)
    assert seen(store, guardian("g1")) == first
