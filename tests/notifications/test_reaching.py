"""How far guardians are reached, in numbers of a month."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from schoolbus import counted
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.notifications import ReachCounted
from schoolbus.contracts.roster import PersonErased
from schoolbus.metering import bounds
from schoolbus.outbox import pending
from schoolbus.privacy import documents
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import privacy
from services.notifications.reaching import counting, reach
from services.notifications.reaching.questions import Sent, Wrote
from services.notifications.sending import contacts
from services.notifications.store import Store
from tests.notifications.schools import School
from tests.support.people import guardian
from tests.support.roster import branch, people, related, someone
from tests.support.stores import fresh
from tests.support.waiting import eventually

MONTH = "2026-11"
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def reached(school: School) -> dict[str, dict[str, Any]]:
    """What was told last of each guardian of the school."""
    rows = [item for event in school.stage.service.heard(ReachCounted, school.id) for item in event.data["items"]]
    return {row["guardian_id"]: row for row in sorted(rows, key=lambda row: row["version"])}


def counted_now(school: School) -> None:
    """Its night comes."""
    due = {"$set": {"next_at": now() - timedelta(seconds=1)}}
    eventually(lambda: school.stage.collection("counts").update_one({"_id": school.id}, due).matched_count)


def test_what_guardians_were_told_and_read_is_told_in_numbers(stage: Any) -> None:
    school = School(stage)
    mother, father, aunt = school.guardian("sms"), school.guardian("app", language="pa"), school.guardian("app", phone=None)
    school.child(mother, father, aunt)
    first, second = school.open().homework(), school.homework()
    stage.learn(first, second)
    for homework in (first, second):
        school.comes_to("delivered", homework, mother)
    message = next(each for each in school.feed(father) if each["about_id"] == first.data["homework_id"])
    reader = school.stage.service.call("POST", f"/v1/feed/{message['message_id']}/read", caller(father, school))
    assert reader.status_code == 200
    counted_now(school)
    told = eventually(lambda: (rows := reached(school)) and rows.keys() == {mother, father, aunt} and rows)
    assert (told[mother]["told"], told[mother]["delivered"], told[mother]["read"]) == (2, 2, 0)
    assert told[mother]["channels"] == {"sms": {"told": 2, "delivered": 2, "read": 0, "failed": 0}}
    assert told[mother]["unread_since"] is None, "an SMS tells nobody that it was opened"
    assert (told[father]["told"], told[father]["delivered"], told[father]["read"]) == (2, 2, 1)
    assert (told[father]["language"], told[father]["other_language"]) == ("pa", 2)
    assert told[father]["last_read_on"]
    assert told[father]["contact"] == "works"
    assert (told[aunt]["told"], told[aunt]["contact"]) == (2, "none"), "no phone to sign in with, and nothing opened"
    assert told[aunt]["unread_since"]


def test_a_reading_that_comes_late_is_a_new_version(stage: Any) -> None:
    school = School(stage)
    mother = school.guardian("app")
    school.child(mother)
    stage.learn(homework := school.open().homework())
    school.comes_to("sent", homework, mother)
    counted_now(school)
    first = eventually(lambda: reached(school).get(mother))
    counted_now(school)
    (message,) = school.feed(mother)
    school.stage.service.call("POST", f"/v1/feed/{message['message_id']}/read", caller(mother, school))
    counted_now(school)
    second = eventually(lambda: (row := reached(school)[mother])["read"] and row)
    assert second["version"] > first["version"]
    assert (first["read"], second["told"], second["read"]) == (0, 1, 1)


def caller(guardian_id: str, school: School) -> Caller:
    return guardian(guardian_id, school.id)


# On the database alone


@pytest.fixture
def store(_database: Any, monkeypatch: pytest.MonkeyPatch) -> Store:
    for module in (counted, counting):
        monkeypatch.setattr(module, "today", NOW.date)
    made = fresh(_database, Store)
    mother = someone("g1", "guardian", phone="+923001110001", channels=["whatsapp", "sms"])
    father = someone("g2", "guardian", channels=["app"])
    made.keep_branch(branch("b1"))
    made.keep(people("b1", mother, father, someone("s1", "student")))
    made.keep(related("b1", ("g1", "s1"), ("g2", "s1")))
    return made


def message(store: Store, number: int, whom: str = "g1", day: int = 3, **more: Any) -> None:
    at = datetime(2026, 11, day, 9, tzinfo=UTC)
    words = {"language": "en", "about_type": "homework", "rides_on": None, "ladder": [], "step": 0, "history": []}
    state = {"channel": "whatsapp", "state": "delivered", **more}
    if state["state"] == "read":
        words["history"] = [{"state": "read", "at": at + timedelta(days=1)}]
    whose = {"branch_id": "b1", "person_id": whom, "role": "guardian", "created_at": at}
    store.messages.add({"_id": f"m{number}", **whose, **words, **state})


def items(store: Store, month: str = MONTH, known: Any = None) -> dict[str, dict[str, Any]]:
    return counting.count(store, "b1", month, known or {})


def test_messages_are_counted_as_what_became_of_them(store: Store) -> None:
    for number, state in enumerate(("queued", "sent", "delivered", "read", "failed", "skipped")):
        message(store, number, state=state, day=3 + number)
    message(store, 20, about_type="digest")
    message(store, 21, channel="digest", state="read", day=20, ladder=[{"channel": "sms", "address": "x"}], rides_on="m20")
    message(store, 22, channel="shared_phone", ladder=[{"channel": "app"}, {"channel": "sms"}], step=1, rides_on="m0")
    message(store, 23, role="teacher")
    found = items(store)["g1"]
    assert (found["told"], found["delivered"], found["read"], found["failed"]) == (5, 4, 2, 1)
    assert found["channels"] == {
        "sms": {"told": 2, "delivered": 2, "read": 1, "failed": 0},
        "whatsapp": {"told": 3, "delivered": 2, "read": 1, "failed": 1},
    }
    assert (found["last_read_on"], found["unread_since"]) == ("2026-11-21", None)


def test_a_month_is_the_branchs(store: Store) -> None:
    begins, ends = bounds(MONTH)
    for number, at in enumerate((begins - timedelta(milliseconds=1), begins, ends - timedelta(milliseconds=1), ends)):
        message(store, number)
        store.messages.collection.update_one({"_id": f"m{number}"}, {"$set": {"created_at": at}})
    assert items(store)["g1"]["told"] == 2


def test_what_they_wrote_is_counted_once(store: Store) -> None:
    wrote = {"branch_id": "b1", "person_id": "g1", "channel": "sms", "received_at": datetime(2026, 11, 9, 20, tzinfo=UTC)}
    store.answers.add({"_id": "a1", **wrote, "placed": "thread"})
    store.answers.add({"_id": "a2", **wrote, "placed": "stop"})
    post = {"branch_id": "b1", "writer_id": "g1", "role": "guardian", "at": wrote["received_at"], "conversation_id": "c"}
    store.posts.add({"_id": "p1", **post, "number": 1, "channel": "sms"})  # what the first answer became
    store.posts.add({"_id": "p2", **post, "number": 2, "channel": "portal"})
    found = items(store)["g1"]
    assert (found["answered"], found["last_read_on"]) == (2, "2026-11-10")


def test_a_merged_record_counts_under_the_one_that_stays(store: Store) -> None:
    message(store, 1, whom="g9")
    message(store, 2)
    before = items(store) | {"g9": {**items(store)["g1"], "guardian_id": "g9"}}
    store.keep(people("b1", someone("g9", "guardian", active=False, version=2, counts_as="g1")))
    after = items(store, known=before)
    assert (after["g1"]["told"], "g9" in after) == (2, False)
    assert reach.emptied(before["g9"])["told"] == 0


def test_of_who_was_erased_nothing_is_counted_again(store: Store) -> None:
    message(store, 1)
    tell(store)
    assert {row["guardian_id"] for row in said(store)} == {"g1", "g2"}
    assert dict(documents(store, privacy.HELD, "g1", ["b1"]))["reach_told"]["item"]["told"] == 1
    erased = {"erasure_id": "z", "person_id": "g1", "branch_ids": ["b1"]}
    privacy.erase(store, PersonErased(branch_id="chain", subject="g1", **erased))
    before = len(said(store))
    message(store, 2, whom="g2")
    tell(store)
    assert [row["guardian_id"] for row in said(store)[before:]] == ["g2"], "nor is a random id that stands in their place"
    assert {row["person_id"] for row in store.reach_told.find(WHOLE_CHAIN)} == {"g2"}


def tell(store: Store) -> None:
    store.counts.add_new([{"_id": "b1", "branch_id": "b1", "open_from": MONTH, "number": 0, "leased_until": None}])
    store.counts.change_all(WHOLE_CHAIN, {}, {"next_at": NOW - timedelta(days=1)})
    counting.tell(store, 86400)


def said(store: Store) -> list[dict[str, Any]]:
    waiting = pending(store.counts.collection, 100)
    return [item for each in waiting for item in ReachCounted.decode(each.body).data["items"]]


def test_of_a_month_that_is_over_nobody_new_is_told(store: Store) -> None:
    message(store, 1)
    assert items(store, "2026-10") == {}
    assert items(store, "2026-10", {"g2": {}}).keys() == {"g2"}


def test_a_number_that_is_known_to_be_bad(store: Store) -> None:
    about = {"branch_id": "b1", "person_id": "g1"}
    contacts.flag(store.contacts, about, "sms", "+923001110001", "unknown")
    assert items(store)["g1"]["contact"] == "works", "there is WhatsApp"
    contacts.flag(store.contacts, about, "whatsapp", "+923001110001", "not_on_whatsapp")
    assert items(store)["g1"]["contact"] == "failing"


# On plain values

WITH_PHONE = {"phone": "+923001110001", "email": None, "active": True, "channels": ["sms", "app"]}


@pytest.mark.parametrize(
    ("person", "failed", "left", "more", "contact"),
    [
        ({}, (), (), {}, "works"),
        ({}, ("sms",), (), {}, "failing"),
        ({}, ("sms",), (), {"opens": True}, "works"),
        ({}, ("sms",), (), {"knocks": True}, "works"),
        ({}, (), ("sms",), {}, "works"),  # who wants no SMS can sign in
        ({"channels": ["sms"]}, (), ("sms",), {}, "none"),
        ({"phone": None, "channels": ["app"]}, (), (), {}, "none"),
        ({"phone": None, "channels": ["sms"]}, (), (), {}, "none"),
        ({"preferences": {"literacy": "paper"}}, (), (), {}, "paper"),
        ({"active": False}, ("sms",), (), {}, "none"),
    ],
)
def test_what_can_carry_a_message(person: Any, failed: Any, left: Any, more: dict[str, bool], contact: str) -> None:
    known = {"knocks": False, "opens": False, "calls": True, **more}
    assert reach.contact({**WITH_PHONE, **person}, failed, left, **known) == contact


def sent(read_on: int | None = None, *unopened: int) -> Sent:
    days = tuple(f"2026-11-{day:02}" for day in unopened)
    return Sent("g1", "app", "ur", 3, 3, 0, 0, date(2026, 11, read_on) if read_on else None, days)


LAST = {"last_read_on": "2026-10-20", "unread_since": "2026-10-22"}


@pytest.mark.parametrize(
    ("month", "wrote", "last", "read_on", "unread_since"),
    [
        ([], [], None, None, None),
        ([sent(None, 4, 9)], [], None, None, "2026-11-04"),
        ([sent(None, 4, 9)], [], LAST, "2026-10-20", "2026-10-22"),
        ([sent(5, 4, 9)], [], LAST, "2026-11-05", "2026-11-09"),
        ([sent(None, 4, 9)], [Wrote("g1", 1, date(2026, 11, 30))], LAST, "2026-11-30", None),
        ([], [], LAST, "2026-10-20", "2026-10-22"),
    ],
)
def test_the_last_sign_of_life_and_what_was_opened_since(
    month: Any, wrote: Any, last: Any, read_on: str | None, unread_since: str | None
) -> None:
    found = reach.item({"person_id": "g1", "language": "ur"}, month, wrote, last, "works")
    assert (found["last_read_on"], found["unread_since"]) == (read_on, unread_since)
