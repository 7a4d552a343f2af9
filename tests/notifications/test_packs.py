"""Packs: who is in one, what comes on which day, and that each family is told once, whoever dies in between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.clock import BRANCH_ZONE, now, today
from schoolbus.ids import new_id
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.packs import beginnings, series, stays, telling, walking
from tests.notifications.kept import store
from tests.notifications.schools import School
from tests.notifications.test_announcing import OPERATOR
from tests.notifications.test_conversations import noted
from tests.notifications.test_guides import EN, UR
from tests.support import people, roster
from tests.support.waiting import eventually

__all__ = ["store"]
URL = "https://rabta.example.pk"


def ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def day_of(moment: str) -> date:
    """At the branches."""
    return datetime.fromisoformat(moment).astimezone(BRANCH_ZONE).date()


class Welcome:
    """A school that has been there for a while, with guides and a pack that runs."""

    def __init__(self, stage, *days: int, chain=False, **more):
        self.stage, self.school = stage, School(stage)
        self.old = self.school.guardian("app")
        self.school.child(self.old)
        self.school.open()
        self.chain = chain
        self.path = "/v1" if chain else f"/v1/branches/{self.school.id}"
        self.caller = OPERATOR if chain else self.school.head
        self.guides = [self.guide(number) for number, _ in enumerate(days or (0,))]
        body = {"name": "First weeks", "starts_from": ago(60), "items": self.items(days or (0,)), **more}
        self.pack = self.call("POST", "/packs", 201, json=body)["pack_id"]
        self.body = body
        self.call("POST", f"/packs/{self.pack}/start")
        eventually(lambda: not self.call("GET", f"/packs/{self.pack}")["walking"])

    def call(self, method, below, status=200, caller=None, **more) -> Any:
        answer = self.stage.service.call(method, self.path + below, caller or self.caller, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def guide(self, number: int) -> str:
        texts = {"en": {**EN, "title": f"Part {number}"}, "ur": {**UR, "title": f"حصہ {number}"}}
        id = self.call("POST", "/guides", 201, json={"texts": texts, "kind": "introduction"})["guide_id"]
        self.call("POST", f"/guides/{id}/publication")
        return str(id)

    def items(self, days):
        return [{"after_days": day, "guide_id": guide} for day, guide in zip(days, self.guides, strict=True)]

    def newcomer(self, *guardians: str, since: str | None = None, school: School | None = None, **more: Any) -> str:
        """A child that is enrolled in c1 on this day (today)."""
        school = school or self.school
        id = school.child(*guardians, **more)
        theirs = [person for person in school.people if person["person_id"] in (id, *guardians)]
        self.stage.learn(
            roster.people(school.id, *theirs),
            roster.related(school.id, *((guardian, id) for guardian in guardians)),
            roster.enrolled(school.id, school.name("c1"), students=(id,), begins_on=since or ago(0)),
        )
        return id

    def children(self, **query):
        found = self.call("GET", f"/packs/{self.pack}/children", params=query)["items"]
        return {each["student"]["id"]: each for each in found}

    def told(self, person: str, count: int = 1) -> list[dict[str, Any]]:
        """What came to somebody of the pack, oldest first, once it is so many."""

        def there():
            found = [item for item in self.school.feed(person) if item["about_type"] == "guide"]
            assert len(found) == count, found
            return found[::-1]

        return list(eventually(there))

    def time_passes(self, student: str) -> None:
        """The next part's hour has come."""
        was = {"student_id": student, "state": "going"}
        done = self.stage.collection("pack_runs").update_one(was, {"$set": {"next_at": now(), "leased_until": None}})
        assert done.matched_count == 1


# At the edge


