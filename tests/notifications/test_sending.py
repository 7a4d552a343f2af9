"""Ladders, ledger, breaker and buckets: plain values, and the buckets in a real database."""

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from schoolbus.buckets import Buckets
from services.notifications.carriers import Carrier, NotTaken
from services.notifications.sending.attempts import attempt_id, begun, in_doubt, named
from services.notifications.sending.breaker import OPENS_AFTER, REST, Breaker
from services.notifications.sending.contacts import bad
from services.notifications.sending.ladder import ladder
from services.notifications.sending.marking import said
from services.notifications.sending.routes import Route
from services.notifications.sending.sharing import SHARED, gathered
from services.notifications.settings import Rules
from services.notifications.states import State
from tests.support.roster import someone

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
PHONE, MAIL = "+923001110001", "g1@example.pk"


def rungs(*channels: str, **more: Any) -> tuple[list[str], str | None]:
    wishes = {name: more.pop(name) for name in ("only", "paper", "urgent", "failed", "calls") if name in more}
    found, reason = ladder(
        someone("g1", "guardian", **{"channels": list(channels), "phone": PHONE, "email": MAIL, **more}), **wishes
    )
    return [str(rung["channel"]) for rung in found], reason


@pytest.mark.parametrize(
    ("channels", "more", "wanted"),
    [
        (("whatsapp", "sms", "email"), {}, (["whatsapp", "sms", "email"], None)),
        (("sms", "sms"), {"paper": True}, (["sms", "paper"], None)),
        (("sms", "email"), {"phone": None}, (["email"], None)),
        (("sms",), {"phone": None}, ([], "no_phone")),
        (("sms",), {"phone": None, "paper": True}, (["paper"], "no_phone")),
        ((), {"paper": True}, (["paper"], "no_channel")),
        (("sms", "whatsapp"), {"failed": ["sms"]}, (["whatsapp"], None)),
        (("sms",), {"failed": ["sms"], "paper": True}, (["paper"], "contact_failed")),
        (("sms",), {"active": False, "paper": True}, ([], "left")),
        (("sms",), {"only": "app", "paper": True}, (["app"], None)),
        (("sms",), {"only": "voice"}, (["voice"], None)),
        (("sms",), {"only": "voice", "phone": None}, ([], "no_phone")),
        (("sms",), {"only": "voice", "calls": False}, ([], "no_channel")),
        (("sms",), {"preferences": {"literacy": "paper"}}, (["paper", "sms"], None)),
        (("sms",), {"preferences": {"literacy": "paper"}, "urgent": True, "paper": True}, (["sms", "paper"], None)),
    ],
)
def test_a_familys_ladder(channels, more, wanted):
    assert rungs(*channels, **more) == wanted


# The ledger


def message(channels: tuple[str, ...] = ("sms", "email", "paper"), **more: Any) -> dict[str, Any]:
    addresses = {"sms": PHONE, "whatsapp": PHONE, "email": MAIL}
    return {
        "_id": "m1",
        "branch_id": "b1",
        "person_id": "g1",
        "role": "guardian",
        "student_ids": ["s1"],
        "about_type": "homework",
        "about_id": "h1",
        "source": {"kind": "event", "id": "e1"},
        "ladder": [{"channel": each, "address": addresses.get(each)} for each in channels],
        "step": 0,
        "channel": channels[0],
        "address": addresses.get(channels[0]),
        "state": "queued",
        "reason": None,
        "history": [],
        "attempts": [],
        "body": "Ayesha has homework",
        "parameters": ["Ayesha", "link"],
        "link": None,
        **more,
    }


@given(st.text(min_size=1, max_size=40), st.integers(1, 99_999))
def test_an_attempts_id_names_its_message_and_number(message_id, number):
    assert named(attempt_id(message_id, number)) == (message_id, number)


@pytest.mark.parametrize("id", ["m1", "m1.", "m1.x", "m1.²", "m1.1234567", ""])
def test_what_is_no_attempts_id(id):
    assert named(id) == (id, None)


REPORTS = st.lists(
    st.tuples(st.sampled_from([State.SENT, State.FAILED, State.DELIVERED, State.READ]), st.integers(1, 3)), max_size=12
)


