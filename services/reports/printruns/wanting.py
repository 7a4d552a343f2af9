"""Who wants paper: guardians who say so, and those whom nothing else reaches.

Of a guardian's ways this service keeps which there are, each with a mark of the address: enough to see that it is another one,
and too little to find it by. What carriers call bad, and staff call right after all, it hears as roster and notifications do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.events import Event
from schoolbus.ids import fingerprint
from schoolbus.projection import Projection
from schoolbus.roster import CONTACTS, MERGED
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document

if TYPE_CHECKING:
    from services.reports.store import Store

_NEEDS = {"sms": "phone", "whatsapp": "phone", "email": "email", "app": None}  # the field with the address; None: needs none
_MARK = 4  # characters of a fingerprint: thousands of addresses have the same
_AT_ONCE = 500


class PeopleWithWays(Projection):
    """The roster's copy of people, with `ways` instead of contacts: by channel the mark of its address."""

    def _row(self, branch_id: str, item: Mapping[str, Any]) -> Document:
        return {**super()._row(branch_id, item), "ways": ways(item)}


PEOPLE = PeopleWithWays("people", key="person_id", indexes=["branch_id roles", "person_id", MERGED], without=CONTACTS)


def ways(person: Mapping[str, Any]) -> dict[str, str]:
    """Channels that the person has chosen and has an address for."""
    chosen = {channel: _NEEDS.get(channel) for channel in person.get("channels") or ()}
    return {
        channel: _mark(person[field]) if field else ""
        for channel, field in chosen.items()
        if field is None or person.get(field)
    }


def _mark(address: str) -> str:
    return fingerprint(address)[:_MARK]


def of(store: Store, scope: Scope, student_ids: Collection[str]) -> set[str]:
    """The children for whom paper is to be printed: any guardian who may receive reports wants it."""
    wanted: set[str] = set()
    ids = sorted(student_ids)
    for start in range(0, len(ids), _AT_ONCE):
        some = {"student_id": {"$in": ids[start : start + _AT_ONCE]}, "active": True, "may_receive_reports": True}
        guardians: dict[str, set[str]] = defaultdict(set)
        for relation in store.relations.find(scope, some):
            guardians[relation["guardian_id"]].add(relation["student_id"])
        for guardian_id in _who(store, scope, guardians):
            wanted |= guardians[guardian_id]
    return wanted


def _who(store: Store, scope: Scope, guardian_ids: Collection[str]) -> list[str]:
    here = store.people_by_id(scope, guardian_ids)
    counting = {id: row.get("counts_as") or id for id, row in here.items()}
    merged = sorted({counted for id, counted in counting.items() if counted != id})
    rows = [*here.values(), *(store.people.find(WHOLE_CHAIN, {"person_id": {"$in": merged}}) if merged else [])]
    people = {row["person_id"]: row for row in rows}
    bad: dict[str, dict[str, str]] = defaultdict(dict)
    for contact in store.failed_contacts.find(WHOLE_CHAIN, {"person_id": {"$in": sorted(people)}}):
        if _is_bad(contact):
            bad[contact["person_id"]][contact["channel"]] = contact["mark"]
    return [id for id in here if wants(people.get(counting[id], here[id]), bad[counting[id]])]


def wants(guardian: Mapping[str, Any], bad: Mapping[str, str]) -> bool:
    """`bad`: by channel, marks of addresses that carriers called bad. A row without ways is of an earlier release."""
    if (guardian.get("preferences") or {}).get("literacy") == "paper":
        return True
    known = guardian.get("ways")
    return known is not None and all(bad.get(channel) == mark != "" for channel, mark in known.items())


# What carriers and staff say


def failed(store: Store, event: Event) -> None:
    """The newest word of a person's channel counts, whatever comes first."""
    at = event.data["failed_at"]
    _heard(store, event, "failed_at", at, {"failed_at": at, "mark": event.data["address_hash"][:_MARK]})


def confirmed(store: Store, event: Event) -> None:
    """It is used again."""
    _heard(store, event, "confirmed_at", event.time, {"confirmed_at": event.time})


def _heard(store: Store, event: Event, name: str, at: datetime, to: Document) -> None:
    person_id, channel = event.data["person_id"], event.data["channel"]
    row: Document = {"_id": f"{person_id}:{channel}", "branch_id": event.branch_id, "person_id": person_id, "channel": channel}
    if store.failed_contacts.add_new([{**row, "failed_at": None, "confirmed_at": None, "mark": None, **to}]):
        return
    older = {"$or": [{name: None}, {name: {"$lt": at}}]}
    store.failed_contacts.change(WHOLE_CHAIN, row["_id"], to=to, when=older)


def _is_bad(contact: Mapping[str, Any]) -> bool:
    failed_at, confirmed_at = contact["failed_at"], contact["confirmed_at"]
    return failed_at is not None and (confirmed_at is None or confirmed_at < failed_at)
