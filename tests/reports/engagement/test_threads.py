"""What takes long is counted in a thread: others are answered meanwhile. And a page costs what is on it, not the branch."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from schoolbus.contracts.roster import ClassesChanged
from schoolbus.paging import Paging
from schoolbus.scope import branch
from services.reports.engagement import (
    before_after,
    changes,
    counting,
    due,
    export,
    families,
    family_rows,
    months,
    reports,
    tables,
)
from services.reports.store import Store
from tests.reports.engagement.story import school_class
from tests.support.people import head, using
from tests.support.roster import enrolled, people, someone

NOW = months.current()
HEAD = using(head("h1", "b1"), "see engagement of families")
SPAN = {"since": NOW, "until": NOW}


@pytest.fixture
def counted(store: Store) -> Store:
    """Children without a guardian: none of them is reached. Of four months before it is kept that they were counted."""
    due._touched.clear()
    ids = tuple(f"s{n:02}" for n in range(12))
    store.keep(ClassesChanged(branch_id="b1", subject="classes", items=[school_class("c1")]))
    store.keep(people("b1", *(someone(id, "student") for id in ids)))
    store.keep(enrolled("b1", "c1", students=ids))
    due.touch(store, "b1", [NOW])
    piece = due.claiming(0)(store)
    assert piece is not None
    counting.count(store, piece)
    past = [months.shifted(NOW, -n) for n in range(1, 5)]
    store.branch_months.collection.insert_many({"_id": f"b1:{month}", "branch_id": "b1", "month": month} for month in past)
    return store


def _before_after(store: Store, class_id: str | None) -> Any:
    on = date.fromisoformat(f"{months.shifted(NOW, -2)}-01")
    return before_after.of(store, HEAD, "b1", class_id, {"on": on, "months": 2})


LONG: dict[str, Callable[[Store], Any]] = {
    "classes": lambda store: reports.classes(store, HEAD, "b1", {"month": NOW}),
    "a class": lambda store: reports.one_class(store, HEAD, "b1", "c1", SPAN),
    "a spreadsheet": lambda store: b"".join(export.of_branch(store, HEAD, "b1", SPAN).body),  # type: ignore[arg-type]
    "before and after": lambda store: _before_after(store, None),
    "before and after of a class": lambda store: _before_after(store, "c1"),
}


@pytest.mark.parametrize("name", LONG)
def test_what_takes_long_is_done_in_a_thread(counted: Store, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    threads: set[bool] = set()

    def noting(action: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any) -> Any:
            threads.add(threading.current_thread() is threading.main_thread())
            return action(*given)

        return noted

    for module, action in ((tables, "within"), (changes, "counted"), (export, "_numbers")):
        monkeypatch.setattr(module, action, noting(getattr(module, action)))
    LONG[name](counted)
    assert threads == {False}


def test_a_page_of_those_who_are_not_reached_does_not_count_the_branch(counted: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("the branch is counted by the worker")

    for module, action in ((families, "of_branch"), (counting, "latest_told"), (counting, "why")):
        monkeypatch.setattr(module, action, never)

    def page(**query: Any) -> Any:
        return family_rows.not_reached(counted, HEAD, "b1", {"class_id": None, "reason": None, "page": Paging(limit=5)} | query)

    first = page()
    second, third = page(page=Paging(5, first.next)), page(page=Paging(500), class_id="c1")
    assert [row["family_id"] for row in (*first.items, *second.items)] == [f"s{n:02}" for n in range(10)]
    assert len(third.items) == 12
    assert page(reason="unread").items == []
    assert {reason["reason"] for row in third.items for reason in row["reasons"]} == {"no_contact"}


def test_where_the_month_is_not_counted_yet_it_is_the_one_before(counted: Store) -> None:
    before = months.shifted(NOW, -1)
    here = branch("b1")
    counted.branch_months.remove_all(here, {"month": NOW})
    counted.family_months.change_all(here, {}, {"month": before})
    query = {"class_id": None, "reason": None, "page": Paging()}
    assert len(family_rows.not_reached(counted, HEAD, "b1", query).items) == 12
