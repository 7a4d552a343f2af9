"""As time passes: who is invited when sign-up opens, reminded, asked how it was. Each once, however many replicas look: the
moment that was due is the guard of the write that says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus import due
from schoolbus.clock import now
from schoolbus.contracts import activities as said
from schoolbus.events import Event
from schoolbus.logs import log
from schoolbus.problems import NotYet
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.meetings.activities import inviting, sessions, telling
from services.meetings.activities.places import COMING
from services.meetings.activities.states import PUBLISHED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
AT_ONCE = 100  # activities in one look
Say = Callable[["Store", Scope, Document, datetime], tuple[Document, list[Event]]]


def announce(store: Store) -> None:
    _each_due(store, "announce_at", _announced)


def remind(store: Store) -> None:
    _each_due(store, "remind_at", _reminded)


def ask_for_feedback(store: Store) -> None:
    _each_due(store, "ask_feedback_at", _asked)


def _each_due(store: Store, field: str, say: Say) -> None:
    at = now()

    def tell(activity: Document) -> None:
        scope = branch(activity["branch_id"])
        to, events = say(store, scope, activity, at)
        if not subscribes(store, activity["branch_id"]):
            events = []
        when = {name: activity[name] for name in (field, "state", "version")}
        if store.activities.change(scope, activity["_id"], to=to, when=when, saying=events):
            log().info(f"activity_{field}", activity=activity["_id"], events=len(events))

    waiting = {field: {"$lte": at}, "state": PUBLISHED}
    due.each(store.activities, store.activities.find(WHOLE_CHAIN, waiting, sort=field, limit=AT_ONCE), field, tell)


def subscribes(store: Store, branch_id: str) -> bool:
    """Whether a branch is told anything at all by now."""
    try:
        return store.subscribed(branch_id)
    except NotYet:
        return False


def _announced(store: Store, scope: Scope, activity: Document, at: datetime) -> tuple[Document, list[Event]]:
    if activity["ends_at"] <= at:
        return {"announce_at": None}, []
    invited = inviting.students(store, scope, activity["audience"])
    return {"announce_at": None}, telling.opened(store, scope, activity, invited, at)


def _reminded(store: Store, scope: Scope, activity: Document, at: datetime) -> tuple[Document, list[Event]]:
    """Of the session that begins next; reminders that were due while nobody looked are one."""
    to = {"remind_at": sessions.next_reminder(activity["sessions"], activity["reminders"], at)}
    to_come = next((each for each in activity["sessions"] if each["starts_at"] > at), None)
    if to_come is None:
        return to, []
    facts = {**telling.facts(activity, at), "starts_at": to_come["starts_at"], "place": to_come["place"]}
    told = telling.chunks(store, scope, _who_come(store, scope, activity))
    return to, [said.ActivityReminder(**facts, person_ids=part) for part in told]


def _asked(store: Store, scope: Scope, activity: Document, at: datetime) -> tuple[Document, list[Event]]:
    """Those who were there, as far as somebody has noted it; else those who were to come."""
    present = store.attendances.find(scope, {"activity_id": activity["_id"]})
    whom = [each["guardian_id"] for each in present if each["guardian_id"]] or _who_come(store, scope, activity)
    events: list[Event] = [
        said.FeedbackAsked(**telling.facts(activity, at), person_ids=part) for part in telling.chunks(store, scope, whom)
    ]
    return {"ask_feedback_at": None}, events


def _who_come(store: Store, scope: Scope, activity: Document) -> Iterable[str]:
    found = store.sign_ups.find(scope, {"activity_id": activity["_id"], "state": COMING})
    return (each["guardian_id"] for each in found)
