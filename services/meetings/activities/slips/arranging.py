"""School asks for permission: a slip is drafted, asked, given another text, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import due
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.activities import PermissionAsked, PermissionReminder
from schoolbus.events import Event
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.once import once
from schoolbus.problems import Conflict, GoneOn, Invalid, NotAllowed, NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.meetings.activities import inviting
from services.meetings.activities.reach import is_staff, leads, own_children
from services.meetings.activities.sessions import as_kept
from services.meetings.activities.slips import who
from services.meetings.activities.slips.standing import HALF, MISSING
from services.meetings.activities.states import CANCELLED, DRAFT, PUBLISHED
from services.meetings.activities.timing import subscribes

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Draft = Mapping[str, Any]
_AS_GIVEN = ("activity_id", "title", "title_ur", "text", "text_ur", "both_guardians", "reminders")
_TEXT = ("text", "text_ur")
AT_ONCE = 100


def create(store: Store, caller: Caller, branch_id: str, draft: Draft, key: str) -> Document:
    """A draft, which nobody is told of. The one that is there when this was sent before."""
    scope, at = caller.branch(branch_id), now()
    began = {"state": DRAFT, "edition": 0, "version": 1, "created_at": at, "created_by": caller.person_id, "remind_at": None}
    slip = {"_id": key, "branch_id": branch_id, **began, **_content(store, caller, branch_id, draft, None)}
    slip |= {"text_version": 1, "texts": [_wording(slip, 1, at)], "sent": fingerprint(repr(sorted(draft.items())))}
    return once(
        store.permission_slips, scope, slip, lambda: store.permission_slips.add(slip), ("sent", "created_by"), keyed=True
    )


def publish(store: Store, caller: Caller, branch_id: str, slip_id: str) -> Document:
    """Guardians are asked. A second time they have been asked already."""
    scope, slip = led(store, caller, branch_id, slip_id)
    at = now()
    if slip["state"] == CANCELLED:
        raise Conflict("cancelled", "It was closed", "Ask by another one.")
    if slip["state"] == PUBLISHED:
        return slip
    if slip["answer_by"] <= at:
        raise Invalid({"answer_by": ["That is over already."]})
    told = asked(store, scope, slip, inviting.students(store, scope, slip["audience"]))
    to = {"state": PUBLISHED, "published_at": at, "remind_at": _next_reminder(slip, at)}
    changed = store.permission_slips.change(
        scope, slip_id, to=to, when={"version": slip["version"], "state": DRAFT}, saying=told
    )
    log().info("permission_asked", slip=slip_id, branch=branch_id)
    return changed or store.permission_slips.one(scope, slip_id)


def edit(store: Store, caller: Caller, branch_id: str, slip_id: str, draft: Draft) -> Document:
    """The whole of it in place of what it was. With another text everybody is asked anew: nobody allowed that one yet."""
    scope, was = led(store, caller, branch_id, slip_id)
    at = now()
    if was["state"] == CANCELLED:
        raise Conflict("cancelled", "It was closed", "Ask by another one.")
    to = _content(store, caller, branch_id, draft, was)
    if all(was[name] == value for name, value in to.items()):
        return was
    other_text = any(was[name] != to[name] for name in _TEXT)
    if other_text:
        number = was["text_version"] + 1
        to |= {"text_version": number, "texts": [*was["texts"], _wording(to, number, at)]}
    told: list[Event] = []
    if was["state"] == PUBLISHED:
        if to["answer_by"] <= at:
            raise Invalid({"answer_by": ["That is over already."]})
        to |= {"remind_at": _next_reminder({**was, **to}, at), "edition": was["edition"] + other_text}
        known = set() if other_text else set(inviting.students(store, scope, was["audience"]))
        whom = [id for id in inviting.students(store, scope, to["audience"]) if id not in known]
        told = asked(store, scope, {**was, **to}, whom)
    when = {"version": was["version"] if draft["version"] is None else draft["version"]}
    to["version"] = was["version"] + 1
    changed = store.permission_slips.change(scope, slip_id, to=to, when=when, saying=told)
    if changed is None:
        raise GoneOn()
    return changed


def close(store: Store, caller: Caller, branch_id: str, slip_id: str) -> None:
    """A draft goes; of one that was asked the answers stay, and no more are taken. Twice is once."""
    scope, slip = led(store, caller, branch_id, slip_id)
    if slip["state"] == DRAFT:
        store.permission_slips.remove_all(scope, {"_id": slip_id, "state": DRAFT})
        return
    to = {"state": CANCELLED, "remind_at": None, "version": slip["version"] + 1}
    store.permission_slips.change(scope, slip_id, to=to, when={"state": PUBLISHED})


def close_of_activity(store: Store, scope: Scope, activity_id: str) -> None:
    """Within the transaction in which an activity is cancelled."""
    where = {"activity_id": activity_id, "state": PUBLISHED}
    store.permission_slips.change_all(scope, where, {"state": CANCELLED, "remind_at": None})


def remind(store: Store) -> None:
    """Guardians of those whose permission is missing. Once, however many replicas look."""
    at = now()
    where = {"remind_at": {"$lte": at}, "state": PUBLISHED}

    def tell(slip: Document) -> None:
        scope = branch(slip["branch_id"])
        told: list[Event] = []
        if slip["answer_by"] > at and subscribes(store, slip["branch_id"]):
            standings = who.standings(store, scope, slip, inviting.students(store, scope, slip["audience"]))
            missing = [id for id, standing in standings.items() if standing in (MISSING, HALF)]
            more = {**facts(slip), "answer_by": slip["answer_by"]}
            told = [PermissionReminder(**more, student_ids=part) for part in inviting.parts(store, scope, missing)]
        when = {name: slip[name] for name in ("remind_at", "state", "version")}
        store.permission_slips.change(scope, slip["_id"], to={"remind_at": _next_reminder(slip, at)}, when=when, saying=told)

    found = store.permission_slips.find(WHOLE_CHAIN, where, sort="remind_at", limit=AT_ONCE)
    due.each(store.permission_slips, found, "remind_at", tell)


def asked(store: Store, scope: Scope, slip: Document, student_ids: Sequence[str]) -> list[Event]:
    more = {**facts(slip), "answer_by": slip["answer_by"]}
    return [PermissionAsked(**more, student_ids=part) for part in inviting.parts(store, scope, student_ids)]


def led(store: Store, caller: Caller, branch_id: str, slip_id: str) -> tuple[Scope, Document]:
    """For those who ask it, and whose right reaches the branch. Raises NotFound, NotAllowed."""
    scope = caller.branch(branch_id)
    slip = store.permission_slips.one(scope, slip_id)
    if leads(caller, branch_id, slip):
        return scope, slip
    if slip["state"] == DRAFT:
        raise NotFound("Permission slip")
    raise NotAllowed("not-your-slip", "You do not ask this", "Who asks it, the head and the office may do this.")


def seen(store: Store, caller: Caller, branch_id: str, slip_id: str) -> tuple[Scope, Document, list[str]]:
    """The slip, for staff and for guardians of a child that it is about; and these children. Raises NotFound."""
    scope = caller.branch(branch_id)
    slip = store.permission_slips.one(scope, slip_id)
    children = who.concerned(store, scope, slip, own_children(store, caller, branch_id))
    if not (leads(caller, branch_id, slip) if slip["state"] == DRAFT else children or is_staff(caller, branch_id)):
        raise NotFound("Permission slip")
    return scope, slip, children


def facts(slip: Document) -> Document:
    return {
        "branch_id": slip["branch_id"],
        "subject": slip["_id"],
        "permission_slip_id": slip["_id"],
        "edition": slip["edition"],
        "title": slip["title"],
        "title_ur": slip["title_ur"],
    }


def _content(store: Store, caller: Caller, branch_id: str, draft: Draft, was: Document | None) -> Document:
    scope = caller.branch(branch_id)
    if draft["activity_id"] is not None:
        activity = store.activities.first(scope, {"_id": draft["activity_id"]})
        if activity is None or not leads(caller, branch_id, activity):
            raise Invalid({"activity_id": ["No activity that you lead."]})
        if activity["state"] == CANCELLED:
            raise Invalid({"activity_id": ["It was cancelled."]})
    audience = inviting.audience(store, caller, branch_id, draft["audience"], was and was["audience"])
    own = [] if caller.reaches_all(branch_id) else [caller.person_id]
    leaders = sorted({*(was["leader_ids"] if was else []), *own})
    as_given = {name: draft[name] for name in _AS_GIVEN}
    return {**as_given, "audience": audience, "leader_ids": leaders, "answer_by": as_kept(draft["answer_by"])}


def _wording(slip: Draft, number: int, at: datetime) -> Document:
    """A text is kept as it was answered, whatever comes after it."""
    return {"text_version": number, "text": slip["text"], "text_ur": slip["text_ur"], "at": at}


def _next_reminder(slip: Draft, after: datetime) -> datetime | None:
    moments = (slip["answer_by"] - timedelta(minutes=minutes) for minutes in slip["reminders"])
    return min((moment for moment in moments if moment > after), default=None)
