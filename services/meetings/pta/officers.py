"""Who holds which office, from when until when: terms, which stay as history. An index keeps two from holding one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.pta import PtaOfficeEnded, PtaOfficeTaken
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.once import alike, key_used_before
from schoolbus.outbox import saying_with
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import Scope
from services.meetings.pta import offices
from services.meetings.pta.standing import role_in_association
from services.meetings.views import full_name, in_urdu

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
LONGEST = 1096  # days: three years
_SAME = ("office_key", "person_id", "starts_on", "ends_on")


def appoint(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], key: str) -> Document:
    """A term without an election, such as for who stands in. Raises Conflict `office-held`; `hand_over` ends that term."""
    scope = caller.branch(branch_id)
    office = offices.one(store, scope, draft["office_key"])
    person_id = store.counting(scope, draft["person_id"])
    role = role_in_association(store.person(scope, person_id))
    if role is None:
        raise NotFound("Person", detail="Guardians and teachers of the branch can be officers.")
    check_term(draft["starts_on"], draft["ends_on"])
    term = new_term(effect_id(key), branch_id, office, person_id, role, draft["starts_on"], draft["ends_on"])
    there = store.pta_officers.first(scope, {"_id": term["_id"]})
    if there is None:
        with store.transaction():
            begin(store, scope, term, hand_over=draft["hand_over"])
        log().info("pta_officer_appointed", branch=branch_id, officer=term["_id"])
    elif not alike(there, term, _SAME):
        raise key_used_before()
    return one(store, caller, branch_id, term["_id"])


def check_term(starts_on: date, ends_on: date) -> None:
    if not starts_on <= ends_on < starts_on + timedelta(days=LONGEST):
        raise Invalid({"ends_on": ["Wants a day after the first, within three years."]})


def new_term(id: str, branch_id: str, office: Document, person_id: str, role: str, starts_on: date, ends_on: date) -> Document:
    return {
        "_id": id,
        "branch_id": branch_id,
        "office_key": office["key"],
        "office": office["name"],
        "office_ur": office["name_ur"],
        "exclusive": office["exclusive"],
        "person_id": person_id,
        "role": role,
        "election_id": None,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "days": _days(starts_on, ends_on),
    }


def begin(store: Store, scope: Scope, term: Document, *, hand_over: bool) -> None:
    """Within a transaction. Raises Conflict while another holds it in some of these days; `hand_over` ends theirs before."""
    held = {"office_key": term["office_key"], "starts_on": {"$lte": term["ends_on"]}, "ends_on": {"$gte": term["starts_on"]}}
    whose = {} if term["exclusive"] else {"person_id": term["person_id"]}
    for other in store.pta_officers.find(scope, {**held, **whose}, sort="starts_on _id"):
        if not hand_over:
            raise office_held(store, scope, other)
        _end(store, scope, other, date.fromisoformat(term["starts_on"]) - timedelta(days=1))
    try:
        store.pta_officers.add(term, saying=[_taken(term)])
    except AlreadyThere:  # somebody was faster; who, is known when this is asked again
        raise Conflict("office-held", "Somebody was just given this office", "Look again who holds it.") from None


def end(store: Store, caller: Caller, branch_id: str, officer_id: str, ends_on: date) -> Document | None:
    """The term ends on another day, sooner than was said. None when it is called off before it began."""
    scope = caller.branch(branch_id)
    term = store.pta_officers.one(scope, officer_id)
    if ends_on.isoformat() > term["ends_on"]:
        raise Invalid({"ends_on": ["A term is not made longer: appoint them again."]})
    if ends_on.isoformat() < term["ends_on"]:
        with store.transaction():
            _end(store, scope, term, ends_on)
    found = store.pta_officers.first(scope, {"_id": officer_id})
    return named(store, scope, [found])[0] if found else None


def one(store: Store, caller: Caller, branch_id: str, officer_id: str) -> Document:
    scope = caller.branch(branch_id)
    return named(store, scope, [store.pta_officers.one(scope, officer_id)])[0]


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """All terms, the latest first: those that were, are and will be; or those of a day."""
    scope = caller.branch(branch_id)
    on = query["on"].isoformat() if query["on"] else None
    where = {"starts_on": {"$lte": on}, "ends_on": {"$gte": on}} if on else None
    found = store.pta_officers.page(scope, where, sort="-starts_on", page=query["page"])
    return Paged(named(store, scope, found.items), found.next)


def on_duty(store: Store, scope: Scope) -> list[Document]:
    """Today's, in the order of the branch's offices."""
    today = clock.today().isoformat()
    order = {office["key"]: place for place, office in enumerate(offices.of_branch(store, scope))}
    found = store.pta_officers.find(scope, {"starts_on": {"$lte": today}, "ends_on": {"$gte": today}}, sort="starts_on _id")
    return named(store, scope, sorted(found, key=lambda term: order.get(term["office_key"], len(order))))


def named(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    people = store.people_by_id(scope, {term["person_id"] for term in found})

    def shown(term: Document) -> Document:
        person = people.get(term["person_id"])
        return {**term, "name": full_name(person), "name_ur": in_urdu(person)}

    return [shown(term) for term in found]


def office_held(store: Store, scope: Scope, other: Document) -> Conflict:
    who = full_name(store.person(scope, other["person_id"])) or "Somebody"
    return Conflict(
        "office-held",
        Sentence("%(who)s is %(office)s until %(ends_on)s", who=who, office=other["office"], ends_on=other["ends_on"]),
        "Begin the term later, or hand the office over: the other term then ends the day before.",
        pta_officer_id=other["_id"],
        starts_on=other["starts_on"],
        ends_on=other["ends_on"],
    )


def _end(store: Store, scope: Scope, term: Document, ends_on: date) -> None:
    """Within a transaction. A term that would end before its first day never was."""
    said = PtaOfficeEnded(
        branch_id=term["branch_id"],
        subject=term["_id"],
        pta_officer_id=term["_id"],
        person_id=term["person_id"],
        office_key=term["office_key"],
        ends_on=ends_on,
    )
    starts_on = date.fromisoformat(term["starts_on"])
    if ends_on < starts_on:
        store.pta_officers.remove(scope, term["_id"])
        store.chunks.add(saying_with({"_id": new_id(), "branch_id": [term["branch_id"]]}, [said]))
    else:
        to = {"ends_on": ends_on.isoformat(), "days": _days(starts_on, ends_on)}
        store.pta_officers.change(scope, term["_id"], to, saying=[said])
    log().info("pta_office_ended", branch=term["branch_id"], officer=term["_id"])


def _taken(term: Document) -> PtaOfficeTaken:
    return PtaOfficeTaken(
        branch_id=term["branch_id"],
        subject=term["_id"],
        pta_officer_id=term["_id"],
        office_key=term["office_key"],
        office=term["office"],
        starts_on=date.fromisoformat(term["starts_on"]),
        ends_on=date.fromisoformat(term["ends_on"]),
        person_ids=[term["person_id"]],
    )


def _days(starts_on: date, ends_on: date) -> list[int]:
    return list(range(starts_on.toordinal(), ends_on.toordinal() + 1))
