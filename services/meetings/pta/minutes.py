"""The minutes of a meeting: written in versions, published to members, adopted by a later meeting. None is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.pta import PtaMinutesPublished
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, NotFound
from schoolbus.scope import Scope
from services.meetings.pta import members, views
from services.meetings.pta.calling import check_was_called
from services.meetings.pta.standing import acting, acts

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def write(store: Store, caller: Caller, branch_id: str, meeting_id: str, wanted: Mapping[str, Any]) -> Document:
    """A new version, a draft until it is published. `version`: the one that was seen, 0 for none. Raises Conflict."""
    scope = acting(store, caller, branch_id)
    meeting = store.pta_meetings.one(scope, meeting_id)
    check_was_called(meeting)
    if meeting["minutes"]["adopted"]:
        raise Conflict("minutes-adopted", "These minutes are adopted", "A correction belongs into the next meeting's minutes.")
    if meeting["minutes"]["written"] != wanted["version"]:
        raise GoneOn()
    version = wanted["version"] + 1
    made = {
        "_id": effect_id("pta minutes", meeting_id, str(version)),
        "branch_id": branch_id,
        "pta_meeting_id": meeting_id,
        "version": version,
        "text": wanted["text"],
        **{name: meeting.get(name) for name in ("present", "guests", "quorum")},  # as it was noted by then
        "written_by": caller.person_id,
        "written_at": clock.now(),
    }
    try:
        with store.transaction():
            store.pta_minutes.add(made)
            _step(store, scope, meeting, {"written": version})
    except AlreadyThere:
        raise GoneOn() from None
    return views.minutes(store, caller, {**meeting, "minutes": {**meeting["minutes"], "written": version}}, made)


def publish(store: Store, caller: Caller, branch_id: str, meeting_id: str, version: int) -> Document:
    """Members are told, once for each version. Sent again, it is the same."""
    scope = acting(store, caller, branch_id)
    meeting = _with_newest(store, scope, meeting_id, version)
    if meeting["minutes"]["published"] != version:
        told = [
            PtaMinutesPublished(
                id=effect_id(meeting_id, "minutes", str(version), str(number)),
                branch_id=branch_id,
                subject=meeting_id,
                pta_minutes_id=meeting_id,
                edition=version,
                title=meeting["title"],
                person_ids=ids,
            )
            for number, ids in enumerate(members.chunks(members.present(store, scope)))
        ]
        meeting = _step(store, scope, meeting, {"published": version}, told)
        log().info("pta_minutes_published", branch=branch_id, meeting=meeting_id, version=version)
    return _shown(store, caller, meeting, version)


def adopt(store: Store, caller: Caller, branch_id: str, meeting_id: str, version: int) -> Document:
    """Nobody changes them any more. What was not published can't be adopted: members have not seen it."""
    scope = acting(store, caller, branch_id)
    meeting = _with_newest(store, scope, meeting_id, version)
    if meeting["minutes"]["published"] != version:
        raise Conflict("not-published", "Members have not seen this version", "Publish it first.")
    if not meeting["minutes"]["adopted"]:
        meeting = _step(store, scope, meeting, {"adopted": version, "adopted_on": clock.today().isoformat()})
    return _shown(store, caller, meeting, version)


def one(store: Store, caller: Caller, branch_id: str, meeting_id: str) -> Document:
    """The newest that the caller may see: officers their draft, everybody what is published."""
    scope = caller.branch(branch_id)
    meeting = store.pta_meetings.one(scope, meeting_id)
    version = meeting["minutes"]["written" if acts(store, caller, branch_id) else "published"]
    if not version:
        raise NotFound("The minutes", detail="They are not published yet.")
    return _shown(store, caller, meeting, version)


def versions(store: Store, caller: Caller, branch_id: str, meeting_id: str) -> list[Document]:
    """All of them, the latest first, for who acts for the association."""
    scope = acting(store, caller, branch_id)
    meeting = store.pta_meetings.one(scope, meeting_id)
    found = store.pta_minutes.find(scope, {"pta_meeting_id": meeting_id}, sort="-version")
    return [views.minutes(store, caller, meeting, each) for each in found]


def _with_newest(store: Store, scope: Scope, meeting_id: str, version: int) -> Document:
    meeting = store.pta_meetings.one(scope, meeting_id)
    if not version or meeting["minutes"]["written"] != version:
        raise GoneOn()
    return meeting


def _step(store: Store, scope: Scope, meeting: Document, to: Document, told: Any = ()) -> Document:
    minutes = {**meeting["minutes"], **to}
    changed = store.pta_meetings.change(
        scope, meeting["_id"], {"minutes": minutes}, when={"minutes": meeting["minutes"]}, saying=told
    )
    if changed is None:
        raise GoneOn()
    return changed


def _shown(store: Store, caller: Caller, meeting: Document, version: int) -> Document:
    found = store.pta_minutes.first(caller.branch(meeting["branch_id"]), {"pta_meeting_id": meeting["_id"], "version": version})
    if found is None:
        raise NotFound("The minutes")
    return views.minutes(store, caller, meeting, found)
