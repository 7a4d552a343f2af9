"""Sessions: who is signed in, where and since when. Every sign-in begins one, and it ends by sign-out, silence or misuse."""

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import NotAllowed, NotFound, Problem
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.identity import devices, standing
from services.roster.identity.rotation import RefreshToken, Verdict, judge
from services.roster.identity.standing import Standing
from services.roster.identity.tokens import LIFE
from services.roster.settings import Settings
from services.roster.store import Store

_REMEMBERED = timedelta(hours=1)  # how long an ended session is kept; longer than any access token of it
_LATEST = LIFE + timedelta(minutes=1)  # an access token may be made while the session is being ended
_LASTING = {"ended_at": None}
_ENTRIES = {"code": ("sms",), "password": ("pwd",), "oidc": ()}  # RFC 8176


def begin(
    store: Store, settings: Settings, person: Document, how: str, *, program: str, second_factor: bool = False
) -> dict[str, Any]:
    """The answer to a sign-in. Raises NotAllowed when the person has no role any more."""
    held = standing.standing_now(store, person, how)
    if held.none:
        raise no_access()
    moment = now()
    session = {
        "_id": new_id(),
        "branch_id": list(held.roles),
        "person_id": person["_id"],
        "how": how,
        "second_factor": second_factor,
        "device": devices.label(program),
        "created_at": moment,
        "used_at": moment,
        "expires_at": moment + settings.silence(how),
        "generation": 1,
        "rotated_at": None,
        "ended_at": None,
    }
    store.sessions.add(session)
    log().info("signed_in", person=person["_id"], session=session["_id"], how=how)
    return _answer(settings, session, person, held)


def refresh(store: Store, settings: Settings, written: str) -> dict[str, Any]:
    """A new pair of tokens. Roles are looked up anew, so rights that have ended end here.

    Raises Problem 401 when the session has ended or the token is none of ours; a spent token ends its session.
    """
    token = RefreshToken.read(settings.sealer, written)
    session = store.sessions.first(WHOLE_CHAIN, {"_id": token.session_id}) if token else None
    if token is None or session is None or session["ended_at"] or session["expires_at"] <= now():
        raise over()
    verdict = judge(token.generation, session["generation"], session["rotated_at"], now())
    if verdict is Verdict.REUSED:
        end(store, session["_id"], "reused")
        raise over()
    person = store.people.first(WHOLE_CHAIN, {"_id": session["person_id"]})
    held = _held(store, settings, session, person)
    if person is None or held is None:
        end(store, session["_id"], "no access")
        raise over()
    if verdict is Verdict.NEXT:
        session = _rotate(store, settings, session, held)
    return _answer(settings, session, person, held)


def _held(store: Store, settings: Settings, session: Document, person: Document | None) -> Standing | None:
    """None when the person has no role any more, or one that wants a second factor which this session was begun without."""
    held = standing.standing_now(store, person, session["how"]) if person else None
    if held is None or held.none:
        return None
    wanting = settings.asks_factor(session["how"]) and not session["second_factor"] and held.has_any(settings.second_factor_for)
    return None if wanting else held


def _rotate(store: Store, settings: Settings, session: Document, held: Standing) -> Document:
    """The session with its next generation. Raises Busy when it was rotated or ended meanwhile: then all is looked at anew."""
    moment = now()
    to = {
        "branch_id": list(held.roles),
        "generation": session["generation"] + 1,
        "rotated_at": moment,
        "used_at": moment,
        "expires_at": moment + settings.silence(session["how"]),
    }
    rotated = store.sessions.change(
        WHOLE_CHAIN, session["_id"], to=to, when={"generation": session["generation"], "ended_at": None}
    )
    if rotated is None:
        raise Busy
    return rotated


def _answer(settings: Settings, session: Document, person: Document, held: Standing) -> dict[str, Any]:
    caller = Caller(person["_id"], held.roles, held.operator, session_id=session["_id"], how=session["how"])
    amr = [*_ENTRIES[session["how"]], *(("otp", "mfa") if session["second_factor"] else ())]
    token, expires_at = settings.signer.token(caller, amr)
    return {
        "token": token,
        "expires_at": expires_at,
        "refresh_token": RefreshToken(session["_id"], session["generation"]).written(settings.sealer),
        "refresh_expires_at": session["expires_at"],
        "person": person,
    }


