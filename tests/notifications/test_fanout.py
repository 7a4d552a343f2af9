"""Who is told, and that each is told once: however chunks, branches, records and workers are cut."""

import uuid
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schoolbus.clock import now
from schoolbus.ids import fingerprint
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.announcing import choosing, fanout, mending, previews, prices, runs
from services.notifications.announcing.branches import Branches
from services.notifications.opting import opt_outs
from services.notifications.store import Store
from tests.support.people import operator, using
from tests.support.roster import branch, people, related, someone
from tests.support.stores import fresh

URL = "https://rabta.example.pk"
BRANCHES = ("b1", "b2", "b3")
CHOICE: dict[str, Any] = {name: [] for name in ("grades", "sections", "class_ids", "tags", "person_ids")}
EVERYBODY: dict[str, Any] = {**CHOICE, "branch_ids": [], "roles": ["guardian"], "without": CHOICE}


@pytest.fixture
def store(_database: Any) -> Store:
    return emptied(_database)


def emptied(database: Any) -> Store:
    store = fresh(database, Store)
    for id in BRANCHES:
        store.keep_branch(branch(id))
    return store


def family(store: Store, branch_id: str, guardian: str, *children: str, **more: Any) -> None:
    told = {"channels": ["app"], **more}
    store.keep(people(branch_id, someone(guardian, "guardian", **told), *(someone(child, "student") for child in children)))
    store.keep(related(branch_id, *((guardian, child) for child in children)))


def announcement(store: Store, **more: Any) -> dict[str, Any]:
    """Of the chain, sent off and planned; not worked off."""
    made = {
        "_id": str(uuid.uuid4()),
        "branch_id": [],
        "texts": {"en": {"subject": "S", "body": "B"}},
        "link": None,
        "audience": EVERYBODY,
        "urgent": False,
        "on_paper": True,
        "schedule": None,
        "state": "sending",
        "version": 1,
        "text": 1,
        "next_at": None,
        "leased_until": None,
        **more,
    }
    store.announcements.add(made)
    runs.add(store, made)
    run = runs.claim(store)
    assert run
    runs.plan(store, run)
    return made


def work_off(store: Store) -> None:
    while part := fanout.claim(store):
        fanout.work_off(store, part, URL)


