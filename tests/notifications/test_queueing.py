"""Drafts in, messages and digests out, in a real database."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from schoolbus.clock import BRANCH_ZONE, now
from schoolbus.contracts.roster import ContactConfirmed
from schoolbus.events import Event
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.settings import ClockTime
from services.notifications import usage
from services.notifications.carriers import Carrier
from services.notifications.opting import opt_outs
from services.notifications.sending import again, contacts, digest, enqueue, overdue, riders
from services.notifications.sending.handover import hand_over
from services.notifications.sending.marking import mark
from services.notifications.settings import Rules
from services.notifications.states import State
from services.notifications.store import Store
from tests.notifications.kept import desk
from tests.support.roster import branch, closed_on, people, related, someone
from tests.support.stores import fresh

MORNING = datetime(2026, 11, 25, 10, tzinfo=BRANCH_ZONE).astimezone(UTC)
NIGHT = datetime(2026, 11, 25, 23, tzinfo=BRANCH_ZONE).astimezone(UTC)
PHONE = "+923001110001"


@pytest.fixture
def store(_database: Any) -> Store:
    made = fresh(_database, Store)
    made.keep_branch(branch("b1"))
    mother = someone("g1", "guardian", phone=PHONE, channels=["sms", "app"])
    father = someone("g2", "guardian", phone=PHONE, channels=["sms"])
    made.keep(people("b1", mother, father, someone("s1", "student"), someone("s2", "student")))
    made.keep(related("b1", ("g1", "s1"), ("g2", "s1"), ("g2", "s2")))
    return made


def roster_branch(branch_id: str, limits: dict[str, int], sequence: int) -> Event:
    event = branch(branch_id)
    event.data["limits"], event.sequence = limits, sequence
    return event


def draft(number: int, **more: Any) -> dict[str, Any]:
    return {
        "_id": str(uuid.UUID(int=number)),
        "branch_id": "b1",
        "person_id": "g1",
        "student_ids": ["s1"],
        "about_type": "homework",
        "about_id": f"h{number}",
        "path": f"/v1/branches/b1/homework/h{number}",
        "text": "homework_set",
        "language": "en",
        "subject": f"Homework {number}",
        "body": f"Homework {number}",
        "template": "rabta_homework_set",
        "parameters": ["Ayesha", "link"],
        "link": "https://rabta.test/v1/m/x",
        "source": {"kind": "event", "id": f"e{number}"},
        **more,
    }


def kept(store: Store, number: int) -> dict[str, Any]:
    return store.messages.one(WHOLE_CHAIN, str(uuid.UUID(int=number)))


def test_what_is_beyond_the_days_number_comes_in_one_digest_and_is_followed_by_itself(store):
    drafts = [draft(number) for number in range(8)]
    assert enqueue(store, drafts[:3], at=MORNING) == 3
    assert enqueue(store, drafts, at=MORNING) == 5
    assert [kept(store, number)["channel"] for number in range(8)] == ["sms"] * 5 + ["digest"] * 3
    enqueue(store, [draft(8, urgency=0)], at=MORNING)
    assert kept(store, 8)["channel"] == "sms", "what is urgent is told"
    held = kept(store, 5)
    assert held["send_at"] == datetime(2026, 11, 25, 18, tzinfo=BRANCH_ZONE)
    mark(store.messages, kept(store, 6)["_id"], State.READ, MORNING)  # in the feed, before its digest
    store.messages.change_all(WHOLE_CHAIN, {"digest_id": held["digest_id"]}, {"send_at": now() - timedelta(minutes=1)})
    for _ in range(3):  # whoever claims which, and however often
        waiting = digest.claim(store)
        if waiting is not None:
            digest.make(store, waiting, "https://rabta.test")
    made = store.messages.one(WHOLE_CHAIN, held["digest_id"])
    assert made["collects"] == [kept(store, 5)["_id"], kept(store, 7)["_id"]]
    assert (made["body"], made["channel"], made["lane"]) == ("From school today (2): Homework 5; Homework 7.", "sms", "bulk")
    assert digest.claim(store) is None
    mark(store.messages, made["_id"], State.SENT, now())
    assert kept(store, 5)["state"] == "sent"
    mark(store.messages, made["_id"], State.DELIVERED, now())
    states = [kept(store, number)["state"] for number in (5, 6, 7)]
    assert states == ["delivered", "read", "delivered"]
    assert [entry["state"] for entry in kept(store, 7)["history"]] == ["queued", "sent", "delivered"]


def test_children_in_two_branches_make_one_digest_a_day(store):
    store.keep_branch(branch("b2"))
    store.keep(people("b2", someone("g1", "guardian", phone=PHONE, channels=["sms", "app"]), someone("s9", "student")))
    enqueue(store, [draft(number) for number in range(6)], at=MORNING)
    enqueue(store, [draft(10 + number, branch_id="b2", student_ids=["s9"]) for number in range(2)], at=MORNING)
    assert kept(store, 11)["channel"] == "digest", "the day's number is of both branches together"
    waiting = [kept(store, number) for number in (5, 10, 11)]
    assert len({each["digest_id"] for each in waiting}) == 1
    digest_id = waiting[0]["digest_id"]
    store.messages.change_all(WHOLE_CHAIN, {"digest_id": digest_id}, {"send_at": now() - timedelta(minutes=1)})
    for number in (11, 5):  # whoever claims which
        digest.make(store, kept(store, number), "https://rabta.test")
    made = store.messages.one(WHOLE_CHAIN, digest_id)
    assert sorted(made["collects"]) == sorted(each["_id"] for each in waiting)
    assert (made["channel"], made["address"], sorted(made["student_ids"])) == ("sms", PHONE, ["s1", "s9"])
    mark(store.messages, digest_id, State.DELIVERED, now())
    assert [kept(store, number)["state"] for number in (5, 10, 11)] == ["delivered"] * 3


def test_a_digest_is_of_a_branch_that_has_messages_left(store):
    limits = {"messages_per_month": 5}
    store.keep_branch(roster_branch("b1", limits, sequence=2))
    store.keep_branch(branch("b2"))
    store.keep(people("b2", someone("g1", "guardian", phone=PHONE, channels=["sms"]), someone("s9", "student")))
    enqueue(store, [draft(number) for number in range(6)])
    enqueue(store, [draft(10, branch_id="b2", student_ids=["s9"])])
    assert kept(store, 5)["digest_id"] == kept(store, 10)["digest_id"]
    digest.make(store, kept(store, 5), "https://rabta.test")
    made = store.messages.one(WHOLE_CHAIN, kept(store, 5)["digest_id"])
    assert (made["branch_id"], made["state"]) == ("b2", "queued")


def together(actions):
    """All at the same moment, in threads; each has its own sessions."""
    gate = threading.Barrier(len(actions))

    def run(action):
        gate.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


@pytest.mark.parametrize("times", range(2))
def test_the_days_number_holds_for_many_at_once_and_for_who_comes_again(store, times):
    several = [[draft(10 * number + each) for each in range(2)] for number in range(8)]
    together([partial(enqueue, store, drafts, at=MORNING) for drafts in [*several, *several]])
    found = store.messages.find(WHOLE_CHAIN)
    assert len(found) == 16
    assert sorted(each["channel"] for each in found) == ["digest"] * 11 + ["sms"] * 5


@pytest.mark.parametrize("times", range(2))
def test_the_months_number_holds_for_many_at_once(store, times):
    store.keep_branch(roster_branch("b1", {"messages_per_month": 7}, sequence=2))
    store.keep(
        people(
            "b1", *(someone(f"g1{number}", "guardian", phone=f"+92300111{number:04}", channels=["sms"]) for number in range(24))
        )
    )
    several = [[draft(10 * number + each, person_id=f"g1{3 * number + each}") for each in range(3)] for number in range(8)]
    together([partial(enqueue, store, drafts) for drafts in [*several, *several[:2]]])
    found = store.messages.find(WHOLE_CHAIN)
    assert sorted(each["channel"] for each in found) == ["paper"] * 17 + ["sms"] * 7
    assert {(each["channel"], each["reason"]) for each in found} == {("sms", None), ("paper", "over_limit")}
    assert usage.left(store, "b1") == 0


def test_who_comes_after_the_digest_was_made_goes_alone(store):
    enqueue(store, [draft(number) for number in range(6)], at=MORNING)
    held = kept(store, 5)
    late = {**held, "_id": "late", "about_id": "late"}
    past = {"send_at": now() - timedelta(minutes=1)}
    store.messages.change(WHOLE_CHAIN, held["_id"], to=past)
    digest.make(store, digest.claim(store) or {}, "https://rabta.test")
    store.messages.add({**late, **past})
    digest.make(store, digest.claim(store) or {}, "https://rabta.test")
    alone = store.messages.one(WHOLE_CHAIN, "late")
    assert (alone["lane"], alone["channel"], alone["address"], alone["rides_on"]) == ("direct", "sms", PHONE, None)
    assert kept(store, 5)["rides_on"] == held["digest_id"]


def test_at_night_only_what_is_urgent_goes(store):
    enqueue(store, [draft(1), draft(2, urgency=0), draft(3, only="app")], at=NIGHT)
    morning = datetime(2026, 11, 26, 9, tzinfo=BRANCH_ZONE)
    assert kept(store, 1)["send_at"] == morning
    assert kept(store, 2)["send_at"] == kept(store, 3)["send_at"] == NIGHT


def test_two_guardians_at_one_phone_are_told_together(store):
    def reword(draft, student_ids):
        return {**draft, "body": f"Homework of {' and '.join(student_ids)}"}

    both = [draft(1), draft(2, person_id="g2", student_ids=["s2"], about_id="h1", source={"kind": "event", "id": "e1"})]
    enqueue(store, both, reword=reword, at=MORNING)
    first, second = kept(store, 1), kept(store, 2)
    assert (first["body"], first["channel"]) == ("Homework of s1 and s2", "sms")
    assert (second["channel"], second["rides_on"]) == ("shared_phone", first["_id"])
    mark(store.messages, first["_id"], State.DELIVERED, now())
    assert kept(store, 2)["state"] == "delivered"


def test_three_guardians_at_one_phone_and_three_siblings_are_one_message(store):
    aunt = someone("g7", "guardian", phone=PHONE, channels=["sms"])
    store.keep(people("b1", aunt, someone("s3", "student")))
    of_each = (("g1", ["s1", "s2"]), ("g2", ["s1", "s2", "s3"]), ("g7", ["s3"]))
    same = {"source": {"kind": "event", "id": "e1"}, "about_id": "h1"}
    drafts = [draft(number, person_id=id, student_ids=ids, **same) for number, (id, ids) in enumerate(of_each, 1)]

    def reword(message, ids):
        return {**message, "body": " and ".join(ids)}

    for _ in range(2):
        enqueue(store, drafts, reword=reword)
    (going,) = store.messages.find(WHOLE_CHAIN, {"channel": "sms"})
    assert (going["body"], going["student_ids"]) == ("s1 and s2 and s3", ["s1", "s2", "s3"])
    riding = store.messages.find(WHOLE_CHAIN, {"rides_on": going["_id"]})
    assert {each["person_id"] for each in riding} | {going["person_id"]} == {"g1", "g2", "g7"}
    mark(store.messages, going["_id"], State.DELIVERED, now())
    assert {each["state"] for each in store.messages.find(WHOLE_CHAIN)} == {"delivered"}


def test_a_holiday_of_the_branch_holds_what_is_not_urgent(store):
    store.keep_calendar(closed_on("b1", "Eid", "2026-11-25", "2026-11-26"))
    enqueue(store, [draft(1), draft(2, urgency=0), draft(3, only="app")], at=MORNING)
    assert kept(store, 1)["send_at"] == datetime(2026, 11, 27, 9, tzinfo=BRANCH_ZONE)
    assert [kept(store, number)["send_at"] for number in (2, 3)] == [MORNING] * 2


@pytest.mark.parametrize(("urgency", "goes"), [(0, True), (5, False)])
def test_what_waited_for_something_else_into_the_night_waits_for_the_morning(store, urgency, goes):
    """A carrier's limit, or its outage, may put off a message until nobody is to be woken."""
    enqueue(store, [draft(1, urgency=urgency)])
    (claimed,) = store.messages.claim_some({"_id": kept(store, 1)["_id"]}, lease=60, limit=1)
    always = Rules(quiet_from=ClockTime("00:00"), quiet_to=ClockTime("23:59"))
    hand_over(replace(desk(store, Takes()), rules=always), claimed)
    found = kept(store, 1)
    assert (found["state"], len(found["attempts"])) == (("sent", 1) if goes else ("queued", 0))
    assert goes or found["send_at"] > now()


