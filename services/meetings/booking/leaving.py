"""Who may no longer book for a child waits no more: nothing would be offered to them, and others count themselves behind them.

What tells that it may be so is looked at a while later: of records that are merged the parts come one after another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import clock, due
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.meetings.booking import offering
from services.meetings.booking.live import LIVE, MOMENT, waits_no_more
from services.meetings.booking.rules import OFFERED
from services.meetings.booking.who import may_still_book

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
SETTLED = timedelta(minutes=2)  # after which what was told of a person and a relation fits together
_AT_ONCE = 200


def doubt(store: Store, scope: Scope, items: Iterable[Document]) -> None:
    """After a chunk of a branch's people or relations: whoever waits for a child that left, or lost a guardian, is to be
    looked at."""
    lost = [item for item in items if not (item["active"] and item.get("may_book", True))]
    if ids := sorted({item.get("student_id") or item["person_id"] for item in lost}):
        store.waiting.change_all(scope, {**LIVE, "student_id": {"$in": ids}}, {"doubted_at": clock.now()})


def former_guardians(store: Store) -> None:
    """The chain's, of those who are in doubt since a while: they have left, or are in doubt no more."""
    since = {**LIVE, "doubted_at": {**MOMENT, "$lte": clock.now() - SETTLED}}
    found = store.waiting.find(WHOLE_CHAIN, since, sort="doubted_at", limit=_AT_ONCE)
    due.each(store.waiting, found, "doubted_at", partial(_settle, store))


def leave(store: Store, scope: Scope, entry: Document) -> None:
    """They wait no more; what was offered to them goes to the next."""
    if entry["state"] == OFFERED:
        offered = store.bookings.first(scope, {"_id": entry["booking_id"], "state": OFFERED})
        if offered is not None and offering.moved_on(store, offered, refused=True):
            _left(store, scope, entry)
            offering.freed(store, [offered])
            return
    _left(store, scope, entry)


def _settle(store: Store, entry: Document) -> None:
    scope = branch(entry["branch_id"])
    people = store.people_by_id(scope, (entry["student_id"], entry["guardian_id"]))
    if may_still_book(store, scope, people, entry):
        seen = {"doubted_at": entry["doubted_at"]}
        store.waiting.change(scope, entry["_id"], {"doubted_at": None}, when=seen)
        return
    leave(store, scope, entry)
    log().info("waiting_ended", entry=entry["_id"], branch=entry["branch_id"])


def _left(store: Store, scope: Scope, entry: Document) -> None:
    to = {**waits_no_more(offering.LEFT, clock.now()), "booking_id": None}
    store.waiting.change(scope, entry["_id"], to, when=LIVE)
