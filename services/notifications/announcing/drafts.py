"""An announcement from its first draft until it is sent: written, changed, sent off or put aside.

To store it is all that a request does; workers find out whom it tells (runs.py, fanout.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, Invalid
from services.notifications.announcing import reach, runs, scheduling
from services.notifications.translating.marks import kept

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

Given = Mapping[str, Any]
DRAFT, SCHEDULED, SENDING, SENT, PAUSED, CANCELED = "draft", "scheduled", "sending", "sent", "paused", "canceled"
STATES = (DRAFT, SCHEDULED, SENDING, SENT, PAUSED, CANCELED)
_WRITTEN = ("texts", "link", "audience", "urgent", "on_paper", "schedule")


def write(store: Store, caller: Caller, branch_id: str | None, given: Given) -> Document:
    """A draft. The same id from the same writer again is the same announcement. Raises Conflict when its words differ."""
    given = {**given}
    client_id = given.pop("client_id") or new_id()
    id = effect_id("announcement", branch_id or "", caller.person_id, client_id)
    known = store.announcements.first(reach.scope_of(caller, branch_id), {"_id": id, **reach.of(branch_id)})
    if known is not None:
        return _again(known, given)
    reach.urgency(caller, branch_id, urgent=given["urgent"])
    scheduling.check(given["schedule"], chain=branch_id is None)
    announcement = {
        "_id": id,
        "branch_id": branch_id or reach.CHAIN,
        **given,
        "audience": reach.audience(store, caller, branch_id, given["audience"]),
        "asked": given,
        "state": DRAFT,
        "version": 0,  # of sends: each has a number of its own
        "text": 1,  # of its words
        "written_by": caller.person_id,
        "created_at": now(),
        "next_at": None,
        "leased_until": None,
        "reason": None,
        **_by(caller, branch_id),
    }
    if not store.announcements.add_new([announcement]):
        return _again(reach.one(store, caller, branch_id, id), given)
    log().info("announcement_written", announcement=id, branch=branch_id)
    return announcement


def change(store: Store, caller: Caller, branch_id: str | None, id: str, to: Given) -> Document:
    """As long as it is a draft; what is named is changed."""
    found = reach.one(store, caller, branch_id, id)
    if not to:
        return found
    new = {**to}
    if "texts" in new:
        new["texts"] = kept(found["texts"], new["texts"])
    if "urgent" in new:
        reach.urgency(caller, branch_id, urgent=new["urgent"])
    if "schedule" in new:
        scheduling.check(new["schedule"], chain=branch_id is None)
    if "audience" in new:
        new["audience"] = reach.audience(store, caller, branch_id, new["audience"])
    new |= _by(caller, branch_id)
    changed = store.announcements.change(reach.scope_of(caller, branch_id), id, to=new, when={"state": DRAFT})
    if changed is None:
        raise Conflict("no-draft", "It is no draft any more", "What still waits can be corrected: POST …/correction.")
    store.previews.remove(reach.scope_of(caller, branch_id), id)
    return changed


def remove(store: Store, caller: Caller, branch_id: str | None, id: str) -> None:
    """A draft alone: what was sent stays."""
    found = reach.one(store, caller, branch_id, id)
    scope = reach.scope_of(caller, branch_id)
    gone = store.announcements.collection.delete_one(scope.filter({"_id": found["_id"], "state": DRAFT})).deleted_count
    if not gone:
        raise Conflict("no-draft", "It is no draft any more", "It can be canceled: POST …/cancel.")
    store.previews.remove(scope, id)


def page(store: Store, caller: Caller, branch_id: str | None, query: Given) -> Paged:
    """Newest first; a teacher sees own ones."""
    where = {**reach.of(branch_id), **reach.written_by(caller, branch_id)}
    if query["state"]:
        where["state"] = query["state"]
    return store.announcements.page(reach.scope_of(caller, branch_id), where, sort="-created_at", page=query["page"])


def one(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    found = reach.one(store, caller, branch_id, id)
    return {**found, "counts": runs.counts(store, id)}


def send(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    """At once, or as its schedule says. Sent already, it stays as it is."""
    found = reach.one(store, caller, branch_id, id)
    reach.audience(store, caller, branch_id, found["audience"])  # a teacher may have lost a class since
    if found["state"] != DRAFT:
        if found["state"] in (SCHEDULED, SENDING, SENT):
            return one(store, caller, branch_id, id)
        raise reach.gone_on()
    at = now()
    if found["schedule"]:
        _schedule(store, caller, branch_id, found, at)
    else:
        _start(store, caller, branch_id, found)
    log().info("announcement_sent_off", announcement=id, branch=branch_id)
    return one(store, caller, branch_id, id)


def pause(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    """A schedule rests; what is being sent goes on."""
    return _turned(store, caller, branch_id, id, SCHEDULED, {"state": PAUSED, "next_at": None})


def resume(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    """Goes on with its next time; those that passed meanwhile are not made up for."""
    found = reach.one(store, caller, branch_id, id)
    if found["state"] != PAUSED:
        raise reach.gone_on()
    reach.audience(store, caller, branch_id, found["audience"])
    next_at = scheduling.next_time(store, found, now())
    to = {"state": SCHEDULED if next_at else SENT, "next_at": next_at, "reason": None, **_by(caller, branch_id)}
    return _turned(store, caller, branch_id, id, PAUSED, to)


def cancel(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    """Nothing more goes out: workers take back what is still queued. Again changes nothing."""
    found = reach.one(store, caller, branch_id, id)
    to = {"state": CANCELED, "next_at": None, "canceled_at": now(), "mending": True, "mended_at": None}
    store.announcements.change(reach.scope_of(caller, branch_id), id, to=to, when={"state": {"$nin": [CANCELED, DRAFT]}})
    if found["state"] == DRAFT:
        raise Conflict("is-draft", "It is still a draft", "Remove it: DELETE.")
    log().info("announcement_canceled", announcement=id, branch=branch_id)
    return one(store, caller, branch_id, id)


def correct(store: Store, caller: Caller, branch_id: str | None, id: str, given: Given) -> Document:
    """Other words for what is still queued; whoever got the old ones is told anew only if the sender wishes."""
    found = reach.one(store, caller, branch_id, id)
    if found["state"] in (DRAFT, CANCELED):
        raise reach.gone_on()
    reach.audience(store, caller, branch_id, found["audience"])
    scope = reach.scope_of(caller, branch_id)
    texts = kept(found["texts"], given["texts"])
    to = {"texts": texts, "link": given["link"], "text": found["text"] + 1, "mending": True}
    with store.transaction():
        unchanged = {"text": found["text"], "state": found["state"], "version": found["version"]}
        if given["tell_again"]:
            to["version"] = found["version"] + 1
        changed = store.announcements.change(scope, id, to=to, when=unchanged)
        if changed is None:
            raise reach.gone_on()
        if given["tell_again"]:
            runs.add(store, changed, of=runs.REACHED)
    log().info("announcement_corrected", announcement=id, branch=branch_id)
    return one(store, caller, branch_id, id)


def resend(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    """A send of its own to those whom none before has reached."""
    found = reach.one(store, caller, branch_id, id)
    if found["state"] not in (SENT, SCHEDULED, PAUSED) or not found["version"]:
        raise Conflict("not-sent", "It is not sent yet", "Wait until all are told, then look who was not reached.")
    reach.audience(store, caller, branch_id, found["audience"])
    with store.transaction():
        to = {"version": found["version"] + 1, "state": SENDING if found["state"] == SENT else found["state"]}
        unchanged = {"version": found["version"], "state": found["state"]}
        changed = store.announcements.change(reach.scope_of(caller, branch_id), id, to=to, when=unchanged)
        if changed is None:
            raise reach.gone_on()
        runs.add(store, changed, of=runs.NOT_REACHED)
    return one(store, caller, branch_id, id)


def _by(caller: Caller, branch_id: str | None) -> dict[str, Any]:
    """`own_classes`: whoever stands for it reaches no further. Each time of a schedule looks at them again."""
    return {"own_classes": branch_id is not None and not caller.reaches_all(branch_id)}


def _again(known: Document, given: Given) -> Document:
    if known["asked"] != given:
        raise Conflict("other-words", "This id is another announcement's", "Use another client_id, or change that one.")
    return known


def _start(store: Store, caller: Caller, branch_id: str | None, found: Document) -> None:
    with store.transaction():
        to = {"state": SENDING, "version": 1, **_by(caller, branch_id)}
        changed = store.announcements.change(reach.scope_of(caller, branch_id), found["_id"], to=to, when={"state": DRAFT})
        if changed is not None:
            runs.add(store, changed)


def _schedule(store: Store, caller: Caller, branch_id: str | None, found: Document, at: datetime) -> None:
    next_at = scheduling.next_time(store, found, at)
    if next_at is None:
        raise Invalid({"schedule": ["None of its times is still to come."]})
    to = {"state": SCHEDULED, "next_at": next_at, **_by(caller, branch_id)}
    store.announcements.change(reach.scope_of(caller, branch_id), found["_id"], to=to, when={"state": DRAFT})


def _turned(store: Store, caller: Caller, branch_id: str | None, id: str, state: str, to: Given) -> Document:
    reach.one(store, caller, branch_id, id)
    if store.announcements.change(reach.scope_of(caller, branch_id), id, to=to, when={"state": state}) is None:
        raise reach.gone_on()
    return one(store, caller, branch_id, id)
