"""From what costs nothing to a carrier, within what the branch's plans give: whichever way a message comes there."""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications import usage
from services.notifications.carriers import Carrier, NotTaken, Refused
from services.notifications.opting import opt_outs
from services.notifications.sending import digest, handover, overdue
from services.notifications.sending.attempts import begun
from services.notifications.sending.breaker import OPENS_AFTER
from services.notifications.store import Store
from tests.notifications import kept
from tests.notifications.kept import store

__all__ = ["store"]
PHONE = "+923001234567"
LONG_AGO = timedelta(hours=1)


class Push(Carrier):
    """Answers as it is told."""

    name = "push.web"

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        assert self.fault is not None
        raise self.fault


def limited(store: Store, left: int) -> str:
    """A branch whose plans give so many messages more."""
    id = uuid.uuid4().hex
    row = {"branch_id": id, "active": True, "services": ["notifications"], "limits": {usage.LIMIT: left}, "version": 1}
    store.branches.project(id, [row])
    return id


def pushed(store: Store, branch_id: str, *then: str, **more: Any) -> dict[str, Any]:
    ladder = [{"channel": each, "address": PHONE if each == "sms" else None} for each in ("push", *then)]
    way = {"ladder": ladder, "channel": "push", "address": None, "counted": None, "branch_id": branch_id}
    return kept.message(store, **{**way, "person_id": uuid.uuid4().hex, **more})


def refused(store: Store, message: dict[str, Any]) -> None:
    kept.hand(store, Push(Refused("410", "gone")), message)


def not_taken(store: Store, message: dict[str, Any]) -> None:
    message["tried_since"] = now() - timedelta(hours=5)
    kept.hand(store, Push(NotTaken("503")), message)


def out_of_order(store: Store, message: dict[str, Any]) -> None:
    desk = kept.desk(store, Push())
    for _ in range(OPENS_AFTER):
        desk.route.failed(desk.route.carriers[0], NotTaken("503"))
    handover.hand_over(desk, {**message, "tried_since": now() - timedelta(hours=5)})


def unknown(store: Store, message: dict[str, Any]) -> None:
    attempt = begun(message, "push.web", now() - LONG_AGO) | {"outcome": "unknown", "asked_at": now() - LONG_AGO}
    after = store.messages.change(WHOLE_CHAIN, message["_id"], to={"attempts": [attempt]})
    assert after is not None
    kept.hand(store, Push(), after)


def opted_out(store: Store, message: dict[str, Any]) -> None:
    opt_outs.leave(store, message["branch_id"], message["person_id"], "push", "asked")


def not_opened(store: Store, message: dict[str, Any]) -> None:
    after = store.messages.change(WHOLE_CHAIN, message["_id"], to={"state": "sent", "due_at": now() - LONG_AGO})
    assert after is not None
    overdue.go_on(store, after)


WAYS = [refused, not_taken, out_of_order, unknown, opted_out, not_opened]


@pytest.mark.parametrize("goes", WAYS)
def test_beyond_the_limit_it_goes_on_to_what_costs_nothing(store: Store, goes: Callable[..., None]) -> None:
    branch_id = limited(store, 1)
    first, second = (pushed(store, branch_id, "sms", "paper") for _ in range(2))
    for message in (first, second):
        goes(store, message)
    found = [store.messages.one(WHOLE_CHAIN, message["_id"]) for message in (first, second)]
    assert [(each["channel"], each["counted"]) for each in found] == [("sms", "sms"), ("paper", None)]
    assert [each["state"] for each in found] == ["queued", "queued"]
    assert found[1]["reason"] == "over_limit"
    assert usage.on_carriers(store, branch(branch_id)) == 1
    assert store.metered.count(branch(branch_id), {"due": True}) == 1, "what is used is counted anew"


@pytest.mark.parametrize("goes", [refused, not_taken, opted_out])
def test_where_nothing_else_is_left_it_has_failed(store: Store, goes: Callable[..., None]) -> None:
    message = pushed(store, limited(store, 0), "sms")
    goes(store, message)
    found = store.messages.one(WHOLE_CHAIN, message["_id"])
    assert (found["state"], found["reason"], found["counted"]) == ("failed", "over_limit", None)


def test_the_last_message_is_taken_by_one(store: Store) -> None:
    branch_id = limited(store, 1)
    messages = [pushed(store, branch_id, "sms", "paper") for _ in range(6)]
    threads = [Thread(target=refused, args=(store, message)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [store.messages.one(WHOLE_CHAIN, message["_id"])["channel"] for message in messages]
    assert sorted(found) == ["paper"] * 5 + ["sms"]


@pytest.mark.parametrize(("left", "then", "wanted"), [(1, "sms", "sms"), (0, "app", "app"), (0, None, "skipped")])
def test_who_comes_after_the_digest_goes_alone_within_the_limit(store: Store, left: int, then: str | None, wanted: str) -> None:
    branch_id, digest_id, person_id = limited(store, left), uuid.uuid4().hex, uuid.uuid4().hex
    kept.message(store, _id=digest_id, branch_id=branch_id, person_id=person_id, collects=[], counted=None)
    ladder = [{"channel": each, "address": PHONE} for each in ("sms", then) if each]
    waits = {"digest_id": digest_id, "lane": "digest", "channel": "digest", "counted": None, "ladder": ladder}
    item = kept.message(store, branch_id=branch_id, person_id=person_id, send_at=now() - LONG_AGO, **waits)
    digest.make(store, item, "http://rabta")
    found = store.messages.one(WHOLE_CHAIN, item["_id"])
    assert wanted in (found["channel"], found["state"])
    assert found["reason"] == (None if left else "over_limit")
