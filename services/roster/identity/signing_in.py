"""Staff sign in: a name and a password, and what else is asked of them."""

from collections.abc import Callable
from typing import Any

from schoolbus.caller import Origin
from schoolbus.problems import Invalid, NotAllowed, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.identity import (
    accounts,
    known_devices,
    names,
    passwords,
    second_factor,
    sessions,
    standing,
    throttle,
    tickets,
)
from services.roster.settings import Settings
from services.roster.store import Store

_WAY = "password"
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
    if not factor and tickets.needed(store, settings, person, "password"):
        raise tickets.set_up_needed(settings, person["_id"], "password", account)
    begun = sessions.begin(store, settings, person, "password", program=origin.program, second_factor=factor)
    return {**begun, "device": known_devices.new(settings.sealer, person["_id"])}


def _by_password(store: Store, settings: Settings, origin: Origin, wanted: dict[str, Any]) -> tuple[Document, Document]:
    """Account and person. The same answer, in the same time, for whoever is not known."""
    name = names.same(wanted["username"])
    named = names.accounts_of(store, name)
    right = _guess(store, settings, origin, name, known_devices.read(settings.sealer, wanted["device"], _ids(named)))
    account = _fitting(named, wanted["password"])
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