def test_a_new_childs_family_is_told_in_its_language_and_who_was_there_before_is_not(stage):
    welcome = Welcome(stage, 0, 7)
    mother, father = welcome.school.guardian("app", language="ur"), welcome.school.guardian("sms")
    child = welcome.newcomer(mother, father)
    (item,) = welcome.told(mother)
    assert "عائشہ" in item["body"]
    assert "حصہ 0" in item["body"]
    assert item["path"] == f"/v1/branches/{welcome.school.id}/guides/{welcome.guides[0]}"
    (sms,) = eventually(lambda: stage.carriers.received(welcome.school.of(father, "phone")))
    assert sms["text"].startswith("For the family of Ayesha: Part 0.")
    found = eventually(lambda: found if (found := welcome.children())[child]["parts"] else None)
    assert set(found) == {child}, "the first import began nothing"
    eventually(lambda: any(child in each["student_ids"] for each in noted(stage) if "pack" in each["right"]))
    assert [part["guide_id"] for part in found[child]["parts"]] == [welcome.guides[0]]
    assert day_of(found[child]["next_at"]) == today() + timedelta(days=7)
    guide = stage.service.call("GET", item["path"], people.guardian(mother, welcome.school.id))
    assert guide.json()["blocks"]
    followed = stage.service.call(
        "GET",
        f"/v1/branches/{welcome.school.id}/messages",
        welcome.school.head,
        params={"about_type": "guide", "about_id": welcome.guides[0]},
    )
    assert len(followed.json()["items"]) == 2


def test_siblings_are_told_of_together(stage):
    welcome = Welcome(stage)
    mother, father, uncle = (welcome.school.guardian("app") for _ in range(3))
    first = welcome.school.child(mother, father, given_name="Zara")
    second = welcome.school.child(mother, uncle, given_name="Ali")
    theirs = [person for person in welcome.school.people if person["person_id"] in (first, second, mother, father, uncle)]
    pairs = [(mother, first), (father, first), (mother, second), (uncle, second)]
    c1 = welcome.school.name("c1")
    stage.learn(
        roster.people(welcome.school.id, *theirs),
        roster.related(welcome.school.id, *pairs),
        roster.enrolled(welcome.school.id, c1, students=(first, second), begins_on=ago(0)),
    )
    (item,) = welcome.told(mother)
    assert set(item["student_ids"]) == {first, second}
    assert [welcome.told(id)[0]["student_ids"] for id in (father, uncle)] == [[first], [second]]


def test_said_again_or_moved_to_another_section_nobody_begins_twice(stage):
    welcome = Welcome(stage)
    mother = welcome.school.guardian("app")
    child = welcome.newcomer(mother)
    welcome.told(mother)
    school, c1, c2 = welcome.school, welcome.school.name("c1"), welcome.school.name("c2")
    stage.learn(
        roster.enrolled(school.id, c1, students=(child,), begins_on=ago(0), version=2),
        roster.enrolled(school.id, c1, students=(child,), begins_on=ago(0), ends_on=ago(0), active=False, version=3),
        roster.enrolled(school.id, c2, students=(child,), begins_on=ago(0)),
    )
    old = school.children[0]
    stage.learn(roster.enrolled(school.id, c2, students=(old,), begins_on=ago(0)))  # there since nobody knows when
    assert set(welcome.children()) == {child}
    welcome.told(mother)


def test_what_fell_due_comes_a_part_a_day(stage):
    welcome = Welcome(stage, 0, 7, 14, 40)
    mother = welcome.school.guardian("app")
    child = welcome.newcomer(mother, since=ago(20))
    assert "Part 0" in welcome.told(mother)[0]["body"]
    assert eventually(lambda: welcome.children()[child]["parts"])
    assert day_of(welcome.children()[child]["next_at"]) == today() + timedelta(days=1)
    for number in (1, 2):
        welcome.time_passes(child)
        assert f"Part {number}" in welcome.told(mother, number + 1)[number]["body"]
    found = eventually(lambda: found if len((found := welcome.children()[child])["parts"]) == 3 else None)
    assert day_of(found["next_at"]) == today() + timedelta(days=20)


