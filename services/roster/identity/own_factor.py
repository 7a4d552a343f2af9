"""A person's own second factor, once they are signed in: as staff, for it is asked of them at the door of staff."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.problems import Conflict
from schoolbus.scope import WHOLE_CHAIN
from services.roster.identity import second_factor, sessions
from services.roster.settings import Settings
from services.roster.store import Store


def state(store: Store, caller: Caller) -> dict[str, Any]:
    _not_by_code(caller)
    return second_factor.state(store, caller.person_id)


def begin(store: Store, settings: Settings, caller: Caller) -> dict[str, str]:
    """Raises Conflict for who has no password, which is the first."""
    _not_by_code(caller)
    account = store.accounts.first(WHOLE_CHAIN, {"_id": caller.person_id})
    if account is None:
        raise Conflict("no-password", "You have no password", "A second factor goes with one. You sign in another way.")
    person = store.people.one(WHOLE_CHAIN, caller.person_id)
    return second_factor.begin(store, settings.sealer, person, account["username"])


def confirm(store: Store, settings: Settings, caller: Caller, code: str) -> dict[str, list[str]]:
    _not_by_code(caller)
    codes = second_factor.confirm(store, settings.sealer, caller.person_id, code)
    sessions.passed_second_factor(store, caller.session_id)
    return {"recovery_codes": codes}


def remove(store: Store, settings: Settings, caller: Caller, code: str) -> None:
    """Raises Problem 401, 429."""
    _not_by_code(caller)
    second_factor.check(store, settings.sealer, caller.person_id, code)
    second_factor.remove(store, caller.person_id)
    sessions.end_all(store, caller.person_id, "second factor removed", but=caller.session_id)


def _not_by_code(caller: Caller) -> None:
    if caller.by_code:
        raise sessions.no_code()
