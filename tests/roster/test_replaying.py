"""A reader's copy is rebuilt from the roster, whatever is wrong with it and in whatever order what is told comes.

With stores alone; tests/e2e/test_replay.py has broker and relays, too.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus import clock, events
from schoolbus.events import Event
from schoolbus.privacy import LAST, erase_person
from schoolbus.replay import doubting, taking, telling
from schoolbus.replay.asking import ask, told
from schoolbus.scope import WHOLE_CHAIN
from services.reports.store import Store as Reports
from services.roster import telling as changes
from services.roster.kinds import KINDS
from services.roster.replaying import records
from services.roster.store import Store as Roster
from tests.support.replaying import Between, Killed
from tests.support.stores import own_database

BRANCHES, PEOPLE = ("b1", "b2", "b3"), 520
COPIES = ("branches", "calendars", "classes", "people", "enrollments", "relations", "machine_clients")


class Chain(Between):
    def __init__(self, roster: Roster, reports: Reports) -> None:
        super().__init__(roster, reports, records.SOURCE)
        self.roster = roster
        self.reports = reports

    def fill(self) -> None:
        common = {"source": "main", "active": True, "version": 3}
        for place, id in enumerate(BRANCHES):
            own = {"_id": id, "branch_id": id, "name": id, "name_ur": None, "services": ["reports"], **common}
            self.roster.branches.collection.insert_one({**own, "said": 4})
            self.roster.calendars.collection.insert_one({"_id": id, "branch_id": id, "terms": [], "holidays": [], "said": 2})
            people = [self.person(f"{id}-{number}", id) for number in range(PEOPLE if place == 0 else 5)]
            self.roster.people.collection.insert_many(people)
            shown = {"title": "5 A", "grade": "5", "subject": None, "homeroom": True}
            self.roster.classes.collection.insert_one({"_id": f"c-{id}", "branch_id": id, **shown, **common})
            ids = [person["_id"] for person in people]
            enrolled = [
                {"_id": f"e-{each}", "branch_id": id, "class_id": f"c-{id}", "person_id": each, "role": "student", **common}
                for each in ids
            ]
            related = [
                {"_id": f"r-{each}", "branch_id": [id], "student_id": each, "guardian_id": ids[0], **common} for each in ids[1:]
            ]
            self.roster.enrollments.collection.insert_many(enrolled)
            self.roster.relations.collection.insert_many(related)
        machine = {"_id": "m1", "branch_id": [], "name": "ERP", "scopes": [], "whole_chain": True, "said": 2}
        self.roster.machines.collection.insert_one(machine)

    @staticmethod
    def person(id: str, branch_id: str, **more: Any) -> dict[str, Any]:
        names = {"given_name": id.title(), "family_name": "Khan", "name_ur": None, "given_name_ur": None}
        ways = {"phone": "+923001110001", "email": None, "language": "ur", "channels": ["sms"]}
        head = {"_id": id, "branch_id": [branch_id], "roles": {branch_id: ["student"]}, "source": "main"}
        return {**head, **names, **ways, "active": True, "version": 3, **more}

    def take(self, event: Event) -> None:
        if event.type == "roster.people_changed":
            self.reports.keep(event)
        else:
            super().take(event)

    def rows(self, *but: str) -> dict[str, list[Any]]:
        return {kind: sorted(getattr(self.reports, kind).collection.find(), key=str) for kind in COPIES if kind not in but}

    def wanted(self) -> dict[str, dict[str, int]]:
        """By copy, version of each row, as roster has them."""
        found: dict[str, dict[str, int]] = {kind: {} for kind in COPIES}
        sets = [(id, records.of_branch(self.roster, id)) for id in BRANCHES] + [("chain", records.of_chain(self.roster))]
        for branch_id, of_set in sets:
            for kind, item in of_set:
                found[kind][f"{branch_id}:{item[self.reports.copies()[kind].key]}"] = item["version"]
        return found

    def versions(self) -> dict[str, dict[str, int]]:
        return {kind: {row["_id"]: row["version"] for row in rows} for kind, rows in self.rows().items()}


@pytest.fixture(scope="module")
def databases(infrastructure: Infrastructure) -> Iterator[tuple[Any, Any]]:
    with own_database(infrastructure, Roster) as roster, own_database(infrastructure, Reports) as reports:
        yield roster, reports


@pytest.fixture
def chain(databases: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> Chain:
    """A reader that has all as roster has it."""
    monkeypatch.setattr(telling, "PATIENCE", 0.05)  # the relay of this test takes nothing while roster's worker works
    for database in databases:
        for name in database.list_collection_names():
            database[name].delete_many({})
    chain = Chain(Roster(databases[0]), Reports(databases[1]))
    chain.fill()
    chain.replay()
    return chain


def test_an_empty_copy_is_filled(chain: Chain) -> None:
    assert chain.versions() == chain.wanted()
    run = chain.reports.replays.find(WHOLE_CHAIN)[0]
    assert "over, 3 branches; rows mended: " in told(chain.reports, run)
    assert all(name.startswith("replay") is False or name == "replays" for name in filled(chain.reports))


def filled(store: Reports) -> set[str]:
    return {each.name for each in store.documents if each.collection.find_one()}


def test_what_is_missing_wrong_or_a_ghost_is_mended_and_counted(chain: Chain) -> None:
    before, people = chain.rows(), chain.reports.people.collection
    people.delete_many({"person_id": {"$in": ["b1-1", "b1-2", "b2-1"]}})
    people.update_one({"_id": "b1:b1-3"}, {"$set": {"given_name": "Wrong"}})
    people.update_one({"_id": "b1:b1-4"}, {"$set": {"given_name": "Ahead", "version": 99}})
    people.update_one({"_id": "b1:b1-5"}, {"$unset": {"version": 1, "roles": 1}})
    ghost = {"person_id": "ghost", "version": 7, "roles": ["student"], "active": True}
    people.insert_many([{"_id": f"{id}:ghost", "branch_id": id, **ghost} for id in ("b1", "gone")])
    chain.reports.branches.collection.insert_one({"_id": "gone:gone", "branch_id": "gone", "version": 2})
    chain.reports.machine_clients.collection.delete_one({"_id": "chain:m1"})
    run_id = chain.replay()
    assert chain.rows() == before
    run = chain.reports.replays.one(WHOLE_CHAIN, run_id)
    assert (run["state"], run["counts"]) == ("over", {"missing": 4, "wrong": 3, "gone": 3})


def ended_at_first(action: Callable[..., Any]) -> Callable[..., Any]:
    """Whoever comes there is ended before it, and does it the next time; with each words anew."""
    times: Counter[str] = Counter()

    def maybe(store: Any, *words: Any) -> Any:
        times[repr(words)] += 1
        if times[repr(words)] % 2:
            raise Killed
        return action(store, *words)

    return maybe


def test_a_reader_that_ends_before_a_branch_is_settled_settles_it_the_next_time(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both after its doubts were said, and after the last of them was answered."""
    chain.reports.people.collection.insert_one({"_id": "b2:ghost", "branch_id": "b2", "person_id": "ghost", "version": 7})
    monkeypatch.setattr(doubting, "settle", ended_at_first(doubting.settle))
    run_id = ask(chain.reports, [])
    chain.settle(times=1)
    assert chain.reports.replays.one(WHOLE_CHAIN, run_id)["state"] == "over"
    assert "b2:ghost" not in chain.versions()["people"]


