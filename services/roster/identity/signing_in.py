"""Staff sign in: a name and a password, and what else is asked of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from schoolbus.caller import Origin
from schoolbus.problems import Invalid, NotAllowed, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.identity import accounts, known_devices, names, passwords, second_factor, sessions, standing, throttle
from services.roster.settings import Settings
from services.roster.store import Store

_WAY = "password"
_SET_UP = "second-factor"  # what a ticket is for
_TICKET_LIFE = timedelta(minutes=10)
_ANSWER_TIME = 0.1  # seconds, for an answer that must not tell who is known


def sign_in(store: Store, settings: Settings, origin: Origin, wanted: dict[str, Any]) -> dict[str, Any]:
    """Raises Problem 401, 429; 403 when more is asked of this person: a new password, or a second factor."""
    with throttle.evenly(_ANSWER_TIME):
        account, person = _by_password(store, settings, origin, wanted)
    new, factor = wanted["new_password"], second_factor.is_on(store, person["_id"])
    if account["must_change"] and not new:
        detail = "The password was given to you by somebody who knows it. Send new_password too."
        raise NotAllowed("password-change-needed", "Choose a password of your own", detail)
    if factor:
        _ask_factor(store, settings, person, wanted["code"])
    if new:
        account = _renew(store, account, person, wanted["password"], new)
    if not factor and _needs_factor(store, settings, person):
        raise _set_up_needed(settings, account)
    return _signed_in(store, settings, origin, person, second_factor=factor)


def _signed_in(store: Store, settings: Settings, origin: Origin, person: Document, *, second_factor: bool) -> dict[str, Any]:
    begun = sessions.begin(store, settings, person, "password", program=origin.program, second_factor=second_factor)
    return {**begun, "device": known_devices.new(settings.sealer, person["_id"])}


def _by_password(store: Store, settings: Settings, origin: Origin, wanted: dict[str, Any]) -> tuple[Document, Document]:
    """Account and person. The same answer, in the same time, for whoever is not known."""
    name = names.same(wanted["username"])
    accounts = names.accounts_of(store, name)
    right = _guess(store, settings, origin, name, known_devices.read(settings.sealer, wanted["device"], _ids(accounts)))
    account = _fitting(accounts, wanted["password"])
    person = store.people.first(WHOLE_CHAIN, {"_id": account["_id"]}) if account else None
    if account is None or person is None:
        throttle.wrong_anywhere(store, _WAY, name)
        raise Problem(
            "wrong-password", "Username and password do not fit", "Ask your head or office for a new one.", status=401
        )
    right()
    names.keep_number(store, account, person)
    if standing.standing_now(store, person, "password").none:
        raise sessions.no_access()
    return {"must_change": False, **account}, person


def _guess(store: Store, settings: Settings, origin: Origin, name: str, device: str | None) -> Callable[[], None]:
    """Counts a try; what takes it out again when it was right. Raises Problem 429; a known device waits for its own tries."""
    if device is not None:
        return throttle.begin(store, _WAY, name, "device", device).forgive
    throttle.look_anywhere(store, _WAY, name)
    return throttle.guess(store, _WAY, name, origin.address, settings.wrong_tries_per_address).right


def _fitting(accounts: list[Document], password: str) -> Document | None:
    """The one whose password it is; should it be that of two, nobody's."""
    if not accounts:
        passwords.fits(password, None)
    fitting = [account for account in accounts if passwords.fits(password, account["hash"])]
    return fitting[0] if len(fitting) == 1 else None


def _ids(accounts: list[Document]) -> list[str]:
    return [account["_id"] for account in accounts]


def _ask_factor(store: Store, settings: Settings, person: Document, code: str | None) -> None:
    if not code:
        detail = "Send code too: of your app, or one of your recovery codes."
        raise Problem("second-factor-needed", "The password is right. Now the second factor", detail, status=401)
    second_factor.check(store, settings.sealer, person["_id"], code)


def _renew(store: Store, account: Document, person: Document, password: str, new: str) -> Document:
    if new == password:
        raise Invalid({"new_password": ["Use another than the one you were given."]})
    return accounts.change_password(store, account, person, new, field="new_password")


def _needs_factor(store: Store, settings: Settings, person: Document) -> bool:
    return standing.standing_now(store, person, "password").has_any(settings.second_factor_for)


# The set-up of a second factor by whoever can't sign in without one


def _set_up_needed(settings: Settings, account: Document) -> Problem:
    mark = accounts.password_mark(settings, account)
    ticket = settings.signer.ticket(_SET_UP, _TICKET_LIFE, sub=account["_id"], password=mark)
    detail = "Send ticket to /v1/sign-in/second-factor, and then a code of your app to /v1/sign-in/second-factor/confirmation."
    return NotAllowed("second-factor-setup", "Your role needs a second factor", detail, ticket=ticket)


def begin_set_up(store: Store, settings: Settings, ticket: str) -> dict[str, str]:
    account, person = _holder(store, settings, ticket)
    return second_factor.begin(store, settings.sealer, person, account["username"])


def finish_set_up(store: Store, settings: Settings, origin: Origin, ticket: str, code: str) -> dict[str, Any]:
    """The answer to a sign-in, and the recovery codes."""
    _, person = _holder(store, settings, ticket)
    codes = second_factor.confirm(store, settings.sealer, person["_id"], code)
    signed_in = _signed_in(store, settings, origin, person, second_factor=True)
    return {**signed_in, "recovery_codes": codes}


def _holder(store: Store, settings: Settings, ticket: str) -> tuple[Document, Document]:
    """Account and person of a ticket: good while the password is still the one by which they got it."""
    claims = settings.signer.read_ticket(_SET_UP, ticket)
    account = store.accounts.first(WHOLE_CHAIN, {"_id": claims["sub"]}) if claims else None
    person = store.people.first(WHOLE_CHAIN, {"_id": account["_id"]}) if account else None
    if (
        claims is None
        or account is None
        or person is None
        or claims.get("password") != accounts.password_mark(settings, account)
    ):
        raise Problem("ticket-over", "The ticket is too old, or none of ours", "Sign in again for another.", status=401)
    return account, person
