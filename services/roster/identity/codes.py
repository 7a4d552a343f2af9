"""Guardians sign in by a one-time code to their phone.

A phone is often shared, and anybody near it can read the code: so a code opens what guardians may, never what staff may.
"""

import hmac
import secrets
from datetime import timedelta
from typing import Any

from schoolbus.caller import Origin
from schoolbus.clock import now
from schoolbus.contracts.roster import SignInCodeRequested
from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, Conflict, Invalid, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster import contact
from services.roster.families import merging
from services.roster.identity import sessions, standing, throttle
from services.roster.settings import Settings
from services.roster.store import Store

LIFE = timedelta(minutes=5)
PAUSE = timedelta(seconds=30)  # between codes to one phone
TRIES = 5
_PAUSE_AFTER_FIVE = 60  # seconds, and twice as long after each further code that nobody signed in with
_LONGEST_PAUSE = timedelta(hours=1)
_ANSWER_TIME = 0.1  # seconds, for an answer that must not tell who is known
_FAMILY = 20  # guardians of one branch on one phone, at most
_ASKED, _TRIED = "codes asked for", "code"


def ask(store: Store, settings: Settings, origin: Origin, written: str) -> None:
    """Sends a code to a phone that a guardian has. Raises Problem 429.

    Whether one has it shows nowhere: an unknown phone gets a code too, which nobody is told.
    """
    phone = _number(written)
    throttle.take(store, _ASKED, origin.address, settings.codes_per_address)
    with throttle.evenly(_ANSWER_TIME):
        asked, before = throttle.look(store, _ASKED, phone)
        if _send(store, settings, phone):
            wait = throttle.wait_after((before["tries"] if before else 0) + 1, _PAUSE_AFTER_FIVE, _LONGEST_PAUSE)
            throttle.count(store, asked, before, wait, throttle.FORGET_OF_ALL)


def _send(store: Store, settings: Settings, phone: str) -> bool:
    """Whether it was: else one is just on its way."""
    guardians = _guardians(store, phone)
    code = f"{secrets.randbelow(1_000_000):06d}"
    id, moment = effect_id("sign-in-code", phone), now()
    fresh = {
        "hash": settings.sealer.mark("code", id, code),
        "sent_at": moment,
        "expires_at": moment + LIFE,
        "tries_left": TRIES,
    }
    told = [_said(id, phone, code, *guardian, expires_at=fresh["expires_at"]) for guardian in guardians[:1]]
    if store.codes.change(WHOLE_CHAIN, id, to=fresh, when={"sent_at": {"$lte": moment - PAUSE}}, saying=told) is not None:
        return True
    try:
        store.codes.add({"_id": id, "branch_id": [], **fresh}, saying=told)
    except AlreadyThere:
        return False
    return True


def _fits(settings: Settings, known: Document, code: str) -> bool:
    return any(hmac.compare_digest(known["hash"], mark) for mark in settings.sealer.marks("code", known["_id"], code))


def verify(store: Store, settings: Settings, origin: Origin, written: str, code: str, person_id: str | None) -> dict[str, Any]:
    """Raises Problem 401; 409 `choose-person` while it is open who of several people signs in: then the code stays good."""
    phone = _number(written)
    guess = throttle.guess(store, _TRIED, phone, origin.address, settings.wrong_tries_per_address)
    known = _try(store, effect_id("sign-in-code", phone))
    fits = known is not None and _fits(settings, known, code)
    guardians = _guardians(store, phone) if fits else []
    if known is None or not guardians:  # a phone that is nobody's has a code too, which somebody may have guessed
        raise Problem("wrong-code", "The code does not fit, or is too old", "Ask for a new one.", status=401)
    guess.right()
    person, _ = _chosen(store, known, guardians, person_id)
    if not store.codes.remove(WHOLE_CHAIN, known["_id"]):
        raise Problem("wrong-code", "The code has just been used", "Ask for a new one.", status=401)
    throttle.forgive(store, _ASKED, phone)
    return sessions.begin(store, settings, person, "code", program=origin.program)


Guardian = tuple[Document, standing.Roles]  # and the branches where they are one


def _guardians(store: Store, phone: str) -> list[Guardian]:
    found = merging.counting(store, store.people.find(WHOLE_CHAIN, {"_id": {"$in": _ids(store, phone)}}))
    held = [(person, standing.standing_now(store, person, "code").roles) for person in found]
    return [(person, roles) for person, roles in held if roles]


def _ids(store: Store, phone: str) -> list[str]:
    """So many of each branch: whomever one branch puts on a phone, another's guardians stay on it."""
    theirs = WHOLE_CHAIN.filter({"phone": phone, "active": True, "role_keys": "guardian"})
    some = {"$firstN": {"input": "$_id", "n": _FAMILY}}
    steps: list[dict[str, Any]] = [
        {"$match": theirs},
        {"$unwind": "$branch_id"},
        {"$group": {"_id": "$branch_id", "ids": some}},
    ]
    return list(dict.fromkeys(id for found in store.people.collection.aggregate(steps) for id in found["ids"]))


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


def _number(written: str) -> str:
    phone = contact.e164(written)
    if phone is None:
        raise Invalid({"phone": ["This is no telephone number."]})
    return phone
