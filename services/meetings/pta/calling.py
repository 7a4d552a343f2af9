"""Meetings of the association: called, moved, cancelled; who came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import alike, key_used_before
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid, Sentence
from schoolbus.scope import Scope
from services.meetings import rooms
from services.meetings.pta import members, quorum, saying, views
from services.meetings.pta.saying import CALLED, CANCELLED
from services.meetings.pta.standing import acting
from services.meetings.timetable import Period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
REMINDED = timedelta(days=1)  # before it begins
LONGEST = timedelta(hours=12)
_SEEN_IN_CALENDARS = ("title", "starts_at", "ends_at", "place")


def call(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], key: str) -> Document:
    """The meeting, whose members are told in the same write; the same one when it is sent again."""
    scope = acting(store, caller, branch_id)
    meeting = new_meeting(effect_id(key), branch_id, draft, caller.person_id)
    there = store.pta_meetings.first(scope, {"_id": meeting["_id"]})
    if there is None:
        check_times(meeting)
        try:
            with store.transaction():
                # Before its room: the same request at the same moment meets itself here, not in the room that it takes
                store.pta_meetings.add(meeting, saying=saying.called(meeting, members.present(store, scope)))
                _reserve(store, meeting)
            log().info("pta_meeting_called", branch=branch_id, meeting=meeting["_id"])
        except AlreadyThere:  # the same request, at the same moment
            there = store.pta_meetings.one(scope, meeting["_id"])
    if there is not None and not alike(there, meeting, _SEEN_IN_CALENDARS):
        raise key_used_before()
    return views.meeting(store, caller, branch_id, there or meeting)


def change(store: Store, caller: Caller, branch_id: str, meeting_id: str, wanted: Mapping[str, Any]) -> Document:
    """Another time, place, title or agenda. What calendars show is told anew; the agenda alone is not."""
    scope = acting(store, caller, branch_id)
    meeting = seen(store, scope, meeting_id, wanted["version"])
    check_is_to_come(meeting)
    to = {**_said(wanted), "version": meeting["version"] + 1}
    events = []
    if not alike(meeting, to, _SEEN_IN_CALENDARS):
        check_times(to)
        to |= {"edition": meeting["edition"] + 1, "changed_at": clock.now(), "remind_at": _reminder(to["starts_at"])}
        events = saying.called({**meeting, **to}, members.present(store, scope))
    with store.transaction():
        rooms.release(store, branch_id, meeting_id)
        _reserve(store, {**meeting, **to})
        changed = _changed(store, scope, meeting, to, events)
    return views.meeting(store, caller, branch_id, changed)


def cancel(store: Store, caller: Caller, branch_id: str, meeting_id: str) -> Document:
    """Those who were called hear of it once. Sent again, it is the same."""
    scope = acting(store, caller, branch_id)
    meeting = store.pta_meetings.one(scope, meeting_id)
    if meeting["state"] == CALLED:
        check_is_to_come(meeting)
        counted = {"version": meeting["version"] + 1, "edition": meeting["edition"] + 1, "changed_at": clock.now()}
        to = {"state": CANCELLED, "remind_at": None, **counted}
        with store.transaction():
            rooms.release(store, branch_id, meeting_id)
            events = saying.cancelled({**meeting, **to}, members.present(store, scope))
            meeting = _changed(store, scope, meeting, to, events)
        log().info("pta_meeting_cancelled", branch=branch_id, meeting=meeting_id)
    return views.meeting(store, caller, branch_id, meeting)


def attend(store: Store, caller: Caller, branch_id: str, meeting_id: str, wanted: Mapping[str, Any]) -> Document:
    """Who came, all of them; `guests`: how many more. Whether that is a quorum is counted with it."""
    scope = acting(store, caller, branch_id)
    meeting = seen(store, scope, meeting_id, wanted["version"])
    check_was_called(meeting)
    if meeting["starts_at"] > clock.now():
        raise Conflict(
            "not-yet", "The meeting has not begun", Sentence("It begins at %(starts_at)s.", starts_at=meeting["starts_at"])
        )
    came = list(dict.fromkeys(store.counting(scope, id) for id in wanted["present"]))
    if meeting["minutes"]["adopted"]:
        raise Conflict("minutes-adopted", "The minutes are adopted", "A correction belongs into the next meeting's minutes.")
    if unknown := sorted(set(came) - store.people_by_id(scope, came).keys()):
        raise Invalid({"present": [Sentence("%(id)s is not of this branch.", id=id) for id in unknown]})
    counted = quorum.of_meeting(store, scope, meeting, came)
    to = {"present": came, "guests": wanted["guests"], "quorum": counted, "version": meeting["version"] + 1}
    return views.meeting(store, caller, branch_id, _changed(store, scope, meeting, to, []))


def seen(store: Store, scope: Scope, meeting_id: str, version: int) -> Document:
    """Raises Conflict when it is another by now."""
    meeting = store.pta_meetings.one(scope, meeting_id)
    if meeting["version"] != version:
        raise GoneOn()
    return meeting


def check_was_called(meeting: Document) -> None:
    if meeting["state"] == CANCELLED:
        raise Conflict("meeting-cancelled", "The meeting was cancelled", "Call another one.")


def check_is_to_come(meeting: Document) -> None:
    check_was_called(meeting)
    if meeting["starts_at"] <= clock.now():
        raise Conflict("time-passed", "The meeting has begun", "What came of it stands in its minutes.")


def check_times(meeting: Mapping[str, Any]) -> None:
    if meeting["starts_at"] <= clock.now():
        raise Invalid({"starts_at": ["This time has passed."]})
    if not timedelta(0) < meeting["ends_at"] - meeting["starts_at"] <= LONGEST:
        raise Invalid({"ends_at": ["Wants a time after the beginning, on the same day."]})


def new_meeting(id: str, branch_id: str, draft: Mapping[str, Any], by: str) -> Document:
    said = _said(draft)
    return {
        "_id": id,
        "branch_id": branch_id,
        **said,
        "state": CALLED,
        "edition": 0,
        "version": 1,
        "changed_at": clock.now(),
        "called_by": by,
        "remind_at": _reminder(said["starts_at"]),
        "present": [],
        "guests": 0,
        "minutes": {"written": 0, "published": 0, "adopted": 0, "adopted_on": None},  # versions; 0: none
    }


def _said(draft: Mapping[str, Any]) -> Document:
    times = {name: clock.to_the_minute(draft[name]) for name in ("starts_at", "ends_at")}
    agenda = [dict(item) for item in draft["agenda"]]
    return {
        "title": draft["title"],
        "place": draft["place"],
        "reserves_room": draft["reserves_room"],
        "agenda": agenda,
        **times,
    }


def _reminder(starts_at: datetime) -> datetime | None:
    """None when the call itself comes as late."""
    at = starts_at - REMINDED
    return at if at > clock.now() else None


def _reserve(store: Store, meeting: Document) -> None:
    if meeting["reserves_room"]:
        uses = [(meeting["place"], Period(meeting["starts_at"], meeting["ends_at"]))]
        rooms.reserve(store, meeting["branch_id"], meeting["_id"], meeting["title"], uses)


def _changed(store: Store, scope: Scope, meeting: Document, to: Document, events: list[Any]) -> Document:
    changed = store.pta_meetings.change(scope, meeting["_id"], to, when={"version": meeting["version"]}, saying=events)
    if changed is None:
        raise GoneOn()
    return changed
