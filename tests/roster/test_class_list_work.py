"""The worker's part of class lists, where it ends in the middle, comes late, or meets another."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.problems import Conflict
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Document
from services.roster.classlists import applying, journal, lists, working
from services.roster.school import branches
from services.roster.store import Store
from tests.roster.listed import as_csv
from tests.support.people import office

CHILDREN = 7


@pytest.fixture
def at(store: Store) -> Caller:
    """The office of a branch."""
    made = branches.add(store, {"branch_id": None, "name": "Model Town", "name_ur": None}, [])
    return office("o1", made["_id"])


def sent(store: Store, at: Caller, content: bytes | None = None) -> Document:
    rows = [("1-A", str(number), f"Child {number}", "Noor Ahmed", "0300 1234567") for number in range(CHILDREN)]
    query = {"name": None, "new_classes": True}
    return lists.receive(store, at, at.branches[0], query, io.BytesIO(content or as_csv(*rows)), new_id())


def work(store: Store) -> None:
    found = working.claim(store)
    assert found is not None
    working.work(store, found)


def state(store: Store, list_id: str) -> str:
    return str(store.class_lists.one(WHOLE_CHAIN, list_id)["state"])


def students(store: Store, at: Caller) -> int:
    return store.people.count(branch(at.branches[0]), {f"roles.{at.branches[0]}": "student", "active": True})


def lease_ends(store: Store, list_id: str) -> None:
    store.class_lists.change(WHOLE_CHAIN, list_id, to={"leased_until": now() - timedelta(seconds=1)})


class Died(Exception):
    """The process."""


def dying(after: int, real: Callable[..., None]) -> Callable[..., None]:
    calls = iter(range(after))

    def keep(*arguments: object) -> None:
        real(*arguments)
        if next(calls, None) is None:
            raise Died

    return keep


def test_a_worker_that_dies_leaves_nothing_half_done_and_nothing_twice(
    store: Store, at: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "_PIECE", 2)
    id = sent(store, at)["_id"]
    work(store)
    lists.confirm(store, at, at.branches[0], id)
    with monkeypatch.context() as patched:
        patched.setattr(journal, "keep", dying(2, journal.keep))
        with pytest.raises(Died):
            work(store)
    assert (students(store, at), store.class_lists.one(WHOLE_CHAIN, id)["written"]) == (4, 4)
    assert working.claim(store) is None, "its lease holds"
    lease_ends(store, id)
    work(store)
    found = store.class_lists.one(WHOLE_CHAIN, id)
    assert (found["state"], found["applied"]["student_added"], found["not_as_shown"]) == ("done", CHILDREN, 0)
    assert students(store, at) == CHILDREN
    guardians = store.people.count(branch(at.branches[0]), {f"roles.{at.branches[0]}": "guardian"})
    assert guardians == 1, "one guardian of all of them, whatever piece they came in"
    assert store.class_list_sheets.count(WHOLE_CHAIN) == 0, "the sheet is kept no longer than it is needed"


def test_an_undo_whose_worker_dies_goes_on(store: Store, at: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    id = sent(store, at)["_id"]
    work(store)
    lists.confirm(store, at, at.branches[0], id)
    work(store)
    lists.undo(store, at, at.branches[0], id)
    first = working.claim(store)
    assert first is not None
    lease_ends(store, id)
    work(store)
    assert (state(store, id), students(store, at)) == ("undone", 0)
    working.work(store, first)  # the first one wakes up, and finds that it is another's
    assert (state(store, id), students(store, at)) == ("undone", 0)
    assert store.classes.count(branch(at.branches[0]), {"active": True}) == 0


def test_a_list_that_was_left_while_it_was_looked_at_is_left(store: Store, at: Caller) -> None:
    id = sent(store, at)["_id"]
    claimed = working.claim(store)
    assert claimed is not None
    lists.cancel(store, at, at.branches[0], id)
    working.work(store, claimed)
    assert state(store, id) == "cancelled"
    assert store.class_list_rows.count(WHOLE_CHAIN) == 0


def test_nobody_decides_and_after_three_days_it_is_left(store: Store, at: Caller) -> None:
    id = sent(store, at)["_id"]
    work(store)
    lists.cancel_forgotten(store)
    assert state(store, id) == "waiting"
    store.class_lists.change(WHOLE_CHAIN, id, to={"waiting_since": now() - timedelta(days=3, minutes=1)})
    lists.cancel_forgotten(store)
    assert state(store, id) == "cancelled"
    with pytest.raises(Conflict):
        lists.confirm(store, at, at.branches[0], id)
    sent(store, at)


def test_after_thirty_days_nothing_is_taken_back(store: Store, at: Caller) -> None:
    id = sent(store, at)["_id"]
    work(store)
    lists.confirm(store, at, at.branches[0], id)
    work(store)
    store.class_lists.change(WHOLE_CHAIN, id, to={"finished_at": now() - timedelta(days=31)})
    with pytest.raises(Conflict):
        lists.undo(store, at, at.branches[0], id)
    assert students(store, at) == CHILDREN


def test_one_that_fails_again_and_again_is_given_up(store: Store, at: Caller) -> None:
    id = sent(store, at)["_id"]
    for _ in range(5):
        assert working.claim(store) is not None
        lease_ends(store, id)
    work(store)
    assert state(store, id) == "failed"
    sent(store, at, as_csv(("1-A", "1", "Ali", "", "")))
