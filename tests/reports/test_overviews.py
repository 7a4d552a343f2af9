"""What today shows is never older than what the roster's copy says."""

import json
from typing import Any

import pytest

from schoolbus.caller import Caller
from schoolbus.contracts.roster import BranchChanged
from schoolbus.problems import NotFound
from services.reports import overviews, today
from services.reports.store import Store
from tests.support.people import guardian
from tests.support.roster import people, related, small_branch, someone


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    return store


def seen(store: Store, caller: Caller) -> dict[str, Any]:
    return dict(json.loads(today.of_student(store, caller, "b1", "s1")))


def test_it_is_gathered_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = seen(store, guardian("g1"))
    monkeypatch.setattr(overviews, "gather", None)
    assert seen(store, guardian("g1")) == first


def test_what_changes_while_it_is_gathered_is_not_missed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A right is withdrawn after gather has read the guardians, before it keeps what it read."""
    read = store.guardians_of

    def read_then_withdraw(*args: Any) -> list[str]:
        found = read(*args)
        monkeypatch.setattr(store, "guardians_of", read)
        store.keep(related("b1", ("g1", "s1"), version=2, may_receive_reports=False))
        return found

    monkeypatch.setattr(store, "guardians_of", read_then_withdraw)
    with pytest.raises(NotFound):
        seen(store, guardian("g1"))
    assert seen(store, guardian("g2"))["given_name"] == "Ayesha"


def test_a_handler_that_died_before_it_forgot_does_so_the_second_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(store, guardian("g1"))
    renamed = people("b1", someone("s1", "student", version=2, given_name="Aisha"))
    with monkeypatch.context() as died:
        died.setattr(overviews, "forget", lambda *_: None)
        store.keep(renamed)
    store.keep(renamed)
    assert seen(store, guardian("g1"))["given_name"] == "Aisha"
