"""A time that is free again is offered to the next who waits for that teacher, for a while, and then to the next after them.

An offer is a booking of state `offered`: it holds its time as any other, so nobody else sees it free. What frees a time offers
it at once; should its process die in between, a timer finds who waits beside a free time (`wherever_free`). Replicas may try at
the same time: the same indexes let one of them in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zlib import crc32

from schoolbus import clock, due
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import GoneOn, Problem
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.meetings.booking import admission, freeing, slots, wishes
from services.meetings.booking.live import LIVE, holding, run_out, waits_no_more
from services.meetings.booking.making import Wanted
from services.meetings.booking.rules import OFFERED
from services.meetings.booking.taking import Taking, left_waiting, take
from services.meetings.booking.telling import slot_offered
from services.meetings.booking.who import Family, may_still_book

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
WAITING, LEFT = "waiting", "left"
NIGHT, MORNING = 21, 9  # hours of the branch's day between which nobody is asked to answer
SOONEST = timedelta(minutes=2)  # to answer in
UNANSWERED = 2  # offers that somebody lets pass before they are taken off the list
AGAIN = 600  # seconds until a list in which nobody could have what is free is tried again
_AT_ONCE = 200


def freed(store: Store, bookings: Iterable[Document]) -> None:
    """Times of these bookings are free: each goes to the next who waits for it. What can't be offered now the timer
    finds; whoever gave it back has done so all the same."""
    for branch_id, day_id, teacher_id in sorted({_list_of(each) for each in bookings}):
        due.one(partial(offer, store, branch(branch_id), day_id, teacher_id), branch=branch_id, day=day_id, teacher=teacher_id)


def offer(store: Store, scope: Scope, meeting_day_id: str, teacher_id: str) -> int:
    """Offers what is free with a teacher to those who wait, the first first; how many. Each has one offer at a time."""
    of_list = {"meeting_day_id": meeting_day_id, "teacher_id": teacher_id}
    waiting = store.waiting.find(scope, {**LIVE, **of_list, "state": WAITING}, sort="since _id", limit=_AT_ONCE)
    if not waiting or not store.subscribing([waiting[0]["branch_id"]]):  # nobody would be told of an offer
        return 0
    day = store.meeting_days.one(scope, meeting_day_id)
    if admission.closed(day):
        close(store, scope, of_list)
        return 0
    free = _free(store, scope, day, teacher_id)
    offered = 0
    for entry in waiting:
        if not free:
            break
        taken = _offer_one(store, scope, day, entry, free)
        if taken is not None:
            free, offered = [slot for slot in free if slot["_id"] != taken], offered + 1
    return offered


def moved_on(store: Store, booking: Document, *, refused: bool) -> bool:
    """An offer that was refused, or that ran out: whoever waits keeps their place after a no, and goes to the list's end when
    they say nothing. False when it was answered meanwhile."""
    entry = store.waiting.first(branch(booking["branch_id"]), {**LIVE, "booking_id": booking["_id"]})
    with store.transaction():
        if not freeing.release(store, booking):
            return False
        if entry is not None:
            store.waiting.change(branch(entry["branch_id"]), entry["_id"], _after(entry, booking, refused=refused), when=LIVE)
    return True


def offers_that_ran_out(store: Store) -> None:
    """The chain's; each time then goes to the next."""
    gone = list[Document]()

    def move_on(booking: Document) -> None:
        if moved_on(store, booking, refused=False):
            gone.append(booking)

    found = store.bookings.find(WHOLE_CHAIN, run_out(OFFERED, clock.now()), sort="held_until", limit=_AT_ONCE)
    due.each(store.bookings, found, None, move_on)
    freed(store, gone)


