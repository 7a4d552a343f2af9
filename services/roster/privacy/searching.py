"""The head of a branch looks into its audit trail."""

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.machines import clients
from services.roster.school import branches
from services.roster.store import Store


def search(store: Store, caller: Caller, branch_id: str, wanted: Document) -> Paged:
    """Newest first, with names. That somebody looked is an entry too."""
    branches.one(store, caller, branch_id)
    scope = caller.branch(branch_id)
    audit.note(store, caller, branch_id, [wanted["student_id"]] if wanted["student_id"] else [])
    found = store.audit.of(scope, wanted)
    only = wanted["student_id"]
    named = {id for entry in found.items for id in (entry["person_id"], *_children(entry, only))}
    people = {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": sorted(named)}})}
    machines = clients.names(store, named)
    classes = {entry["class_id"] for entry in found.items if entry["class_id"]}
    titles = {each["_id"]: each["title"] for each in store.classes.find(scope, {"_id": {"$in": sorted(classes)}})}

    def name(id: str) -> Document:
        return {"id": id, "name": machines.get(id) or full_name(people.get(id))}

    shown = [
        {
            **entry,
            "who": name(entry["person_id"]),
            "children": [name(id) for id in _children(entry, only)],
            "class_title": titles.get(entry["class_id"]),
        }
        for entry in found.items
    ]
    return Paged(shown, found.next)


def full_name(person: Document | None) -> str:
    """Blank for somebody who is not, or no longer, known by name."""
    return f"{person['given_name']} {person['family_name']}".strip() if person else ""


def _children(entry: Document, only: str | None) -> list[str]:
    return [id for id in entry["student_ids"] if only in (None, id)]
