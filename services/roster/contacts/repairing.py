"""What carriers say of people's numbers and mailboxes, until there is another one, or somebody confirms the old.

A row says of which address it was told, by its fingerprint: one about another address than the person's own is of the past.
"""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.roster import ContactConfirmed
from schoolbus.events import Event
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Busy, Document
from services.roster.families.preferences import NEEDS, guardian
from services.roster.store import Store

FAILED, CONFIRMED = "failed", "confirmed"


def keep(store: Store, event: Event) -> None:
    """The newest word counts; one of an address that the person no longer has is of no use to anybody."""
    data = event.data
    person = store.people.first(WHOLE_CHAIN, {"_id": data["person_id"], "active": True})
    if person is None or data["channel"] not in NEEDS or data["address_hash"] != _hash(person, data["channel"]):
        return
    id = f"{data['person_id']}:{data['channel']}"
    row = {"branch_id": list(person["branch_id"]), "person_id": data["person_id"], "channel": data["channel"]}
    row |= {"hash": data["address_hash"], "reason": data["reason"], "failed_at": data["failed_at"], "state": FAILED}
    known = store.failed_contacts.first(WHOLE_CHAIN, {"_id": id})
    if known is None:
        if store.failed_contacts.add_new([{"_id": id, **row}]) == 0:
            raise Busy
    elif known["failed_at"] < data["failed_at"]:
        when = {"failed_at": known["failed_at"], "state": known["state"]}
        if store.failed_contacts.change(WHOLE_CHAIN, id, to=row, when=when) is None:
            raise Busy


def page(store: Store, caller: Caller, branch_id: str, wanted: Paging) -> Paged:
    """The oldest first; a class teacher's are those of their class's families. A page may hold fewer than were asked for."""
    scope = caller.branch(branch_id)
    where: dict[str, Any] = {"state": FAILED}
    if not caller.reaches_all(branch_id):
        where["person_id"] = {"$in": _families(store, scope, caller.person_id)}
    found = store.failed_contacts.page(scope, where, sort="failed_at", page=wanted)
    people = store.people.find(scope, {"_id": {"$in": [row["person_id"] for row in found.items]}, "active": True})
    by_id = {person["_id"]: person for person in people}
    shown = [
        {**row, "person": person, "address": person[NEEDS[row["channel"]]]}
        for row in found.items
        if (person := by_id.get(row["person_id"])) and row["hash"] == _hash(person, row["channel"])
    ]
    return Paged(shown, found.next)


def count(store: Store, scope: Scope, most: int) -> int:
    """How many `page` would give of a branch, of the first `most` that carriers told."""
    told = {"person_id": True, "channel": True, "hash": True}
    rows = list(store.failed_contacts.collection.find(scope.filter({"state": FAILED}), told, limit=most))
    there = scope.filter({"_id": {"$in": [row["person_id"] for row in rows]}, "active": True})
    people = {each["_id"]: each for each in store.people.collection.find(there, dict.fromkeys(NEEDS.values(), True))}
    return sum(
        (person := people.get(row["person_id"])) is not None and row["hash"] == _hash(person, row["channel"]) for row in rows
    )


def of(store: Store, scope: Scope, person: Document) -> list[Document]:
    """Which of a person's contacts don't work."""
    rows = store.failed_contacts.find(scope, {"person_id": person["_id"], "state": FAILED})
    return [row for row in rows if row["hash"] == _hash(person, row["channel"])]


def confirm(store: Store, caller: Caller, branch_id: str, person_id: str, channel: str) -> None:
    """Saying so again, or of what works, changes nothing."""
    person = guardian(store, caller, branch_id, person_id)
    if channel not in NEEDS:
        raise NotFound("Channel")
    said = ContactConfirmed(branch_id=branch_id, subject=f"{person_id}:{channel}", person_id=person["_id"], channel=channel)
    to = {"state": CONFIRMED, "confirmed_by": caller.person_id, "confirmed_at": now()}
    id = f"{person['_id']}:{channel}"
    if store.failed_contacts.change(WHOLE_CHAIN, id, to=to, when={"state": FAILED}, saying=[said]):
        log().info("contact_confirmed", person=person["_id"], channel=channel, by=caller.person_id)


def _families(store: Store, scope: Scope, teacher_id: str) -> list[str]:
    """The guardians of the children of a class teacher's classes."""
    classes = store.homerooms_of(scope, teacher_id)
    children = {child for class_id in classes for child in store.students_of_class(scope, class_id)}
    relations = store.relations.find(scope, {"student_id": {"$in": sorted(children)}, "active": True})
    return sorted({row["guardian_id"] for row in relations})


def _hash(person: Document, channel: str) -> str:
    return fingerprint(person[NEEDS[channel]] or "")