def wherever_free(store: Store) -> None:
    """Looks at every list in which somebody waits beside a free time: whatever freed it, and whoever died in between. Where
    nobody could have it, it looks again when something of the list is another, or after a while: what families have elsewhere
    changes too. Lists of what is over are closed."""
    now = clock.now()
    for found in store.waiting.collection.aggregate(_lists(now)):
        due.one(partial(_look, store, found, now), **found["_id"])
    ago = {**LIVE, "state": OFFERED, "offered_until": {"$lt": now - timedelta(minutes=1)}}
    ended = store.waiting.find(WHOLE_CHAIN, ago, sort="offered_until", limit=_AT_ONCE)
    due.each(store.waiting, ended, None, partial(_mend, store))


def close(store: Store, scope: Scope, of_list: Document) -> None:
    """Nobody waits in this list any more: its day is over, or cancelled."""
    store.waiting.change_all(scope, {**LIVE, **of_list, "state": WAITING}, waits_no_more(LEFT, clock.now()))


def _look(store: Store, found: Document, now: datetime) -> None:
    """At one of `_lists`."""
    scope, day_id, teacher_id = branch(found["_id"]["branch_id"]), found["_id"]["day"], found["_id"]["teacher"]
    if not found["slots"]:
        close(store, scope, {"meeting_day_id": day_id, "teacher_id": teacher_id})
    elif (
        found["slots"] > found["held"]
        and found["tried"] != [state := _state_of(found, now)]
        and not offer(store, scope, day_id, teacher_id)
    ):
        of_list = {"meeting_day_id": day_id, "teacher_id": teacher_id, "state": WAITING}
        store.waiting.change_all(scope, {**LIVE, **of_list}, {"tried": state})


def _mend(store: Store, entry: Document) -> None:
    """Whose offer was ended by something else, as with its day or with a teacher who is away, waits again."""
    scope = branch(entry["branch_id"])
    offered = store.bookings.first(scope, {"_id": entry["booking_id"]})
    if offered is None or offered["state"] != OFFERED:
        to = {"state": WAITING, "booking_id": None, "offered_until": None}
        store.waiting.change(scope, entry["_id"], to, when={**LIVE, "booking_id": entry["booking_id"]})


def _offer_one(store: Store, scope: Scope, day: Mapping[str, Any], entry: Document, free: Sequence[Document]) -> str | None:
    """The slot that is now offered to them; None where none fits."""
    fitting = [
        slot
        for slot in free
        if slot["_id"] not in entry["refused"]
        and wishes.fits(slot, entry["times"])
        and (entry["way"] is None or entry["way"] in slot["ways"])
    ]
    if not fitting:
        return None
    people = store.people_by_id(scope, (entry["student_id"], entry["guardian_id"], entry["teacher_id"]))
    if not may_still_book(store, scope, people, entry):
        doubted = {"doubted_at": entry.get("doubted_at") or clock.now()}  # leaving.py
        store.waiting.change(scope, entry["_id"], doubted, when=LIVE)
        return None
    family = Family(entry["guardian_id"], people[entry["student_id"]], people, by_staff=entry.get("by_staff", False))
    for slot in fitting:
        wanted = Wanted(new_id(), slot, family, entry["way"], entry["joined_by"])
        until = _until(day, slot)

        def also(made: list[Document], until: datetime = until) -> None:
            to = {"state": OFFERED, "booking_id": made[0]["_id"], "offered_until": until}
            if store.waiting.change(scope, entry["_id"], to, when={**LIVE, "state": WAITING}) is None:
                raise GoneOn("They wait no more")

        try:
            take(store, scope, day, [wanted], Taking(OFFERED, until, also=also, says=slot_offered))
        except Problem as problem:
            if problem.body["type"].endswith("/already-booked"):  # and nobody was left to say so
                left_waiting(store, [{**wanted.same, **slot}])
                return None
            continue
        log().info("slot_offered", slot=slot["_id"], branch=scope.branch_id)
        return str(slot["_id"])
    return None


