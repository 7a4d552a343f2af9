"""Rights at the database that are narrower than any of its own roles: of who keeps the audit trail, takes backups, looks
whether all is well. https://www.mongodb.com/docs/manual/reference/privilege-actions/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from schoolbus import trail
from schoolbus.chain import SERVICES

ADMIN = "admin"  # the database whose roles may be about others, and about the whole
_ROLE_EXISTS = 51002  # MongoDB's error code
_ANY = ""  # every collection of a database but the database's own
_SEES = ("find", "listCollections", "listIndexes")
Privilege = dict[str, Any]
Granted = dict[str, str]  # a role, as a user has it


@dataclass(frozen=True)
class Role:
    """`database`: where it is known."""

    name: str
    database: str
    privileges: Sequence[Privilege]


def read_write(database: str) -> Granted:
    """The database's own, for a service."""
    return {"role": "readWrite", "db": database}


def keeps_trail(database: str) -> Role:
    """To add and to read; not to change, to remove, or to make an index by which entries expire."""
    each = [_in(database, documents.name, "find", "insert", "listIndexes") for documents in trail.KEPT]
    return Role("rabta-keeps-trail", database, each)


def takes_backups(audit_database: str) -> Role:
    """To read all, to ask relays to stop and to leave word of it; and to have the database remember for longer meanwhile."""
    reads = [_in(database, _ANY, *_SEES) for database in (*map(own, SERVICES), audit_database)]
    notes = [_in(own(service), name, "insert", "update") for service in SERVICES for name in ("leases", "backups")]
    return Role("rabta-takes-backups", ADMIN, [*reads, *notes, _of_all("getParameter", "setParameter")])


def looks() -> Role:
    """At services' databases and at the members of the replica set."""
    reads = [_in(own(service), _ANY, *_SEES, "dbStats") for service in SERVICES]
    return Role("rabta-looks", ADMIN, [*reads, _of_all("replSetGetStatus")])


def own(service: str) -> str:
    """The database of a service."""
    return f"rabta_{service}"


def make(client: MongoClient[Any], role: Role) -> Granted:
    """Or bring it to what it is here."""
    rights: dict[str, Any] = {"privileges": list(role.privileges), "roles": []}
    at = client[role.database]
    try:
        at.command("createRole", role.name, **rights)
    except OperationFailure as error:
        if error.code != _ROLE_EXISTS:
            raise
        at.command("updateRole", role.name, **rights)
    return {"role": role.name, "db": role.database}


def _in(database: str, collection: str, *actions: str) -> Privilege:
    return {"resource": {"db": database, "collection": collection}, "actions": list(actions)}


def _of_all(*actions: str) -> Privilege:
    return {"resource": {"cluster": True}, "actions": list(actions)}
