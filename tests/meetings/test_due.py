"""Timers of the whole chain: a document that can't be done keeps nobody else's waiting."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schoolbus import clock
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.activities import signing, timing
from services.meetings.activities.slips import arranging
from services.meetings.activities.volunteering import tasks
from services.meetings.booking import reminding
from services.meetings.days import settling, telling
from services.meetings.promising import reminding as commitments
from services.meetings.pta import reminding as pta
from services.meetings.pta.elections import turning
from services.meetings.settings import Settings
from services.meetings.store import Store
from services.meetings.writing import answering
from tests.support import roster

TIMERS: dict[str, tuple[str, str, str, Callable[[Store], object]]] = {
    "reminders of meetings": ("bookings", "booked", "remind_at", reminding.remind),
    "commitments": ("commitments", "open", "remind_on", commitments.remind),
    "elections": ("pta_elections", "nominating", "next_at", lambda store: turning.turn(store, Settings())),
    "meetings of the association": ("pta_meetings", "called", "remind_at", pta.remind),
    "decisions": ("pta_decisions", "open", "remind_on", pta.remind),
    "permission slips": ("permission_slips", "published", "remind_at", arranging.remind),
    "shifts": ("volunteer_tasks", "published", "remind_at", tasks.remind),
    "announcements": ("activities", "published", "announce_at", timing.announce),
    "reminders of activities": ("activities", "published", "remind_at", timing.remind),
    "feedback": ("activities", "published", "ask_feedback_at", timing.ask_for_feedback),
    "families of a day": ("meeting_days", "open", "tell_at", telling.tell_due),
    "changed days": ("meeting_days", "open", "settle_at", settling.settle_due),
    "written meetings": ("written_meetings", "asked", "remind_at", answering.remind),
}


@pytest.mark.parametrize("name", TIMERS)
def test_what_cannot_be_done_is_put_off(store: Store, name: str) -> None:
    collection, state, field, timer = TIMERS[name]

    store.keep_branch(roster.branch("b1"))
    was: Any = clock.today().isoformat() if field == "remind_on" else clock.now() - timedelta(minutes=1)
    documents = getattr(store, collection)
    for number in range(3):  # with nothing in them of what is to be told
        documents.add({"_id": f"{number}", "branch_id": "b1", "state": state, "open": True, field: was})
    timer(store)
    assert all(each[field] > was for each in documents.find(WHOLE_CHAIN))


def test_places_of_one_activity_lapse_whatever_another_is(store: Store) -> None:
    lapsed = {"branch_id": "b1", "state": "offered", "heads": 1, "if_full": "offer", "asked_at": None, "guardian_id": "g1"}
    for number, id in enumerate(("broken", "whole")):
        over = clock.now() - timedelta(hours=2 - number)
        store.sign_ups.add({**lapsed, "_id": f"of-{id}", "activity_id": id, "student_ids": [id], "offer_until": over})
    whole = {"places": 1, "taken": 1, "waiting": 0, "starts_at": clock.now() + timedelta(days=1)}
    store.activities.add({"_id": "whole", "branch_id": "b1", **whole})
    signing.let_lapse(store)
    assert store.sign_ups.one(WHOLE_CHAIN, "of-whole")["state"] == "lapsed"
