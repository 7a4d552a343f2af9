"""Whoever dies in the middle of a print run: the next goes on, and nothing that was finished is made twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from schoolbus import clock
from schoolbus.contracts.roster import BranchChanged, PersonErased
from schoolbus.scope import branch as branch_scope
from schoolbus.store import Document
from services.reports import erasing
from services.reports.papers import certificates
from services.reports.printruns import asking, clearing, making, planning, working
from services.reports.printruns.holding import Holding, Lost
from services.reports.store import Store
from tests.reports.printing import asks, outline, over, pages, run_of
from tests.reports.story import Branch
from tests.support.people import head, using
from tests.support.roster import enrolled, people, small_branch, someone
from tests.support.waiting import eventually

HERE = branch_scope("b1")
WANTED = {
    **{"report_print_run_id": None, "of": "class", "class_id": "c1", "grade": None},
    **{"language": "en", "paper": "a4", "only_paper": False},
}


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    store.drop_group("")
    return store


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch) -> Document:
    """Certificates of three children, a part for each."""
    monkeypatch.setattr(planning, "PIECE", 1)
    draft = {"giving_id": None, "class_id": "c1", "student_ids": ["s1", "s2", "s3"], "title": "Star", "text": "For help."}
    more = {"title_ur": None, "text_ur": None, "given_on": date(2026, 11, 26)}
    certificates.give(store, using(head(), "give certificates"), "b1", {**draft, **more})
    return asking.ask(store, using(head(), "print reports"), "b1", {**WANTED, "what": "certificates", "title": "Star"})


def claimed(store: Store) -> Document:
    found = working.claim(store)
    assert found is not None
    return found


def steps(store: Store, count: int = 100) -> None:
    for _ in range(count):
        if (found := working.claim(store)) is None:
            return
        working.work(store, found)


def parts(store: Store) -> list[Document]:
    return store.print_parts.find(HERE, sort="number")


def files(store: Store) -> list[Any]:
    return [file._id for file in store.attached.find({})]


def test_piece_by_piece_and_nothing_is_left_beside_the_file(store: Store, run: Document) -> None:
    steps(store, 2)
    assert [part["state"] for part in parts(store)] == ["done", "waiting", "waiting"]
    assert store.stored_bytes(HERE) == parts(store)[0]["size"] > 0
    steps(store)
    (made,) = store.print_runs.find(HERE)
    assert (made["state"], made["pages"]) == ("made", 4)
    assert files(store) == [made["file_id"]]
    assert store.stored_bytes(HERE) == made["size"] > 0
    assert outline(store.file(made["file_id"])) == [("Class c1", ["Ayesha Khan", "Bilal Khan", "Sana Malik"])]


def test_who_was_too_slow_changes_nothing(store: Store, run: Document) -> None:
    steps(store, 1)
    slow = claimed(store)
    assert working.claim(store) is None
    store.print_runs.change(HERE, run["_id"], to={"leased_until": clock.now() - timedelta(seconds=1)})
    quick = claimed(store)
    part = parts(store)[0]
    making.make(Holding(store, quick), part)
    with pytest.raises(Lost):
        making.make(Holding(store, slow), part)
    assert len(files(store)) == 1
    working.work(store, slow)
    assert [part["state"] for part in parts(store)] == ["done", "waiting", "waiting"]


def test_who_dies_between_the_file_and_its_part(store: Store, run: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    steps(store, 1)
    change = store.print_parts.change

    def dies(*arguments: Any, **more: Any) -> Any:
        if more["to"].get("state") == "done":
            raise KeyboardInterrupt
        return change(*arguments, **more)

    monkeypatch.setattr(store.print_parts, "change", dies)
    with pytest.raises(KeyboardInterrupt):
        working.work(store, claimed(store))
    monkeypatch.undo()
    assert len(files(store)) == 1, "nobody names it"
    store.print_runs.change(HERE, run["_id"], to={"leased_until": None})
    steps(store)
    (made,) = store.print_runs.find(HERE)
    assert (made["state"], files(store)) == ("made", [made["file_id"]])


def test_one_that_can_never_be_made_fails_and_the_rest_goes_on(
    store: Store, run: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps(store, 1)
    bound = making.bound

    def breaks(sheets: Any, to: Any) -> Any:
        if any(sheet.title == "s2" for sheet in sheets):
            raise OSError("no room")
        return bound(sheets, to)

    monkeypatch.setattr(making, "bound", breaks)
    for _ in range(20):
        if (found := working.claim(store)) is not None:
            try:
                working.work(store, found)
            except OSError:
                store.print_runs.change(HERE, run["_id"], to={"leased_until": None})
    (made,) = store.print_runs.find(HERE)
    shown = asking.one(store, using(head(), "print reports"), "b1", run["_id"])
    assert (made["state"], shown["asked"], shown["done"]) == ("made", 3, 2)
    assert shown["failed"] == [{"student_id": "s2", "class_id": "c1", "reason": "It could not be made in 3 attempts."}]


def test_one_child_s_data_spoils_no_other_s(store: Store, run: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "PIECE", 50)
    store.certificates.change_all(HERE, {"student_id": "s2"}, {"given_on": "nonsense"})
    steps(store)
    shown = asking.one(store, using(head(), "print reports"), "b1", run["_id"])
    assert (shown["done"], [each["reason"] for each in shown["failed"]]) == (2, ["It could not be set."])


def test_cancelled_under_way(store: Store, run: Document) -> None:
    steps(store, 2)
    held = claimed(store)
    asking.cancel(store, using(head(), "print reports"), "b1", run["_id"])
    working.work(store, held)
    steps(store)
    assert files(store) == []
    assert store.stored_bytes(HERE) == 0
    assert [found["state"] for found in store.print_runs.find(HERE)] == ["cancelled"]


def test_after_a_while_the_file_goes_and_then_the_run(store: Store, run: Document) -> None:
    steps(store)
    clearing.clear(store)
    (made,) = store.print_runs.find(HERE)
    assert made["state"] == "made"
    long_ago = {"kept_until": clock.now() - timedelta(seconds=1)}
    store.print_runs.change_all(HERE, {}, long_ago)
    clearing.clear(store)
    (left,) = store.print_runs.find(HERE)
    assert (left["state"], files(store), store.stored_bytes(HERE)) == ("removed", [], 0)
    store.print_runs.change_all(HERE, {}, long_ago)
    clearing.clear(store)
    assert (store.print_runs.count(HERE), store.print_parts.count(HERE)) == (0, 0)


def test_cancelled_between_a_part_s_file_and_its_word(store: Store, run: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    steps(store, 1)
    keep = store.keep_file_of

    def keeps(*arguments: Any) -> int:
        size = keep(*arguments)
        asking.cancel(store, using(head(), "print reports"), "b1", run["_id"])
        return size

    monkeypatch.setattr(store, "keep_file_of", keeps)
    steps(store)
    assert (files(store), store.stored_bytes(HERE)) == ([], 0)


@pytest.mark.parametrize("erased", [True, False])
def test_cancelled_while_the_run_s_file_is_written(
    store: Store, run: Document, monkeypatch: pytest.MonkeyPatch, erased: bool
) -> None:
    steps(store, 4)
    assert [part["state"] for part in parts(store)] == ["done"] * 3, "only to be joined"
    keep = store.keep_file_of

    def keeps(*arguments: Any) -> int:
        if erased:
            clearing.erase(store, "s1", ["b1"])
        else:
            asking.cancel(store, using(head(), "print reports"), "b1", run["_id"])
        return keep(*arguments)

    monkeypatch.setattr(store, "keep_file_of", keeps)
    steps(store)
    assert (files(store), store.stored_bytes(HERE)) == ([], 0)
    assert store.print_runs.one(HERE, run["_id"])["state"] == "cancelled"


@pytest.mark.parametrize("pieces", [2, 100])
def test_an_erased_child_is_in_no_file(store: Store, run: Document, pieces: int) -> None:
    steps(store, pieces)
    clearing.erase(store, "s1", ["b1"])
    steps(store)
    (left,) = store.print_runs.find(HERE)
    assert (left["state"], files(store)) == ("removed" if pieces == 100 else "cancelled", [])


@pytest.mark.parametrize("person_id", ["s1", "t1", "g1"])
@pytest.mark.parametrize("pieces", [0, 1, 100])
def test_an_erased_child_is_in_no_register_either(store: Store, pieces: int, person_id: str) -> None:
    """Its sheets name classes. Of a guardian none says anything."""
    entries = [{"student_id": id, "status": "absent"} for id in ("s1", "s2")]
    day = {"class_id": "c1", "held_on": "2026-11-02", "lesson": None, "entries": entries}
    store.registers.add({"_id": "c1:2026-11-02", "branch_id": "b1", **day})
    run_id = asking.ask(store, using(head(), "print reports"), "b1", {**WANTED, "what": "registers", "month": "2026-11"})["_id"]
    steps(store, pieces)
    erased = {"erasure_id": "z", "person_id": person_id, "branch_ids": ["b1"]}
    erasing.erase(store, PersonErased(branch_id="chain", subject=person_id, **erased))
    steps(store)
    state = store.print_runs.one(HERE, run_id)["state"]
    if person_id == "g1":
        assert (state, len(files(store))) == ("made", 1)
    else:
        assert (state, files(store)) == ("removed" if pieces == 100 else "cancelled", [])


def test_a_killed_worker_goes_on_with_the_next_part(branch: Branch) -> None:
    """What was done before it was killed stays as it was: the same files, tried once; each child is in the PDF once."""
    students = tuple(f"k{number:03}" for number in range(130))
    items = (someone(id, "student", given_name=f"Child {id}") for id in students)
    branch.knows(people(branch.id, *items), enrolled(branch.id, "c1", students=students))
    branch.marks("Killed Term", **dict.fromkeys(students, "40"))
    found = branch.call("GET", "line-items", branch.teacher(), params={"class_id": "c1", "term": "Killed Term"}).json()
    for item in found["items"]:
        assert branch.call("POST", f"line-items/{item['line_item_id']}/publication", head(branch_id=branch.id)).ok
    id = asks(branch, what="letters", term="Killed Term", language="en").json()["report_print_run_id"]
    worker = branch.service.processes["worker"]
    eventually(lambda: run_of(branch, id)["parts_done"] >= 1, every=0.02)
    worker.kill()
    with MongoClient(branch.service.infrastructure.mongodb_uri) as client:
        database = client[branch.service.database]
        before = list(database["report_print_parts"].find({"run_id": id}, sort=[("number", 1)]))
        done = [part for part in before if part["state"] == "done"]
        assert 0 < len(done) < len(before) == 3, "killed in the middle"
        database["report_print_runs"].update_one({"_id": id}, {"$set": {"leased_until": None}})  # its lease has ended
    worker.start()
    made = eventually(lambda: over(branch, id))
    assert (made["state"], made["asked"], made["done"]) == ("made", 133, 130)
    with MongoClient(branch.service.infrastructure.mongodb_uri) as client:
        after = list(client[branch.service.database]["report_print_parts"].find({"run_id": id}, sort=[("number", 1)]))
    for part in done:
        assert (after[part["number"]]["tried"], after[part["number"]]["pages"]) == (1, part["pages"])
    pdf = branch.call("GET", f"report-print-runs/{id}/pdf", head(branch_id=branch.id)).content
    ((_, children),) = outline(pdf)
    assert children == sorted(f"Child {id} Khan" for id in students)
    assert pages(pdf) == 131
