"""A merge asks: every branch that knows one of the two agrees, or the operator does. A split takes one of them.

A pair is `proposed`, then `merged` or `apart`; apart it is suggested no more, and may still be merged by who means it.
"""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotFound
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.families import derived, merging, noting
from services.roster.families.matches import pair_id, told
from services.roster.kinds import RIGHTS
from services.roster.store import Store


def merge(store: Store, caller: Caller, kept_id: str, other_id: str) -> Document:
    """Agrees, for the caller's branches, that two guardians are one; with the last branch's word they become it."""
    kept, other = _pair(store, caller, kept_id, other_id)
    known = _known(store, kept_id, other_id)
    if known and known["state"] == "merged" and known["kept_id"] == kept_id:
        return _told(known)
    _may_be_one(store, kept, other)
    branches = sorted({*kept["branch_id"], *other["branch_id"]})
    before = known["agreed"] if known and known["state"] == "proposed" and known["kept_id"] == kept_id else []
    agreed = sorted({*before, *(branch_id for branch_id in branches if caller.reaches_all(branch_id))} & {*branches})
    decided = caller.operator or agreed == branches
    pair = {
        "branch_id": branches,
        "people": [kept_id, other_id],
        "kept_id": kept_id,
        "other_id": other_id,
        "state": "merged" if decided else "proposed",
        "agreed": agreed,
    }
    with store.transaction():
        if decided:
            merging.tell_all(store, *merging.put(store, kept_id, other_id, kept_id))
        kept_pair = _keep(store, caller, known, pair)
    log().info("guardians_merged" if decided else "merge_proposed", kept=kept_id, other=other_id, by=caller.person_id)
    return _told(kept_pair)


def part(store: Store, caller: Caller, kept_id: str, other_id: str) -> None:
    """Splits what was merged, exactly; takes a proposal back; says of a suggested pair that they are two.

    One branch's word is enough: it shows nobody anything that they did not see before.
    """
    _pair(store, caller, kept_id, other_id)
    known = _known(store, kept_id, other_id)
    if known and known["state"] == "apart":
        return
    pair = {
        "people": [kept_id, other_id],
        "kept_id": kept_id,
        "other_id": other_id,
        **(known or {}),
        "state": "apart",
        "agreed": [],
    }
    with store.transaction():
        if known and known["state"] == "merged":
            merging.tell_all(store, *merging.put(store, known["kept_id"], known["other_id"], None))
        _keep(store, caller, known, pair)
    log().info("guardians_parted", kept=kept_id, other=other_id, by=caller.person_id)


def of_guardian(store: Store, caller: Caller, person_id: str) -> list[Document]:
    """What is proposed for somebody, and what was merged; who the two are, the one that is kept first."""
    _seen(store, caller, person_id)
    where = {"people": person_id, "state": {"$in": ["proposed", "merged"]}}
    pairs = store.guardian_pairs.find(WHOLE_CHAIN, where)
    ids = sorted({id for pair in pairs for id in pair["people"]})
    people = {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": ids}})}
    noting.note(store, caller, ids)
    two = [[people[pair[which]] for which in ("kept_id", "other_id") if pair[which] in people] for pair in pairs]
    return told(store, [{**_told(pair), "guardians": guardians} for pair, guardians in zip(pairs, two, strict=True)])


def _pair(store: Store, caller: Caller, kept_id: str, other_id: str) -> tuple[Document, Document]:
    """Raises NotFound for who is no guardian, or when the caller's right reaches neither."""
    if kept_id == other_id:
        raise Invalid({"other_id": ["Take two different guardians."]})
    found = {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": [kept_id, other_id]}})}
    kept, other = found.get(kept_id), found.get(other_id)
    if kept is None or other is None or not derived.guardian_in(kept) or not derived.guardian_in(other):
        raise NotFound("Guardian")
    if not any(
        caller.operator or caller.reaches_all(branch_id) for person in (kept, other) for branch_id in person["branch_id"]
    ):
        raise NotFound("Guardian")
    noting.note(store, caller, [kept_id, other_id])
    return kept, other


def _seen(store: Store, caller: Caller, person_id: str) -> Document:
    person = store.people.first(WHOLE_CHAIN, {"_id": person_id})
    if person is None or not any(caller.reaches_all(branch_id) for branch_id in person["branch_id"]):
        raise NotFound("Guardian")
    noting.note(store, caller, [person_id])
    return person


def _may_be_one(store: Store, kept: Document, other: Document) -> None:
    """Raises Conflict, with what to do first."""
    if not (kept["active"] and other["active"]):
        raise Conflict("has-left", "One of the two has left", "Only guardians who are here can be merged.")
    if not derived.is_guardian_alone(other):
        raise Conflict(
            "is-staff", "This person is more than a guardian", "Merge the other way round: keep who works or learns here."
        )
    if other.get("merged_into") or kept.get("counts_as"):
        raise Conflict("already-merged", "One of the two is merged already", "Take the one that counts, or split them first.")
    rights = {row["student_id"]: _rights(row) for row in _relations(store, kept["_id"])}
    differ = [
        row["student_id"]
        for row in _relations(store, other["_id"])
        if rights.get(row["student_id"], _rights(row)) != _rights(row)
    ]
    if differ:
        raise Conflict(
            "permissions-differ",
            "The two may do different things for the same child",
            "Give both the same permissions first: a merge must not give anybody more.",
            student_ids=sorted(differ),
        )


def _relations(store: Store, guardian_id: str) -> list[Document]:
    return store.relations.find(WHOLE_CHAIN, {"guardian_id": guardian_id, "active": True})


def _rights(row: Document) -> tuple[bool, ...]:
    return tuple(row.get(name, True) for name in RIGHTS)


def _known(store: Store, one: str, other: str) -> Document | None:
    return store.guardian_pairs.first(WHOLE_CHAIN, {"_id": pair_id(one, other)})


def _keep(store: Store, caller: Caller, known: Document | None, pair: dict[str, Any]) -> Document:
    """Raises Busy when somebody else decided meanwhile: then all of it is looked at again."""
    moment = now()
    to = {**pair, "by": caller.person_id, "at": moment, "version": (known["version"] if known else 0) + 1}
    to["settle_at"] = moment + merging.SETTLED_AFTER
    id = to.pop("_id", pair_id(*pair["people"]))
    if known is None:
        try:
            return store.guardian_pairs.add({"_id": id, "branch_id": [], **to})
        except AlreadyThere as error:
            raise Busy from error
    changed = store.guardian_pairs.change(WHOLE_CHAIN, id, to=to, when={"version": known["version"]})
    if changed is None:
        raise Busy
    return changed


def _told(pair: Document) -> Document:
    return {
        **pair,
        "waits_for": [id for id in pair["branch_id"] if id not in pair["agreed"]] if pair["state"] == "proposed" else [],
    }
