"""Erasure: counts stay, the person does not. One asks, another confirms, then nothing brings anybody back."""

from contextlib import suppress

from schoolbus import audit, privacy
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.roster import SERVICES, PersonErased
from schoolbus.events import Event
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotAllowed, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.importing import sources
from services.roster.kinds import is_student
from services.roster.privacy import exports
from services.roster.privacy.held import HELD, branches_of
from services.roster.privacy.searching import full_name
from services.roster.pulling import staging
from services.roster.store import Store

ASKED, CALLED_OFF, ERASING, DONE = "asked", "called-off", "erasing", "done"
BY_HAND = "rabta"  # the source of records that no import brought


def ask(store: Store, caller: Caller, branch_id: str, person_id: str, draft: Document) -> Document:
    """Waits for a second person. The same one again while it waits. Raises NotFound, Conflict or Invalid."""
    person = _erasable(store, store.people.one(caller.branch(branch_id), person_id))
    _note(store, caller, branch_id, person)
    if " ".join(draft["confirm"].split()).casefold() != full_name(person).casefold():
        raise Invalid({"confirm": ["This is not the name that the roster has."]})
    document = {
        "_id": new_id(),
        "branch_id": branches_of(person),
        "person_id": person_id,
        "reason": draft["reason"],
        "state": ASKED,
        "open": True,
        "asked_by": caller.person_id,
        "asked_at": now(),
        "services": {},
    }
    with suppress(AlreadyThere):
        store.erasures.add(document)
        log().info("erasure_asked", erasure=document["_id"], person=person_id, by=caller.person_id)
    return store.erasures.first(WHOLE_CHAIN, {"person_id": person_id, "open": True}) or document


def page(store: Store, caller: Caller, branch_id: str, page: Paging) -> Paged:
    found = store.erasures.page(caller.branch(branch_id), sort="-asked_at", page=page)
    for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": [each["person_id"] for each in found.items]}}):
        _note(store, caller, branch_id, person)
    return found


def confirm(store: Store, caller: Caller, branch_id: str, erasure_id: str) -> Document:
    """Erases: roster at once, the other services as they hear of it. Sent again, it shows how far it is."""
    erasure = store.erasures.one(caller.branch(branch_id), erasure_id)
    if erasure["state"] in (ERASING, DONE):
        return erasure
    if erasure["state"] == CALLED_OFF:
        raise Conflict("called-off", "This erasure was called off", "Ask for it again.")
    if erasure["asked_by"] == caller.person_id:
        raise NotAllowed("second-person", "Somebody else has to confirm", "Another head of the branch, or the operator.")
    if len(erasure["branch_id"]) > 1 and not caller.operator:
        raise NotAllowed("operators-to-confirm", "The operator has to confirm", "The person was in other branches too.")
    person = _erasable(store, store.people.one(WHOLE_CHAIN, erasure["person_id"]))
    _note(store, caller, branch_id, person)
    for export in store.exports.find(WHOLE_CHAIN, {"person_id": person["_id"]}):
        exports.drop(store, export)
    sources.forget_before(store, person["source"])
    return _erase(store, caller, erasure, person)


def call_off(store: Store, caller: Caller, branch_id: str, erasure_id: str) -> Document:
    """By anybody who may ask for one. Raises Conflict when it is too late."""
    scope = caller.branch(branch_id)
    _note(store, caller, branch_id, store.people.one(WHOLE_CHAIN, store.erasures.one(scope, erasure_id)["person_id"]))
    ended = store.erasures.change(scope, erasure_id, to={"state": CALLED_OFF, "open": False}, when={"state": ASKED})
    erasure = ended or store.erasures.one(scope, erasure_id)
    if erasure["state"] != CALLED_OFF:
        raise Conflict("too-late", "This erasure is under way, or done", "It can't be undone.")
    return erasure


def done(store: Store, event: Event) -> None:
    """A service has erased the person. What it counted first counts: a second time it finds nothing."""
    id, service = event.data["erasure_id"], event.publisher()
    told = {f"services.{service}": event.data["counts"]}
    store.erasures.change(WHOLE_CHAIN, id, to=told, when={f"services.{service}": {"$exists": False}})
    everywhere = {f"services.{name}": {"$exists": True} for name in SERVICES}
    if store.erasures.change(WHOLE_CHAIN, id, to={"state": DONE, "done_at": now()}, when={**everywhere, "state": ERASING}):
        log().info("person_erased", erasure=id)


def _erase(store: Store, caller: Caller, erasure: Document, person: Document) -> Document:
    moment = now()
    told = PersonErased(
        branch_id="chain",
        subject=person["_id"],
        erasure_id=erasure["_id"],
        person_id=person["_id"],
        branch_ids=erasure["branch_id"],
    )
    with store.transaction():
        gone = {"erased_at": moment, "modified_at": moment, "version": person["version"] + 1}
        held = {"version": person["version"], "active": False}
        if store.people.change(WHOLE_CHAIN, person["_id"], to=gone, when=held) is None:
            raise Busy  # an import or an edit was faster: all is looked at again
        staging.forget_user(store, person["source"], person["sourced_id"])
        counts = privacy.erase(store, HELD, person["_id"], [])
        kept = {"state": ERASING, "open": False, "confirmed_by": caller.person_id, "confirmed_at": moment}
        to = {**kept, "services": {"roster": counts}}
        confirmed = store.erasures.change(WHOLE_CHAIN, erasure["_id"], to=to, when={"state": ASKED}, saying=[told])
        if confirmed is None:
            raise Busy
    log().info("erasure_confirmed", erasure=erasure["_id"], person=person["_id"], by=caller.person_id)
    return confirmed


def _erasable(store: Store, person: Document) -> Document:
    """Somebody who has left for good. Raises NotFound, or Conflict with what to do first."""
    if "erased_at" in person:
        raise NotFound("Person")
    if person["active"]:
        ended = "End their roles here, then ask again."
        if person["source"] != BY_HAND:
            ended = Sentence(
                "They came with the imports of %(source)s: end them in that system and import its next set, "
                "which then no longer has them; else they would come back with it.",
                source=person["source"],
            )
        raise Conflict("still-active", "This person is still in the roster", ended)
    if store.imports.first(WHOLE_CHAIN, {"source": person["source"], "open": True}):
        raise Conflict(
            "import-under-way",
            Sentence("An import of %(source)s is under way", source=person["source"]),
            "Wait until it is done.",
        )
    return person


def _note(store: Store, caller: Caller, branch_id: str, person: Document) -> None:
    if is_student(person):
        audit.note(store, caller, branch_id, [person["_id"]])