class Takes(Carrier):
    name = "sms.twilio"

    def send(self, message, attempt_id):
        return "id"


def test_a_later_chunk_of_an_announcement_does_not_tell_a_phone_again(store):
    announced = {"source": {"kind": "announcement", "id": "a1"}, "body": "School is closed", "about_id": "a1", "lane": "bulk"}
    enqueue(store, [draft(1, **announced)])
    (claimed,) = store.messages.claim_some({"_id": kept(store, 1)["_id"]}, lease=60, limit=1)
    hand_over(desk(store, Takes()), claimed)
    for _ in range(2):
        enqueue(store, [draft(1, **announced), draft(2, person_id="g2", **announced)], at=MORNING)
    assert (kept(store, 2)["rides_on"], kept(store, 2)["state"]) == (kept(store, 1)["_id"], "sent")
    assert kept(store, 1)["rides_on"] is None
    mark(store.messages, kept(store, 1)["_id"], State.DELIVERED, now(), number=1)
    store.messages.change(WHOLE_CHAIN, kept(store, 2)["_id"], to={"state": "sent", "created_at": now()})  # as if just missed
    assert riders.catch_up(store) == 1
    assert kept(store, 2)["state"] == "delivered"
    assert riders.catch_up(store) == 0


def test_a_bad_number_is_left_out_until_there_is_another_or_it_is_confirmed(store):
    enqueue(store, [draft(1)], at=MORNING)
    for _ in range(2):
        contacts.flag(store.contacts, kept(store, 1), "sms", PHONE, "unknown")
    pending = store.contacts.collection.find_one({"person_id": "g1"})
    assert pending["said"] == 1, "said once"
    enqueue(store, [draft(2)], at=MORNING)
    assert [rung["channel"] for rung in kept(store, 2)["ladder"]] == ["app", "paper"]
    store.keep(people("b1", someone("g1", "guardian", version=2, phone="+923001110005", channels=["sms", "app"])))
    enqueue(store, [draft(3)], at=MORNING)
    assert kept(store, 3)["address"] == "+923001110005"
    store.keep(people("b1", someone("g1", "guardian", version=3, phone=PHONE, channels=["sms", "app"])))
    said = ContactConfirmed(branch_id="b1", subject="g1:sms", person_id="g1", channel="sms")
    for _ in range(2):
        contacts.confirmed(store, said.data["person_id"], said.data["channel"])
    enqueue(store, [draft(4)], at=MORNING)
    assert kept(store, 4)["channel"] == "sms"


