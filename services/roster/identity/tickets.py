"""Whoever has signed in so far that only the second factor is missing holds a ticket: for ten minutes, and for that alone."""

from datetime import timedelta
from typing import Any

from schoolbus.caller import Origin
from schoolbus.problems import NotAllowed, Problem, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.identity import accounts, known_devices, second_factor, sessions, standing
from services.roster.settings import Settings
from services.roster.store import Store

_FOR = "second-factor"
_LIFE = timedelta(minutes=10)
_CONFIRM = "/v1/sign-in/second-factor/confirmation"


def needed(store: Store, settings: Settings, person: Document, how: str) -> bool:
    """Whether a role of theirs wants a second factor that this way to sign in does not bring."""
    held = standing.standing_now(store, person, how)
    return settings.asks_factor(how) and held.has_any(settings.second_factor_for)


def set_up_needed(settings: Settings, person_id: str, how: str, account: Document | None = None) -> Problem:
    detail = Sentence("Send ticket to /v1/sign-in/second-factor, and then a code of your app to %(confirm)s.", confirm=_CONFIRM)
    ticket = _ticket(settings, person_id, how, account)
    return NotAllowed("second-factor-setup", "Your role needs a second factor", detail, ticket=ticket)


def code_needed(settings: Settings, person_id: str, how: str) -> Problem:
    detail = Sentence("Send ticket to %(confirm)s with a code of your app, or one of your recovery codes.", confirm=_CONFIRM)
    ticket = _ticket(settings, person_id, how, None)
    return Problem("second-factor-needed", "Now the second factor", detail, status=401, ticket=ticket)


def begin(store: Store, settings: Settings, ticket: str) -> dict[str, str]:
    """Of the set-up."""
    person, _, account = _holder(store, settings, ticket)
    name = account["username"] if account else person["email"] or person["username"] or person["given_name"]
    return second_factor.begin(store, settings.sealer, person, name)


def finish(store: Store, settings: Settings, origin: Origin, ticket: str, code: str) -> dict[str, Any]:
    """The answer to a sign-in, and the recovery codes of a second factor that is new. Raises Problem 401, 429, Conflict."""
    person, how, _ = _holder(store, settings, ticket)
    more: dict[str, Any] = {"device": known_devices.new(settings.sealer, person["_id"])} if how == "password" else {}
    if how == "oidc" and second_factor.is_on(store, person["_id"]):
        second_factor.check(store, settings.sealer, person["_id"], code)
    else:
        more["recovery_codes"] = second_factor.confirm(store, settings.sealer, person["_id"], code)
    return {**sessions.begin(store, settings, person, how, program=origin.program, second_factor=True), **more}


def _ticket(settings: Settings, person_id: str, how: str, account: Document | None) -> str:
    """By a password: good while it is still the one that they got it by."""
    mark = accounts.password_mark(settings, account) if account else ""
    return settings.signer.ticket(_FOR, _LIFE, sub=person_id, how=how, password=mark)


def _holder(store: Store, settings: Settings, ticket: str) -> tuple[Document, str, Document | None]:
    """The person, how they signed in, and their account if they have one. Raises Problem 401."""
    claims = settings.signer.read_ticket(_FOR, ticket)
    person = store.people.first(WHOLE_CHAIN, {"_id": claims["sub"]}) if claims else None
    if claims is None or person is None:
        raise _over()
    account = store.accounts.first(WHOLE_CHAIN, {"_id": person["_id"]})
    if claims["how"] == "password" and (
        account is None or not accounts.is_password_mark(settings, account, claims["password"])
    ):
        raise _over()
    return person, claims["how"], account


def _over() -> Problem:
    return Problem("ticket-over", "The ticket is too old, or none of ours", "Sign in again for another.", status=401)
