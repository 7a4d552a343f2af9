"""What stands of activities and volunteering in a person's own calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.scope import WHOLE_CHAIN
from services.meetings.activities import sessions
from services.meetings.activities.collections import LIVE
from services.meetings.activities.places import COMING
from services.meetings.activities.states import DRAFT
from services.meetings.activities.volunteering import shifts

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
MOST = 1000


def activities(store: Store, same: Sequence[str], as_staff: bool, since: datetime) -> Iterator[Any]:
    """For which they have signed up; as staff, those that they lead too."""
    signed_up = store.sign_ups.find(WHOLE_CHAIN, {"guardian_id": {"$in": list(same)}, "state": COMING})
    mine: list[Document] = [{"_id": {"$in": [each["activity_id"] for each in signed_up]}}]
    led = [{"leader_ids": {"$in": list(same)}}] if as_staff else []
    where = {"ends_at": {"$gte": since}, "state": {"$ne": DRAFT}, "$or": mine + led}
    for activity in store.activities.find(WHOLE_CHAIN, where, sort="starts_at _id", limit=MOST):
        yield from sessions.entries(activity, activity["published_at"])


def volunteering(store: Store, same: Sequence[str], as_staff: bool, since: datetime) -> Iterator[Any]:
    """The shifts that they have."""
    where = {"guardian_id": {"$in": list(same)}, "starts_at": {"$gte": since}, **LIVE}
    found = store.stints.find(WHOLE_CHAIN, where, sort="starts_at _id", limit=MOST)
    ids = sorted({each["volunteer_task_id"] for each in found})
    tasks = {each["_id"]: each for each in store.volunteer_tasks.find(WHOLE_CHAIN, {"_id": {"$in": ids}})}
    for stint in found:
        yield shifts.entry_of(tasks[stint["volunteer_task_id"]], stint, stint["taken_at"])
