"""Whoever has not answered is asked once more, when school wants it: by hand, and once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.problems import Conflict, Sentence
from schoolbus.scope import Scope
from services.meetings.activities import inviting, sessions, telling
from services.meetings.activities.reach import led
from services.meetings.activities.states import PUBLISHED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
AGAIN = timedelta(hours=20)  # no family is asked twice a day, whoever clicks


def missing(store: Store, scope: Scope, activity: Document) -> list[str]:
    """Students who are invited and whose family has not answered."""
    answered = {id for each in store.sign_ups.find(scope, {"activity_id": activity["_id"]}) for id in each["student_ids"]}
    return [id for id in inviting.students(store, scope, activity["audience"]) if id not in answered]


def ask_again(store: Store, caller: Caller, branch_id: str, activity_id: str) -> int:
    """How many students' families are asked. Raises Conflict while nobody can answer, and when they were asked today."""
    scope, activity = led(store, caller, branch_id, activity_id)
    at, times = now(), sessions.times(activity)
    if activity["state"] != PUBLISHED or activity["announce_at"] is not None or times.closes_at <= at:
        raise Conflict("not-open", "Sign-up is not open", "Families are asked while they can answer.")
    asked_at = activity["asked_again_at"]
    if asked_at is not None and asked_at > at - AGAIN:
        raise Conflict(
            "asked-already", "They were asked already", Sentence("Ask again from %(again_at)s on.", again_at=asked_at + AGAIN)
        )
    whom = missing(store, scope, activity)
    told = telling.answer_missing(store, scope, activity, whom, at)
    when = {"asked_again_at": asked_at, "state": PUBLISHED}
    if store.activities.change(scope, activity_id, to={"asked_again_at": at}, when=when, saying=told) is None:
        raise Conflict("asked-already", "They were asked already", "Somebody else has just done it.")
    return len(whom)
