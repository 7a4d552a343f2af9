"""A timetable is published: its placements become bookings, and families hear of each.

Asked for in one write; a worker does it in parts, each of which bears a second time: a booking's id follows from timetable
and wish, and one that is where it is to be is left alone. What somebody has taken meanwhile is reported; nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import clock, households
from schoolbus.caller import Caller
from schoolbus.events import CHUNK, Event
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.outbox import saying_with
from schoolbus.problems import AlreadyThere, Conflict, Sentence
from schoolbus.scope import Scope, branch
from schoolbus.store import run_again_while_busy
from services.meetings import views
from services.meetings.booking import freeing, turns
from services.meetings.booking.admission import closed
from services.meetings.booking.live import holding
from services.meetings.booking.making import Wanted, new_booking
from services.meetings.booking.taking import left_waiting
from services.meetings.booking.telling import slot_booked
from services.meetings.booking.who import Family
from services.meetings.days import inviting, telling
from services.meetings.days.planning import OPEN
from services.meetings.timetabling import moving
from services.meetings.timetabling.runs import of_day
from services.meetings.timetabling.states import (
    BOOKING,
    FAILED,
    GONE,
    KEPT_BOOKED,
    PUBLISHED,
    PUBLISHING,
    REPLACED,
    SOLVED,
    TAKEN,
    TIMETABLE,
)

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
LEASE = 60  # seconds; renewed after each part
PART = 100  # bookings
MOST_ATTEMPTS = 5


class Lost(Exception):
    """Another worker has it by now."""


# Asked for


def ask(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, timetable_id: str) -> Document:
    """The timetable, about to be published; as it is when it was asked for before. Raises NotFound, Conflict."""
    scope = caller.branch(branch_id)
    run = of_day(store, scope, meeting_day_id, timetable_id)
    if run["publication"] is not None:
        return run
    if run["state"] != SOLVED:
        raise Conflict("timetable-not-ready", "This timetable is not ready", Sentence("It is %(state)s.", state=run["state"]))
    if problem := closed(store.meeting_days.one(scope, meeting_day_id)):
        raise problem
    now_published = store.timetables.first(scope, {"meeting_day_id": meeting_day_id, "current": True})
    if now_published is not None and now_published["publication"] == PUBLISHING:
        raise Conflict("publishing-now", "A timetable is being published", "Wait until it is done.")
    if run["base_id"] != (now_published and now_published["_id"]):
        raise Conflict(
            "not-from-published",
            "Another timetable was published since this one was made",
            "Make one that begins from it: then as few meetings as possible are moved.",
        )
    try:
        with store.transaction():
            if now_published is not None:
                store.timetables.change(scope, now_published["_id"], {"current": False, "publication": REPLACED})
            asked = {"publication": PUBLISHING, "attempts": 0, "leased_until": None}
            to = {"current": True, "published_by": caller.person_id, **asked}
            changed = store.timetables.change(scope, run["_id"], to, when={"publication": None})
    except AlreadyThere:
        raise Conflict("publishing-now", "Another timetable is being published", "Wait until it is done.") from None
    log().info("timetable_to_publish", timetable=run["_id"], branch=branch_id)
    return changed or of_day(store, scope, meeting_day_id, timetable_id)


# Done


def claim(store: Store) -> Document | None:
    return store.timetables.claim({"publication": PUBLISHING}, lease=LEASE, sort="asked_at")


def publish(store: Store, run: Document) -> None:
    """Brings a claimed timetable from publishing to published, or to failed."""
    scope = branch(run["branch_id"])
    if run["attempts"] > MOST_ATTEMPTS:
        _give_up(store, scope, run)
        return
    day = store.meeting_days.one(scope, run["meeting_day_id"])
    rows = store.placements.find(
        scope, {"timetable_id": run["_id"], "made_as": run["made_as"], "slot_id": {"$ne": None}, "outcome": None}, sort="order"
    )
    try:
        if not closed(day):
            moves = [row for row in rows if row["held_slot_id"] not in (None, row["slot_id"])]
            for part in moving.parts(store, scope, day, run, moves):
                run_again_while_busy(partial(moving.move, store, scope, part))
                _renew(store, run)
            new = [row for row in rows if row["held_slot_id"] is None]
            for first in range(0, len(new), PART):
                _book(store, scope, day, run, new[first : first + PART])
                _renew(store, run)
        _finish(store, scope, run)
    except Lost:
        log().info("publishing_lost", timetable=run["_id"], branch=run["branch_id"])


def _give_up(store: Store, scope: Scope, run: Document) -> None:
    """What was booked stays; the day is free for another timetable, which begins from the one that was published before."""
    to = {
        "publication": FAILED,
        "current": False,
        "reason": f"It could not be published in {MOST_ATTEMPTS} attempts: what is booked stays. Have another one made.",
    }
    with store.transaction():
        if store.timetables.change(scope, run["_id"], to, when=_still_ours(run)) and run["base_id"] is not None:
            again = {"current": True, "publication": PUBLISHED}
            store.timetables.change(scope, run["base_id"], again, when={"publication": REPLACED})
    log().warning("publishing_failed", timetable=run["_id"], branch=run["branch_id"], attempts=run["attempts"])


def _book(store: Store, scope: Scope, day: Document, run: Document, rows: Sequence[Document]) -> None:
    made = _bookings(store, scope, day, run, rows)
    freeing.out_of_the_way(store, made)
    if day["most_per_household"] or day["most_per_teacher"]:
        _book_by_turns(store, scope, day, made)
    else:
        store.bookings.add_new([saying_with(each, [slot_booked(each)]) for each in made])
    there = store.bookings.find(scope, {"_id": {"$in": [each["_id"] for each in made]}, "live": True})
    left_waiting(store, there)


def _book_by_turns(store: Store, scope: Scope, day: Document, made: Sequence[Document]) -> None:
    """Where a day allows only so many, each takes its turn (booking/turns.py); who finds none is reported."""
    for booking in made:
        if store.bookings.first(scope, {"_id": booking["_id"]}) is not None:
            continue
        try:
            turn = turns.taken(store, scope, day, booking["teacher_id"], booking["student_id"])
            with_turn = {**booking, **turn}
            store.bookings.add(with_turn, saying=[slot_booked(with_turn)])
        except (turns.NoneLeft, AlreadyThere):
            continue


def _bookings(store: Store, scope: Scope, day: Document, run: Document, rows: Sequence[Document]) -> list[Document]:
    """The documents, of those of the children who are still of the branch, and the guardian's to book for, and of times that
    are still offered and to come."""
    ids = {row[f"{who}_id"] for row in rows for who in ("student", "guardian", "teacher")}
    people = store.people_by_id(scope, ids)
    wanted = {"_id": {"$in": [row["slot_id"] for row in rows]}, "starts_at": {"$gt": clock.now()}}
    slots = {slot["_id"]: slot for slot in store.slots.find(scope, wanted)}
    theirs = {"student_id": {"$in": sorted({row["student_id"] for row in rows})}, "active": True, "may_book": True}
    related = {(row["guardian_id"], row["student_id"]) for row in store.relations.find(scope, theirs)}
    made = []
    for row in rows:
        counting = (people.get(row["guardian_id"]) or {}).get("counts_as") or row["guardian_id"]
        if (counting, row["student_id"]) not in related:
            continue
        child, slot = people.get(row["student_id"]), slots.get(row["slot_id"])
        if child is None or not child["active"] or slot is None or row["way"] not in slot["ways"]:
            continue
        family = Family(row["guardian_id"], child, people, by_staff=True)
        wanted_one = Wanted(booking_id(run, row), slot, family, row["way"], run["published_by"])
        booking = new_booking(wanted_one, title=day["title"], teacher=views.full_name(people.get(row["teacher_id"])))
        made.append({**booking, "timetable_id": run["_id"]})
    return made


def booking_id(run: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    return effect_id(run["_id"], "booking", row["wish_id"])


def _renew(store: Store, run: Document) -> None:
    to = {"leased_until": clock.now() + timedelta(seconds=LEASE)}
    if store.timetables.change(branch(run["branch_id"]), run["_id"], to, when=_still_ours(run)) is None:
        raise Lost


# What became of it


def _finish(store: Store, scope: Scope, run: Document) -> None:
    """Says what became of each placement; then booking opens for what is left, and who has no meeting hears of it: of the day
    as it is by now, which may have been cancelled meanwhile."""
    counts = _outcomes(store, scope, run)
    day = store.meeting_days.one(scope, run["meeting_day_id"])
    opens = day["mode"] == TIMETABLE and not closed(day)
    told = _without_meeting(store, scope, day) if opens else []
    to = {"publication": PUBLISHED, "published": counts, "published_at": clock.now()}

    def write() -> None:
        with store.transaction():
            if store.timetables.change(scope, run["_id"], to, when=_still_ours(run)) is None:
                raise Lost
            if opens:
                said = [_opened(day, run, part, number) for number, part in enumerate(told)]
                now_open = {"mode": BOOKING, "booking_opens_at": None, "early_opens_at": None}
                still = {"mode": TIMETABLE, "state": OPEN}
                if store.meeting_days.change(scope, day["_id"], now_open, when=still, saying=said) is not None:
                    # who has a meeting hears of that, and is not told once more that they may book
                    store.invitations.change_all(scope, {"meeting_day_id": day["_id"]}, {"mode": BOOKING})
                    telling.keep(store, scope, {**day, "mode": BOOKING}, telling.Telling(told, None))

    run_again_while_busy(write)
    log().info("timetable_published", timetable=run["_id"], branch=run["branch_id"], **counts)


def _outcomes(store: Store, scope: Scope, run: Document) -> dict[str, int]:
    of_run = {"timetable_id": run["_id"], "made_as": run["made_as"], "slot_id": {"$ne": None}}
    rows = store.placements.find(scope, of_run, sort="order")
    live = store.bookings.find(scope, {**holding(clock.now()), "meeting_day_id": run["meeting_day_id"]})
    where = {(each["student_id"], each["teacher_id"]): each["slot_id"] for each in live}
    of_this = {"meeting_day_id": run["meeting_day_id"], "timetable_id": run["_id"]}
    made = {each["_id"] for each in store.bookings.find(scope, of_this)}
    outcomes: dict[str, list[str]] = {KEPT_BOOKED: [], GONE: [], TAKEN: []}
    for row in rows:
        if where.get((row["student_id"], row["teacher_id"])) == row["slot_id"]:
            outcomes[KEPT_BOOKED].append(row["_id"])
        elif booking_id(run, row) in made:  # the family has changed it since
            outcomes[GONE].append(row["_id"])
        else:
            outcomes[TAKEN].append(row["_id"])
    for outcome, ids in outcomes.items():
        for first in range(0, len(ids), CHUNK):
            store.placements.change_all(scope, {"_id": {"$in": ids[first : first + CHUNK]}}, {"outcome": outcome})
    return {outcome: len(ids) for outcome, ids in outcomes.items()}


def _without_meeting(store: Store, scope: Scope, day: Document) -> list[list[str]]:
    live = store.bookings.find(scope, {**holding(clock.now()), "meeting_day_id": day["_id"]})
    have = {each["student_id"] for each in live}
    students = [student for student in inviting.invited(store, scope, day) if student not in have]
    return households.chunks(students, store.families_of(scope, students), CHUNK)


def _opened(day: Document, run: Document, students: list[str], number: int) -> Event:
    [said] = telling.opened({**day, "mode": BOOKING}, [students])
    said.id = effect_id(run["_id"], "opened", str(number))
    return said


def _still_ours(run: Document) -> Document:
    return {"publication": PUBLISHING, "attempts": run["attempts"]}
