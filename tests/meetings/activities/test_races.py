"""Many families at once, on a real database: never more heads than places, whoever is faster."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.contracts import activities as said
from schoolbus.ids import new_id
from schoolbus.privacy import erase
from schoolbus.problems import Problem
from schoolbus.scope import branch
from schoolbus.store import Busy, run_again_while_busy
from services.meetings.activities import signing, timing
from services.meetings.activities.places import HOLDING, TAKE, WAITING, Wish
from services.meetings.activities.signing import Answer, Household
from services.meetings.privacy import HELD
from services.meetings.store import Store
from tests.support.roster import branch as a_branch
from tests.support.roster import people, someone

SCOPE = branch("b1")
THREADS = 24


@pytest.fixture
def store(store: Store) -> Store:
    store.keep_branch(a_branch("b1"))
    store.keep(people("b1", *(someone(f"g{number}", "guardian") for number in range(60))))
    return store


def activity(store: Store, **more: Any) -> str:
    at = now() + timedelta(days=2)
    session = {"session_id": "e1", "starts_at": at, "ends_at": at + timedelta(hours=1), "place": "Hall", "shared": True}
    audience = {"everyone": True, "class_ids": [], "grades": []}
    about = {"title": "Sports day", "title_ur": None, "edition": 0, "sequence": 0, "version": 1, "dropped": [], "reminders": []}
    when = {"sessions": [session], "starts_at": at, "ends_at": session["ends_at"], "offer_minutes": 60}
    counted = {"places": 30, "taken": 0, "waiting": 0, "state": "published", "remind_at": None}
    document = {"_id": new_id(), "branch_id": "b1", **about, **when, **counted, "audience": audience, **more}
    store.activities.add(document)
    return str(document["_id"])


def sign_up(store: Store, activity_id: str, family: int, wish: Wish) -> str:
    """Its state; or why not."""
    household = Household(f"g{family}", [f"s{family}", f"s{family}b"])
    answer = Answer(wish, [], new_id(), household.guardian_id)
    try:
        made = run_again_while_busy(
            lambda: signing.answer(store, SCOPE, activity_id, household, answer, lambda *_: None), times=30
        )
    except Problem as refused:
        return str(refused.body["type"]).rpartition("/")[2]
    return str(made["state"])


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    start = threading.Barrier(THREADS)

    def run(share: list[Callable[[], Any]]) -> list[Any]:
        start.wait(60)
        return [call() for call in share]

    with ThreadPoolExecutor(THREADS) as pool:
        return [each for done in pool.map(run, [calls[number::THREADS] for number in range(THREADS)]) for each in done]


def agrees(store: Store, activity_id: str) -> tuple[int, int]:
    """Heads that have a place and families that wait, by a query of its own; the activity says the same."""
    found = store.sign_ups.find(SCOPE, {"activity_id": activity_id})
    held = sum(each["heads"] for each in found if each["state"] in HOLDING)
    waiting = sum(each["state"] == WAITING for each in found)
    there = store.activities.one(SCOPE, activity_id)
    assert (there["taken"], there["waiting"]) == (held, waiting)
    assert there["places"] is None or held <= there["places"]
    children = [id for each in found for id in each["student_ids"]]
    assert len(children) == len(set(children)), "a family has one sign-up"
    return held, waiting


def test_never_more_heads_than_places(store: Store) -> None:
    id = activity(store, places=30)
    wishes = [(family, random.Random(family).randint(1, 4)) for family in range(48)]
    states = all_at_once([lambda f=f, n=n: sign_up(store, id, f, Wish(True, n)) for f, n in wishes])  # type: ignore[misc]
    held, waiting = agrees(store, id)
    assert set(states) == {"coming", "activity-full"}
    assert waiting == 0
    assert held == 30 or 30 - held < min(n for f, n in wishes if store.sign_ups.first(SCOPE, {"guardian_id": f"g{f}"}) is None)


def test_who_was_erased_gets_no_place_and_no_message(store: Store) -> None:
    id = activity(store, places=1, remind_at=now() - timedelta(seconds=1), reminders=[60])
    assert sign_up(store, id, 1, Wish(True, 1)) == "coming"
    assert [sign_up(store, id, family, Wish(True, 1, TAKE)) for family in (2, 3)] == ["waiting", "waiting"]
    erase(store, HELD, "g2", ["b1"])
    sign_up(store, id, 1, Wish(False))
    states = {each["guardian_id"]: each["state"] for each in store.sign_ups.find(SCOPE)}
    assert states["g3"] == "coming"
    assert sorted(states.values()) == ["coming", "not_coming", "waiting"]
    erase(store, HELD, "g3", ["b1"])
    timing.remind(store)
    assert _said(store.activities, said.ActivityReminder) == []


def test_one_family_from_many_phones_has_one_sign_up(store: Store) -> None:
    id = activity(store)
    all_at_once([lambda n=n: sign_up(store, id, 1, Wish(True, n % 4 + 1)) for n in range(THREADS)])  # type: ignore[misc]
    agrees(store, id)
    assert store.sign_ups.count(SCOPE) == 1


def test_families_come_and_go_at_once_and_no_place_is_lost(store: Store) -> None:
    id = activity(store, places=10)

    def restless(family: int) -> list[str]:
        dice = random.Random(family)
        wishes = [Wish(dice.random() < 0.6, dice.randint(1, 3), TAKE) for _ in range(4)]
        return [sign_up(store, id, family, wish) for wish in wishes]

    all_at_once([lambda family=family: restless(family) for family in range(THREADS)])  # type: ignore[misc]
    agrees(store, id)
    held, _ = agrees(store, id)
    waiting = store.sign_ups.find(SCOPE, {"activity_id": id, "state": WAITING})
    assert all(each["heads"] > 10 - held for each in waiting), "nobody waits for what is free"


def test_replicas_that_look_at_the_same_moment_remind_once_and_let_an_offer_lapse_once(store: Store) -> None:
    id = activity(store, places=1, remind_at=now() - timedelta(seconds=1), reminders=[60])
    assert sign_up(store, id, 1, Wish(True, 1)) == "coming"
    assert [sign_up(store, id, family, Wish(True, 1, "offer")) for family in (2, 3)] == ["waiting", "waiting"]
    sign_up(store, id, 1, Wish(False))
    sign_up(store, id, 4, Wish(True, 1, "offer"))
    offered = store.sign_ups.first(SCOPE, {"state": "offered"})
    assert offered is not None
    assert offered["guardian_id"] == "g2"
    store.sign_ups.change(SCOPE, offered["_id"], to={"offer_until": now() - timedelta(seconds=1)})

    def look() -> None:
        try:
            timing.remind(store)
            run_again_while_busy(lambda: signing.let_lapse(store), times=20)
        except Busy:
            pass

    all_at_once([look] * THREADS)
    signing.let_lapse(store)
    agrees(store, id)
    assert len(_said(store.activities, said.ActivityReminder)) == 0, "nobody had a place at that moment"
    states = {each["guardian_id"]: each["state"] for each in store.sign_ups.find(SCOPE)}
    assert states == {"g1": "not_coming", "g2": "lapsed", "g3": "offered", "g4": "waiting"}
    assert len(_said(store.sign_ups, said.PlaceOffered)) == 2


def test_who_comes_is_reminded_once_by_whichever_replica(store: Store) -> None:
    id = activity(store, places=9, remind_at=now() - timedelta(seconds=1), reminders=[60])
    sign_up(store, id, 1, Wish(True, 1))
    all_at_once([lambda: timing.remind(store)] * THREADS)
    assert len(_said(store.activities, said.ActivityReminder)) == 1


def _said(documents: Any, event: Any) -> list[str]:
    """What waits in the outboxes."""
    entries = [entry for each in documents.collection.find() for entry in each.get("outbox", [])]
    return [entry["body"] for entry in entries if entry["key"] == event.routing_key()]