def test_a_child_who_leaves_gets_no_more_and_goes_on_when_it_comes_back(stage):
    welcome = Welcome(stage, 0, 7)
    mother = welcome.school.guardian("app")
    child = welcome.newcomer(mother, since=ago(10))
    welcome.told(mother)
    school, c1 = welcome.school, welcome.school.name("c1")
    stage.learn(roster.enrolled(school.id, c1, students=(child,), active=False, begins_on=ago(10), ends_on=ago(0), version=2))
    assert eventually(lambda: welcome.children()[child]["parts"])
    welcome.time_passes(child)
    assert eventually(lambda: welcome.children(state="stopped"))[child]["reason"] == "left"
    stage.learn(roster.enrolled(school.id, c1, students=(child,), begins_on=ago(10), version=3))
    assert "Part 1" in welcome.told(mother, 2)[1]["body"]


def test_in_a_pack_of_the_chain_a_child_goes_on_in_its_new_branch(stage):
    welcome = Welcome(stage, 0, 7, chain=True, grades=["5"])
    mother = welcome.school.guardian("app")
    child = welcome.newcomer(mother, since=ago(10))
    welcome.told(mother)
    other = School(stage).open()
    c1 = welcome.school.name("c1")
    gone = {"active": False, "version": 2}
    person = next(each for each in welcome.school.people if each["person_id"] == child)
    parent = next(each for each in welcome.school.people if each["person_id"] == mother)
    stage.learn(
        roster.enrolled(welcome.school.id, c1, students=(child,), begins_on=ago(10), ends_on=ago(0), **gone),
        roster.people(welcome.school.id, {**person, **gone}),
        roster.people(other.id, person, parent),
        roster.related(other.id, (mother, child)),
        roster.enrolled(other.id, other.name("c1"), students=(child,), begins_on=ago(0)),
    )
    welcome.time_passes(child)
    second = welcome.told(mother, 2)[1]
    assert ("Part 1" in second["body"], second["branch_id"]) == (True, other.id)
    runs = [each["branch_id"] for each in welcome.children().values() if each["student"]["id"] == child]
    assert runs == [other.id], "and none begins anew there"
    welcome.call("POST", f"/packs/{welcome.pack}/end")


def test_a_pack_that_is_changed_while_it_runs(stage):
    welcome = Welcome(stage, 0, 30)
    mother = welcome.school.guardian("app")
    child = welcome.newcomer(mother, since=ago(5))
    welcome.told(mother)
    assert eventually(lambda: welcome.children()[child]["parts"])
    too_late, soon = welcome.guide(2), welcome.guide(3)
    added = [{"after_days": 3, "guide_id": too_late}, {"after_days": 9, "guide_id": soon}]
    welcome.call("PUT", f"/packs/{welcome.pack}", json={**welcome.body, "items": [*welcome.body["items"], *added]})
    fourth = today() + timedelta(days=4)
    eventually(lambda: day_of(welcome.children()[child]["next_at"]) == fourth)
    welcome.call("POST", f"/guides/{soon}/retirement")
    welcome.call("PUT", f"/packs/{welcome.pack}", json={**welcome.body, "items": welcome.body["items"][:1]})
    assert eventually(lambda: welcome.children(state="done"))
    welcome.told(mother)


def test_a_guide_that_is_retired_is_passed_over_and_a_pack_can_rest(stage):
    welcome = Welcome(stage, 0, 1, 2)
    welcome.call("POST", f"/guides/{welcome.guides[0]}/retirement")
    welcome.call("POST", f"/packs/{welcome.pack}/pause")
    mother = welcome.school.guardian("app")
    child = welcome.newcomer(mother, since=ago(10))
    assert welcome.children() == {}
    welcome.call("POST", f"/packs/{welcome.pack}/start", 409)
    welcome.call("POST", f"/guides/{welcome.guides[0]}/publication")
    welcome.call("POST", f"/packs/{welcome.pack}/start")
    welcome.call("POST", f"/guides/{welcome.guides[0]}/retirement")
    eventually(lambda: welcome.children())
    assert "Part 1" in welcome.told(mother)[0]["body"]
    found = eventually(lambda: found if (found := welcome.children()[child])["parts"] else None)
    assert [(part["guide_id"], part["reason"]) for part in found["parts"]] == [
        (welcome.guides[0], "not_published"),
        (welcome.guides[1], None),
    ]
    welcome.call("POST", f"/packs/{welcome.pack}/end")
    welcome.time_passes(child)
    assert eventually(lambda: welcome.children(state="stopped"))[child]["reason"] == "ended"
    welcome.call("POST", f"/packs/{welcome.pack}/start", 409)