@given(REPORTS)
def test_whatever_receipts_say_of_whichever_attempt_the_message_goes_forward(reports):
    """A carrier reports in any order on attempts of any rung, while the next ones are made."""
    kept = message()
    arrived = False
    for state, number in reports:
        while len(kept["attempts"]) < number and kept["state"] == "queued":
            kept["attempts"] = [*kept["attempts"], begun(kept, "c", AT)]
        about = min(number, len(kept["attempts"]))
        step_before, state_before = kept["step"], kept["state"]
        change = said(kept, state, AT, "30003", about, None, Rules())
        apply(kept, change)
        arrived = arrived or state in (State.DELIVERED, State.READ)
        assert kept["step"] >= step_before
        if state_before in ("delivered", "read"):
            assert kept["state"] in ("delivered", "read")
    assert not arrived or kept["state"] in ("delivered", "read")
    assert kept["step"] < len(kept["ladder"])


def apply(kept: dict[str, Any], change: Any) -> None:
    for name, value in change.to.items():
        if name.startswith("attempts."):
            _, number, field = name.split(".")
            kept["attempts"][int(number)] = {**kept["attempts"][int(number)], field: value}
        else:
            kept[name] = value
    kept["history"] = [*kept["history"], *change.history]


def test_a_receipt_settles_an_attempt_in_doubt():
    kept = message()
    kept["attempts"] = [begun(kept, "sms.twilio", AT)]
    assert in_doubt(kept)
    apply(kept, said(kept, State.SENT, AT, None, 1, "SM1", Rules()))
    assert in_doubt(kept) is None
    assert (kept["state"], kept["attempts"][0]["outcome"], kept["attempts"][0]["carrier_id"]) == ("sent", "taken", "SM1")


# A shared phone


def test_two_guardians_at_one_phone_get_one_message_that_names_all_children():
    def reword(draft, student_ids):
        return {**draft, "body": " and ".join(student_ids)}

    mother, father = message(_id="m1"), message(_id="m2", person_id="g2", student_ids=["s2", "s1"])
    aunt = message(_id="m3", address="+923001110009")
    first, second, third = gathered([mother, father, aunt], reword)
    assert (first["student_ids"], first["body"], first["carries"]) == (["s1", "s2"], "s1 and s2", True)
    assert (second["rides_on"], second["channel"], second["state"]) == ("m1", SHARED, "queued")
    assert third == aunt


def test_one_phone_gets_one_message_though_one_reads_whatsapp_and_the_other_sms():
    by_sms, by_whatsapp = message(), message(_id="m2", person_id="g2", channel="whatsapp")
    called = message(_id="m3", person_id="g3", channel="voice")
    mailed = message(_id="m4", person_id="g4", channel="email", address=MAIL)
    joined = gathered([by_sms, by_whatsapp, called, mailed], lambda draft, ids: draft)
    assert [(each["_id"], each.get("rides_on")) for each in joined] == [
        ("m1", None),
        ("m2", "m1"),
        ("m3", None),
        ("m4", None),
    ]


def test_two_texts_of_one_event_are_two_messages():
    both = gathered([message(text="a"), message(_id="m2", text="b")], lambda draft, ids: draft)
    assert [each.get("rides_on") for each in both] == [None, None]


def test_without_rewording_only_the_same_words_are_joined():
    same, other = message(_id="m2"), message(_id="m3", body="Bilal has homework")
    assert [each.get("rides_on") for each in gathered([message(), same, other], None)] == [None, "m1", None]


@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["s1", "s2"])), max_size=8))
def test_none_is_lost_on_a_shared_phone(wanted):
    messages = [message(_id=f"m{n}", address=phone, student_ids=[child]) for n, (phone, child) in enumerate(wanted)]
    joined = gathered(messages, lambda draft, ids: draft)
    assert sorted(each["_id"] for each in joined) == sorted(each["_id"] for each in messages)
    going = [each for each in joined if not each.get("rides_on")]
    assert len(going) == len({phone for phone, _ in wanted})
    for each in joined:
        if each.get("rides_on"):
            on = next(one for one in going if one["_id"] == each["rides_on"])
            assert set(each["student_ids"]) <= set(on["student_ids"])