@pytest.mark.parametrize(
    ("channels", "told"),
    [(["app", "sms"], ("queued", "paper", "over_limit")), (["app", "sms", "email"], ("queued", "paper", "over_limit"))],
)
def test_what_nobody_opened_goes_to_no_carrier_beyond_the_limit(store, channels, told):
    store.keep_branch(roster_branch("b1", {"messages_per_month": 1}, sequence=2))
    person = someone("g3", "guardian", phone="+923001110003", email="g3@x.pk", channels=channels)
    store.keep(people("b1", person))
    enqueue(store, [draft(1, person_id="g3"), draft(2, person_id="g3"), draft(3, person_id="g3", paper=False)])
    store.messages.change_all(WHOLE_CHAIN, {}, {"due_at": now() - timedelta(seconds=1)})
    together([partial(overdue.go_on, store, kept(store, number)) for number in (1, 2)])
    overdue.go_on(store, kept(store, 3))
    found = sorted((kept(store, number) for number in (1, 2)), key=lambda each: each["channel"])
    assert [(each["state"], each["channel"], each["reason"]) for each in found] == [told, ("queued", "sms", "no_receipt")]
    last = kept(store, 3)
    assert (last["state"], last["channel"], last["reason"], last["due_at"]) == ("sent", "app", "over_limit", None)
    assert usage.left(store, "b1") == 0