def test_only_ones_own_guides_and_packs(stage):
    welcome, other = Welcome(stage), Welcome(stage)
    body = {"name": "x", "items": [{"after_days": 0, "guide_id": other.guides[0]}]}
    assert welcome.call("POST", "/packs", 422, json=body)["errors"]["items"]["0"]
    twice = {"name": "x", "items": welcome.items((0,)) * 2}
    assert welcome.call("POST", "/packs", 422, json=twice)["errors"]["items"]["1"] == ["Named twice."]
    welcome.call("GET", f"/packs/{other.pack}", 404)
    welcome.call("GET", f"/packs/{other.pack}/children", 404)
    draft = {"name": "x", "client_id": new_id(), "items": welcome.items((0,))}
    first = welcome.call("POST", "/packs", 201, json=draft)["pack_id"]
    assert welcome.call("POST", "/packs", 201, json=draft)["pack_id"] == first
    welcome.call("POST", "/packs", 409, json={**draft, "name": "y"})
    welcome.call("DELETE", f"/packs/{first}", 204)
    welcome.call("DELETE", f"/packs/{welcome.pack}", 409)
    welcome.call("DELETE", f"/guides/{welcome.guides[0]}", 409)


# Killed, and together


class Kept:
    """A branch in a store without processes, with a pack of two guides."""

    def __init__(self, store):
        self.store, self.branch_id = store, f"b{new_id()[:8]}"
        store.keep_branch(roster.branch(self.branch_id))
        store.keep(roster.classes(self.branch_id, "c1"))
        titles = {"en": "Part"}
        self.guides = [f"{self.branch_id}-{number}" for number in range(2)]
        common = {"branch_id": self.branch_id, "state": "published", "titles": titles, "grades": [], "subjects": []}
        store.guides.add_new([{"_id": id, **common} for id in self.guides])
        self.pack = self.runs_pack("pack", (0, 7))

    def runs_pack(self, name: str, days: tuple[int, ...], **more: Any) -> dict[str, Any]:
        """One of the branch's guides, each so many days after the first."""
        items = [{"guide_id": id, "after_days": day, "added_on": ago(90)} for id, day in zip(self.guides, days, strict=False)]
        return self.store.packs.add(
            {
                "_id": f"{self.branch_id}-{name}",
                "branch_id": self.branch_id,
                "grades": [],
                "starts_from": ago(90),
                "items": items,
                "state": "running",
                "version": 1,
                "walk": None,
                "attempts": 0,
                "leased_until": None,
                **more,
            }
        )

    def family(self, number: int, *children: str, **more: Any) -> None:
        guardian = roster.someone(f"g{number}", "guardian", **more)
        rows = [roster.someone(child, "student", given_name=child) for child in children]
        self.store.keep(roster.people(self.branch_id, guardian, *rows))
        self.store.keep(roster.related(self.branch_id, *((f"g{number}", child) for child in children)))

    def enrolled(self, *children: str, **more: Any) -> None:
        self.store.keep(roster.enrolled(self.branch_id, "c1", students=children, **{"begins_on": ago(0), **more}))

    def due(self) -> None:
        """All of it, and nobody is at it."""
        self.store.pack_runs.collection.update_many(
            {"branch_id": self.branch_id, "state": "going"}, {"$set": {"next_at": now(), "leased_until": None}}
        )

    def tell(self) -> int:
        """As a worker does; how many."""
        claimed = telling.claim(self.store)
        if claimed is None:
            return 0
        telling.tell(self.store, claimed, URL)
        return len(claimed["runs"])

    def messages(self) -> list[dict[str, Any]]:
        return list(self.store.messages.collection.find({"branch_id": self.branch_id}))

    def runs(self) -> list[dict[str, Any]]:
        return list(self.store.pack_runs.collection.find({"branch_id": self.branch_id}))


