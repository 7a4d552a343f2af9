"""People of a branch, kept by hand: they come, what is known of them changes, and they leave."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import today
from schoolbus.logs import log
from schoolbus.problems import NotAllowed, NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document
from services.roster import contact
from services.roster.editing import PEOPLE, Edit, editing
from services.roster.fields import refuse
from services.roster.identity import standing
from services.roster.kinds import roles_in
from services.roster.moving import enrollments, leaving
from services.roster.problems import at_version
from services.roster.school import schemas
from services.roster.school.branches import open_branch
from services.roster.school.people import as_member
from services.roster.school.roles import may_give, replaced
from services.roster.store import Store

_SIGNS_IN_BY = ("phone", "email", "username", "may_sign_in")
_BLANK = {"family_name": "", "name_ur": None, "given_name_ur": None, "phone": None, "email": None, "username": None}


def add(store: Store, caller: Caller, branch_id: str, drafts: list[Document]) -> list[Document]:
    """All or none; an id that was sent before gives the person who is there. Raises Invalid with errors by place."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        edit.load(PEOPLE, [draft["person_id"] for draft in drafts if draft["person_id"]])
        added = enrollments.by_place("people", drafts, lambda draft: new(edit, caller, scope, draft, draft["roles"]))
    log().info("people_added", branch=branch_id, people=len(added), by=caller.person_id)
    return [as_member(person, branch_id) for person in added]


def new(edit: Edit, caller: Caller, scope: Scope, draft: Document, roles: list[str]) -> Document:
    """One more in the edit at hand; the operator brings somebody of another branch in by their id, as they are.

    Raises NotAllowed, Invalid, Conflict.
    """
    branch_id = scope.branch_id or ""
    may_give(caller, branch_id, set(roles))
    elsewhere = edit.first(PEOPLE, WHOLE_CHAIN, draft["person_id"]) if draft["person_id"] and caller.operator else None
    if elsewhere is not None and elsewhere["active"] and branch_id not in elsewhere["roles"]:
        return leaving.with_roles(edit, elsewhere, {**elsewhere["roles"], branch_id: list(dict.fromkeys(roles))})
    there = edit.sent_before(PEOPLE, scope, draft["person_id"])
    if there:
        return there
    given = {name: value for name, value in draft.items() if name not in ("person_id", "roles")}
    fields = _read({**_BLANK, **given})
    channels = fields.get("channels") or contact.default_channels(fields["phone"], fields["email"])
    standing_here = {"roles": {branch_id: list(dict.fromkeys(roles))}, "operator": False, "may_sign_in": True}
    language = {"language": contact.DEFAULT_LANGUAGE}
    return edit.add(PEOPLE, draft["person_id"], [branch_id], {**standing_here, **language, **fields, "channels": channels})


def change(store: Store, caller: Caller, branch_id: str, person_id: str, wanted: Document) -> Document:
    with editing(store, caller, branch_id) as edit:
        scope, person = seen(edit, caller, branch_id, person_id, wanted["version"])
        to = _read({name: value for name, value in wanted.items() if name not in ("version", "roles")}, person)
        if "roles" in wanted:
            to["roles"] = replaced(edit, caller, scope, person, wanted["roles"])
        _may_change(caller, person, {name for name, value in to.items() if person[name] != value})
        return as_member(edit.change(PEOPLE, person, to), branch_id)


def end(store: Store, caller: Caller, branch_id: str, person_id: str, version: int | None) -> Document:
    """Their roles, enrolments and relations in this branch are over; what happened stays.

    Raises NotAllowed for a role that is not the caller's to take.
    """
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        gone = edit.first(PEOPLE, scope, person_id)
        if gone is not None and not gone["active"]:
            return as_member(gone, branch_id)
        scope, person = seen(edit, caller, branch_id, person_id, version)
        _may_change(caller, {**person, "roles": {branch_id: person["roles"].get(branch_id, [])}}, set())
        may_give(caller, branch_id, set(roles_in(person, branch_id)))
        (left,) = leaving.leave(edit, branch_id, [person["_id"]], today().isoformat())
        log().info("person_left", branch=branch_id, person=person_id, by=caller.person_id)
        return as_member(left, branch_id)


def bring_back(store: Store, caller: Caller, branch_id: str, person_id: str, wanted: Document) -> Document:
    """Somebody who left the branch, and the chain, comes again: one person, with their history."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        edit.hold(PEOPLE, [person_id])
        person = edit.first(PEOPLE, scope, person_id)
        if person is None:
            raise NotFound("Person")
        if person["active"]:
            return as_member(person, branch_id)
        at_version(person, wanted["version"], schemas.Member().dump(as_member(person, branch_id)))
        may_give(caller, branch_id, set(wanted["roles"]))
        roles = {branch_id: list(dict.fromkeys(wanted["roles"]))}
        to = {"active": True, "roles": roles, "branch_id": [branch_id], "granted_roles": {}}
        log().info("person_returned", branch=branch_id, person=person_id, by=caller.person_id)
        return as_member(edit.change(PEOPLE, person, to), branch_id)


def seen(edit: Edit, caller: Caller, branch_id: str, person_id: str, version: int | None) -> tuple[Scope, Document]:
    scope = open_branch(edit.store, caller, branch_id)
    edit.hold(PEOPLE, [person_id])
    person = edit.one(PEOPLE, scope, person_id)
    at_version(person, version, schemas.Member().dump(as_member(person, branch_id)))
    return scope, person


def _may_change(caller: Caller, person: Document, fields: set[str]) -> None:
    """Raises NotAllowed for somebody of a higher rank; and, of who belongs to other branches too, for what they sign in by."""
    if not standing.may_change(caller, person):
        raise NotAllowed(detail="Somebody of a higher rank, or the operator, has to: the person is a head, or works elsewhere.")
    if standing.elsewhere(caller, person) and fields & set(_SIGNS_IN_BY):
        raise NotAllowed(
            "also-elsewhere", "The person belongs to another branch too", "The operator changes what they sign in by."
        )


def _read(given: Document, person: Document | None = None) -> dict[str, Any]:
    """What was written as it is kept. Raises Invalid."""
    fields = dict(given)
    if fields.get("phone"):
        fields["phone"] = contact.e164(fields["phone"])
        if fields["phone"] is None:
            raise refuse(phone="This is no telephone number.")
    if "channels" in fields:
        fields["channels"] = list(dict.fromkeys(fields["channels"]))
    known = {**(person or {}), **fields}
    return {**fields, "sort_name": contact.sort_name(known["given_name"], known["family_name"])}
