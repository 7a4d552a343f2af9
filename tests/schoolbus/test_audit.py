"""Notes of who saw or changed what about a child: how many, in which words, and what is lost when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from schoolbus import audit
from schoolbus.audit import MOST, Trail
from schoolbus.caller import Caller
from schoolbus.contracts.reports import AccessNoted
from schoolbus.rights import CHILDREN, CLASSES
from tests.support.people import guardian, head, teacher, using
from tests.support.roster import small_branch
from tests.support.services import Service
from tests.support.waiting import eventually


class Kept:
    """A store whose trail keeps in memory."""

    def __init__(self) -> None:
        self.chunks: list[list[dict[str, Any]]] = []
        self.trail = Trail(self.chunks.append)

    def looks(self, caller: Caller, *students: str, method: str = "GET", **more: Any) -> None:
        with audit.request(method):
            audit.note(self, caller, "b1", students, **more)

    @property
    def entries(self) -> list[dict[str, Any]]:
        self.trail.flush()
        return [entry for chunk in self.chunks for entry in chunk]


def test_the_same_look_again_is_no_second_entry_and_another_child_is() -> None:
    kept = Kept()
    for _ in range(1000):
        kept.looks(using(guardian("g1"), "see today"), "s1")
    kept.looks(using(guardian("g1"), "see today"), "s2")
    kept.looks(using(guardian("g1"), "see report cards"), "s2")
    assert [(entry["right"], entry["student_ids"]) for entry in kept.entries] == [
        ("see today", ["s1"]),
        ("see today", ["s2"]),
        ("see report cards", ["s2"]),
    ]
    assert len(kept.chunks) == 1, "one write for all"


def test_two_processes_give_one_look_one_id() -> None:
    one, other = Kept(), Kept()
    for kept in (one, other):
        kept.looks(using(teacher("t1"), "see today"), "s1")
    assert one.entries[0]["entry_id"] == other.entries[0]["entry_id"]


def test_each_change_is_an_entry_and_kept_before_it_is_made() -> None:
    kept, caller = Kept(), using(teacher("t1"), "acknowledge home notes")
    with audit.request("POST"):
        audit.note(kept, caller, "b1", ["s1"])
        assert len(kept.chunks) == 1
    kept.looks(caller, "s1", method="POST")
    assert len({entry["entry_id"] for entry in kept.entries}) == 2
    assert {entry["action"] for entry in kept.entries} == {"change"}


def test_a_change_that_raised_is_said_to_have_failed() -> None:
    kept = Kept()

    def mark() -> None:
        with audit.request("PUT"):
            audit.note(kept, using(teacher("t1"), "mark"), "b1", class_id="c1")
            raise LookupError

    with pytest.raises(LookupError):
        mark()
    noted, failed = kept.entries
    assert noted["entry_id"] == failed["entry_id"]
    assert (noted["outcome"], failed["outcome"]) == ("allowed", "failed")


def test_many_are_written_at_once_and_what_can_not_be_waits() -> None:
    kept = Kept()
    for number in range(MOST + 1):
        kept.looks(using(head(), "see today"), f"s{number}")
    assert [len(chunk) for chunk in kept.chunks] == [MOST]

    def broken(entries: list[dict[str, Any]]) -> None:
        raise ConnectionError

    kept.trail._keep = broken
    with pytest.raises(ConnectionError):
        kept.trail.flush()
    kept.trail._keep = kept.chunks.append
    assert len(kept.entries) == MOST + 1


def test_the_role_is_the_one_that_let_them() -> None:
    kept, both = Kept(), using(Caller("p1", {"b1": frozenset(("teacher", "guardian"))}), "see today")
    kept.looks(both, "s1", by=(CLASSES,))
    kept.looks(both, "s2", by=(CHILDREN,))
    assert [entry["role"] for entry in kept.entries] == ["teacher", "guardian"]


def test_outside_of_a_request_nothing_is_noted() -> None:
    """A store that has nothing would raise if it were asked for anything."""
    audit.note(SimpleNamespace(), using(head(), "see today"), "b1", ["s1"])


@pytest.fixture(scope="module")
def reports(started: Callable[..., Service]) -> Service:
    service = started("reports")
    service.say(*small_branch("b1"))
    eventually(lambda: service.call("GET", "/v1/branches/b1/today/s1", guardian("g1")).status_code == 200)
    return service


def noted(reports: Service) -> list[dict[str, Any]]:
    return [entry for said in reports.heard(AccessNoted) for entry in said.data["items"]]


def test_reads_are_told_soon_and_refusals_too(reports: Service) -> None:
    for caller in (guardian("g1"), guardian("g3"), teacher("t1"), head("h1")):
        reports.call("GET", "/v1/branches/b1/today/s1", caller)

    def shown() -> set[tuple[str, str, str]]:
        entries = [entry for entry in noted(reports) if entry["right"] == "see today"]
        return {(entry["person_id"], entry["role"], entry["outcome"]) for entry in entries}

    wanted = {
        ("g1", "guardian", "allowed"),
        ("g3", "guardian", "refused"),
        ("t1", "teacher", "allowed"),
        ("h1", "head", "allowed"),
    }
    eventually(lambda: shown() >= wanted)


def test_an_orderly_end_loses_nothing(reports: Service) -> None:
    answer = reports.call("GET", "/v1/branches/b1/marks?class_id=c1&term=1", teacher("t2"))
    serve = reports.processes["serve"]
    assert serve.stop() == 0
    serve.start().wait_ready()
    asked = answer.headers["X-Correlation-ID"]
    (entry,) = eventually(lambda: [entry for entry in noted(reports) if entry["correlation_id"] == asked])
    assert (entry["person_id"], entry["class_id"], entry["action"]) == ("t2", "c1", "read")


def test_killed_right_after_a_change_its_note_is_there(reports: Service) -> None:
    note = {"student_id": "s1", "kind": "strengths", "text": "She reads."}
    answer = reports.call("POST", "/v1/branches/b1/home-notes", guardian("g1"), json=note)
    serve = reports.processes["serve"]
    serve.kill()
    serve.start().wait_ready()
    asked = answer.headers["X-Correlation-ID"]
    (entry,) = eventually(lambda: [entry for entry in noted(reports) if entry["correlation_id"] == asked])
    assert (entry["right"], entry["action"], entry["outcome"]) == ("write home notes", "change", "allowed")


def test_changes_that_come_at_once_are_kept_together() -> None:
    """Each is stored when its note returns, and many make few chunks."""
    kept: list[list[dict]] = []

    def keep(entries: list[dict]) -> None:
        kept.append(entries)
        if len(kept) == 1:
            eventually(lambda: len(trail._changes._waiting) == 20)

    trail = Trail(keep)
    key = ("g1", "guardian", "book meetings", "b1", ("s1",), None, "allowed")
    with ThreadPoolExecutor(21) as pool:
        first = pool.submit(trail.changed, "n0", key)
        eventually(lambda: kept)
        others = [pool.submit(trail.changed, f"n{number}", key) for number in range(1, 21)]
        for each in (first, *others):
            each.result()
    assert sorted(entry["entry_id"] for entries in kept for entry in entries) == sorted(f"n{number}" for number in range(21))
    assert [len(entries) for entries in kept] == [1, 20]


def test_a_change_that_cannot_be_noted_is_not_made() -> None:
    def keep(entries: list[dict]) -> None:
        raise ConnectionError("the database is away")

    with pytest.raises(ConnectionError):
        Trail(keep).changed("n1", ("g1", "guardian", "book meetings", "b1", ("s1",), None, "allowed"))