class Killed(Exception):
    pass


@pytest.fixture
def kept(store):
    store.pack_runs.collection.delete_many({})
    return Kept(store)


def test_killed_after_it_has_queued_it_tells_nobody_twice(kept, monkeypatch):
    kept.family(1, "Ali", "Zara")
    kept.enrolled("Ali", "Zara")
    kept.due()
    with monkeypatch.context() as context:
        context.setattr(telling, "told", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            kept.tell()
    assert len(kept.messages()) == 1
    kept.family(1, "Ali", "Zara", "Omar")
    kept.enrolled("Omar")  # a third one comes before it goes on
    kept.store.pack_runs.collection.update_many({}, {"$set": {"leased_until": None}})
    kept.store.pack_runs.collection.update_many({"student_id": "Omar"}, {"$set": {"next_at": now()}})
    while kept.tell():
        pass
    told = sorted(tuple(sorted(each["student_ids"])) for each in kept.messages())
    assert told == [("Ali", "Zara"), ("Omar",)]
    assert all(len(run["parts"]) == 1 and run["batch"] is None for run in kept.runs())


def test_killed_before_it_has_queued_nobody_is_forgotten(kept, monkeypatch):
    kept.family(1, "Ali", "Zara")
    kept.enrolled("Ali", "Zara")
    kept.due()
    with monkeypatch.context() as context:
        context.setattr(telling, "enqueue", lambda *_, **__: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            kept.tell()
    assert kept.messages() == []
    kept.store.pack_runs.collection.update_many({}, {"$set": {"leased_until": None}})
    while kept.tell():
        pass
    assert [sorted(each["student_ids"]) for each in kept.messages()] == [["Ali", "Zara"]]


def test_what_rests_as_its_batch_is_told_is_told_later(kept, monkeypatch):
    other = kept.runs_pack("other", (0,))
    kept.family(1, "Ali")
    kept.enrolled("Ali")
    kept.due()
    with monkeypatch.context() as context:
        context.setattr(telling, "enqueue", lambda *_, **__: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            kept.tell()
    kept.store.packs.change(WHOLE_CHAIN, other["_id"], to={"state": "paused"})
    kept.due()
    while kept.tell():
        pass
    assert len(kept.messages()) == 1
    kept.store.packs.change(WHOLE_CHAIN, other["_id"], to={"state": "running"})
    kept.store.pack_runs.collection.update_many({"pack_id": other["_id"]}, {"$set": {"next_at": now(), "leased_until": None}})
    while kept.tell():
        pass
    assert len(kept.messages()) == 2
    assert all(len(run["parts"]) == 1 and run["batch"] is None for run in kept.runs())


def test_a_pack_that_is_paused_as_it_is_told_tells_nobody_again(kept, monkeypatch):
    kept.family(1, "Ali")
    kept.enrolled("Ali")
    kept.due()
    (run,) = kept.runs()

    def enqueue(*given, **more):
        queued = really(*given, **more)
        kept.store.packs.change(WHOLE_CHAIN, kept.pack["_id"], to={"state": "paused"})
        with monkeypatch.context() as context:
            context.setattr(telling, "enqueue", really)
            telling.tell(kept.store, {"_id": "late", "runs": kept.runs()}, URL)
        return queued

    really = telling.enqueue
    with monkeypatch.context() as context:
        context.setattr(telling, "enqueue", enqueue)
        telling.tell(kept.store, {"_id": "first", "runs": [run]}, URL)
    kept.store.packs.change(WHOLE_CHAIN, kept.pack["_id"], to={"state": "running"})
    (after,) = kept.runs()
    assert [part["guide_id"] for part in after["parts"]] == kept.guides[:1]
    assert (len(kept.messages()), after["batch"]) == (1, None)


def test_a_guide_that_does_not_fit_the_childs_classes_is_passed_over(kept):
    kept.store.guides.change(WHOLE_CHAIN, kept.guides[0], to={"grades": ["9"]})
    kept.family(1, "Ali")
    kept.enrolled("Ali", begins_on=ago(10))
    kept.due()
    while kept.tell():
        pass
    assert [each["about_id"] for each in kept.messages()] == [kept.guides[1]]
    (run,) = kept.runs()
    assert [(part["guide_id"], part["reason"]) for part in run["parts"]] == [
        (kept.guides[0], "other_classes"),
        (kept.guides[1], None),
    ]


def test_classes_that_are_not_here_yet_are_waited_for(kept):
    kept.family(1, "Ali")
    kept.store.keep(roster.enrolled(kept.branch_id, "c9", students=("Ali",), begins_on=ago(0)))
    kept.due()
    kept.tell()
    assert kept.messages() == []
    kept.store.keep(roster.classes(kept.branch_id, "c9"))
    kept.due()
    kept.tell()
    assert len(kept.messages()) == 1


def test_a_guardian_of_whom_only_the_relation_is_here(kept):
    kept.store.keep(roster.people(kept.branch_id, roster.someone("Ali", "student")))
    kept.store.keep(roster.related(kept.branch_id, ("nobody", "Ali"), ("aunt", "Ali")))
    kept.store.keep(roster.people(f"{kept.branch_id}-2", roster.someone("aunt", "guardian")))
    kept.enrolled("Ali")
    kept.due()
    kept.tell()
    told = {each["person_id"]: (each["state"], each["reason"], bool(each["body"])) for each in kept.messages()}
    assert told == {"nobody": ("skipped", "not_known", True), "aunt": ("sent", None, True)}


def test_in_two_branches_at_once_a_child_is_in_the_chains_pack_once(kept):
    other = Kept(kept.store)
    chains = kept.runs_pack("chains", (0, 7), branch_id=[])
    child, old = f"{kept.branch_id}-Ali", f"{kept.branch_id}-Zara"
    for each in (kept, other):
        each.store.keep(roster.people(each.branch_id, *(roster.someone(id, "student") for id in (child, old))))
    for each in (kept, other):
        each.enrolled(child)
    for each, day in ((kept, ago(100)), (other, ago(0))):
        each.enrolled(old, begins_on=day)
    found = list(kept.store.pack_runs.collection.find({"pack_id": chains["_id"]}))
    assert [(run["student_id"], run["branch_id"]) for run in found] == [(child, kept.branch_id)], (
        "the other came before it starts"
    )
    kept.store.packs.change(WHOLE_CHAIN, chains["_id"], to={"state": "ended"})


def test_a_day_that_is_none_begins_nothing(kept):
    kept.enrolled("Ali", begins_on="9999-12-31")
    assert kept.runs() == []
    assert kept.store.classes_of_each(branch(kept.branch_id), ["Ali"])["Ali"], "it is kept"


def test_whatever_comes_of_packs_the_roster_is_kept_and_nobody_is_lost(kept, monkeypatch):
    with monkeypatch.context() as context:
        context.setattr(beginnings, "begin", lambda *_: (_ for _ in ()).throw(Killed()))
        kept.enrolled("Ali")
    assert kept.store.classes_of_each(branch(kept.branch_id), ["Ali"])["Ali"]
    assert kept.runs() == []
    walking.walk(kept.store, walking.claim(kept.store))
    assert [run["student_id"] for run in kept.runs()] == ["Ali"]


def test_two_workers_at_one_family_tell_it_once(kept):
    kept.family(1, "Ali", "Zara")
    kept.enrolled("Ali", "Zara")
    kept.due()
    claims = [{"_id": run["_id"], "runs": [run]} for run in kept.runs()]
    for claimed in (*claims, *claims):  # each has but one of the two, and comes late once more
        telling.tell(kept.store, claimed, URL)
    assert [sorted(each["student_ids"]) for each in kept.messages()] == [["Ali", "Zara"]]


def test_many_workers_at_once_tell_each_child_once(kept):
    for number in range(12):
        kept.family(number, f"a{number}", f"b{number}", f"c{number}")
    kept.enrolled(*(f"{kind}{number}" for number in range(12) for kind in "abc"))
    kept.due()
    by_kind = [{"_id": kind, "runs": [run for run in kept.runs() if run["student_id"][0] == kind]} for kind in "abc"]
    with ThreadPoolExecutor(3) as pool:  # each has one child of every family
        list(pool.map(lambda claimed: telling.tell(kept.store, claimed, URL), by_kind))
    while kept.tell():
        pass
    told = [child for each in kept.messages() for child in each["student_ids"]]
    assert sorted(told) == sorted(f"{kind}{number}" for number in range(12) for kind in "abc")
    assert all(len(run["parts"]) == 1 and run["batch"] is None for run in kept.runs())


def test_the_day_after_each_gets_the_next_part_once(kept):
    kept.family(1, "Ali")
    kept.enrolled("Ali", begins_on=ago(30))
    for _ in range(3):
        kept.due()
        while kept.tell():
            pass
    assert len(kept.messages()) == 2
    (run,) = kept.runs()
    assert (run["state"], [part["guide_id"] for part in run["parts"]]) == ("done", kept.guides)


def test_a_whole_schools_enrolments_on_one_day(kept, monkeypatch):
    monkeypatch.setattr(telling, "MOST", 20)
    for number in range(60):
        kept.family(number, f"s{number}", f"t{number}")
    kept.enrolled(*(f"{kind}{number}" for number in range(60) for kind in "st"))
    kept.due()
    while kept.tell():
        pass
    found = kept.messages()
    assert len(found) == 60
    assert all(len(each["student_ids"]) == 2 and each["lane"] == "bulk" for each in found)


def test_a_walk_that_is_killed_goes_on_where_it_was(kept, monkeypatch):
    monkeypatch.setattr(walking, "CHUNK", 7)
    names = [f"s{number:02}" for number in range(40)]
    kept.store.packs.change(WHOLE_CHAIN, kept.pack["_id"], to={"state": "paused"})
    kept.enrolled(*names[:35])
    kept.enrolled(*names[35:], begins_on=ago(200))
    started = {"state": "running", "walk": {"stage": "runs", "after": ""}}
    kept.store.packs.change(WHOLE_CHAIN, kept.pack["_id"], to=started)
    assert kept.runs() == []
    calls = []

    def begin(*given):
        calls.append(given)
        if len(calls) == 3:
            raise Killed
        return begun(*given)

    begun = beginnings.begin
    monkeypatch.setattr(beginnings, "begin", begin)
    with pytest.raises(Killed):
        walking.walk(kept.store, walking.claim(kept.store))
    assert walking.claim(kept.store) is None, "its lease holds"
    kept.store.packs.change(WHOLE_CHAIN, kept.pack["_id"], to={"leased_until": None})
    walking.walk(kept.store, walking.claim(kept.store))
    assert sorted(run["student_id"] for run in kept.runs()) == names[:35]
    assert len(calls) == 6  # 35 by sevens, and the one that was killed
    assert kept.store.packs.one(WHOLE_CHAIN, kept.pack["_id"])["walk"] is None


def test_enrolments_without_a_day(kept):
    kept.enrolled("first", begins_on=None)
    assert kept.runs() == [], "they came with the branch"
    since = {"since": now() - timedelta(days=2)}
    kept.store.pack_branches.collection.update_one({"_id": kept.branch_id}, {"$set": since})
    kept.store.keep(roster.classes(kept.branch_id, "c2"))
    for _ in range(2):
        kept.store.keep(roster.enrolled(kept.branch_id, "c2", students=("first", "second"), begins_on=None))
    assert [(run["student_id"], run["began_on"]) for run in kept.runs()] == [("second", ago(0))]


def test_a_stale_enrolment_begins_nothing(kept):
    kept.enrolled("Ali", version=2, active=False, ends_on=ago(0))
    kept.enrolled("Ali", version=1)
    assert kept.runs() == []


# Plain values


def row(begins: str | None, ends: str | None = None, *, active: bool | None = None) -> dict[str, Any]:
    return {"begins_on": begins, "ends_on": ends, "active": ends is None if active is None else active}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("2026-08-01")], "2026-08-01"),
        ([row("2025-08-01", "2026-06-10"), row("2026-08-15")], "2025-08-01"),  # a summer
        ([row("2024-08-01", "2025-01-10"), row("2026-08-15")], "2026-08-15"),  # more than a year away
        ([row("2026-08-01", "2026-09-01"), row("2026-09-01"), row("2026-08-01")], "2026-08-01"),
        ([row("2024-08-01", None, active=False), row("2026-08-15")], "2024-08-01"),  # nobody knows when it ended
        ([row("2026-08-01", "2026-09-01")], None),
        ([row(None), row("2026-08-01")], None),
        ([row("no day")], None),
        ([row("9999-12-31")], None),
        ([row("2026-08-01", "9999-12-31", active=True)], "2026-08-01"),
        ([], None),
    ],
)
def test_since_when_a_child_is_here(rows, expected):
    assert stays.began(rows) == (date.fromisoformat(expected) if expected else None)


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat)


