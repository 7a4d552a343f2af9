"""What reports has of others' counts, and meetings of reports' briefs, is rebuilt from its owner.

As the roster's copy is in tests/roster/test_replaying.py. Stores alone; tests/e2e/test_replay.py has broker and relays, too."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus import clock
from schoolbus.contracts import replayed
from schoolbus.contracts.meetings import ParticipationCounted
from schoolbus.contracts.notifications import ReachCounted
from schoolbus.contracts.reports import StudentsBriefed
from schoolbus.counted import KEPT, as_told
from schoolbus.metering import bounds
from schoolbus.privacy import erase_person
from schoolbus.replay.asking import ask, main, told
from schoolbus.scope import WHOLE_CHAIN, branch
from services.meetings.replaying import records as of_meetings
from services.meetings.store import Store as Meetings
from services.meetings.theday import briefs as kept_briefs
from services.notifications.replaying import records as of_notifications
from services.notifications.store import Store as Notifications
from services.reports import briefs
from services.reports.engagement import learning, months
from services.reports.replaying import records as of_reports
from services.reports.store import Store as Reports
from tests.support import roster
from tests.support.replaying import Between
from tests.support.stores import fresh, own_database

BRANCHES = ("b1", "b2")
PEOPLE = 520
NOW, LAST_MONTH = months.current(), months.shifted(months.current(), -1)
LONG_AGO = months.shifted(months.current(), -6)
_REACH = {"told": 3, "delivered": 3, "read": 1, "failed": 0, "answered": 0, "other_language": 0, "channels": {}}
_REACH |= {"last_read_on": None, "unread_since": None, "language": "ur", "contact": "works"}


class Counts(Between):
    """An owner who has told of everybody in two branches, and reports, which has heard it."""

    def __init__(self, owner: Any, reports: Reports, kind: str) -> None:
        self.kind = kind
        of_meetings_ = kind == "participation"
        super().__init__(owner, reports, of_meetings.SOURCE if of_meetings_ else of_notifications.SOURCE)
        self.told = owner.participation_told if of_meetings_ else owner.reach_told
        self.copy = getattr(reports, kind)
        self.key = self.copy.key
        for id in BRANCHES:
            for store in (owner, reports):
                store.keep_branch(roster.branch(id))
                store.keep(roster.people(id, *(roster.someone(f"{id}-{each}", "guardian") for each in range(3))))
            self.tell(id, NOW, [f"{id}-{each}" for each in range(PEOPLE if id == "b1" else 3)])
            self.tell(id, LAST_MONTH, [f"{id}-0"], version=1)

    def tell(self, branch_id: str, month: str, ids: list[str], version: int = 3, read: int = 1) -> None:
        """As the owner's count does, and reports hears it."""
        rows = {id: self.item(id, read) for id in ids}
        self.told.upsert_all(
            [
                (
                    {"_id": f"{branch_id}:{id}:{month}", "branch_id": branch_id},
                    {"$set": {"person_id": id, "month": month, "item": item, "version": version}},
                )
                for id, item in rows.items()
            ]
        )
        items = [as_told(self.key, id, month, version, item) for id, item in rows.items()]
        event = ParticipationCounted if self.kind == "participation" else ReachCounted
        for first in range(0, len(items), 500):
            said = event(branch_id=branch_id, subject=branch_id, items=items[first : first + 500])
            learning.keep(self.reader, self.copy, event.decode(said.encode()))

    def item(self, id: str, read: int) -> dict[str, Any]:
        if self.kind == "participation":
            return {"person_id": id, "role": "guardian", "counts": {"met": read}}
        return {"guardian_id": id, **_REACH, "read": read}

    def rows(self) -> list[Any]:
        return sorted(self.copy.collection.find(), key=str)

    def run(self, run_id: str) -> Any:
        return self.reader.replays.one(WHOLE_CHAIN, run_id)


@pytest.fixture(scope="module")
def databases(infrastructure: Infrastructure) -> Iterator[tuple[Any, Any, Any]]:
    with (
        own_database(infrastructure, Meetings) as meetings,
        own_database(infrastructure, Notifications) as notifications,
        own_database(infrastructure, Reports) as reports,
    ):
        yield meetings, notifications, reports


