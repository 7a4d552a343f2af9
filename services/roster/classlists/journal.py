"""What a class list has written, record by record: what a record was before, and in which version the list left it."""

from typing import Any

from schoolbus.clock import now
from schoolbus.scope import branch
from schoolbus.store import Document
from services.roster.editing import Edit
from services.roster.kinds import Kind
from services.roster.store import Store

NEW = "new"
Was = str | dict[str, Any]  # the fields that the list changed, as they were
_ALWAYS = frozenset(("version", "modified_at", "held", "name_keys", "role_keys"))


def keep(store: Store, edit: Edit, list_id: str, branch_id: str) -> None:
    """Within the transaction that writes the edit. A record that two pieces change is one entry."""
    changed = {f"{list_id}:{kind.name}:{after['_id']}": (kind, before, after) for kind, before, after in edit.changes()}
    if not changed:
        return
    scope = branch(branch_id)
    known = {each["_id"]: each for each in store.class_list_changes.find(scope, {"_id": {"$in": list(changed)}})}
    head = {"branch_id": branch_id, "list_id": list_id, "at": now(), "open": True}
    entries = []
    for id, (kind, before, after) in changed.items():
        was: Was = NEW if before is None else _differing(before, after)
        if id in known:
            was = _joined(known[id]["was"], was)
        whose = {"kind": kind.name, "record_id": after["_id"], "people": _people(kind, after)}
        entries.append({"_id": id, **head, **whose, "was": was, "version": after["version"]})
    store.class_list_changes.put_all(entries, replaced=list(known))


def _joined(earlier: Was, was: Was) -> Was:
    return NEW if isinstance(earlier, str) or isinstance(was, str) else {**was, **earlier}


def _differing(before: Document, after: Document) -> dict[str, Any]:
    return {name: before.get(name) for name in after if name not in _ALWAYS and before.get(name) != after[name]}


def _people(kind: Kind, record: Document) -> list[str]:
    if kind.name == "people":
        return [record["_id"]]
    return [record[name] for name in ("person_id", "student_id", "guardian_id") if name in record]