def _free(store: Store, scope: Scope, day: Mapping[str, Any], teacher_id: str) -> list[Document]:
    """What can be offered: it is free, and there is time to answer before it begins and before the deadline."""
    now = clock.now()
    return [each for each in slots.free(store, scope, day, teacher_id) if _until(day, each) > now + SOONEST]


def _until(day: Mapping[str, Any], slot: Document) -> datetime:
    minutes = timedelta(minutes=day["offer_minutes"])
    closes_at: datetime = slot["starts_at"] - timedelta(hours=day["change_until_hours"])
    return min(awake(clock.now()) + minutes, closes_at)


def awake(now: datetime) -> datetime:
    """Now; in the night, when messages wait, the morning."""
    local = now.astimezone(clock.BRANCH_ZONE)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if local.hour >= NIGHT:
        morning += timedelta(days=1)
    return morning.astimezone(UTC) if local.hour >= NIGHT or local.hour < MORNING else now


def _after(entry: Document, booking: Document, *, refused: bool) -> Document:
    now = clock.now()
    to: Document = {"state": WAITING, "booking_id": None, "offered_until": None}
    if refused:
        return {**to, "refused": [*entry["refused"], booking["slot_id"]]}
    unanswered = entry["unanswered"] + 1
    if unanswered >= UNANSWERED:
        return {**to, **waits_no_more(LEFT, now), "unanswered": unanswered}
    return {**to, "since": now, "unanswered": unanswered}


def _list_of(booking: Document) -> tuple[str, str, str]:
    return booking["branch_id"], booking["meeting_day_id"], booking["teacher_id"]


def _state_of(found: Document, now: datetime) -> str:
    """Of a list and what is beside it: the same as long as nothing of it has changed, but not longer than a while. Lists are
    not all due in the same moment."""
    of_list = ":".join(str(each) for each in found["_id"].values())
    while_ = int(now.timestamp() + crc32(of_list.encode())) // AGAIN
    changed = found.get("changed")  # by nobody yet, where nothing is booked
    return f"{found['slots']} {found['held']} {changed and changed.timestamp()} {while_}"


def _lists(now: datetime) -> list[Document]:
    """Each list in which somebody waits: how many of the teacher's slots are ahead, how many of those are held, when a booking
    with the teacher was last changed, and what of it has been tried in vain."""
    of_list = [
        {"$eq": ["$branch_id", "$$branch"]},
        {"$eq": ["$meeting_day_id", "$$day"]},
        {"$eq": ["$teacher_id", "$$teacher"]},
    ]
    ahead = {"$expr": {"$and": of_list}, "starts_at": {"$gt": now}}
    asked = {"branch": "$_id.branch_id", "day": "$_id.day", "teacher": "$_id.teacher"}
    changed = [{"$match": {"$expr": {"$and": of_list}}}, {"$group": {"_id": None, "at": {"$max": "$changed_at"}}}]

    def counted(collection: str, where: Document) -> Document:
        pipeline = [{"$match": where}, {"$count": "count"}]
        return {"$lookup": {"from": collection, "let": asked, "pipeline": pipeline, "as": collection}}

    return [
        {"$match": {**LIVE, "state": WAITING}},
        {
            "$group": {
                "_id": {"branch_id": "$branch_id", "day": "$meeting_day_id", "teacher": "$teacher_id"},
                "tried": {"$addToSet": {"$ifNull": ["$tried", None]}},
            }
        },
        counted("slots", ahead),
        counted("bookings", {**ahead, **holding(now)}),
        {"$lookup": {"from": "bookings", "let": asked, "pipeline": changed, "as": "changes"}},
        {
            "$project": {
                **{name: _first(of) for name, of in (("slots", "slots"), ("held", "bookings"))},
                "tried": True,
                "changed": {"$first": "$changes.at"},
            }
        },
    ]


def _first(counted: str) -> Document:
    return {"$ifNull": [{"$first": f"${counted}.count"}, 0]}