@given(st.lists(st.builds(row, DAYS, st.none() | DAYS, active=st.booleans()), max_size=6), st.randoms())
def test_the_order_of_enrolments_does_not_matter(rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    found = stays.began(mixed)
    assert found == stays.began(rows)
    assert found is None or found.isoformat() in {each["begins_on"] for each in rows}


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6),
    st.lists(st.integers(0, 10), max_size=12),
)
def test_each_part_comes_once_in_its_order_and_never_before_its_day(parts, pauses):
    began_on, day = date(2026, 8, 3), date(2026, 8, 3)
    items = [
        {"guide_id": f"g{number}", "after_days": after, "added_on": (began_on + timedelta(days=added)).isoformat()}
        for number, (after, added) in enumerate(parts)
    ]
    had: list[tuple[str, date]] = []
    for pause in [*pauses, *[100] * len(items)]:
        part = series.next_part(items, began_on, [id for id, _ in had], day)
        if part is None:
            break
        day = max(day + timedelta(days=pause), part.day)
        had.append((part.guide_id, day))
        day += timedelta(days=1)
    after = {item["guide_id"]: item["after_days"] for item in items}
    assert [after[id] for id, _ in had] == sorted(after[id] for id, _ in had)
    assert all(on >= began_on + timedelta(days=after[id]) for id, on in had)
    assert len({on for _, on in had}) == len(had) == len({id for id, _ in had})
    assert {id for id, _ in had} == {f"g{number}" for number, (day_, added) in enumerate(parts) if added <= day_}


@given(st.dictionaries(st.sampled_from("abcdefg"), st.sets(st.integers(0, 4), max_size=3)))
def test_families_are_those_who_share_a_guardian(children):
    found = series.families(children)
    assert sorted(child for family in found for child in family) == sorted(children)
    place = {child: number for number, family in enumerate(found) for child in family}
    for one, theirs in children.items():
        for other, others in children.items():
            if theirs & others:
                assert place[one] == place[other]
    for family in found:
        assert len(family) == 1 or all(
            any(children[one] & children[other] for other in family if other != one) for one in family
        )
