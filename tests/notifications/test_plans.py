"""What is asked of messages, answers and files, by a timer, a worker or a request, is found by an index: with some thousands of
them, as the database says itself."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus.clock import now
from schoolbus.contracts.roster import PersonErased
from schoolbus.paging import Paging
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications import feed, following, privacy, resending, usage
from services.notifications.announcing import fanout, mending, reached
from services.notifications.carriers import Carrier
from services.notifications.carriers.windows import Windows
from services.notifications.opting import opt_outs
from services.notifications.packs import walking
from services.notifications.paper import waiting
from services.notifications.sending import digest, outdated, overdue, readdressing, riders
from services.notifications.sending.claims import Lane
from services.notifications.sending.doubt import _nobodys
from services.notifications.sending.lanes import DIRECT
from services.notifications.sending.marking import follow, unheard
from services.notifications.sending.steps import Change
from services.notifications.states import State, step
from services.notifications.store import Store
from services.notifications.talking import attachments, fetching, inbound, obeying, unclear
from tests.notifications import kept
from tests.support import people, plans, roster
from tests.support.stores import own_database

MANY = 3000
BRANCHES, PEOPLE = 20, MANY // 20
FEW = 60  # of a person, a digest, a class, a claim: sorted in memory
STATES = (
    *(("queued", "direct", "sms"), ("queued", "bulk", "sms"), ("queued", "paper", "paper"), ("queued", "digest", "digest")),
    *(("queued", "shared_phone", "shared_phone"), ("sent", "direct", "sms"), ("sent", "direct", "app")),
    *(("failed", "direct", "sms"), ("skipped", "direct", None), *(("delivered", "direct", "sms"),) * 12),
)
URL = "https://rabta.example.pk"
Asks = Callable[[Store], object]
HEAD = people.using(people.head("h1", "b1"), "follow messages")


@pytest.fixture(scope="module")
def store(infrastructure: Infrastructure) -> Iterator[Store]:
    with own_database(infrastructure, Store) as database:
        made = Store(database)
        _fill(made)
        yield made


def _fill(store: Store) -> None:
    store.messages.add_new([_message(number) for number in range(MANY)])
    store.answers.add_new([_answer(number) for number in range(MANY)])
    store.attachments.add_new([_file(number) for number in range(MANY)])
    those = (roster.someone("g1", "guardian"), roster.someone("s1", "student"), roster.someone("h1", "head"))
    store.keep(roster.people("b1", *those))
    store.keep(roster.related("b1", ("g1", "s1")))
    corrected = {"texts": {"en": {"subject": "", "body": ""}}, "link": None, "text": 2, "mending": True}
    store.announcements.add({"_id": "a1", "branch_id": [], "state": "sent", **corrected})


def _message(number: int) -> dict[str, Any]:
    at, (state, lane, channel) = now(), STATES[number % len(STATES)]
    person = number % PEOPLE
    address = f"+92300{person:07}" if channel in ("sms", "digest") else None
    announced, about = number // BRANCHES % 2 == 1, f"a{number % 3}"
    source = (
        {"kind": "announcement", "id": f"{about}.1", "version": 1, "text": 1} if announced else {"kind": "event", "id": "e"}
    )
    return {
        "_id": str(uuid.uuid4()),
        "branch_id": f"b{number % BRANCHES}",
        "person_id": f"g{person}",
        "role": "guardian",
        "teacher_id": None,
        "student_ids": [f"s{person}"],
        "about_type": "announcement" if announced else "homework",
        "about_id": about if announced else f"hw{number % (5 * BRANCHES)}",
        "source": source,
        "state": state,
        "lane": lane,
        "channel": channel,
        "address": address,
        "ladder": [{"channel": channel, "address": address}],
        "step": 0,
        "urgency": 5,
        "send_at": at,
        "created_at": at - timedelta(minutes=number),
        "due_at": at if state == "sent" else None,
        "leased_until": None,
        "claim": None,
        "attempts": [],
        "history": [],
        "reason": None,
        "counted": channel,
        "parts": 1,
        "carrier_id": f"c{number}" if state in ("sent", "delivered") else None,
        "language": "en",
        "subject": "",
        "body": "",
        "link": None,
        "rides_on": str(uuid.uuid4()) if lane == "shared_phone" else None,
        "print_run": None,
        "digest_id": f"d{number % 50}" if lane == "digest" else None,
        "edition": 0,
    }


def _answer(number: int) -> dict[str, Any]:
    at, placed = now(), ("thread", "unclear", "office", "unknown", "blocked", "sorted")[number % 6]
    return {
        "_id": f"answer{number}",
        "branch_id": "" if placed == "unknown" else f"b{number % BRANCHES}",
        "message_id": None,
        "person_id": f"g{number % PEOPLE}",
        "student_ids": [],
        "channel": "whatsapp",
        "address": f"+92300{number % PEOPLE:07}",
        "received_at": at - timedelta(minutes=number),
        "taken": number % 50 != 0,
        "placed": placed,
        "inbox_id": f"t{number % 30}",
        "candidates": [],
        "leased_until": None,
    }


def _file(number: int) -> dict[str, Any]:
    return {
        "_id": f"file{number}",
        "branch_id": f"b{number % BRANCHES}",
        "conversation_id": f"c{number % PEOPLE}",
        "owner_id": f"g{number % PEOPLE}",
        "student_id": f"s{number % PEOPLE}",
        "message_id": None if number % 40 == 0 else f"p{number}",
        "state": "to_fetch" if number % 30 == 7 else "kept",
        "at": now() - timedelta(minutes=number),
        "leased_until": None,
    }


class _Nobody(Carrier):
    name = "sms.nobody"

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        raise NotImplementedError


def _one(store: Store, **where: Any) -> dict[str, Any]:
    return store.messages.first(WHOLE_CHAIN, where) or {}


def _ridden(store: Store) -> dict[str, Any]:
    return {**_one(store, state="sent", channel="sms"), "_id": _one(store, lane="shared_phone")["rides_on"], "carries": True}


ANSWER = {
    "_id": "x",
    "address": "+923000000001",
    "channel": "whatsapp",
    "received_at": now(),
    "kept_at": now(),
    "quotes": "c19",
}
ABOUT = {"about_type": "homework", "about_id": "hw1", "page": Paging(50), "after": ""}
OF = {"state": None, "send": None, "person_id": None, "page": Paging(50)}
DIGEST = {"digest_id": "d3", "lane": "digest", "state": "queued", "send_at": {"$ne": None}}
BLOCKED = {"person_id": {"$in": ["g1"]}, "placed": "blocked", "received_at": {"$gte": now() - timedelta(days=9)}}
SENT = Change({"state": "sent"}, [step(State.SENT, now())])
ASKED: dict[str, Asks] = {
    "claim of a lane": lambda store: Lane(DIRECT, "sms", lambda: True).next(store.messages),
    "claim of a digest": digest.claim,
    "items of a digest": lambda store: store.messages.find(WHOLE_CHAIN, DIGEST, sort="created_at"),
    "claim overdue": overdue.claim,
    "riders": riders.catch_up,
    "what waits": lambda store: store.count_by("channel", WHOLE_CHAIN, {"state": "queued"}),
    "claim of riders": riders.claim,
    "let go": lambda store: riders.let_go(store, "g1"),
    "follow": lambda store: follow(store.messages, _ridden(store), SENT, "+923000000001"),
    "no receipt": lambda store: unheard(store.messages, _ridden(store)),
    "doubt": lambda store: _nobodys(kept.desk(store, _Nobody()), _one(store, channel="sms"), ["c5", "c26"]),
    "take back": lambda store: outdated.take_back(store, branch("b2"), "homework", "hw2", 1),
    "resend": lambda store: resending.about(store, HEAD, "b1", ABOUT),
    "again": lambda store: fanout._again(store, {"_id": "a1"}, {"version": 2, "of": "not_reached"}, ""),
    "announced": lambda store: store.announced([{"source": {"id": "a1.1"}, "address": "+923000000001"}]),
    "reached": lambda store: reached.page(store, people.operator(), None, "a1", OF),
    "reached of a person": lambda store: reached.page(store, people.operator(), None, "a1", {**OF, "person_id": "g1"}),
    "reached by state": lambda store: reached.page(store, people.operator(), None, "a1", {**OF, "state": "failed"}),
    "states": lambda store: reached.states(store, people.operator(), None, "a1"),
    "file": lambda store: list(reached.file(store, people.operator(), None, "a1")),
    "of a family": lambda store: reached.of_family(store, HEAD, "b1", "g1", {"page": Paging(50)}),
    "messages about": lambda store: following.messages_about(store, HEAD, "b1", ABOUT),
    "summary": lambda store: following.summary(store, HEAD, "b1", ABOUT),
    "feed": lambda store: feed.mine(store, people.guardian("g1"), {"page": Paging(50)}),
    "usage": lambda store: usage.count(store, "b1", f"{now():%Y-%m}"),
    "on carriers": lambda store: usage.on_carriers(store, branch("b1")),
    "readdress": lambda store: readdressing.readdress(
        store, "b1", [roster.someone("g1", "guardian", phone="+92311", version=9)]
    ),
    "opt out": lambda store: opt_outs._withdraw(store, None, "g1", "sms"),
    "paper by class": lambda store: waiting.by_class(store, HEAD, "b1"),
    "paper of a class": lambda store: waiting.message_ids(store, branch("b1"), None, 50),
    "print run": lambda store: store.messages.find(branch("b1"), {"print_run": "x"}, sort="created_at"),
    "where an answer belongs": lambda store: inbound.where(store, ANSWER, []),
    "was read": lambda store: obeying.was_read(store, {**ANSWER, "quotes": None}, ["+923000000001"]),
    "window": lambda store: Windows(store).is_open("+923000000001"),
    "claim of answers": inbound.claim,
    "unclear": lambda store: unclear.page(store, HEAD, "b1", Paging(50)),
    "unclear of a teacher": lambda store: unclear.page(store, people.teacher("t1"), "b1", Paging(50)),
    "unknown": lambda store: unclear.unknown(store, Paging(50)),
    "answers of a blocked": lambda store: store.answers.page(branch("b1"), BLOCKED, sort="-received_at", page=Paging(50)),
    "claim of files": fetching.claim,
    "unused files": attachments.clear,
    "own unused": lambda store: store.attachments.count(branch("b1"), {"owner_id": "g1", "message_id": None}),
    "erase files": lambda store: attachments.erase(store, "g2"),
    "mending": lambda store: mending.mend(store, store.announcements.one(WHOLE_CHAIN, "a1"), URL),
    "cancel": lambda store: mending._take_back(store, {"_id": "a2", "state": "canceled"}),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_is_found_by_an_index(store: Store, name: str) -> None:
    with plans.asked(store.database, "messages", "answers", "attachments") as found:
        ASKED[name](store)
    assert found
    assert [each["planSummary"] for each in found if "COLLSCAN" in each["planSummary"]] == []
    assert [each["planSummary"] for each in found if each.get("hasSortStage") and each["docsExamined"] > FEW] == []


def test_what_waits_is_counted_from_the_index_alone(store: Store) -> None:
    with plans.asked(store.database, "messages") as found:
        counts = store.count_by("channel", WHOLE_CHAIN, {"state": "queued"})
    assert counts["sms"]
    assert [each["docsExamined"] for each in found] == [0]


def test_an_erasure_looks_at_the_persons_branches_alone(store: Store) -> None:
    erased = {"erasure_id": "z", "person_id": "g3", "branch_ids": ["b3"]}
    with plans.asked(store.database, "messages", "answers", "attachments") as found:
        privacy.erase(store, PersonErased(branch_id="chain", subject="g3", **erased))
    assert max(each["docsExamined"] for each in found) <= MANY // BRANCHES


def test_a_branchs_pack_looks_at_its_own_enrolments_alone(store: Store) -> None:
    for number in range(3):
        store.keep(roster.classes(f"b{number}", "c1"))
        students = tuple(f"s{each}" for each in range(100))
        store.keep(roster.enrolled(f"b{number}", "c1", students=students, begins_on="2026-04-01"))
    pack = {"_id": "p1", "branch_id": "b1", "grades": [], "starts_from": "2026-01-01", "items": [], "state": "running"}
    store.packs.add({**pack, "version": 1, "walk": {"stage": "runs", "after": ""}, "leased_until": None})
    with plans.asked(store.database, "packs", "enrollments") as found:
        claimed = walking.claim(store)
        assert claimed
        walking.walk(store, claimed)
    assert store.pack_runs.count(branch("b1")) == 100
    assert not [each for each in found if "COLLSCAN" in each["planSummary"]]
    assert max(each["docsExamined"] for each in found) == 100
