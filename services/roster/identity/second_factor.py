"""The second factor: codes of an app that knows a secret and the time (TOTP, RFC 6238), and ten codes on paper."""

import secrets
import time
from base64 import b32encode
from typing import Any

import pyotp

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.problems import Conflict, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.identity import throttle
from services.roster.sealing import Sealer
from services.roster.store import Store

_STEP = 30  # seconds that a code stands; the one before and the one after are taken too (RFC 6238, section 5.2)
_RECOVERY_CODES = 10
_ISSUER = "Rabta"


def is_on(store: Store, person_id: str) -> bool:
    return _known(store, person_id) is not None


def state(store: Store, person_id: str) -> dict[str, Any]:
    known = _known(store, person_id)
    return {"on": known is not None, "recovery_codes_left": len(known["recovery"]) if known else 0}


def begin(store: Store, sealer: Sealer, person: Document, name: str) -> dict[str, str]:
    """A secret for the app, shown this once; it counts from the moment a code of it has come. Raises Conflict."""
    secret = pyotp.random_base32()
    pending = {"pending": sealer.seal(secret, *_owner(person["_id"])), "begun_at": now()}
    if store.second_factors.change(WHOLE_CHAIN, person["_id"], to=pending, when={"secret": None}) is None:
        if is_on(store, person["_id"]):
            raise _already_on()
        fresh = {"_id": person["_id"], "branch_id": person["branch_id"], "secret": None, "last_step": 0, "recovery": []}
        store.second_factors.add_new([{**fresh, **pending}])
    return {"secret": secret, "otpauth_uri": pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)}


def confirm(store: Store, sealer: Sealer, person_id: str, code: str) -> list[str]:
    """Turns it on; the recovery codes, shown this once. Raises Problem 401, Conflict."""
    known = store.second_factors.first(WHOLE_CHAIN, {"_id": person_id})
    if known is None:
        raise Conflict("second-factor-not-begun", "There is nothing to confirm", "Begin the set-up first.")
    if known["secret"]:
        raise _already_on()
    attempt = throttle.begin(store, "second factor", person_id)
    step = _step(sealer.open(known["pending"], *_owner(person_id)), code)
    if step is None:
        raise wrong_code()
    codes = [_recovery_code() for _ in range(_RECOVERY_CODES)]
    to = {
        "secret": known["pending"],
        "pending": None,
        "last_step": step,
        "recovery": [_mark(sealer, person_id, each) for each in codes],
        "confirmed_at": now(),
    }
    if store.second_factors.change(WHOLE_CHAIN, person_id, to=to, when={"secret": None, "pending": known["pending"]}) is None:
        raise Busy
    attempt.forgive()
    log().info("second_factor_on", person=person_id)
    return codes


def check(store: Store, sealer: Sealer, person_id: str, code: str) -> None:
    """Takes a code of the app, or one of the recovery codes; each is good once. Raises Problem 401, or 429."""
    attempt = throttle.begin(store, "second factor", person_id)
    known = _known(store, person_id)
    if known is None or not (_take_step(store, sealer, known, code) or _take_recovery(store, sealer, known, code)):
        raise wrong_code()
    attempt.forgive()


def remove(store: Store, person_id: str) -> bool:
    """Whether there was one that was on."""
    known = _known(store, person_id)
    store.second_factors.remove(WHOLE_CHAIN, person_id)
    if known is not None:
        log().info("second_factor_off", person=person_id)
    return known is not None


def _known(store: Store, person_id: str) -> Document | None:
    return store.second_factors.first(WHOLE_CHAIN, {"_id": person_id, "secret": {"$ne": None}})


def _step(secret: str | None, code: str) -> int | None:
    """The step of time that a code stands for; None when it does not fit."""
    if secret is None:
        return None
    totp, current = pyotp.TOTP(secret), int(time.time()) // _STEP
    steps = (current - 1, current, current + 1)
    return max((step for step in steps if secrets.compare_digest(totp.generate_otp(step), _plain(code))), default=None)


def _take_step(store: Store, sealer: Sealer, known: Document, code: str) -> bool:
    step = _step(sealer.open(known["secret"], *_owner(known["_id"])), code)
    if step is None:
        return False
    when = {"last_step": {"$lt": step}, "secret": known["secret"]}
    renewed = sealer.renewed(known["secret"], *_owner(known["_id"]))
    to = {"last_step": step, **({"secret": renewed} if renewed else {})}
    return store.second_factors.change(WHOLE_CHAIN, known["_id"], to=to, when=when) is not None


def _take_recovery(store: Store, sealer: Sealer, known: Document, code: str) -> bool:
    marks = sealer.marks("recovery", known["_id"], _plain(code))
    left = [each for each in known["recovery"] if each not in marks]
    if left == known["recovery"]:
        return False
    when = {"recovery": known["recovery"], "secret": known["secret"]}
    return store.second_factors.change(WHOLE_CHAIN, known["_id"], to={"recovery": left}, when=when) is not None


def _recovery_code() -> str:
    """40 bits: enough where each try is counted."""
    text = b32encode(secrets.token_bytes(5)).decode().lower()
    return f"{text[:4]}-{text[4:]}"


def _owner(person_id: str) -> tuple[str, str]:
    return "second factor", person_id


def _mark(sealer: Sealer, person_id: str, code: str) -> bytes:
    return sealer.mark("recovery", person_id, _plain(code))


def _plain(code: str) -> str:
    """As people copy it, without what does not count. ASCII alone: other digits are no digits here."""
    return code.replace(" ", "").replace("-", "").casefold().encode("ascii", "replace").decode()


def wrong_code() -> Problem:
    detail = "Codes are good once: wait for the next one of your app, or take a recovery code."
    return Problem("wrong-second-factor", "The code does not fit, or is too old", detail, status=401)


def _already_on() -> Problem:
    return Conflict("second-factor-there", "You have a second factor", "Remove it first, with a code of it.")