def test_the_last_channel_without_a_receipt_stays_sent(store):
    enqueue(store, [draft(1, only="sms")], at=MORNING)
    mark(store.messages, kept(store, 1)["_id"], State.SENT, MORNING)
    claimed = overdue.claim(store)
    assert claimed is not None
    overdue.go_on(store, claimed)
    assert (kept(store, 1)["state"], kept(store, 1)["due_at"]) == ("sent", None)
    assert overdue.claim(store) is None


# A number that changes hands while something waits for it


def moves(store, version, **more):
    row = {"phone": PHONE, "email": "g5@x.pk", "channels": ["sms", "email"], "version": version, **more}
    store.keep(people("b1", someone("g5", "guardian", **row)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"phone": "+923001110055"}, ("queued", "sms", "+923001110055", None)),
        ({"phone": None}, ("queued", "email", "g5@x.pk", "no_phone")),
        ({"phone": None, "email": "new@x.pk"}, ("queued", "email", "new@x.pk", "no_phone")),
        ({"phone": None, "email": None}, ("queued", "paper", None, "no_phone")),
        ({"email": None}, ("queued", "sms", PHONE, None)),
        ({"phone": "+923001110055", "version": 1}, ("queued", "sms", PHONE, None)),  # an older word
    ],
)
def test_what_waits_goes_to_the_new_number_or_on(store, change, told):
    moves(store, 1)
    enqueue(store, [draft(1, person_id="g5")], at=NIGHT)
    (claimed,) = store.messages.claim_some({"person_id": "g5"}, lease=60, limit=1)
    for _ in range(2):
        moves(store, **{"version": 2, **change})
    found = kept(store, 1)
    assert (found["state"], found["channel"], found["address"], found["reason"]) == told
    assert (found["claim"] == claimed["claim"]) == (found["address"] == PHONE), "whoever holds the old number lets it go"
    assert [step["state"] for step in found["history"]][1:] == (["failed", "queued"] if found["reason"] else [])
    assert [rung["channel"] for rung in found["ladder"]][-1] == "paper"


