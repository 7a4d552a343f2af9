"""Starts what is due: each time of a schedule is a send of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from schoolbus.clock import BRANCH_ZONE, now
from schoolbus.logs import log
from schoolbus.problems import Invalid
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.announcing import reach, runs, schedule

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 30  # seconds
NOT_YOURS = "not_your_classes"  # why one is paused


def check(given: Mapping[str, Any] | None, *, chain: bool) -> None:
    """Raises Invalid for one that makes no sense."""
    if given is None:
        return
    wrong: dict[str, list[str]] = {}
    if given["every"] == schedule.WEEK and not given["days"]:
        wrong["days"] = ["Name the days of the week."]
    if given["every"] == schedule.MONTH and not given["day"]:
        wrong["day"] = ["Name the day of the month, or last."]
    if given["until"] and given["until"] < given["starts_on"]:
        wrong["until"] = ["It is before starts_on."]
    if chain and given["holidays"] == schedule.MOVE:
        wrong["holidays"] = ["Branches have holidays of their own: send, or skip those that are closed."]
    if wrong:
        raise Invalid({"schedule": wrong})


def next_time(store: Store, announcement: Mapping[str, Any], after: datetime) -> datetime | None:
    """For the chain each branch looks at its own holidays when the time has come (`runs.plan`)."""
    branch_id = announcement["branch_id"]
    holidays = (store.calendars.first(branch(branch_id)) or {}).get("holidays", []) if branch_id else []

    def is_holiday(day: date) -> bool:
        return any(each["starts_on"] <= day.isoformat() <= each["ends_on"] for each in holidays)

    return schedule.next_after(schedule.read(announcement["schedule"]), after, is_holiday)


def claim(store: Store) -> Document | None:
    return store.announcements.claim(
        {"state": "scheduled", "next_at": {"$lte": now()}}, lease=LEASE, sort="next_at", counting=False
    )


def start(store: Store, announcement: Document) -> None:
    """One send, and the schedule goes on to its next time: one write, so a time comes once.

    A teacher's goes to the classes and children who are still theirs; with none left it is paused, and says why.
    """
    due, audience = announcement["next_at"], announcement["audience"]
    if announcement.get("own_classes"):
        audience = reach.still_own(store, announcement["branch_id"], announcement["written_by"], audience)
    if not reach.names_somebody(audience) and announcement.get("own_classes"):
        paused = {"state": "paused", "next_at": None, "reason": NOT_YOURS, "leased_until": None}
        store.announcements.change(WHOLE_CHAIN, announcement["_id"], to=paused, when={"state": "scheduled", "next_at": due})
        log().info("announcement_paused", announcement=announcement["_id"], reason=NOT_YOURS)
        return
    later = next_time(store, announcement, max(due, now()))
    with store.transaction():
        to = {"version": announcement["version"] + 1, "next_at": later, "leased_until": None, "audience": audience}
        if later is None:
            to["state"] = "sending"
        unchanged = {"state": "scheduled", "next_at": due, "version": announcement["version"]}
        changed = store.announcements.change(WHOLE_CHAIN, announcement["_id"], to=to, when=unchanged)
        if changed is None:
            return
        skips = announcement["schedule"]["holidays"] == schedule.SKIP
        runs.add(store, changed, day=due.astimezone(BRANCH_ZONE).date() if skips else None)
    log().info("announcement_started", announcement=announcement["_id"], version=changed["version"])
