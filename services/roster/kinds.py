"""What is kept of the roster, come by import or by hand, and what each kind says to other services when it changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from schoolbus.contracts import roster
from schoolbus.events import Event
from services.roster.families import derived

Record = dict[str, Any]
SOURCE = "rabta"  # of records that are kept by hand; an import's source is the name of its system
RIGHTS = ("may_receive_reports", "may_book", "may_collect")  # of a relation: all, until somebody takes one away


@dataclass(frozen=True)
class Kind:
    """`item` is a record as one of its branches hears of it, in chunks of `event`; a kind without them is told to nobody."""

    name: str
    file: str = ""  # whose rows it comes from; relations: agentSourcedIds in users.csv; blank: by hand alone
    event: type[Event] | None = None
    item: Callable[[Record, str], Record] = lambda record, branch_id: {}
    own: tuple[str, ...] = ()  # fields that people set in Rabta: an import leaves them as they are
    kept: Callable[[Record], Record] = lambda record: record  # what becomes of a record that has such fields


def branches_of(record: Record) -> list[str]:
    branch_id = record["branch_id"]
    return branch_id if isinstance(branch_id, list) else [branch_id]


def _state(record: Record, branch_id: str) -> Record:
    return {"version": record["version"], "active": record["active"] and branch_id in branches_of(record)}


def _class(record: Record, branch_id: str) -> Record:
    shown = {name: record[name] for name in ("title", "grade", "subject", "homeroom")}
    return {"class_id": record["_id"], **shown, "section": record.get("section"), **_state(record, branch_id)}


def roles_in(person: Record, branch_id: str) -> list[str]:
    """A person's roles in a branch: the roster's, and those granted in Rabta to who has one there."""
    roles: list[str] = person["roles"].get(branch_id, [])
    granted = person.get("granted_roles", {}).get(branch_id, []) if roles else []
    return list(dict.fromkeys([*roles, *granted]))


def is_student(person: Record) -> bool:
    """In whatever branch, by the roles that they have or, when they have left, had."""
    return any("student" in held for held in person["roles"].values())


_SHOWN = ("given_name", "family_name", "name_ur", "given_name_ur", "phone", "email", "language", "channels")


def _person(record: Record, branch_id: str) -> Record:
    shown = {name: record[name] for name in _SHOWN}
    state = _state(record, branch_id)
    return {
        "person_id": record["_id"],
        "roles": roles_in(record, branch_id),
        **shown,
        **({"preferences": derived.beyond_person(record)} if record.get("preferences") else {}),
        **({"counts_as": record["counts_as"]} if record.get("counts_as") else {}),
        **state,
        "active": state["active"] and not record.get("counts_as"),
    }


def _enrollment(record: Record, branch_id: str) -> Record:
    shown = {name: record[name] for name in ("class_id", "person_id", "role")}
    shown |= {name: record.get(name) or None for name in ("begins_on", "ends_on")}
    return {"enrollment_id": record["_id"], **shown, **_state(record, branch_id)}


def _relation(record: Record, branch_id: str) -> Record:
    shown = {name: record[name] for name in ("student_id", "guardian_id")}
    rights = {name: record.get(name, True) for name in RIGHTS}
    state = _state(record, branch_id)
    return {"relation_id": record["_id"], **shown, **rights, **state, "active": state["active"] and not record.get("doubled")}


BRANCHES = Kind("branches", "orgs")  # one event each, in the branch's own document: its sequence is the truth
KINDS = {
    kind.name: kind
    for kind in (
        BRANCHES,
        Kind("units", "orgs"),
        Kind("terms", "academicSessions"),
        Kind("courses", "courses"),
        Kind(
            "people",
            "users",
            roster.PeopleChanged,
            _person,
            own=("granted_roles", *derived.OWN_OF_PERSON),
            kept=derived.person,
        ),
        Kind("classes", "classes", roster.ClassesChanged, _class),
        Kind("enrollments", "enrollments", roster.EnrollmentsChanged, _enrollment),
        Kind("relations", "relations", roster.RelationsChanged, _relation, own=(*RIGHTS, *derived.OWN_OF_RELATION)),
        Kind("demographics", "demographics"),
        Kind("profiles", "userProfiles"),
        Kind("holidays"),
        Kind("subjects"),
    )
}
# a reader of events finds what they refer to; branches come before all
KEPT_IN_ORDER = (
    "orgs",
    "academicSessions",
    "courses",
    "users",
    "classes",
    "enrollments",
    "relations",
    "demographics",
    "userProfiles",
)