# Carriers out of order


class Named(Carrier):
    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, message: Any, attempt_id: str) -> str:
        return "id"


def test_a_breaker_opens_rests_and_tries_with_one():
    breaker = Breaker()
    for _ in range(OPENS_AFTER):
        assert breaker.lets_through(0)
        breaker.failed(0)
    assert not breaker.lets_through(REST[0] - 0.1)
    assert breaker.lets_through(REST[0])
    assert not breaker.lets_through(REST[0]), "one at a time"
    breaker.failed(REST[0])
    assert not breaker.lets_through(REST[0] * 2.9)
    assert breaker.lets_through(REST[0] * 3)
    breaker.worked()
    assert all(breaker.lets_through(REST[0] * 3) for _ in range(5))


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 400)), max_size=60))
def test_a_breaker_is_never_closed_for_good(happened):
    breaker, at = Breaker(), 0.0
    for worked, seconds in happened:
        at += seconds
        if breaker.lets_through(at):
            breaker.worked() if worked else breaker.failed(at)
    assert breaker.lets_through(at + REST[1] + 31)


def test_the_second_carrier_takes_over_and_the_first_comes_back():
    first, second = Named("sms.first"), Named("sms.second")
    route, kept = Route([first, second]), message()
    assert route.choose(kept) is first
    kept["attempts"] = [begun(kept, "sms.first", AT)]
    assert route.another(kept, first)
    kept["attempts"] = [begun(kept, "sms.first", AT), begun(kept, "sms.second", AT)]
    assert not route.another(kept, second), "not from one to the other without a pause"
    kept["attempts"] = []
    for _ in range(OPENS_AFTER):
        route.failed(first, NotTaken("http_503"))
    assert route.choose(kept) is second
    route.worked(first)
    assert route.choose(kept) is first
    kept["attempts"] = [{**begun(kept, "sms.first", AT), "outcome": "refused"}]
    assert route.choose(kept) is second
    kept["attempts"][0]["outcome"], kept["avoid"] = "not_taken", "sms.first"
    assert route.choose(kept) is second, "not the same again while there is another"


@pytest.mark.parametrize(
    ("channel", "code", "words", "reason"),
    [
        ("sms", "30005", "30005", "unknown"),
        ("sms", "30007", "30007", None),
        ("sms", "21211", "21211: The 'To' number … is not a valid phone number.", "no_number"),
        ("whatsapp", "131026", "131026: Message undeliverable", "not_on_whatsapp"),
        ("whatsapp", "131047", "", None),
        ("email", "550", "550: 5.1.1 <…>: User unknown", "unknown"),
        ("email", "550", "550: 5.7.1 spam", None),
        ("app", "1", "", None),
    ],
)
def test_what_carriers_say_of_addresses(channel, code, words, reason):
    assert bad(channel, code, words) == reason


# Buckets


@pytest.fixture
def buckets(infrastructure: Infrastructure) -> Iterator[Buckets]:
    name = f"test_buckets_{uuid.uuid4().hex[:8]}"
    with MongoClient(infrastructure.mongodb_uri, tz_aware=True) as client:
        made = Buckets().bound(client[name])
        made.ensure_indexes()
        yield made
        client.drop_database(name)


def test_a_bucket_gives_no_more_than_it_has_however_many_ask(buckets):
    got: list[int] = []

    def ask() -> None:
        got.extend(buckets.grant("sms", 7, rate=0.001, burst=100) for _ in range(10))

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(got) == 100
    assert buckets.grant("sms", 5, rate=0.001, burst=100, reserve=-100) == 5, "a code makes a debt"
    buckets.collection.update_one({"_id": "sms"}, {"$set": {"at": datetime.now(UTC) - timedelta(seconds=10), "tokens": 0}})
    assert buckets.grant("sms", 1000, rate=5, burst=100) in range(50, 60)


def test_some_is_left_for_others(buckets):
    assert buckets.grant("sms", 100, rate=0.001, burst=10, reserve=2) == 8
    assert buckets.grant("sms", 100, rate=0.001, burst=10, reserve=2) == 0
    assert buckets.grant("sms", 100, rate=0.001, burst=10) == 2
