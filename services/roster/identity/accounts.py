"""Accounts of staff: a username and a password."""

from collections.abc import Iterable
from typing import Any

from schoolbus.caller import Caller
from schoolbus.ids import natural_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotAllowed, NotFound, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.identity import names, password_rules, passwords, second_factor, sessions, standing, throttle
from services.roster.settings import Settings
from services.roster.store import Store

_PRODUCT = "Rabta"


def set_password(store: Store, caller: Caller, branch_id: str, person_id: str, wanted: dict[str, Any]) -> Document:
    """Gives a member of staff a password, and a username where the roster has none or an unwanted one.

    Their sessions end. `must_change`: it does for one sign-in, at which they choose their own; only operators go without.
    """
    person = _member(store, caller, branch_id, person_id)
    if not standing.is_staff(person):
        raise Conflict("not-staff", "Only staff have passwords", "Guardians sign in by a code to their phone.")
    _may_give(caller, person, wanted["must_change"])
    known = store.accounts.first(WHOLE_CHAIN, {"_id": person_id})
    username = names.same(wanted["username"] or (known or person)["username"] or "")
    if not username:
        raise Invalid({"username": ["The roster has none for this person: send one."]})
    names.refuse_taken(store, [{"_id": person_id, "username": username}])
    password_rules.check(wanted["password"], _own_names(store, person, username))
    account = {
        "_id": person_id,
        "branch_id": person["branch_id"],
        "username": username,
        "staff_number": names.staff_number(person),
        "must_change": wanted["must_change"],
    }
    _keep(store, known, account, wanted["password"])
    sessions.end_all(store, person_id, "password given", but=caller.session_id)
    log().info("password_set", person=person_id, by=caller.person_id)
    return {"person_id": person_id, "username": username, "must_change": wanted["must_change"]}


def change_own(store: Store, caller: Caller, current: str, new: str) -> None:
    """Raises Problem 401, 429; NotAllowed; Conflict when they have no password. Their other sessions end."""
    if caller.by_code:
        raise sessions.no_code()
    account = store.accounts.first(WHOLE_CHAIN, {"_id": caller.person_id})
    if account is None:
        raise Conflict("no-password", "You have no password", "You sign in another way.")
    attempt = throttle.begin(store, "own password", caller.person_id)
    if not passwords.fits(current, account["hash"]):
        raise Problem("wrong-password", "The current password does not fit", "Try again.", status=401)
    attempt.forgive()
    person = store.people.one(WHOLE_CHAIN, caller.person_id)
    change_password(store, account, person, new, field="new", but=caller.session_id)


def change_password(store: Store, account: Document, person: Document, new: str, *, field: str, but: str = "") -> Document:
    """The account after it. Sessions of before end, `but` the one at hand."""
    password_rules.check(new, _own_names(store, person, account["username"]), field)
    changed = {"hash": passwords.hashed(new), "must_change": False}
    if store.accounts.change(WHOLE_CHAIN, account["_id"], to=changed, when={"hash": account["hash"]}) is None:
        raise Conflict("password-changed", "The password has just been changed", "Sign in again.")
    sessions.end_all(store, account["_id"], "password changed", but=but)
    log().info("password_changed", person=account["_id"])
    return {**account, **changed}


def password_mark(settings: Settings, account: Document) -> str:
    """Another one for another password, and nothing about it."""
    return _written(settings.sealer.mark("password", account["hash"]))


def is_password_mark(settings: Settings, account: Document, mark: str) -> bool:
    """Whether it was made of the password that the account has."""
    return mark in [_written(each) for each in settings.sealer.marks("password", account["hash"])]


def _written(mark: bytes) -> str:
    return mark.hex()[:32]


def reset_second_factor(store: Store, caller: Caller, branch_id: str, person_id: str) -> None:
    """For who has lost theirs. Their sessions end; at the next sign-in they may have to set up another."""
    person = _member(store, caller, branch_id, person_id)
    if not standing.may_reset_second_factor(caller, person):
        raise NotAllowed(detail="The operator has to do this: the person is a head, or belongs to another branch too.")
    if not second_factor.remove(store, person_id):
        raise NotFound("Second factor")
    sessions.end_all(store, person_id, "second factor reset", but=caller.session_id)
    log().info("second_factor_reset", person=person_id, by=caller.person_id)


def ensure_operator(store: Store, settings: Settings) -> None:
    """The first operator, of whom no import knows."""
    username = names.same(settings.operator_username)
    if not username or store.accounts.first(WHOLE_CHAIN, {"username": username}):
        return
    person_id = natural_id("rabta", "operator", username)
    store.people.add_new([_operator(person_id, username)])
    account = {"_id": person_id, "branch_id": [], "username": username, "must_change": False}
    store.accounts.add_new([{**account, "hash": passwords.hashed(settings.operator_password)}])


def _operator(person_id: str, username: str) -> Document:
    return {
        "_id": person_id,
        "branch_id": [],
        "source": "rabta",
        "sourced_id": username,
        "active": True,
        "version": 1,
        "roles": {},
        "operator": True,
        "given_name": username,
        "family_name": "",
        "name_ur": None,
        "given_name_ur": None,
        "sort_name": username,
        "phone": None,
        "email": None,
        "language": "en",
        "channels": ["app"],
        "username": username,
        "may_sign_in": True,
    }


def _member(store: Store, caller: Caller, branch_id: str, person_id: str) -> Document:
    """Somebody of the branch; for an operator, other operators too, who are in no branch."""
    person = store.people.first(caller.branch(branch_id), {"_id": person_id, "active": True})
    if person is None and caller.operator:
        person = store.people.first(WHOLE_CHAIN, {"_id": person_id, "operator": True, "active": True})
    if person is None:
        raise NotFound("Person")
    return person


def _may_give(caller: Caller, person: Document, must_change: bool) -> None:
    """Raises NotAllowed. A sign-in opens all roles of a person, so whoever gives a password has to keep all their branches."""
    if not standing.may_change(caller, person):
        raise NotAllowed(detail="Somebody of a higher rank, or the operator, has to do this: the person is a head.")
    if standing.elsewhere(caller, person):
        raise NotAllowed("also-elsewhere", "The person belongs to another branch too", "The operator gives them a password.")
    if not must_change and not caller.operator:
        raise NotAllowed("must-change", "They choose a password of their own", "Send must_change=true, or leave it away.")


def _keep(store: Store, known: Document | None, account: Document, password: str) -> None:
    account = {**account, "hash": passwords.hashed(password)}
    try:
        if known is None:
            store.accounts.add(account)
        else:
            store.accounts.change(WHOLE_CHAIN, account.pop("_id"), to=account)
    except AlreadyThere as error:
        raise Conflict("username-taken", "Somebody else has this username", "Send another as username.") from error


def _own_names(store: Store, person: Document, username: str) -> Iterable[str]:
    """What a password should not be made of: the person's names, their branches' and the chain's."""
    email = person["email"] or ""
    places = [unit["name"] for unit in store.units.find(WHOLE_CHAIN, {"kind": "district", "active": True}, limit=10)]
    places += [each["name"] for each in store.branches.find(WHOLE_CHAIN, {"_id": {"$in": list(person["roles"])}})]
    number = names.staff_number(person)
    return [person["given_name"], person["family_name"], username, number, email.partition("@")[0], _PRODUCT, *places]
