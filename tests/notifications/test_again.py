"""Once more to whom a message has not reached: as far as it is still so, still theirs, and within the branch's limit."""

from typing import Any

import pytest

from schoolbus.contracts.roster import BranchChanged
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications import resending
from services.notifications.sending import again, outdated, still
from services.notifications.store import Store
from services.notifications.usage import on_carriers
from tests.notifications import kept
from tests.support.roster import people, related, someone
from tests.support.stores import fresh

HERE = branch("b1")
PHONE = "+923001234567"


@pytest.fixture
def store(_database: Any) -> Store:
    """Guardian g1 of s1 and s2, and g2 of s2, at one phone."""
    store = fresh(_database, Store)
    reads = {"phone": PHONE, "channels": ["sms"]}
    guardians = [someone(id, "guardian", **reads) for id in ("g1", "g2")]
    for event in (
        people("b1", *guardians, *(someone(id, "student") for id in ("s1", "s2"))),
        related("b1", ("g1", "s1"), ("g1", "s2"), ("g2", "s2")),
    ):
        store.keep(event)
    return store


def unreached(store: Store, **more: Any) -> dict[str, Any]:
    return kept.message(store, **{"state": "failed", "reason": "30003", "counted": "sms", **more})


def no_more(store: Store, *pairs: tuple[str, str]) -> None:
    store.keep(related("b1", *pairs, active=False, version=2))


@pytest.mark.parametrize("state", ["failed", "skipped", "queued", "sent"])
def test_an_older_edition_is_never_sent_again(store: Store, state: str) -> None:
    about = {"about_type": "booking", "about_id": "bk1", "edition": 0}
    made = unreached(store, state=state, reason="no_channel", **about)
    outdated.take_back(store, HERE, "booking", "bk1", 1)
    store.messages.change(WHOLE_CHAIN, made["_id"], to={"state": "failed", "reason": "30003"})
    assert again.send(store, store.messages.one(WHOLE_CHAIN, made["_id"])) is None
    newest = unreached(store, **{**about, "edition": 1})
    assert again.send(store, newest) is not None


def announced(store: Store, **announcement: Any) -> dict[str, Any]:
    store.announcements.add({"_id": "a1", "branch_id": "b1", "state": "sent", "text": 2, "mending": False, **announcement})
    source = {"kind": "announcement", "id": "a1.1", "version": 1, "text": 2}
    return unreached(store, about_type="announcement", about_id="a1", text="announcement", source=source)


def test_an_announcement_is_sent_again_as_long_as_it_is_so(store: Store) -> None:
    made = announced(store)
    assert again.send(store, made) is not None
    assert store.announcements.one(WHOLE_CHAIN, "a1")["mending"] is False


@pytest.mark.parametrize("changed", [{"state": "canceled"}, {"text": 3}])
def test_not_when_it_was_canceled_or_corrected(store: Store, changed: dict[str, Any]) -> None:
    assert again.send(store, announced(store, **changed)) is None


def test_when_it_is_canceled_just_then_it_is_taken_back(store: Store) -> None:
    made = announced(store)
    store.announcements.change(WHOLE_CHAIN, "a1", to={"state": "canceled"})
    still.look_again(store, made)
    assert store.announcements.one(WHOLE_CHAIN, "a1")["mending"] is True


def test_who_is_no_guardian_any_more_is_not_told(store: Store) -> None:
    made = unreached(store)
    no_more(store, ("g1", "s1"))
    assert again.send(store, made) is None
    found = store.messages.one(WHOLE_CHAIN, made["_id"])
    assert (found["state"], found["reason"], found["history"][-1]["reason"]) == ("failed", *["no_guardian_any_more"] * 2)


def test_who_may_receive_no_reports_is_told_of_their_own_booking_alone(store: Store) -> None:
    homework, booking = unreached(store), unreached(store, about_type="booking")
    store.keep(related("b1", ("g1", "s1"), may_receive_reports=False, version=2))
    assert again.send(store, homework) is None
    assert again.send(store, booking) is not None


def test_of_several_children_those_that_are_still_theirs(store: Store) -> None:
    named = unreached(store, student_ids=["s1", "s2"])
    general = unreached(store, student_ids=["s1", "s2"], text="activity_opened")
    no_more(store, ("g1", "s1"))
    assert again.send(store, named) is None, "its words name both"
    after = again.send(store, general)
    assert after is not None
    assert after["student_ids"] == ["s2"]


