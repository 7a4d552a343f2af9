"""What a branch's offices are called, and which one person alone can hold at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.problems import Conflict, Invalid, Sentence
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
DEFAULT: tuple[Document, ...] = (
    {"key": "chair", "name": "Chair", "name_ur": "صدر", "exclusive": True},
    {"key": "vice-chair", "name": "Vice chair", "name_ur": "نائب صدر", "exclusive": True},
    {"key": "secretary", "name": "Secretary", "name_ur": "سیکرٹری", "exclusive": True},
    {"key": "treasurer", "name": "Treasurer", "name_ur": "خزانچی", "exclusive": True},
    {"key": "member", "name": "Committee member", "name_ur": "رکن مجلس", "exclusive": False},
)


def of_branch(store: Store, scope: Scope) -> list[Document]:
    found = store.pta_offices.first(scope)
    return list((found or {}).get("offices") or DEFAULT)


def keep(store: Store, caller: Caller, branch_id: str, wanted: Mapping[str, Any]) -> list[Document]:
    """The branch's own, all of them. Raises Conflict while somebody holds one that would go, or change in kind."""
    scope = caller.branch(branch_id)
    offices = [dict(office) for office in wanted["offices"]]
    kinds = {office["key"]: office["exclusive"] for office in offices}
    if len(kinds) < len(offices):
        raise Invalid({"offices": ["Each key stands once."]})
    used = {term["office_key"]: term["exclusive"] for term in store.pta_officers.find(scope)}
    changed = sorted(key for key, exclusive in used.items() if kinds.get(key) != exclusive)
    if changed:
        raise Conflict(
            "office-in-use",
            "Somebody holds this office, or has held it",
            Sentence("Keep as it is: %(changed)s.", changed=list(changed)),
        )
    to = {"branch_id": branch_id, "offices": offices}
    store.pta_offices.collection.update_one({"_id": branch_id}, {"$set": to}, upsert=True)
    return offices


def one(store: Store, scope: Scope, key: str) -> Document:
    """Raises Invalid, which names those that there are."""
    offices = {office["key"]: office for office in of_branch(store, scope)}
    if key not in offices:
        raise Invalid({"office_key": [Sentence("Wants one of %(offices)s.", offices=list(offices))]})
    return dict(offices[key])
