"""The association as it is seen: its page, its meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from services.meetings.pta import members, officers, offices, quorum, saying, views
from services.meetings.pta.standing import acts

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def shown(store: Store, caller: Caller, branch_id: str) -> Document:
    scope = caller.branch(branch_id)
    return {
        "members": len(members.present(store, scope)),
        "member": members.is_member(store, scope, store.counting(scope, caller.person_id)),
        "officer": acts(store, caller, branch_id),
        "officers": officers.on_duty(store, scope),
        "offices": offices.of_branch(store, scope),
        "quorum_percent": quorum.of_branch(store, scope),
    }


def meetings(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    found = store.pta_meetings.page(caller.branch(branch_id), None, sort="-starts_at", page=paging)
    return Paged(views.meetings(store, caller, branch_id, found.items), found.next)


def meeting(store: Store, caller: Caller, branch_id: str, meeting_id: str) -> Document:
    return views.meeting(store, caller, branch_id, store.pta_meetings.one(caller.branch(branch_id), meeting_id))


def calendar(store: Store, caller: Caller, branch_id: str, meeting_id: str) -> str:
    return saying.calendar(store.pta_meetings.one(caller.branch(branch_id), meeting_id))