def test_at_a_shared_phone_the_children_of_both_are_told(store: Store) -> None:
    no_more(store, ("g1", "s2"))
    first = unreached(store, carries=True, student_ids=["s1", "s2"])
    rides = {"rides_on": first["_id"], "person_id": "g2", "student_ids": ["s2"], "channel": "shared_phone"}
    rider, other = unreached(store, **rides), unreached(store, **{**rides, "person_id": "g3"})
    after = again.send(store, rider)
    assert after is not None
    assert (after["state"], after["student_ids"]) == ("queued", ["s2"])
    assert store.messages.one(WHOLE_CHAIN, first["_id"])["student_ids"] == ["s1", "s2"]
    assert store.messages.one(WHOLE_CHAIN, other["_id"])["state"] == "failed", "nobody's guardian"


def limited(store: Store, messages: int) -> None:
    changed = {"name": "Gulberg", "name_ur": None, "services": [], "active": True}
    event = BranchChanged(branch_id="b1", subject="b1", **changed, limits={"messages_per_month": messages})
    store.keep_branch(event)


def test_over_the_limit_it_goes_by_what_costs_nothing(store: Store) -> None:
    limited(store, 0)
    skipped = {"state": "skipped", "reason": "over_limit", "counted": None}
    after = again.send(store, unreached(store, **skipped))
    assert after is not None
    assert (after["state"], after["channel"], after["reason"], after["counted"]) == ("queued", "paper", "over_limit", None)
    assert again.send(store, unreached(store, paper=False, **skipped)) is None, "there is nothing else"
    assert on_carriers(store, HERE) == 0


def test_what_is_paid_for_already_goes_all_the_same(store: Store) -> None:
    limited(store, 0)
    after = again.send(store, unreached(store))
    assert after is not None
    assert (after["channel"], after["counted"]) == ("sms", "sms")


# All about one thing, by a wish


def wish(store: Store, **more: Any) -> dict[str, Any]:
    asked = {"about_type": "homework", "about_id": "hw1", "asked_by": "h1", "own_classes": False, "asked_at": kept.now()}
    made = {"_id": "w1", "branch_id": "b1", "state": "waiting", "after": "", "sent": 0, "stays": 0, "ended_at": None}
    store.resends.add({**asked, **made, "attempts": 0, "leased_until": None, **more})
    claimed = resending.claim(store)
    assert claimed is not None
    return claimed


def many(store: Store, number: int, **more: Any) -> list[str]:
    return [unreached(store, _id=f"{number:03}", **more)["_id"] for number in range(number)]


def test_a_wish_is_worked_off_in_chunks_and_each_is_sent_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resending, "CHUNK", 3)
    many(store, 7)
    unreached(store, _id="way", person_id="gone")
    resending.work_off(store, wish(store))
    done = store.resends.one(WHOLE_CHAIN, "w1")
    assert (done["state"], done["sent"], done["stays"]) == ("done", 7, 1)
    assert store.messages.count(WHOLE_CHAIN, {"state": "queued", "history.reason": "sent_again"}) == 7
    assert resending.claim(store) is None


def test_who_dies_in_a_chunk_leaves_it_to_another_and_none_goes_twice(store: Store) -> None:
    ids = many(store, 3)
    claimed = wish(store)
    assert again.send(store, store.messages.one(WHOLE_CHAIN, ids[0]), "w1") is not None  # and died
    store.messages.change(WHOLE_CHAIN, ids[0], to={"state": "failed", "reason": "30003"})
    store.resends.change(WHOLE_CHAIN, "w1", to={"leased_until": None})
    other = resending.claim(store)
    assert other is not None
    resending.work_off(store, other)
    resending.work_off(store, claimed)  # was only slow: it writes nothing
    done = store.resends.one(WHOLE_CHAIN, "w1")
    assert (done["state"], done["sent"], done["stays"]) == ("done", 3, 0)
    assert store.messages.one(WHOLE_CHAIN, ids[0])["state"] == "failed", "not again by the same wish"


def test_who_rides_along_is_counted(store: Store) -> None:
    first = unreached(store, _id="1", carries=True, student_ids=["s1", "s2"])
    unreached(store, _id="2", rides_on=first["_id"], person_id="g2", student_ids=["s2"], channel="shared_phone")
    resending.work_off(store, wish(store))
    assert store.resends.one(WHOLE_CHAIN, "w1")["sent"] == 2
