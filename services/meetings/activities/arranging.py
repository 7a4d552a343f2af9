"""School arranges an activity: draft, published, changed, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import BRANCH_ZONE, now
from schoolbus.events import Event
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.once import once
from schoolbus.problems import Conflict, GoneOn, Invalid, Sentence
from schoolbus.scope import Scope
from services.meetings import rooms
from services.meetings.activities import inviting, sessions, signing, telling
from services.meetings.activities.reach import led
from services.meetings.activities.slips import arranging as slips
from services.meetings.activities.states import CANCELLED, DRAFT, PUBLISHED
from services.meetings.activities.volunteering import tasks as volunteers

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Draft = Mapping[str, Any]
ASKED_AFTER = timedelta(hours=1)  # people are on their way home, and attendance is taken
MOST_HEADS = 6  # of a family, where nobody says
_AS_GIVEN = (
    *("kind", "title", "title_ur", "description", "description_ur", "who", "places"),
    *("sign_up_opens_at", "sign_up_closes_at", "offer_minutes", "reminders", "ask_feedback"),
)
_STARTS = {
    **{"edition": 0, "sequence": 0, "version": 1, "taken": 0, "waiting": 0, "dropped": [], "materials": [], "because": ""},
    **{"remind_at": None, "announce_at": None, "ask_feedback_at": None, "published_at": None, "asked_again_at": None},
}


def create(store: Store, caller: Caller, branch_id: str, draft: Draft, key: str) -> Document:
    """A draft, which nobody is told of. The one that is there when this was sent before."""
    scope = caller.branch(branch_id)
    made = {
        **{"_id": key, "branch_id": branch_id, "state": DRAFT, "created_at": now(), "created_by": caller.person_id, **_STARTS},
        **_content(store, caller, branch_id, key, draft, {"sessions": [], "leader_ids": [], "audience": None}),
        "sent": _sent(draft),
    }
    return once(store.activities, scope, made, lambda: store.activities.add(made), ("sent", "created_by"), keyed=True)


def edit(store: Store, caller: Caller, branch_id: str, activity_id: str, draft: Draft) -> Document:
    """The whole of it in place of what it was; those whom it concerns hear of another time or place."""
    scope, _ = led(store, caller, branch_id, activity_id)
    at = now()
    with store.transaction():
        was = signing.alone(store, scope, activity_id)
        _check_version(was, draft)
        to = _content(store, caller, branch_id, activity_id, draft, was)
        if all(was[name] == value for name, value in to.items()):
            return store.activities.one(scope, activity_id)
        to["version"] = was["version"] + 1
        events: list[Event] = []
        if was["state"] != DRAFT:
            to, events = _changes(store, scope, was, to, at)
        changed = store.activities.change(scope, activity_id, to=to, saying=events) or was
        if changed["state"] == PUBLISHED:
            signing.hand_on_all(store, scope, changed)
    log().info("activity_changed", activity=activity_id, branch=branch_id, edition=changed["edition"])
    return store.activities.one(scope, activity_id)


def publish(store: Store, caller: Caller, branch_id: str, activity_id: str) -> Document:
    """Families hear of it: at once, or when sign-up opens. A second time it is published already."""
    scope, _ = led(store, caller, branch_id, activity_id)
    at = now()
    with store.transaction():
        activity = signing.alone(store, scope, activity_id)
        if activity["state"] != DRAFT:
            return _not_cancelled(activity)
        _check_not_over(activity, at)
        rooms.reserve(store, branch_id, activity_id, activity["title"], sessions.rooms_of(activity, at))
        opens_at = activity["sign_up_opens_at"]
        waits = opens_at is not None and opens_at > at
        to = {"state": PUBLISHED, "published_at": at, "announce_at": opens_at if waits else None, **_timers(activity, at)}
        invited = [] if waits else inviting.students(store, scope, activity["audience"])
        told = telling.opened(store, scope, activity, invited, at)
        changed = store.activities.change(scope, activity_id, to=to, saying=told) or activity
    log().info("activity_published", activity=activity_id, branch=branch_id)
    return changed


def cancel(store: Store, caller: Caller, branch_id: str, activity_id: str, because: str) -> Document:
    """It will not be: everybody who may come hears of it. A second time it is cancelled already."""
    scope, _ = led(store, caller, branch_id, activity_id)
    at = now()
    with store.transaction():
        activity = signing.alone(store, scope, activity_id)
        if activity["state"] == CANCELLED:
            return activity
        if activity["state"] == DRAFT:
            raise Conflict("not-published", "Nobody knows of it yet", "Remove the draft.")
        _check_not_over(activity, at)
        activity["edition"] += 1
        to = {"state": CANCELLED, "because": because, "edition": activity["edition"], "version": activity["version"] + 1}
        silent = {"remind_at": None, "announce_at": None, "ask_feedback_at": None}
        told = [] if activity["announce_at"] else telling.cancelled(store, scope, activity, at)
        rooms.release(store, branch_id, activity_id)
        volunteers.cancel_of_activity(store, scope, activity_id, at)
        slips.close_of_activity(store, scope, activity_id)
        changed = store.activities.change(scope, activity_id, to={**to, **silent}, saying=told) or activity
    log().info("activity_cancelled", activity=activity_id, branch=branch_id)
    return changed


def remove(store: Store, caller: Caller, branch_id: str, activity_id: str) -> None:
    """A draft: of what was published people know, and it is cancelled instead."""
    scope, _ = led(store, caller, branch_id, activity_id)
    with store.transaction():
        if signing.alone(store, scope, activity_id)["state"] != DRAFT:
            raise Conflict("published", "Families know of it", "Cancel it instead.")
        store.activities.remove(scope, activity_id)


def _content(store: Store, caller: Caller, branch_id: str, id: str, draft: Draft, was: Draft) -> Document:
    """What the draft says, as it is kept. Raises Invalid with all that is wrong with it."""
    scope = caller.branch(branch_id)
    audience = inviting.audience(store, caller, branch_id, draft["audience"], was["audience"])
    held = sessions.sessions(id, draft["sessions"], was["sessions"])
    errors: Document = {}
    if len({each["session_id"] for each in held}) < len(held) or sessions.overlap(held):
        errors["sessions"] = ["A session begins before the one before it is over."]
    elif (closed := _holidays(store, scope, held)) and not draft["even_on_holidays"]:
        errors["sessions"] = [
            Sentence("The branch is closed: %(closed)s. Send even_on_holidays, if it is meant.", closed=closed)
        ]
    if draft["sign_up_closes_at"] is not None and draft["sign_up_closes_at"] > held[-1]["ends_at"]:
        errors["sign_up_closes_at"] = ["Sign-up would close when it is over."]
    if draft["sign_up_opens_at"] is not None:
        closes_at = draft["sign_up_closes_at"] or held[0]["starts_at"]
        if draft["sign_up_opens_at"] >= closes_at:
            errors["sign_up_opens_at"] = ["Sign-up would open when it is closed."]
    most_heads = draft["most_heads"] or min(MOST_HEADS, draft["places"] or MOST_HEADS)
    if draft["places"] is not None and most_heads > draft["places"]:
        errors["most_heads"] = ["A family can't have more places than there are."]
    leaders = _leaders(store, caller, branch_id, draft, was)
    new_leaders = [id for id in leaders if id not in was["leader_ids"]]
    if strangers := [id for id in new_leaders if id not in _staff_among(store, scope, new_leaders)]:
        errors["leader_ids"] = [Sentence("%(strangers)s is no teacher, office or head of this branch.", strangers=strangers[0])]
    if errors:
        raise Invalid(errors)
    when = {"sessions": held, "starts_at": held[0]["starts_at"], "ends_at": max(each["ends_at"] for each in held)}
    return {
        **{name: sessions.as_kept(draft[name]) for name in _AS_GIVEN},
        "most_heads": most_heads,
        "audience": audience,
        "leader_ids": leaders,
        **when,
    }


def _changes(store: Store, scope: Scope, was: Document, to: Document, at: datetime) -> tuple[Document, list[Event]]:
    """What a change of something that is published brings with it, and what is said of it. Raises Conflict."""
    _not_cancelled(was)
    _check_not_over(was, at)
    _check_not_over(to, at)
    if to["who"] != was["who"]:
        raise Conflict("already-published", "Families have been asked already", "Cancel it, and publish another one.")
    if to["places"] is not None and to["places"] < was["taken"]:
        taken = was["taken"]
        raise Conflict(
            "places-taken",
            Sentence("%(taken)s places are taken", taken=taken),
            "So many have to stay, or families say no first.",
            taken=taken,
        )
    held = {each["session_id"]: each for each in to["sessions"]}
    for each in was["sessions"]:
        same = held.get(each["session_id"], {})
        if each["starts_at"] <= at and any(same.get(name) != each[name] for name in ("starts_at", "ends_at")):
            raise Invalid(
                {"sessions": [Sentence("The one that began at %(starts_at)s stays what it was.", starts_at=each["starts_at"])]}
            )
    new = {**was, **to}
    moved = [each["session_id"] for each in was["sessions"]] != [each["session_id"] for each in to["sessions"]] or any(
        before[name] != after[name]
        for before, after in zip(was["sessions"], to["sessions"], strict=True)
        for name in ("starts_at", "ends_at", "place")
    )
    if moved or was["sessions"] != to["sessions"]:
        rooms.release(store, was["branch_id"], was["_id"])
        rooms.reserve(store, was["branch_id"], was["_id"], to["title"], sessions.rooms_of(new, at))
    to |= _timers(new, at)
    opens_at = to["sign_up_opens_at"]
    if was["announce_at"] is not None:  # nobody knows of it yet
        return {**to, "announce_at": at if opens_at is None else max(at, opens_at)}, []
    if moved:
        kept = {each["session_id"] for each in to["sessions"]}
        gone = [each for each in was["sessions"] if each["session_id"] not in kept]
        to |= {"edition": was["edition"] + 1, "dropped": [*was["dropped"], *gone]}
        return to, telling.changed(store, scope, {**new, **to}, at)
    before = set(inviting.students(store, scope, was["audience"]))
    invited = [id for id in inviting.students(store, scope, to["audience"]) if id not in before]
    return to, telling.opened(store, scope, new, invited, at)


def _timers(activity: Draft, at: datetime) -> Document:
    remind_at = sessions.next_reminder(activity["sessions"], activity["reminders"], at)
    return {"remind_at": remind_at, "ask_feedback_at": activity["ends_at"] + ASKED_AFTER if activity["ask_feedback"] else None}


def _leaders(store: Store, caller: Caller, branch_id: str, draft: Draft, was: Draft) -> list[str]:
    """Who leads it: as was given; a teacher who arranges it is always one of them."""
    given = was["leader_ids"] if draft["leader_ids"] is None else draft["leader_ids"]
    own = [] if caller.reaches_all(branch_id) else [caller.person_id]
    return sorted({*given, *own})


def _staff_among(store: Store, scope: Scope, ids: list[str]) -> set[str]:
    where = {"person_id": {"$in": ids}, "roles": {"$in": ["teacher", "office", "head"]}, "active": True}
    return {row["person_id"] for row in store.people.find(scope, where)}


def _holidays(store: Store, scope: Scope, held: list[Document]) -> str:
    days: set[date] = {each["starts_at"].astimezone(BRANCH_ZONE).date() for each in held}
    found = (store.holiday_on(scope, day) for day in sorted(days))
    return next((each["title"] for each in found if each), "")


def _check_version(was: Document, draft: Draft) -> None:
    if draft["version"] is not None and draft["version"] != was["version"]:
        raise GoneOn(version=was["version"])


def _check_not_over(activity: Draft, at: datetime) -> None:
    if activity["ends_at"] <= at:
        raise Conflict("over", "It is over", Sentence("It ended at %(ends_at)s.", ends_at=activity["ends_at"]))


def _not_cancelled(activity: Document) -> Document:
    if activity["state"] == CANCELLED:
        raise Conflict("cancelled", "It was cancelled", "Publish another one.")
    return activity


def _sent(draft: Draft) -> str:
    return fingerprint(repr(sorted(draft.items(), key=lambda item: item[0])))
