"""A class teacher sees of a family the children of the own class, their guardians, and what is counted of these children."""

from typing import Any

import pytest

from schoolbus.caller import Caller
from schoolbus.contracts.roster import ClassesChanged
from schoolbus.paging import Paging
from schoolbus.problems import NotFound
from schoolbus.scope import branch
from services.reports.engagement import counting, due, family_rows, months, steps
from services.reports.store import Store
from tests.reports.engagement.story import school_class
from tests.support.people import head, person, using
from tests.support.roster import enrolled, people, related, someone

NOW, HERE = months.current(), branch("b1")
HEAD = using(head("h1", "b1"), "see engagement of families")
ALL = ("ann", "bob", "mother", "anns-father", "bobs-father")


@pytest.fixture
def home(store: Store) -> Store:
    """Bob, of c2, is Ann's half-brother: they share a mother. Both have had a report card, and Bob's is acknowledged."""
    due._touched.clear()
    store.keep(ClassesChanged(branch_id="b1", subject="classes", items=[school_class("c1"), school_class("c2")]))
    store.keep(people("b1", *(someone(id, "student") for id in ALL[:2]), *(someone(id, "guardian") for id in ALL[2:])))
    store.keep(enrolled("b1", "c1", students=("ann",), teachers=("t1",)))
    store.keep(enrolled("b1", "c2", students=("bob",), teachers=("t2",)))
    pairs = (("mother", "ann"), ("anns-father", "ann"), ("mother", "bob"), ("bobs-father", "bob"))
    store.keep(related("b1", *pairs))
    for guardian_id in ALL[2:]:
        counts = {"told": 2, "delivered": 0, "read": 0, "answered": 0, "other_language": 0, "channels": {}}
        signs = {"last_read_on": None, "unread_since": None, "language": "ur", "contact": "none"}
        row = {"reach_id": f"{guardian_id}:{NOW}", "guardian_id": guardian_id, "month": NOW, "version": 1}
        store.reach.project("b1", [{**row, **counts, **signs}])
    for student_id, said in (("ann", []), ("bob", [{"by": "mother"}])):
        at = {"issued_at": months.moments(NOW)["$gte"], "state": "issued", "acknowledgements": said}
        card = {"_id": student_id, "branch_id": "b1", "student_id": student_id, "term_key": "t", "version": 1, **at}
        store.report_cards.collection.insert_one(card)
    due.touch(store, "b1", [NOW])
    piece = due.claiming(0)(store)
    assert piece is not None
    counting.count(store, piece)
    return store


def class_teacher(id: str = "t1") -> Caller:
    return using(person(id, "b1", "teacher", "class_teacher"), "see engagement of families")


def families(store: Store, caller: Caller, class_id: str | None = None) -> list[dict[str, Any]]:
    return family_rows.page(store, caller, "b1", {"month": NOW, "class_id": class_id, "page": Paging()}).items


def unreached(store: Store, caller: Caller) -> list[dict[str, Any]]:
    return family_rows.not_reached(store, caller, "b1", {"class_id": None, "reason": None, "page": Paging()}).items


def ids(people: list[dict[str, Any]]) -> list[str]:
    return sorted(each["person_id"] for each in people)


def test_the_head_sees_the_whole_family(home: Store) -> None:
    (row,) = families(home, HEAD)
    assert (ids(row["children"]), ids(row["guardians"])) == (["ann", "bob"], sorted(ALL[2:]))
    assert (row["counts"]["cards"], row["counts"]["acknowledged"]) == (2, 1)


def test_a_class_teacher_sees_the_own_child_and_its_guardians(home: Store) -> None:
    one = family_rows.one(home, class_teacher(), "b1", "ann", {"since": NOW, "until": NOW})
    for row in (
        *families(home, class_teacher()),
        *families(home, class_teacher(), "c1"),
        one,
        *unreached(home, class_teacher()),
    ):
        assert (row["family_id"], ids(row["children"]), ids(row["guardians"])) == ("ann", ["ann"], ["anns-father", "mother"])
        assert "bob" not in str(row)
    (row,) = families(home, class_teacher())
    for counts in (row["counts"], one["months"][0]["counts"]):
        assert (counts["cards"], counts["acknowledged"]) == (1, 0), "the brother's card is not in it"
    (row,) = unreached(home, class_teacher("t2"))
    assert sorted(each["guardian_id"] for each in row["contacts"]) == ["bobs-father", "mother"]
    assert row["family_id"] == "bob", "under the id of a child whom they see"


def test_of_a_step_with_the_family_too(home: Store) -> None:
    draft = {"family_id": "ann", "strategy": "call", "note": None, "taken_on": None}
    step = steps.add(home, class_teacher(), "b1", draft)
    noted = steps.note_outcome(home, class_teacher(), "b1", step["_id"], {"outcome": "reached", "on": None, "note": None})
    listed = steps.page(home, class_teacher(), "b1", {"family_id": None, "open": None, "page": Paging()}).items
    assert [each["student_ids"] for each in (step, noted, *listed)] == [["ann"]] * 3
    (whole,) = steps.page(home, HEAD, "b1", {"family_id": "bob", "open": None, "page": Paging()}).items
    assert whole["student_ids"] == ["ann", "bob"], "it is the family's"


def test_a_child_who_has_left_the_class_is_seen_no_more(home: Store) -> None:
    """Though it was in the class in the month that is asked for."""
    home.enrollments.change_all(HERE, {"person_id": "ann"}, {"active": False})
    assert families(home, class_teacher()) == families(home, class_teacher(), "c1") == []
    with pytest.raises(NotFound):
        family_rows.one(home, class_teacher(), "b1", "ann", {"since": NOW, "until": NOW})
    assert ids(families(home, HEAD, "c1")[0]["children"]) == ["ann"]