# A person's own list


def page(store: Store, caller: Caller, page: Paging) -> Paged:
    found = store.sessions.page(WHOLE_CHAIN, _reached(caller), sort="-created_at", page=page)
    return Paged([{**each, "current": each["_id"] == caller.session_id} for each in found.items], found.next)


def end_own(store: Store, caller: Caller, session_id: str) -> None:
    """Raises NotFound for one that is not theirs, or has ended."""
    if store.sessions.first(WHOLE_CHAIN, {**_reached(caller), "_id": session_id}) is None:
        raise NotFound("Session")
    end(store, session_id, "signed out")


def end_all_own(store: Store, caller: Caller) -> None:
    _end_all(store, _reached(caller), "signed out", person=caller.person_id)


def _reached(caller: Caller) -> dict[str, Any]:
    """Whoever signed in by a code has no hand in what they began as staff."""
    return {**_lasting(caller.person_id), **({"how": "code"} if caller.by_code else {})}


def end_by_token(store: Store, settings: Settings, written: str) -> None:
    """Signs out whoever holds the refresh token, spent or not: the same answer whatever it is."""
    token = RefreshToken.read(settings.sealer, written)
    if token is not None:
        end(store, token.session_id, "signed out")


# How sessions end


def end(store: Store, session_id: str, why: str) -> None:
    """Its refresh token is worth nothing from now on, its access tokens as soon as the gateways have heard of it."""
    moment = now()
    to = {"ended_at": moment, "expires_at": moment + _REMEMBERED}
    if store.sessions.change(WHOLE_CHAIN, session_id, to=to, when={"ended_at": None}) is not None:
        log().info("session_ended", session=session_id, why=why)


def end_all(store: Store, person_id: str, why: str, *, but: str = "") -> None:
    """All of a person, `but` the one at hand."""
    _end_all(store, {**_lasting(person_id), "_id": {"$ne": but}}, why, person=person_id)


def end_of(store: Store, person_ids: Collection[str], why: str, *, but_by_code: bool = False) -> None:
    """All of these people; `but_by_code`: those alone that opened what they are as staff."""
    if person_ids:
        how = {"how": {"$ne": "code"}} if but_by_code else {}
        _end_all(store, {"person_id": {"$in": list(person_ids)}, **_LASTING, **how}, why, people=len(person_ids))


def end_in(store: Store, branch_ids: Collection[str], why: str) -> None:
    """All that open one of these branches; it happens too seldom for an index."""
    if branch_ids:
        _end_all(store, {"branch_id": {"$in": list(branch_ids)}, **_LASTING}, why, branches=len(branch_ids))


def _end_all(store: Store, where: dict[str, Any], why: str, **more: Any) -> None:
    moment = now()
    ended = store.sessions.change_all(WHOLE_CHAIN, where, {"ended_at": moment, "expires_at": moment + _REMEMBERED})
    log().info("sessions_ended", count=ended, why=why, **more)


def just_ended(store: Store) -> bytes:
    """For the gateway: JSON, `{"ended": [session id]}`, all that may still have an access token."""
    ended = store.sessions.find(WHOLE_CHAIN, {"ended_at": {"$gt": now() - _LATEST}}, sort="ended_at")
    return json.dumps({"ended": [session["_id"] for session in ended]}, separators=(",", ":")).encode()


def passed_second_factor(store: Store, session_id: str) -> None:
    store.sessions.change(WHOLE_CHAIN, session_id, to={"second_factor": True}, when={"ended_at": None})


def _lasting(person_id: str) -> dict[str, Any]:
    return {"person_id": person_id, **_LASTING, "expires_at": {"$gt": now()}}


def over() -> Problem:
    return Problem("session-ended", "The session has ended", "Sign in again.", status=401)


def no_code() -> Problem:
    detail = "You signed in by a code to a phone, which others may hold too. Sign in with your password."
    return NotAllowed("not-by-code", "This wants your password", detail)


def no_access() -> Problem:
    return NotAllowed("no-access", "You have no role in the school", "Ask the school's office.")