def told(store: Store) -> dict[str, list[str]]:
    return {row["person_id"]: sorted(row["student_ids"]) for row in store.messages.find(WHOLE_CHAIN)}


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", range(6))
def test_killed_anywhere_nobody_is_lost_or_told_twice(store: Store, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Between the chunk that is stored and the word that it is; the next worker takes the part when its lease ends."""
    for number in range(25):
        family(store, BRANCHES[number % 3], f"g{number:02}", f"s{number:02}")
    made = announcement(store)
    monkeypatch.setattr(fanout, "CHUNK", 5)
    gone_on, calls = fanout._gone_on, 0

    def dies(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at + 1:
            raise Killed
        return gone_on(*arguments)

    monkeypatch.setattr(fanout, "_gone_on", dies)
    try:
        work_off(store)
    except Killed:
        store.parts.change_all(WHOLE_CHAIN, {}, {"leased_until": None})
        work_off(store)
    assert told(store) == {f"g{number:02}": [f"s{number:02}"] for number in range(25)}
    counts = runs.counts(store, made["_id"])
    assert (counts["planned"], counts["stored"], counts["parts"], counts["parts_done"]) == (25, 25, 1, 1)
    assert store.announcements.one(WHOLE_CHAIN, made["_id"])["state"] == "sent"


def test_two_at_one_part_tell_nobody_twice(store: Store) -> None:
    """A worker that was held up goes on when another has long taken its part."""
    for number in range(10):
        family(store, "b1", f"g{number}", f"s{number}")
    made = announcement(store)
    slow = fanout.claim(store)
    assert slow
    store.parts.change_all(WHOLE_CHAIN, {}, {"leased_until": None})
    work_off(store)
    fanout.work_off(store, slow, URL)
    assert len(told(store)) == 10
    assert runs.counts(store, made["_id"])["planned"] == 10


def test_a_large_preview_is_made_by_a_worker_that_may_be_killed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(25):
        channels = ["sms"] if number % 2 else ["app"]
        family(
            store, BRANCHES[number % 3], f"g{number:02}", f"s{number:02}", channels=channels, phone=f"+9230000000{number:02}"
        )
    made = announcement(store, state="draft", texts={"en": {"subject": "S", "body": "x" * 200}})
    caller = using(operator(), "announce to the chain")
    prices.keep(store, caller, {"paisa": {"sms": 250}})
    monkeypatch.setattr(previews, "SMALL", 20)
    monkeypatch.setattr(previews, "CHUNK", 4)
    asked = previews.ask(store, caller, None, made["_id"])
    assert (asked["state"], asked["total"]) == ("waiting", 21), "the request looks no further than it has to"
    count, chunks = previews.counted, 0

    def dies(*arguments: Any) -> Any:
        nonlocal chunks
        chunks += 1
        if chunks == 4:
            raise Killed
        return count(*arguments)

    monkeypatch.setattr(previews, "counted", dies)
    for _ in range(2):
        store.previews.change_all(WHOLE_CHAIN, {}, {"leased_until": None})
        waiting = previews.claim(store)
        assert waiting
        with suppress(Killed):
            previews.go_on(store, waiting)
        if chunks == 4:
            assert 0 < previews.one(store, caller, None, made["_id"])["progress"] < 1
    found = previews.one(store, caller, None, made["_id"])
    assert (found["state"], found["progress"], found["told"], found["channels"]) == ("done", 1.0, 25, {"app": 13, "sms": 12})
    assert (found["by_branch"], found["total"]) == ({"b1": 9, "b2": 8, "b3": 8}, 25)
    assert (found["sms_parts"], found["cost"]["pkr"]) == (24, "60.00")
    assert told(store) == {}


def test_a_preview_is_what_a_send_comes_to(store: Store) -> None:
    """With bad numbers, channels that are wanted no more, devices, nobody to call, and one phone for two."""
    phones = {name: f"+9230011100{number:02}" for number, name in enumerate(("bad", "left", "voice", "both"))}
    for guardian in ("bad", "left"):
        family(store, "b1", guardian, f"of-{guardian}", channels=["sms", "app"], phone=phones[guardian])
    for guardian in ("first", "second"):
        family(store, "b1", guardian, f"of-{guardian}", channels=["sms"], phone=phones["both"])
    family(store, "b2", "voice", "of-voice", channels=["sms"], phone=phones["voice"], preferences={"literacy": "voice"})
    family(store, "b2", "device", "of-device")
    family(store, "b3", "nothing", "of-nothing", channels=["sms"])
    bad = {"branch_id": "b1", "person_id": "bad", "channel": "sms", "hash": fingerprint(phones["bad"]), "reason": "unknown"}
    store.contacts.add({"_id": "b1:bad:sms", **bad})
    opt_outs.leave(store, None, "left", "sms", "asked")
    store.devices.add({"_id": "d1", "person_id": "device", "branch_id": ["b2"], "created_at": now()})
    made = announcement(store, state="draft", texts={"en": {"subject": "S", "body": "x" * 300}})
    found = previews.ask(store, using(operator(), "announce to the chain"), None, made["_id"])
    store.announcements.change(WHOLE_CHAIN, made["_id"], to={"state": "sending"})
    work_off(store)
    sent = store.messages.find(WHOLE_CHAIN)
    assert found["channels"] == Counter(each["channel"] for each in sent)
    assert found["channels"] == {"app": 2, "sms": 2, "shared_phone": 1, "push": 1, "paper": 1}
    assert found["sms_parts"] == sum(each["parts"] or 0 for each in sent) == 6
    assert found["reasons"] == {"no_phone": 1}


def test_canceled_before_it_was_worked_off(store: Store) -> None:
    family(store, "b1", "g1", "s1")
    made = announcement(store)
    store.announcements.change(WHOLE_CHAIN, made["_id"], to={"state": "canceled", "mending": True})
    work_off(store)
    found = mending.claim(store)
    assert found
    mending.mend(store, found, URL)
    assert told(store) == {}
    assert fanout.claim(store) is None
    assert not store.announcements.one(WHOLE_CHAIN, made["_id"])["mending"]


rows = st.lists(
    st.tuples(
        st.sampled_from(BRANCHES),
        st.sampled_from([f"g{number}" for number in range(6)]),
        st.sampled_from([f"s{number}" for number in range(6)]),
        st.booleans(),  # may receive reports
    ),
    max_size=14,
    unique_by=lambda row: row[:3],
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows, st.dictionaries(st.sampled_from(["g3", "g4", "g5"]), st.sampled_from(["g0", "g1"])), st.integers(1, 4))
def test_however_it_is_cut_each_person_is_chosen_once_with_all_their_children(
    store: Store, rows: list[tuple[str, str, str, bool]], merged: dict[str, str], size: int
) -> None:
    """`merged`: records that count as another, which then has a row wherever they have one."""
    store = emptied(store.database)
    wanted: dict[str, set[tuple[str, str]]] = {}
    for branch_id, guardian, child, allowed in rows:
        counts_as = merged.get(guardian)
        items = [someone(child, "student")]
        if counts_as:
            items += [someone(guardian, "guardian", active=False, counts_as=counts_as), someone(counts_as, "guardian")]
        else:
            items.append(someone(guardian, "guardian"))
        store.keep(people(branch_id, *items))
        store.keep(related(branch_id, (guardian, child), may_receive_reports=allowed))
        if allowed:
            wanted.setdefault(counts_as or guardian, set()).add((branch_id, child))
    chosen: Counter[str] = Counter()
    for span in (["b1"], ["b2", "b3"]):  # as two parts
        cursor: str | None = ""
        while cursor is not None:
            found = choosing.choose(store, EVERYBODY, Branches(store, EVERYBODY, BRANCHES), span, cursor, size)
            for each in found.recipients:
                chosen[each.person_id] += 1
                assert {(child["branch_id"], child["person_id"]) for child in each.children} == wanted[each.person_id]
            cursor = found.cursor
    assert chosen == Counter(dict.fromkeys(wanted, 1))