def test_what_is_out_already_stays_and_only_its_next_channels_are_new(store):
    moves(store, 1)
    enqueue(store, [draft(1, person_id="g5")])
    store.messages.change(WHOLE_CHAIN, kept(store, 1)["_id"], to={"state": "sent"})
    moves(store, 2, phone="+923001110055", email="new@x.pk")
    found = kept(store, 1)
    assert (found["address"], [rung["address"] for rung in found["ladder"]]) == (PHONE, [PHONE, "new@x.pk", None])


def test_what_two_share_a_phone_for_stays_there(store):
    both = draft(1), draft(2, person_id="g2", student_ids=["s2"], source={"kind": "event", "id": "e1"}, about_id="h1")
    enqueue(store, both, reword=lambda message, ids: {**message, "body": " and ".join(ids)})
    store.keep(people("b1", someone("g1", "guardian", phone="+923001110066", channels=["sms"], version=2)))
    assert kept(store, 1)["address"] == PHONE
    assert kept(store, 2)["rides_on"] == kept(store, 1)["_id"]


def test_who_leaves_a_channel_is_told_no_more_on_it_though_a_worker_holds_the_message(store):
    moves(store, 1)
    enqueue(store, [draft(1, person_id="g5")])
    (claimed,) = store.messages.claim_some({"person_id": "g5"}, lease=60, limit=1)
    opt_outs.leave(store, None, "g5", "sms", "stop")
    found = kept(store, 1)
    assert (found["channel"], found["claim"]) == ("email", None)
    assert claimed["claim"]


# Once more


def failed_for_both(store):
    same = {"source": {"kind": "event", "id": "e1"}, "about_id": "h1", "paper": False}
    drafts = draft(1, **same), draft(2, person_id="g2", student_ids=["s2"], **same)
    enqueue(store, drafts, reword=lambda message, ids: {**message, "body": " and ".join(ids)})
    store.messages.change(WHOLE_CHAIN, kept(store, 1)["_id"], to={"ladder": [kept(store, 1)["ladder"][0]]})
    mark(store.messages, kept(store, 1)["_id"], State.FAILED, now(), "30003")
    riders.go_on(store, riders.claim(store) or {})
    assert [kept(store, number)["state"] for number in (1, 2)] == ["failed"] * 2


def test_what_rides_on_another_goes_again_with_it_and_all_at_once_is_once(store):
    failed_for_both(store)
    riding = kept(store, 2)
    sent = together([partial(again.send, store, riding) for _ in range(4)])
    assert [each["_id"] for each in sent if each] == [riding["_id"]]
    found = kept(store, 1)
    assert (found["state"], found["channel"], found["step"]) == ("queued", "sms", 1)
    assert (kept(store, 2)["state"], kept(store, 2)["rides_on"]) == ("queued", found["_id"])
    mark(store.messages, found["_id"], State.DELIVERED, now())
    assert [kept(store, number)["state"] for number in (1, 2)] == ["delivered"] * 2
    assert again.send(store, kept(store, 1)) is None


def test_who_has_left_meanwhile_is_not_told_again(store):
    failed_for_both(store)
    store.keep(people("b1", someone("g1", "guardian", phone=PHONE, active=False, version=2)))
    assert again.send(store, kept(store, 1)) is None
    assert kept(store, 1)["state"] == "failed"
