"""A report card's way from asked to issued or failed, whoever dies on it."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from structlog.testing import capture_logs

from schoolbus import clock, privacy
from schoolbus.contracts.reports import ReportCardIssued
from schoolbus.contracts.roster import BranchChanged, PersonErased
from schoolbus.scope import branch
from schoolbus.store import Document
from schoolbus.work import Worker
from services.reports import erasing, worker
from services.reports.cards import issuing, runs
from services.reports.cards.workflow import steps
from services.reports.gradebook import marks
from services.reports.store import Store
from tests.reports.cards import plain
from tests.reports.story import Branch
from tests.support.people import head, using
from tests.support.roster import classes, enrolled, people, small_branch, someone
from tests.support.waiting import eventually

HERE = branch("b1")


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    return store


def ask(store: Store, *student_ids: str, term: str = "Term") -> Document:
    draft = {"class_id": "c1", **plain(term), "student_ids": list(student_ids), "approved": True}
    run = runs.new_run("b1", "t1", draft, ["s1", "s2", "s3"])
    store.add_run(run, runs.cards(run))
    return run


def mark(store: Store, student_id: str, subject: str = "English", score: str = "5", class_id: str = "c1") -> None:
    """By the head, who enters every class's."""
    row = {"student_id": student_id, "score": score, "out_of": "10"}
    sheet = {"class_id": class_id, "term": "Term", "subject": subject, "marks": [row], "reason": None}
    marks.put_sheet(store, using(head(), "mark"), "b1", sheet)


def claimed(store: Store) -> Document:
    card = worker.claim(store)
    assert card is not None
    return card


def counts(store: Store, run: Document) -> tuple[int, int, int]:
    counted = runs.counted(run, store.report_cards.find(HERE, {"run_id": run["_id"]}))
    return counted["issued"], len(counted["failed"]), counted["waiting"]


def test_a_worker_that_was_too_slow_stores_nothing(store: Store) -> None:
    mark(store, "s1")
    run = ask(store, "s1")
    slow = claimed(store)
    assert worker.claim(store) is None
    store.report_cards.change(HERE, slow["_id"], to={"leased_until": clock.now() - timedelta(seconds=1)})
    quick = claimed(store)
    issuing.make(store, slow)
    assert counts(store, run) == (0, 0, 1)
    assert store.files.count(HERE) == 0
    issuing.make(store, quick)
    issuing.make(store, quick)
    assert counts(store, run) == (1, 0, 0)
    assert store.files.count(HERE) == 3
    told = store.report_cards.collection.find_one({"_id": quick["_id"]})
    assert told is not None
    assert [entry["key"] for entry in told["outbox"]] == [ReportCardIssued.routing_key()]