def test_of_two_that_find_a_set_whole_at_the_same_moment_the_later_does_no_harm(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the first has done by then: told what is doubtful, dropped the parts, or ended the run."""
    chain.reports.people.collection.insert_one({"_id": "b2:ghost", "branch_id": "b2", "person_id": "ghost", "version": 7})
    told, doubtful = taking._told, doubting._doubtful

    def twice(store: Any, run: Any, event: Event, parts: Any) -> None:
        for _ in range(2):
            told(store, run, event, parts)
            taking.end_when_done(store, run)

    def late(store: Any, owner: str, branch_id: str, parts: Any) -> Any:
        found = list(doubtful(store, owner, branch_id, parts))
        with monkeypatch.context() as first:
            first.setattr(doubting, "_doubtful", doubtful)
            for each in store.replay_sets.find(WHOLE_CHAIN, {"branch_id": branch_id, "state": "going"}):
                doubting.doubt(store, owner, each["run_id"], branch_id, parts)
        return found

    monkeypatch.setattr(taking, "_told", twice)
    monkeypatch.setattr(doubting, "_doubtful", late)
    run = chain.reports.replays.one(WHOLE_CHAIN, chain.replay())
    assert (run["state"], run["told_branches"], run["counts"]["gone"]) == ("over", 3, 1)
    assert not filled(chain.reports) & {"replay_parts", "replay_sets", "replay_doubts"}


def test_what_is_made_of_mended_rows_is_made_anew_though_the_reader_ends_in_between(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, enrollments, anew = chain.reports.people.collection, chain.reports.enrollments.collection, set[str]()
    people.delete_one({"_id": "b2:b2-1"})
    people.insert_one({"_id": "b2:ghost", "branch_id": "b2", "person_id": "ghost", "version": 7})
    enrollments.update_one({"_id": "b2:e-b2-2"}, {"$set": {"person_id": "another"}})
    enrollments.update_one({"_id": "b2:e-b2-3"}, {"$unset": {"role": 1, "class_id": 1}})

    def mended(store: Reports, branch_id: str, kind: str, rows: list[Any]) -> None:
        Reports.mended(store, branch_id, kind, rows)
        anew.update(row["person_id"] for row in rows)

    monkeypatch.setattr(chain.reports, "mended", partial(ended_at_first(mended), chain.reports), raising=False)
    chain.replay()
    assert anew == {"b2-1", "ghost", "b2-2", "another", "b2-3"}
    assert chain.versions() == chain.wanted()
    assert not filled(chain.reports) & {"replay_parts", "replay_sets", "replay_doubts"}


def test_of_one_branch_only_that_is_rebuilt(chain: Chain) -> None:
    chain.reports.people.collection.delete_many({"person_id": {"$in": ["b1-1", "b2-1"]}})
    chain.replay("b2")
    kept = chain.versions()["people"]
    assert ("b1:b1-1" in kept, "b2:b2-1" in kept) == (False, True)
    chain.reports.people.collection.insert_one({"_id": "gone:x", "branch_id": "gone", "person_id": "x", "version": 1})
    chain.replay("gone")
    assert "gone:x" not in chain.versions()["people"], "a branch that roster does not know"


def test_while_it_goes_on_what_changes_is_never_undone(chain: Chain) -> None:
    count = 0

    def change() -> None:
        """Roster changes somebody, or gets somebody new; what it tells of it comes some time."""
        nonlocal count
        count += 1
        id = f"b1-{count % 50}"
        record = chain.roster.people.collection.find_one_and_update(
            {"_id": id}, {"$inc": {"version": 1}, "$set": {"given_name": f"Name {count}"}}, return_document=True
        )
        new = chain.person(f"b1-new-{count}", "b1")
        chain.roster.people.collection.insert_one(new)
        changes.tell(chain.roster, KINDS["people"], [(each, ["b1"]) for each in (record, new)])

    chain.reports.people.collection.delete_many({"person_id": {"$regex": "^b1-2"}})
    left = iter(range(20))
    chain.meanwhile = lambda: change() if next(left, None) is not None else None
    ask(chain.reports, [])
    chain.settle(broken=0.1)
    assert chain.versions() == chain.wanted()
    assert chain.reports.replays.count(WHOLE_CHAIN, {"state": "over"}) == 2


def test_a_newer_run_takes_the_place_of_an_older_one(chain: Chain) -> None:
    chain.reports.people.collection.delete_many({})
    first = ask(chain.reports, [])
    second = ask(chain.reports, [])
    of_branch = ask(chain.reports, ["b2"])
    chain.settle(broken=0.1)
    states = {id: chain.reports.replays.one(WHOLE_CHAIN, id)["state"] for id in (first, second, of_branch)}
    assert states == {first: "replaced", second: "over", of_branch: "over"}
    assert chain.versions() == chain.wanted()


def test_after_one_that_a_fast_clock_asked_for_comes_another(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as fast:
        fast.setattr(events, "now", lambda: clock.now() + timedelta(days=1))
        first = ask(chain.reports, ["b2"])
    second = ask(chain.reports, ["b2"])
    chain.settle()
    chain.reports.people.collection.delete_many({"branch_id": "b2"})
    chain.reports.replays.collection.delete_many({})  # as if this database came back from a backup
    third = chain.replay("b2")
    states = {run["_id"]: run["open"] for run in chain.roster.replays_told.find(WHOLE_CHAIN)}
    assert {states[each] for each in (second, third)} == {False}
    assert not states.get(first, False)
    assert chain.versions() == chain.wanted()


def test_who_was_erased_stays_so(chain: Chain) -> None:
    erase_person(chain.reports, "b1-1", ["b1"])
    chain.reports.people.collection.insert_one({"_id": "b1:x", "branch_id": "b1", "person_id": "x", "version": LAST})
    before = chain.rows()
    chain.replay()
    assert chain.rows() == before