@pytest.fixture(params=["participation", "reach"])
def counts(databases: tuple[Any, Any, Any], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Counts:
    monkeypatch.setattr("schoolbus.replay.telling.PATIENCE", 0.05)  # the relay takes nothing while the owner's worker works
    meetings, notifications, reports = databases
    owner = fresh(meetings, Meetings) if request.param == "participation" else fresh(notifications, Notifications)
    return Counts(owner, fresh(reports, Reports), request.param)


def test_a_copy_that_is_gone_is_as_before(counts: Counts) -> None:
    before = counts.rows()
    assert len(before) == PEOPLE + 3 + 2
    counts.copy.collection.delete_many({})
    run_id = ask(counts.reader, [], counts.owner.service)
    counts.settle(broken=0.1)
    assert counts.rows() == before
    assert counts.run(run_id)["counts"] == {"missing": len(before), "wrong": 0, "gone": 0}
    assert f" of {counts.owner.service} all {run_id}: over, 2 branches" in told(counts.reader, counts.run(run_id))


def test_what_is_damaged_is_mended_and_its_months_are_counted_anew(counts: Counts) -> None:
    before, rows = counts.rows(), counts.copy.collection
    rows.delete_one({"_id": f"b1:b1-1:{NOW}"})
    rows.update_one({"_id": f"b1:b1-2:{NOW}"}, {"$set": {"version": 99, "read": 77}})
    rows.update_one({"_id": f"b2:b2-0:{LAST_MONTH}"}, {"$unset": {"version": 1, "gone_at": 1, "month": 1}})
    ghost = {"month": NOW, "version": 7, learning.WHOSE[counts.kind]: "ghost"}
    rows.insert_many([{"_id": f"{id}:ghost:{NOW}", "branch_id": id, **ghost} for id in ("b1", "gone")])
    rows.insert_one({"_id": "b2:of no month", "branch_id": "b2", "month": "never", "version": 1})
    counts.reader.engagement_due.collection.delete_many({})
    learning.due._touched.clear()
    run_id = counts.replay()
    assert counts.rows() == before
    assert counts.run(run_id)["counts"] == {"missing": 1, "wrong": 2, "gone": 3}
    due = {(row["branch_id"], row["month"]) for row in counts.reader.engagement_due.find(WHOLE_CHAIN)}
    assert due == {("b1", NOW), ("b2", LAST_MONTH), ("gone", NOW)}


def test_months_of_which_the_owner_knows_nothing_any_more_stay(counts: Counts) -> None:
    counts.tell("b1", LONG_AGO, ["b1-0"])
    assert bounds(LONG_AGO)[1] + KEPT < clock.now()
    counts.told.remove_all(branch("b1"), {"month": LONG_AGO})  # as it goes by itself
    before = counts.rows()
    assert counts.run(counts.replay())["state"] == "over"
    assert counts.rows() == before


def test_what_is_counted_meanwhile_is_never_undone(counts: Counts) -> None:
    left = iter(range(12))

    def count() -> None:
        if (number := next(left, None)) is not None:
            counts.tell("b1", NOW, ["b1-1", f"b1-new-{number}"], version=4 + number, read=50 + number)

    counts.copy.collection.delete_many({"branch_id": "b1"})
    counts.meanwhile = count
    ask(counts.reader, ["b1"], counts.owner.service)
    counts.settle(broken=0.1)
    assert next(left, None) is None
    versions = {row["_id"]: row["version"] for row in counts.told.find(WHOLE_CHAIN)}
    assert {row["_id"]: row["version"] for row in counts.rows()} == versions


def test_who_was_erased_does_not_come_back(counts: Counts) -> None:
    """Though the owner has not heard of it yet."""
    erase_person(counts.reader, "b1-1", ["b1"])
    counts.copy.remove_all(branch("b1"), {learning.WHOSE[counts.kind]: "b1-1"})
    before = counts.rows()
    counts.replay()
    assert counts.rows() == before


def test_a_replay_of_one_owner_leaves_those_of_others(counts: Counts) -> None:
    first = ask(counts.reader, [])
    second = ask(counts.reader, [], counts.owner.service)
    assert [counts.run(each)["state"] for each in (first, second)] == ["going", "going"]
    third = ask(counts.reader, [])
    assert [counts.run(each)["state"] for each in (first, second, third)] == ["replaced", "going", "going"]


def test_a_reader_asks_those_of_whom_it_has_copies(capsys: pytest.CaptureFixture[str]) -> None:
    owners = {
        "meetings": ["roster", "reports"],
        "reports": ["roster", "meetings", "notifications"],
        "notifications": ["roster"],
    }
    assert replayed.owners() == owners
    with pytest.raises(SystemExit):
        main(["meetings", "--of", "notifications"])
    assert "meetings has copies of what these own: roster, reports" in capsys.readouterr().err


# Briefs


class Briefs(Between):
    def __init__(self, reports: Reports, meetings: Meetings) -> None:
        super().__init__(reports, meetings, of_reports.SOURCE)
        self.reports = reports
        self.meetings = meetings
        self.students = [f"s{number:03}" for number in range(briefs.MOST + 5)]
        for store in (reports, meetings):
            for event in (roster.branch("b1"), roster.branch("b2")):
                store.keep_branch(event)
            store.keep(roster.people("b1", *(roster.someone(id, "student") for id in self.students)))
        self.write(*self.students)
        self.reports.touch_briefs("b1", ["nothing-to-tell"])
        self.tell()

    def write(self, *student_ids: str, text: str = "She draws maps.") -> None:
        """A guardian writes."""
        with briefs.changing(self.reports, "b1", student_ids):
            for id in student_ids:
                note = {"_id": f"n-{id}", "branch_id": "b1", "student_id": id, "guardian_id": "g1", "kind": "strengths"}
                written = {**note, "text": text, "choices": [], "written_at": clock.now()}
                self.reports.home_notes.collection.replace_one({"_id": note["_id"]}, written, upsert=True)

    def tell(self) -> None:
        """Reports' worker, without its two seconds, and meetings hears it."""
        self.reports.briefs.change_all(WHOLE_CHAIN, {"due": True}, {"touched_at": clock.now() - briefs.SETTLED})
        while piece := briefs.claim(self.reports):
            briefs.tell(self.reports, piece)
        for event in self.waiting(self.reports.chunks):
            self.take(event)

    def take(self, event: Any) -> None:
        if isinstance(event, StudentsBriefed):
            kept_briefs.keep(self.meetings, event)
        else:
            super().take(event)

    def rows(self) -> list[Any]:
        return sorted(self.meetings.briefs.collection.find(), key=str)

    def texts(self) -> dict[str, str]:
        return {row["student_id"]: row["home_notes"][0]["text"] for row in self.rows()}


@pytest.fixture
def told_briefs(databases: tuple[Any, Any, Any], monkeypatch: pytest.MonkeyPatch) -> Briefs:
    monkeypatch.setattr("schoolbus.replay.telling.PATIENCE", 0.05)
    meetings, _, reports = databases
    return Briefs(fresh(reports, Reports), fresh(meetings, Meetings))


def test_briefs_that_are_gone_are_as_before(told_briefs: Briefs) -> None:
    before = told_briefs.rows()
    assert [row["student_id"] for row in before] == told_briefs.students
    told_briefs.meetings.briefs.collection.delete_many({})
    run_id = ask(told_briefs.meetings, [], "reports")
    told_briefs.settle(broken=0.3)
    assert told_briefs.rows() == before
    run = told_briefs.meetings.replays.one(WHOLE_CHAIN, run_id)
    assert (run["state"], run["counts"]) == ("over", {"missing": len(before), "wrong": 0, "gone": 0})


def test_damaged_briefs_are_mended_and_ghosts_go(told_briefs: Briefs) -> None:
    before, rows = told_briefs.rows(), told_briefs.meetings.briefs.collection
    rows.update_one({"_id": "b1:s001"}, {"$set": {"marks": [{"subject": "None of hers"}]}})
    rows.update_one({"_id": "b1:s002"}, {"$set": {"version": 99, "home_notes": []}})
    rows.insert_many([{"_id": f"{id}:ghost", "branch_id": id, "student_id": "ghost", "version": 1} for id in ("b1", "gone")])
    run_id = told_briefs.replay()
    assert told_briefs.rows() == before
    assert told_briefs.meetings.replays.one(WHOLE_CHAIN, run_id)["counts"] == {"missing": 0, "wrong": 2, "gone": 2}


def test_what_waits_to_be_told_is_told_in_its_own_version(told_briefs: Briefs) -> None:
    """A replay may see half of a change; what is told after it is newer."""
    before = {row["_id"]: row["version"] for row in told_briefs.rows()}
    told_briefs.write("s001", text="He draws.")
    told_briefs.replay()
    again = {row["_id"]: row["version"] for row in told_briefs.rows()}
    assert again == {**before, "b1:s001": before["b1:s001"] + 1}
    assert told_briefs.texts()["s001"] == "He draws."
    told_briefs.tell()
    assert {row["_id"]: row["version"] for row in told_briefs.rows()}["b1:s001"] == before["b1:s001"] + 2


def test_what_is_written_meanwhile_is_never_undone(told_briefs: Briefs) -> None:
    left = iter(range(8))

    def write() -> None:
        if (number := next(left, None)) is not None:
            told_briefs.write("s001", f"s{number:03}", text=f"The {number}th.")
            told_briefs.tell() if number % 2 else None

    told_briefs.meetings.briefs.collection.delete_many({})
    told_briefs.meanwhile = write
    ask(told_briefs.meetings, [], "reports")
    told_briefs.settle(broken=0.3)
    told_briefs.tell()
    found = {note["student_id"]: note["text"] for note in told_briefs.reports.home_notes.find(WHOLE_CHAIN)}
    assert told_briefs.texts() == found


def test_no_brief_comes_of_who_was_erased(told_briefs: Briefs) -> None:
    erase_person(told_briefs.meetings, "s001", ["b1"])
    told_briefs.meetings.briefs.collection.delete_many({})
    told_briefs.replay()
    assert sorted(told_briefs.texts()) == sorted({*told_briefs.students} - {"s001"})
