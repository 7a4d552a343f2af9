"""What is said of an activity: its events, ready to be carried by the write that makes them true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.contracts import activities as said
from schoolbus.events import CHUNK, Event
from schoolbus.scope import Scope
from schoolbus.store import TEXT
from services.meetings.activities import inviting, sessions
from services.meetings.activities.places import HOLDING, NOT_COMING, WAITING

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Activity = Mapping[str, Any]


def facts(activity: Activity, at: datetime) -> Document:
    """What every event of it says."""
    return {
        "branch_id": activity["branch_id"],
        "subject": activity["_id"],
        "activity_id": activity["_id"],
        "edition": activity["edition"],
        "title": activity["title"],
        "title_ur": activity["title_ur"],
        "starts_at": sessions.coming(activity, at)["starts_at"],
    }


def place_and_end(activity: Activity, at: datetime) -> Document:
    session = sessions.coming(activity, at)
    return {"ends_at": session["ends_at"], "place": session["place"]}


def opened(store: Store, scope: Scope, activity: Activity, student_ids: Sequence[str], at: datetime) -> list[Event]:
    """To the families of these students: they may say whether they come."""
    more = place_and_end(activity, at)
    parts = inviting.parts(store, scope, student_ids)
    return [said.ActivityOpened(**facts(activity, at), **more, student_ids=part) for part in parts]


def changed(store: Store, scope: Scope, activity: Activity, at: datetime) -> list[Event]:
    """Another time or place: whoever has signed up hears of it, and whoever has not is invited again."""
    signed_up = of_families(store, scope, activity, {"$in": [*HOLDING, WAITING]})
    more = {**place_and_end(activity, at), "calendar": sessions.calendar(activity, at)}
    told: list[Event] = [
        said.ActivityChanged(**facts(activity, at), **more, student_ids=part)
        for part in inviting.parts(store, scope, sorted(signed_up))
    ]
    others = [id for id in inviting.students(store, scope, activity["audience"]) if id not in signed_up]
    still_open = sessions.times(activity).closes_at > at
    return told + (opened(store, scope, activity, others, at) if still_open else [])


def cancelled(store: Store, scope: Scope, activity: Activity, at: datetime) -> list[Event]:
    """Whoever may come hears of it: those who have said no alone do not."""
    refused = of_families(store, scope, activity, NOT_COMING)
    whom = {*inviting.students(store, scope, activity["audience"]), *of_families(store, scope, activity, {"$ne": NOT_COMING})}
    place = sessions.coming(activity, at)["place"]
    file = sessions.calendar(activity, at, cancelled=True)
    return [
        said.ActivityCancelled(**facts(activity, at), place=place, student_ids=part, calendar=file)
        for part in inviting.parts(store, scope, sorted(whom - refused))
    ]


def answer_missing(store: Store, scope: Scope, activity: Activity, student_ids: Sequence[str], at: datetime) -> list[Event]:
    more = {name: value for name, value in facts(activity, at).items() if name != "edition"}
    return [said.AnswerMissing(**more, student_ids=part) for part in inviting.parts(store, scope, student_ids)]


def of_families(store: Store, scope: Scope, activity: Activity, state: Any) -> set[str]:
    """The children, as far as they are still here, of the families whose sign-up is in this state."""
    found = store.sign_ups.find(scope, {"activity_id": activity["_id"], "state": state})
    return still_here(store, scope, (id for sign_up in found for id in sign_up["student_ids"]))


def chunks(store: Store, scope: Scope, person_ids: Iterable[str]) -> list[list[str]]:
    """Parts of up to 500, of those who are still here."""
    ids = sorted(still_here(store, scope, person_ids))
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def still_here(store: Store, scope: Scope, person_ids: Iterable[str]) -> set[str]:
    """Those who have neither left nor been erased since, whose place stays under a name that leads nowhere."""
    known = {"$or": [{"active": True}, {"counts_as": TEXT}]}
    return {row["person_id"] for row in store.people.find(scope, {"person_id": {"$in": sorted(set(person_ids))}, **known})}


def signed_up(activity: Activity, sign_up: Mapping[str, Any], told: Iterable[str], at: datetime) -> Event:
    more = {**place_and_end(activity, at), "calendar": sessions.calendar(activity, at)}
    return said.SignedUp(**facts(activity, at), **_of(sign_up, told), **more, heads=sign_up["heads"])


def withdrawn(activity: Activity, sign_up: Mapping[str, Any], told: Iterable[str], at: datetime) -> Event:
    file = sessions.calendar(activity, at, cancelled=True)
    return said.SignUpWithdrawn(**facts(activity, at), **_of(sign_up, told), calendar=file)


def offered(activity: Activity, sign_up: Mapping[str, Any], told: Iterable[str], at: datetime) -> Event:
    return said.PlaceOffered(
        **facts(activity, at), **_of(sign_up, told), heads=sign_up["heads"], answer_by=sign_up["offer_until"]
    )


def _of(sign_up: Mapping[str, Any], told: Iterable[str]) -> Document:
    return {"sign_up_id": sign_up["_id"], "person_ids": sorted(told)}
