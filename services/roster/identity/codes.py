"""Guardians sign in by a one-time code to their phone.

A phone is often shared, and anybody near it can read the code: so a code opens what guardians may, never what staff may.
"""

import hmac
import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Any

from schoolbus.clock import now
from schoolbus.contracts.roster import SignInCodeRequested
from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, Conflict, Invalid, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster import contact
from services.roster.families import merging
from services.roster.identity import standing, throttle
from services.roster.identity.tokens import Signer
from services.roster.store import Store

LIFE = timedelta(minutes=5)
PAUSE = timedelta(seconds=30)  # between codes to one phone
TRIES = 5
_FAMILY = 20  # people on one phone, at most


def ask(store: Store, signer: Signer, written: str) -> None:
    """Sends a code to a phone that a guardian has.

    Whether one has it shows nowhere: an unknown phone gets a code too, which nobody is told.
    """
    phone = _number(written)
    guardians = _guardians(store, phone)
    code = f"{secrets.randbelow(1_000_000):06d}"
    id, moment = effect_id("sign-in-code", phone), now()
    fresh = {"hash": _hash(signer, id, code), "sent_at": moment, "expires_at": moment + LIFE, "tries_left": TRIES}
    told = [_said(id, phone, code, *guardian, expires_at=fresh["expires_at"]) for guardian in guardians[:1]]
    if store.codes.change(WHOLE_CHAIN, id, to=fresh, when={"sent_at": {"$lte": moment - PAUSE}}, saying=told) is None:
        with suppress(AlreadyThere):  # one is just on its way
            store.codes.add({"_id": id, "branch_id": [], **fresh}, saying=told)


def verify(store: Store, signer: Signer, written: str, code: str, person_id: str | None) -> dict[str, Any]:
    """Raises Problem 401; 409 `choose-person` while it is open who of several people signs in: then the code stays good."""
    phone = _number(written)
    attempt = throttle.begin(store, "code", phone)
    known = _try(store, effect_id("sign-in-code", phone))
    if known is None or not hmac.compare_digest(known["hash"], _hash(signer, known["_id"], code)):
        raise Problem("wrong-code", "The code does not fit, or is too old", "Ask for a new one.", status=401)
    attempt.forgive()
    guardians = _guardians(store, phone)
    person, roles = _chosen(store, known, guardians, person_id)
    if not store.codes.remove(WHOLE_CHAIN, known["_id"]):
        raise Problem("wrong-code", "The code has just been used", "Ask for a new one.", status=401)
    return standing.signed_in(signer, person, roles, operator=False)


Guardian = tuple[Document, dict[str, frozenset[str]]]  # and the branches where they are one


def _guardians(store: Store, phone: str) -> list[Guardian]:
    found = merging.counting(store, store.people.find(WHOLE_CHAIN, {"phone": phone, "active": True}, limit=_FAMILY))
    held = [(person, standing.roles_now(store, person)) for person in found]
    as_guardian = [(person, _as_guardian(roles)) for person, roles in held]
    return [(person, roles) for person, roles in as_guardian if roles]


def _as_guardian(roles: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {branch_id: frozenset(("guardian",)) for branch_id, held in roles.items() if "guardian" in held}


def _try(store: Store, id: str) -> Document | None:
    """The code of a phone, with one try taken; None when there is none, or no try left, or somebody else tries just now."""
    known = store.codes.first(WHOLE_CHAIN, {"_id": id})
    if known is None or known["expires_at"] <= now() or known["tries_left"] == 0:
        return None
    taken = {"tries_left": known["tries_left"], "sent_at": known["sent_at"]}
    return store.codes.change(WHOLE_CHAIN, id, to={"tries_left": known["tries_left"] - 1}, when=taken)


def _chosen(store: Store, known: Document, guardians: list[Guardian], person_id: str | None) -> Guardian:
    if len(guardians) == 1 and person_id is None:
        return guardians[0]
    for person, roles in guardians:
        if person["_id"] == person_id:
            return person, roles
    store.codes.change(WHOLE_CHAIN, known["_id"], to={"tries_left": known["tries_left"] + 1})
    if person_id is not None:
        raise Invalid({"person_id": ["Take one of the choices."]}, choices=_choices(guardians))
    raise Conflict(
        "choose-person",
        "Who is signing in?",
        "Several people have this phone: send person_id too.",
        choices=_choices(guardians),
    )


def _choices(guardians: list[Guardian]) -> list[dict[str, str | None]]:
    return [{name: person[key] for name, key in _CHOICE.items()} for person, _ in guardians]


_CHOICE = {"person_id": "_id", "given_name": "given_name", "given_name_ur": "given_name_ur"}


def _said(
    id: str, phone: str, code: str, person: Document, roles: dict[str, frozenset[str]], **more: Any
) -> SignInCodeRequested:
    return SignInCodeRequested(
        branch_id=next(iter(roles)), subject=id, phone=phone, language=person["language"], code=code, **more
    )


def _hash(signer: Signer, id: str, code: str) -> bytes:
    """Keyed: a million codes are soon tried by whoever has the database alone."""
    return hmac.digest(signer.secret, f"{id} {code}".encode(), "sha256")


def _number(written: str) -> str:
    phone = contact.e164(written)
    if phone is None:
        raise Invalid({"phone": ["This is no telephone number."]})
    return phone
