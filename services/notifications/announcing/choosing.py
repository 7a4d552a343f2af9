"""Who is told, chunk by chunk: people as they stand in the copy of the roster, in the order of branch and id.

Whoever comes by several ways (two children, two branches, two records that were merged) is told once, by the first of their
branches in which a child of theirs is concerned, and of all these children.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.announcing.branches import Branches

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

GUARDIAN = "guardian"
STAFF = ("teacher", "office", "head")
_IS_HERE = {"$or": [{"active": True}, {"counts_as": {"$gt": ""}}]}
Key = tuple[str, str]  # branch and person


@dataclass
class Recipient:
    """`children`: the rows of the students concerned, in the order of their ids; empty for staff."""

    person: Document
    branch_id: str
    role: str
    children: list[Document]

    @property
    def person_id(self) -> str:
        return str(self.person["person_id"])


@dataclass
class Chosen:
    """`seen`: how many people were looked at; `doubled`: how many are told as somebody else, or from another branch."""

    recipients: list[Recipient] = field(default_factory=list)
    seen: int = 0
    doubled: int = 0
    cursor: str | None = None  # None: the last chunk


def choose(store: Store, audience: Mapping[str, Any], branches: Branches, span: Sequence[str], after: str, size: int) -> Chosen:
    """The next chunk of the branches `span` (sorted), of people whose row's id is beyond `after`.

    `branches`: what all branches of the audience have that it asks for.
    """
    rows = _rows(store, audience, branches, span, after, size)
    chosen = Chosen(seen=len(rows), cursor=rows[-1]["_id"] if len(rows) == size else None)
    if not rows:
        return chosen
    kin = _kin(store, rows, branches)
    children = _children(store, kin, branches) if GUARDIAN in audience["roles"] else {}
    working = _working(store, kin, branches)
    for row in rows:
        own = kin[_counts(row)]
        told = _told(own, children, working, branches)
        if told is None:
            continue
        if told.key != (row["branch_id"], row["person_id"]):
            chosen.doubled += 1
            continue
        chosen.recipients.append(Recipient(_person(own, told.key, row), told.key[0], told.role, told.children))
    return chosen


def estimated(store: Store, span: Sequence[str], stop: int | None = None) -> int:
    """How many people the branches have about, as far as `stop`."""
    where = {"branch_id": {"$in": list(span)}, "roles": {"$in": [GUARDIAN, *STAFF]}}
    most: dict[str, Any] = {"limit": stop} if stop else {}
    return store.people.collection.count_documents(where, **most)


@dataclass
class _Told:
    key: Key
    role: str
    children: list[Document]


def _rows(
    store: Store, audience: Mapping[str, Any], branches: Branches, span: Sequence[str], after: str, size: int
) -> list[Document]:
    where: dict[str, Any] = {
        "_id": {"$gt": max(after, f"{span[0]}:"), "$lt": f"{span[-1]};"},
        "branch_id": {"$in": list(span)},
        "roles": {"$in": list(audience["roles"])},
        **_IS_HERE,
    }
    if branches.people is None:
        return list(store.people.collection.find(where).hint([("_id", 1)]).sort("_id", 1).limit(size))
    where["person_id"] = {"$in": sorted(branches.people)}
    return store.people.find(WHOLE_CHAIN, where, limit=size)


def _kin(store: Store, rows: Sequence[Document], branches: Branches) -> dict[str, list[Document]]:
    """All rows of each of these people, merged ones too, in the branches that the audience names. Most have but the one."""
    kin: dict[str, dict[str, Document]] = {}
    for row in rows:
        kin.setdefault(_counts(row), {})[row["_id"]] = row
    ids, walked = list(kin), [row["_id"] for row in rows]
    within: dict[str, Any] = {"branch_id": {"$in": list(branches.ids)}} if len(branches.ids) == 1 else {}
    found = [
        *store.people.collection.find({**within, "person_id": {"$in": ids}, "_id": {"$nin": walked}, **_IS_HERE}),
        *store.people.collection.find({**within, "counts_as": {"$in": ids, "$gt": ""}, "_id": {"$nin": walked}}),
    ]
    for row in found:
        if row["branch_id"] in branches.ids:
            kin[_counts(row)][row["_id"]] = row
    return {id: [by_id[key] for key in sorted(by_id)] for id, by_id in kin.items()}


def _children(store: Store, kin: Mapping[str, list[Document]], branches: Branches) -> dict[Key, list[Document]]:
    """The students concerned of each guardian's row of whom they may be told, by branch and guardian."""
    guardians: dict[str, list[str]] = {}
    for rows in kin.values():
        for row in rows:
            if GUARDIAN in row["roles"] or row.get("counts_as"):
                guardians.setdefault(row["branch_id"], []).append(row["person_id"])
    ways = [{"branch_id": id, "guardian_id": {"$in": ids}} for id, ids in guardians.items()]
    if not ways:
        return {}
    where = {"$or": [{**way, "active": True, "may_receive_reports": True} for way in ways]}
    shown = {"_id": False, "branch_id": True, "guardian_id": True, "student_id": True}
    relations = list(store.relations.collection.find(where, shown))
    places = {(each["branch_id"], each["student_id"]) for each in relations}
    students = _students(store, places)
    classes = _classes(store, places, "student") if branches.asks_for_classes else {}
    concerned: dict[Key, list[Document]] = {}
    for each in relations:
        key = (each["branch_id"], each["student_id"])
        place = branches.place(each["branch_id"])
        if key in students and place.takes_student(each["student_id"], each["guardian_id"], classes.get(key, ())):
            concerned.setdefault((each["branch_id"], each["guardian_id"]), []).append(students[key])
    return concerned


