"""Enrollments of some branches are found by their classes: there is no index of branches."""

from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.scope import branch
from services.roster.provider.reach import Reach
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.roster.machines import Machine
from tests.roster.provided import ids

BRANCHES, CLASSES, ENROLLED = 40, 3, 20


@pytest.fixture
def filled(store: Store) -> Store:
    for number in range(BRANCHES):
        home, classes = f"b{number:02}", [f"b{number:02}-c{each}" for each in range(CLASSES)]
        store.classes.add_new([{"_id": id, "branch_id": home, "active": True, "title": id} for id in classes])
        rows = [{"class_id": id, "branch_id": home, "active": True, "modified_at": now()} for id in classes * ENROLLED]
        store.enrollments.add_new([{"_id": f"{place:03}-{home}", **row} for place, row in enumerate(rows)])
    return store


@pytest.mark.parametrize("order", [[("_id", 1)], [("_id", -1)], [("modified_at", 1), ("_id", 1)], [("role", 1), ("_id", 1)]])
@pytest.mark.parametrize("skip", [0, 55])
def test_the_database_looks_at_no_other_branchs(filled: Store, order: list[tuple[str, int]], skip: int):
    reach = Reach(branch_ids=("b07",))
    where = reach.filter(filled.enrolled_in(reach))
    found = filled.enrollments.collection.find(where, sort=order, skip=skip, limit=100)
    said: dict[str, Any] = found.explain()["executionStats"]
    assert said["nReturned"] == CLASSES * ENROLLED - skip
    assert said["totalDocsExamined"] <= CLASSES * ENROLLED
    assert filled.enrollments.collection.count_documents(where) == CLASSES * ENROLLED


def test_too_many_classes_are_not_named(filled: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.roster.belonging._MOST_CLASSES", CLASSES - 1)
    assert filled.enrolled_in(branch("b07")) == {}


def test_enrollments_that_have_gone_with_their_class_are_there(roster, mongo):
    """A class stays where it is, inactive: so what was in it is found."""
    chain = Chain(roster, "enrolled-in")
    chain.imports()
    machine = Machine(chain, "b2")
    mongo.classes.update_one({"_id": chain.id("class", "c2")}, {"$set": {"active": False}})
    mongo.enrollments.update_one({"_id": chain.id("enrollment", "e3")}, {"$set": {"active": False, "status": "tobedeleted"}})
    assert ids(machine.gets("/enrollments")) == {chain.id("enrollment", "e3")}
    assert ids(machine.gets(f"/schools/{chain.branch('b2')}/enrollments")) == {chain.id("enrollment", "e3")}
