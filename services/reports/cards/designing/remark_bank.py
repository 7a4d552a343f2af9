"""Remarks that teachers choose from, in English and Urdu: written once, well, and never by a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import NotFound

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
FIELDS = ("text", "text_ur", "tags")


def add(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    remark = {
        "_id": draft.get("remark_id") or new_id(),
        "branch_id": branch_id,
        **{name: draft[name] for name in FIELDS},
        "written_by": caller.person_id,
    }
    return once(store.remark_bank, caller.branch(branch_id), remark, lambda: store.remark_bank.add(remark), FIELDS)


def change(store: Store, caller: Caller, branch_id: str, remark_id: str, draft: Document) -> Document:
    """What was taken from it before stays as it was written."""
    to = {**{name: draft[name] for name in FIELDS}, "written_by": caller.person_id}
    changed = store.remark_bank.change(caller.branch(branch_id), remark_id, to=to)
    if changed is None:
        raise NotFound("Remark")
    return changed


def remove(store: Store, caller: Caller, branch_id: str, remark_id: str) -> None:
    if not store.remark_bank.remove(caller.branch(branch_id), remark_id):
        raise NotFound("Remark")


def of_branch(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    where = {"tags": query["tag"].casefold()} if query["tag"] else {}
    return store.remark_bank.page(caller.branch(branch_id), where, page=query["page"])
