"""Accounts of staff: a username and a password."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.ids import natural_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotAllowed, NotFound, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.identity import passwords, standing, throttle
from services.roster.identity.tokens import Signer
from services.roster.settings import Settings
from services.roster.store import Store


def sign_in(store: Store, signer: Signer, username: str, password: str) -> dict[str, Any]:
    """Raises Problem 401, or 429 while too many tries are not long enough ago."""
    username = _same(username)
    attempt = throttle.begin(store, "password", username)
    account = store.accounts.first(WHOLE_CHAIN, {"username": username})
    person = store.people.first(WHOLE_CHAIN, {"_id": account["_id"]}) if account else None
    if not passwords.fits(password, account["hash"] if account else None) or person is None:
        raise Problem(
            "wrong-password", "Username and password do not fit", "Ask your head or office for a new one.", status=401
        )
    attempt.forgive()
    return standing.signed_in(signer, person, standing.roles_now(store, person), operator=standing.is_operator(person))


def set_password(store: Store, caller: Caller, branch_id: str, person_id: str, wanted: dict[str, Any]) -> Document:
    """Gives a member of staff a password, and a username where the roster has none or an unwanted one."""
    person = _member(store, caller, branch_id, person_id)
    if not standing.is_staff(person):
        raise Conflict("not-staff", "Only staff have passwords", "Guardians sign in by a code to their phone.")
    if not standing.may_set_password(caller, person):
        raise NotAllowed(
            detail="Somebody of a higher rank, or the operator, has to do this: the person is a head, or works elsewhere too."
        )
    known = store.accounts.first(WHOLE_CHAIN, {"_id": person_id})
    username = _same(wanted["username"] or (known or person)["username"] or "")
    if not username:
        raise Invalid({"username": ["The roster has none for this person: send one."]})
    _keep(store, known, {"_id": person_id, "branch_id": person["branch_id"], "username": username}, wanted["password"])
    log().info("password_set", person=person_id, by=caller.person_id)
    return {"person_id": person_id, "username": username}


def ensure_operator(store: Store, settings: Settings) -> None:
    """The first operator, of whom no import knows."""
    username = _same(settings.operator_username)
    if not username or store.accounts.first(WHOLE_CHAIN, {"username": username}):
        return
    person_id = natural_id("rabta", "operator", username)
    store.people.add_new([_operator(person_id, username)])
    account = {"_id": person_id, "branch_id": [], "username": username, "hash": passwords.hashed(settings.operator_password)}
    store.accounts.add_new([account])


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


def _keep(store: Store, known: Document | None, account: Document, password: str) -> None:
    hash = passwords.hashed(password)
    try:
        if known is None:
            store.accounts.add({**account, "hash": hash})
        else:
            store.accounts.change(WHOLE_CHAIN, account["_id"], to={"username": account["username"], "hash": hash})
    except AlreadyThere as error:
        raise Conflict("username-taken", "Somebody else has this username", "Send another as username.") from error


def _same(username: str) -> str:
    return username.strip().casefold()