def test_a_card_that_can_never_be_made_fails_in_the_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    mark(store, "s1")
    run = ask(store, "s1")
    monkeypatch.setattr(issuing, "LEASE", -1)
    monkeypatch.setattr(issuing, "rendered", lambda *_: 1 / 0)
    for _ in range(issuing.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            issuing.make(store, claimed(store))
    assert counts(store, run) == (0, 0, 1)
    issuing.make(store, claimed(store))
    assert counts(store, run) == (0, 1, 0)
    assert worker.claim(store) is None


@pytest.mark.parametrize("ends", ["fails", "comes back", "is given back"])
def test_pdfs_of_who_died_go_however_the_card_ends(store: Store, monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    """They are the branch's storage, and of a child."""
    mark(store, "s1")
    run, change = ask(store, "s1"), store.report_cards.change
    monkeypatch.setattr(issuing, "LEASE", -1)

    def dies(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(store.report_cards, "change", dies)
    with pytest.raises(KeyboardInterrupt):
        issuing.make(store, claimed(store))
    monkeypatch.setattr(store.report_cards, "change", change)
    assert store.files.count(HERE) == 3
    if ends == "fails":
        issuing.fail(store, claimed(store), "No.")
    elif ends == "comes back":
        store.report_cards.change_all(HERE, {}, {"seen_marks": "others"})
        issuing.make(store, claimed(store))
    else:
        draft = {"edition": 0, "report_card_ids": None, "reason": "Not yet."}
        steps.give_back(store, using(head(), "review report cards"), "b1", run["_id"], draft)
    assert store.report_cards.find(HERE)[0]["state"] == ("failed" if ends == "fails" else "drafted")
    assert (store.files.count(HERE), store.stored_bytes(HERE)) == (0, 0)


def test_a_version_that_is_taken_meanwhile_makes_the_next(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    mark(store, "s1")
    ask(store, "s1")
    ask(store, "s1")
    one, other = claimed(store), claimed(store)
    card = issuing.gather(store, other)
    issuing.make(store, one)
    assert card.version == 1
    monkeypatch.setattr(issuing, "gather", lambda *_: _first(monkeypatch, card))
    issuing.make(store, other)
    assert sorted(card["version"] for card in store.report_cards.find(HERE)) == [1, 2]


def _first(monkeypatch: pytest.MonkeyPatch, card: object) -> object:
    monkeypatch.undo()
    return card


def erase(store: Store, person_id: str) -> None:
    erased = {"erasure_id": "z", "person_id": person_id, "branch_ids": ["b1"]}
    erasing.erase(store, PersonErased(branch_id="chain", subject=person_id, **erased))


def nothing_of(store: Store, student_id: str, run: Document) -> None:
    (card,) = store.report_cards.find(HERE)
    assert (card["state"], card.get("record"), card["student_id"] == student_id) == ("failed", None, False)
    assert store.report_cards.collection.count_documents({"outbox": {"$exists": True}}) == 0
    assert store.files.count(HERE) == 0
    assert counts(store, run) == (0, 1, 0)


def test_of_a_child_that_is_erased_before_it_is_written_nothing_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    mark(store, "s1")
    run = ask(store, "s1")
    write = issuing.store_issued

    def late(*arguments: Any) -> None:
        erase(store, "s1")
        write(*arguments)

    monkeypatch.setattr(issuing, "store_issued", late)
    issuing.make(store, claimed(store))
    nothing_of(store, "s1", run)


@pytest.mark.parametrize("after", ["results", "files", "report_cards"])
def test_nor_of_one_that_is_erased_as_it_is_written(store: Store, monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    """Between any two rows of what is held."""
    mark(store, "s1")
    run, card = ask(store, "s1"), claimed(store)
    made: list[Any] = []
    with monkeypatch.context() as patched:
        patched.setattr(issuing, "store_issued", lambda *arguments: made.append(arguments))
        issuing.make(store, card)
    one_row = privacy._erase

    def then_written(where: Any, held: privacy.Held, *more: Any) -> int:
        count = one_row(where, held, *more)
        if held.collection == after and made:
            issuing.store_issued(*made.pop())
        return count

    monkeypatch.setattr(privacy, "_erase", then_written)
    erase(store, "s1")
    assert not made
    nothing_of(store, "s1", run)


def test_drafts_of_an_erased_child_wait_for_nobody(store: Store) -> None:
    run = ask(store, "s1")
    store.report_cards.change_all(HERE, {}, {"state": "drafted"})
    erase(store, "s1")
    nothing_of(store, "s1", run)


def test_the_newest_mark_counts_when_a_child_changed_class(store: Store) -> None:
    store.keep(classes("b1", "c0"))
    store.keep(enrolled("b1", "c0", students=("s1",)))
    mark(store, "s1", "Maths", "3", class_id="c0")
    mark(store, "s1", "maths", "9")
    mark(store, "s1", "English", "7")
    ask(store, "s1")
    card = issuing.gather(store, claimed(store))
    assert [(line.subject, line.score) for line in card.lines] == [("English", Decimal(7)), ("maths", Decimal(9))]
    assert (card.student_name, card.student_name_ur, card.branch_name_ur) == ("Ayesha Khan", "عائشہ خان", "گلبرگ")


@pytest.mark.parametrize("students", [[], ["s1"], [f"s{number}" for number in range(500)]], ids=len)
def test_what_is_counted_adds_up(students: Sequence[str]) -> None:
    run = {"student_ids": list(students)}
    made = [
        {"state": state, "student_id": id, "reason": "x"}
        for id, state in zip(students, ["issued", "failed", "asked"] * 200, strict=False)
    ]
    counted = runs.counted(run, made)
    assert counted["asked"] == len(students) == counted["issued"] + len(counted["failed"]) + counted["waiting"]


def test_a_killed_worker_leaves_no_card_unmade_and_none_made_twice(branch: Branch) -> None:
    students = tuple(f"k{number}" for number in range(40))
    branch.knows(people(branch.id, *(someone(id, "student") for id in students)), enrolled(branch.id, "c1", students=students))
    branch.marks("Killed Term", **dict.fromkeys(students, "40"))
    run = branch.asks_for_cards("Killed Term", student_ids=list(students)).json()
    path = f"report-card-runs/{run['run_id']}"
    worker = branch.service.processes["worker"]
    for least in (1, 15):
        eventually(lambda least=least: branch.call("GET", path, branch.teacher()).json()["issued"] >= least)
        worker.kill()
        worker.start()
    done = eventually(
        lambda: (found := branch.call("GET", path, branch.teacher()).json())["waiting"] == 0 and found, timeout=60
    )
    assert (done["asked"], done["issued"], done["failed"]) == (40, 40, [])
    said = eventually(
        lambda: (heard := [e for e in branch.heard(ReportCardIssued) if e.data["term"] == "Killed Term"])[39:] and heard
    )
    assert sorted(event.data["student_id"] for event in said) == sorted(students)


def test_who_was_too_slow_tells_of_no_failure(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    mark(store, "s1")
    ask(store, "s1")
    slow = claimed(store)
    issuing.make(store, slow)
    with capture_logs() as logs:
        issuing.fail(store, slow, "too late")
    assert logs == []


def test_what_is_not_there_yet_is_no_fault(store: Store) -> None:
    mark(store, "s1")
    ask(store, "s1")
    store.branches.collection.delete_many({})
    with capture_logs() as logs:
        Worker(store, worker.WORK, Event())._one(worker.WORK[0], claimed(store))
    assert [(line["event"], line["log_level"]) for line in logs] == [("work_not_yet", "info")]
