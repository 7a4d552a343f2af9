"""How a family wants to be reached: said by the guardian, or by the office for them; proposed by the class teacher."""

from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Busy, Document
from services.roster.families import derived
from services.roster.kinds import KINDS
from services.roster.store import Store
from services.roster.telling import tell

_UNSAID: dict[str, Any] = {"hours": None, "literacy": "reads", "shared_phone": False, "meeting_needs": []}
NEEDS = {"sms": "phone", "whatsapp": "phone", "email": "email"}  # a channel and the address without which it leads nowhere


def mine(store: Store, caller: Caller) -> Document:
    return shown(_oneself(store, caller))


def set_mine(store: Store, caller: Caller, wanted: dict[str, Any]) -> Document:
    return _set(store, _oneself(store, caller), wanted, caller)


def of(store: Store, caller: Caller, branch_id: str, person_id: str) -> Document:
    return shown(guardian(store, caller, branch_id, person_id))


def set_for(store: Store, caller: Caller, branch_id: str, person_id: str, wanted: dict[str, Any]) -> Document:
    return _set(store, guardian(store, caller, branch_id, person_id), wanted, caller)


def shown(person: Document) -> Document:
    """What is in force: what the roster says, until somebody has said something else."""
    said = person.get("preferences") or {}
    return {**_UNSAID, **said, "language": person["language"], "channels": person["channels"]}


def guardian(store: Store, caller: Caller, branch_id: str, person_id: str) -> Document:
    """A guardian in the branch, when the right at hand reaches them: a class teacher's ends at the families of their class."""
    scope = caller.branch(branch_id)
    found = store.people.first(scope, {"_id": person_id, "active": True, "counts_as": None})
    if found is None or "guardian" not in found["roles"].get(branch_id, ()):
        raise NotFound("Guardian")
    children = store.students_of_guardian(scope, person_id)
    if not caller.reaches_all(branch_id) and not any(
        store.is_class_teacher_of(scope, caller.person_id, student_id) for student_id in children
    ):
        audit.note(store, caller, branch_id, children, refused=True)
        raise NotFound("Guardian")
    if children:
        audit.note(store, caller, branch_id, children)
    return found


# Proposals


def propose(store: Store, caller: Caller, branch_id: str, person_id: str, draft: dict[str, Any]) -> Document:
    """One open proposal of a teacher for a guardian: a newer one takes the place of the one before."""
    person = guardian(store, caller, branch_id, person_id)
    _check(person, draft["preferences"])
    mine = {"person_id": person_id, "by": caller.person_id, "state": "open"}
    with store.transaction():
        store.proposals.change_all(branch(branch_id), mine, {"state": "replaced"})
        added = store.proposals.add({"_id": new_id(), "branch_id": branch_id, "at": now(), **mine, **draft})
    return _named(store, [added])[0]


def proposals(store: Store, caller: Caller) -> list[Document]:
    """Those that wait for the caller's answer, the oldest first."""
    person = _oneself(store, caller)
    return _named(store, store.proposals.find(WHOLE_CHAIN, {"person_id": person["_id"], "state": "open"}, sort="at"))


def answer(store: Store, caller: Caller, proposal_id: str, accept: bool) -> Document:
    """The guardian's word. The same answer again changes nothing."""
    person = _oneself(store, caller)
    proposal = store.proposals.first(WHOLE_CHAIN, {"_id": proposal_id, "person_id": person["_id"]})
    if proposal is None:
        raise NotFound("Proposal")
    state = "accepted" if accept else "declined"
    if proposal["state"] not in ("open", state):
        raise Conflict("already-answered", "This proposal has been answered", "Change your preferences yourself at any time.")
    if proposal["state"] == "open":
        with store.transaction():
            if store.proposals.change(WHOLE_CHAIN, proposal_id, to={"state": state}, when={"state": "open"}) is None:
                raise Busy
            if accept:
                _set(store, person, proposal["preferences"], caller)
    return shown(_oneself(store, caller))


def _named(store: Store, found: list[Document]) -> list[Document]:
    ids = [proposal["by"] for proposal in found]
    people = {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": ids}})}
    return [{**proposal, "teacher": people.get(proposal["by"])} for proposal in found]


def _oneself(store: Store, caller: Caller) -> Document:
    person = store.people.one(WHOLE_CHAIN, caller.person_id)
    counts_as = person.get("counts_as")  # merged since this token was made
    return store.people.one(WHOLE_CHAIN, counts_as) if counts_as else person


def _set(store: Store, person: Document, wanted: dict[str, Any], caller: Caller) -> Document:
    """Said to every branch where the person is; the same again changes nothing."""
    _check(person, wanted)
    if wanted == person.get("preferences"):
        return shown(person)
    after = derived.person({**person, "preferences": wanted})
    to = {name: after[name] for name in ("preferences", "language", "channels", "sourced")}
    to |= {"version": person["version"] + 1, "modified_at": now()}
    with store.transaction():
        kept = store.people.change(WHOLE_CHAIN, person["_id"], to=to, when={"version": person["version"]})
        if kept is None:
            raise Busy
        tell(store, KINDS["people"], [(kept, kept["branch_id"])])
    log().info("preferences_set", person=person["_id"], by=caller.person_id)
    return shown(kept)


def _check(person: Document, wanted: dict[str, Any]) -> None:
    """Raises Invalid for a channel that leads nowhere: messages would be lost."""
    missing = [channel for channel in wanted["channels"] if channel in NEEDS and not person[NEEDS[channel]]]
    if missing:
        said = [
            Sentence(
                "%(channel)s needs a %(need)s, and the school has none: ask its office.", channel=channel, need=NEEDS[channel]
            )
            for channel in missing
        ]
        raise Invalid({"channels": said})