def _students(store: Store, places: Iterable[Key]) -> dict[Key, Document]:
    ids = [f"{branch_id}:{id}" for branch_id, id in places]
    shown = {"branch_id": True, "person_id": True, "given_name": True, "given_name_ur": True, "active": True}
    found = store.people.collection.find({"_id": {"$in": ids}, "active": True}, shown)
    return {(row["branch_id"], row["person_id"]): row for row in found}


def _classes(store: Store, places: Iterable[Key], role: str) -> dict[Key, list[str]]:
    """The classes of each."""
    by_branch: dict[str, list[str]] = {}
    for branch_id, id in places:
        by_branch.setdefault(branch_id, []).append(id)
    if not by_branch:
        return {}
    ways = [
        {"branch_id": branch_id, "person_id": {"$in": ids}, "role": role, "active": True}
        for branch_id, ids in by_branch.items()
    ]
    shown = {"_id": False, "branch_id": True, "person_id": True, "class_id": True}
    classes: dict[Key, list[str]] = {}
    for row in store.enrollments.collection.find({"$or": ways}, shown):
        classes.setdefault((row["branch_id"], row["person_id"]), []).append(row["class_id"])
    return classes


def _working(store: Store, kin: Mapping[str, list[Document]], branches: Branches) -> dict[Key, str]:
    """Staff whom the audience takes, with the role that they are told in."""
    wanted = [role for role in STAFF if role in branches.audience["roles"]]
    roles = {
        (row["branch_id"], row["person_id"]): next((role for role in wanted if role in row["roles"]), None)
        for rows in kin.values()
        for row in rows
        if row["active"]
    }
    held = {key: role for key, role in roles.items() if role}
    classes = _classes(store, held, "teacher") if held and branches.asks_for_classes else {}
    return {key: role for key, role in held.items() if branches.place(key[0]).takes_staff(key[1], role, classes.get(key, ()))}


def _told(
    own: Sequence[Document], children: Mapping[Key, list[Document]], working: Mapping[Key, str], branches: Branches
) -> _Told | None:
    """By which of the rows that the walk comes by, as what and of whom somebody is told; None: not at all."""
    keys = [(row["branch_id"], row["person_id"]) for row in own]
    if any(branches.place(branch_id).leaves_out(id) for branch_id, id in keys):
        return None
    passed = [key for key, row in zip(keys, own, strict=True) if _comes_by(row, branches)]
    concerned = {child["_id"]: child for key in keys for child in children.get(key, ())}
    if concerned:
        theirs = {child["branch_id"] for child in concerned.values()}
        here = min((key for key in passed if key[0] in theirs), default=min(passed))
        return _Told(here, GUARDIAN, [concerned[id] for id in sorted(concerned)])
    at_work = [key for key in passed if key in working]
    return _Told(min(at_work), working[min(at_work)], []) if at_work else None


def _comes_by(row: Mapping[str, Any], branches: Branches) -> bool:
    asked_for = branches.people is None or row["person_id"] in branches.people
    return asked_for and not branches.roles.isdisjoint(row["roles"])


def _person(own: Sequence[Document], key: Key, row: Document) -> Document:
    """The row that counts: of the branch that tells, or of another."""
    counting = [each for each in own if each["person_id"] == _counts(row)]
    return min(counting, key=lambda each: (each["branch_id"] != key[0], not each["active"], each["_id"]), default=row)


def _counts(row: Mapping[str, Any]) -> str:
    return str(row.get("counts_as") or row["person_id"])


def named_people(store: Store, branch_ids: Iterable[str], person_ids: Sequence[str]) -> set[str]:
    """Those named, and the guardians of the students among them: whom a walk has to look at when it asks for nobody else."""
    found, ids = set(person_ids), list(person_ids)
    where = {"student_id": {"$in": ids}, "active": True}
    known = {row["branch_id"] for row in store.people.find(WHOLE_CHAIN, {"person_id": {"$in": ids}})}
    for branch_id in known.intersection(branch_ids):
        found |= {row["guardian_id"] for row in store.relations.find(branch(branch_id), where)}
    merged = store.people.find(WHOLE_CHAIN, {"person_id": {"$in": sorted(found)}, "counts_as": {"$gt": ""}})
    return found | {row["counts_as"] for row in merged}
