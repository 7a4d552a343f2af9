"""Whether members come to a meeting, as they say before it. What was said of another time or place counts no more: the answer
has the edition of what its calendar entry showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, NotAllowed
from services.meetings.pta import answers, members, views
from services.meetings.pta.calling import check_is_to_come
from services.meetings.pta.standing import acting

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def answer(store: Store, caller: Caller, branch_id: str, meeting_id: str, *, coming: bool) -> Document:
    """The meeting with what the member said; as often as they like, until it begins. Raises Conflict, NotAllowed."""
    scope = caller.branch(branch_id)
    meeting = store.pta_meetings.one(scope, meeting_id)
    check_is_to_come(meeting)
    person_id = store.counting(scope, caller.person_id)
    if not members.is_member(store, scope, person_id):
        raise NotAllowed("not-a-member", "The members of the PTA are asked", "Join it first.")
    id = answers.id_of(meeting_id, person_id)
    to = {"coming": coming, "edition": meeting["edition"], "answered_at": clock.now()}
    if store.pta_answers.change(scope, id, to) is None:
        whose = {"branch_id": branch_id, "pta_meeting_id": meeting_id, "person_id": person_id}
        try:
            store.pta_answers.add({"_id": id, **whose, **to})
        except AlreadyThere:  # their other click, at the same moment
            store.pta_answers.change(scope, id, to)
    log().info("pta_meeting_answered", branch=branch_id, meeting=meeting_id)
    return views.meeting(store, caller, branch_id, meeting)


def page(store: Store, caller: Caller, branch_id: str, meeting_id: str, paging: Paging) -> Paged:
    """Who says what, by name, for whoever acts for the association."""
    scope = acting(store, caller, branch_id)
    meeting = store.pta_meetings.one(scope, meeting_id)
    found = store.pta_answers.page(scope, {"pta_meeting_id": meeting_id, "edition": meeting["edition"]}, page=paging)
    return Paged(members.named(store, scope, found.items), found.next)
