"""Staff sign in at the chain's own identity provider; nobody becomes somebody by it who is not in the roster."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

from schoolbus.caller import Origin
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.identity import names, second_factor, sessions, throttle, tickets
from services.roster.identity.oidc import Provider, not_signed_in
from services.roster.settings import Settings
from services.roster.store import Store

_LIFE = timedelta(minutes=10)
_STRONG = {"mfa", "otp", "hwk", "swk", "fpt", "face"}  # RFC 8176: more than a password


def begin(store: Store, settings: Settings, origin: Origin, challenge: str) -> str:
    """The address of the provider to which the browser goes. Raises Problem 404, 429, 503."""
    throttle.take(store, "oidc", origin.address, settings.codes_per_address)
    begun = _provider(settings).begin()
    id = effect_id("oidc", begun.state)
    store.oidc_sign_ins.add(
        {
            "_id": id,
            "branch_id": [],
            "nonce": begun.nonce,
            "challenge": challenge,
            "verifier": settings.sealer.seal(begun.verifier, "verifier", id),
            "expires_at": now() + _LIFE,
        }
    )
    return begun.url


def brought(settings: Settings, query: dict[str, Any]) -> bytes:
    """JSON, for the program that shows the browser: nothing is redeemed yet. Raises Problem 404."""
    _provider(settings)
    return json.dumps({name: query[name] for name in ("state", "code")}).encode()


def finish(store: Store, settings: Settings, origin: Origin, wanted: dict[str, Any]) -> dict[str, Any]:
    """The answer to a sign-in. Raises Problem 401; NotAllowed when nobody of the staff, or more than one, is meant.

    Whoever sees what the provider sent back, and has not the verifier of who began, neither signs in by it nor uses it up.
    """
    provider, code = _provider(settings), wanted["code"]
    known = store.oidc_sign_ins.first(WHOLE_CHAIN, {"_id": effect_id("oidc", wanted["state"]), "expires_at": {"$gt": now()}})
    if known is None or not hmac.compare_digest(known["challenge"], _challenge(wanted["code_verifier"])):
        raise not_signed_in("It was begun too long ago, elsewhere, or not at all. Begin again.")
    if not store.oidc_sign_ins.remove(WHOLE_CHAIN, known["_id"]):  # good once
        raise not_signed_in("It was begun too long ago, elsewhere, or not at all. Begin again.")
    verifier = settings.sealer.open(known["verifier"], "verifier", known["_id"])
    if not code or verifier is None:
        raise not_signed_in("The provider did not let you in. Begin again.")
    claims = provider.claims(code, verifier, known["nonce"])
    person = _person(store, settings, claims)
    strong = not _STRONG.isdisjoint(claims.get("amr") or [])
    if not strong and tickets.needed(store, settings, person, "oidc"):
        is_on = second_factor.is_on(store, person["_id"])
        raise (tickets.code_needed if is_on else tickets.set_up_needed)(settings, person["_id"], "oidc")
    return sessions.begin(store, settings, person, "oidc", program=origin.program, second_factor=strong)


def _challenge(verifier: str) -> str:
    """RFC 7636, section 4.6."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _person(store: Store, settings: Settings, claims: dict[str, Any]) -> Document:
    """The one member of staff with the e-mail address that the provider has verified, or with its username."""
    if settings.oidc_match == "email":
        name, field = claims.get("email") if claims.get("email_verified") is True else None, "email"
    else:
        name, field = claims.get("preferred_username"), "username"
    found = names.staff_by(store, name, field) if isinstance(name, str) else []
    if len(found) != 1:
        raise sessions.no_access()
    return found[0]


def _provider(settings: Settings) -> Provider:
    if settings.provider is None:
        raise NotFound("This way to sign in", detail="The chain has no identity provider of its own: use a password.")
    return settings.provider
