"""The waiting list of a teacher on a day: who joins, in which order, and what they say to an offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import alike, key_used_before
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid, NotFound
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import admission, changing, leaving, offering, reading, rules, slots, turns, wishes
from services.meetings.booking.live import LIVE, holding, waits_no_more
from services.meetings.booking.making import Wanted, made_booked
from services.meetings.booking.offering import WAITING
from services.meetings.booking.rules import BOOKED, OFFERED
from services.meetings.booking.telling import slot_booked
from services.meetings.booking.who import Family, check_related, family_of, sees_needs

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_SAME = ("meeting_day_id", "teacher_id", "student_id", "guardian_id")


def join(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, request: Mapping[str, Any], key: str) -> Document:
    """The family's place in the list; the one that it has, when it is in it already. Who may not book may not wait either, and
    who could book a time that fits has no need to. Raises NotFound, NotAllowed, Conflict, Invalid."""
    scope, teacher_id = caller.branch(branch_id), request["teacher_id"]
    day = store.meeting_days.one(scope, meeting_day_id)
    family = family_of(store, caller, branch_id, request, teacher_id)
    ahead = [each for each in slots.of_teacher(store, scope, day, teacher_id) if each["starts_at"] > clock.now()]
    if clash := admission.closed(day):
        raise clash
    if not ahead:
        raise Invalid({"teacher_id": ["Has no more times on this day."]})
    if request["way"] is not None and not any(request["way"] in each["ways"] for each in ahead):
        raise Invalid({"way": ["This teacher doesn't meet that way."]})
    of_child = {"meeting_day_id": meeting_day_id, "student_id": family.student_id, "teacher_id": teacher_id}
    if has := store.bookings.first(scope, {**holding(clock.now()), **of_child}):
        raise rules.already(has)
    entry = _entry(effect_id(key, "waiting"), branch_id, of_child, family, request, caller.person_id)
    if there := _there(store, scope, entry):
        return _shown(store, scope, [there])[0]
    if stands := admission.of_day(store, scope, day, family, ahead[0], clock.now()):
        raise stands
    if free := _could_book(store, scope, day, teacher_id, family, request):
        problem = Conflict("times-are-free", "A time that fits is free", "Book it; the list is for when nothing is left.")
        raise rules.with_free(problem, free[: rules.SHOWN])
    if not day.get("has_waiting"):  # who books looks into the list only where somebody waits on that day
        store.meeting_days.change(scope, meeting_day_id, {"has_waiting": True})
    try:
        store.waiting.add(entry)
    except AlreadyThere:
        there = _there(store, scope, entry)
        if there is None:  # they have left it just now
            raise GoneOn("This child has just left the list", "Join it again.") from None
        entry = there
    else:
        log().info("waiting_joined", day=meeting_day_id, branch=branch_id)
        offering.offer(store, scope, meeting_day_id, teacher_id)  # perhaps something was freed just now
    return _shown(store, scope, [store.waiting.one(scope, entry["_id"])])[0]


def of_day(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, query: Mapping[str, Any]) -> Paged:
    """Who waits, in order: a guardian sees their own, a teacher their own list, others of the staff all of it."""
    scope = caller.branch(branch_id)
    where = {**LIVE, "meeting_day_id": store.meeting_days.one(scope, meeting_day_id)["_id"]}
    if query["teacher_id"] is not None:
        where["teacher_id"] = query["teacher_id"]
    if not caller.reaches_all(branch_id):
        where |= reading.own(store, caller, branch_id).where
    found = store.waiting.page(scope, where, sort="since", page=query["page"])
    if children := {each["student_id"] for each in found.items}:
        audit.note(store, caller, branch_id, children)
    return Paged(_shown(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, waiting_id: str) -> Document:
    return _shown(store, caller.branch(branch_id), [_seen(store, caller, branch_id, waiting_id)])[0]


def leave(store: Store, caller: Caller, branch_id: str, waiting_id: str) -> None:
    """The family waits no more; what was offered to it goes to the next. Sent again, nothing changes. Raises NotFound."""
    scope, entry = caller.branch(branch_id), _seen(store, caller, branch_id, waiting_id)
    if entry["live"]:
        leaving.leave(store, scope, entry)


def accept(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """What was offered is booked; sent again, it is. Raises NotFound, Conflict when it was offered to the next meanwhile."""
    scope = caller.branch(branch_id)
    booking = reading.seen(store, caller, branch_id, booking_id)
    day = store.meeting_days.one(scope, booking["meeting_day_id"])
    if booking["state"] == OFFERED:
        if clash := admission.closed(day) or rules.wrong_time(None, booking, clock.now()):
            raise clash
        changing.check_deadline(store, caller, branch_id, day, booking)
        check_related(store, scope, [booking])
        booking = _accepted(store, scope, booking) or store.bookings.one(scope, booking_id)
    if booking["state"] != BOOKED:
        raise Conflict("offer-over", "This time is no longer offered", "You are told of the next one that is free.")
    return views.bookings(store, scope, [booking], needs=sees_needs(caller, branch_id), day=day)[0]


def refuse(store: Store, caller: Caller, branch_id: str, booking_id: str) -> None:
    """The time goes to the next; the family keeps its place and waits for another one. Sent again, nothing changes."""
    booking = reading.seen(store, caller, branch_id, booking_id)
    if booking["state"] == BOOKED:
        raise Conflict("already-booked", "This meeting is booked", "Cancel it instead.")
    if booking["state"] == OFFERED and offering.moved_on(store, booking, refused=True):
        offering.freed(store, [booking])


def _accepted(store: Store, scope: Scope, booking: Document) -> Document | None:
    to = {**made_booked(booking), "edition": booking["edition"] + 1}
    seen = {"state": OFFERED, "edition": booking["edition"]}
    with store.transaction():
        done = store.bookings.change(scope, booking["_id"], to, when=seen, saying=[slot_booked({**booking, **to})])
        if done is not None:
            ended = waits_no_more(BOOKED, clock.now())
            store.waiting.change_all(scope, {**LIVE, "booking_id": booking["_id"]}, ended)
            log().info("offer_accepted", booking=booking["_id"], branch=booking["branch_id"])
    return done


def _could_book(
    store: Store, scope: Scope, day: Document, teacher_id: str, family: Family, request: Mapping[str, Any]
) -> list[Document]:
    """The free times that fit the family's wishes and all that stands against a booking: they need not wait for one."""
    now = clock.now()
    free = [
        each
        for each in slots.free(store, scope, day, teacher_id)
        if (request["way"] is None or request["way"] in each["ways"])
        and wishes.fits(each, request["times"])
        and (family.by_staff or rules.too_late(day, each, now) is None)
    ]
    if not free:
        return []
    held = store.held_near(free, family.guardian_id, [family.student_id])
    wanted = [Wanted("", each, family, request["way"], "") for each in free]
    fitting = [each.slot for each in wanted if admission.of_family(day, each, held) is None]
    return fitting if fitting and _has_a_turn(store, scope, day, teacher_id, family) else []


def _has_a_turn(store: Store, scope: Scope, day: Document, teacher_id: str, family: Family) -> bool:
    try:
        turns.taken(store, scope, day, teacher_id, family.student_id)
    except turns.NoneLeft:
        return False
    return True


def _there(store: Store, scope: Scope, entry: Document) -> Document | None:
    """By its key, or because the child waits already. Raises Invalid for another one's key."""
    by_key = store.waiting.first(scope, {"_id": entry["_id"]})
    if by_key is not None:
        if not alike(by_key, entry, _SAME):
            raise key_used_before()
        return by_key
    of_child = {name: entry[name] for name in ("meeting_day_id", "student_id", "teacher_id")}
    return store.waiting.first(scope, {**LIVE, **of_child})


def _seen(store: Store, caller: Caller, branch_id: str, waiting_id: str) -> Document:
    """Raises NotFound for whom it doesn't concern."""
    scope = caller.branch(branch_id)
    entry = store.waiting.one(scope, waiting_id)
    concerned = reading.concerns(store, scope, entry, caller, branch_id)
    audit.note(store, caller, branch_id, [entry["student_id"]], refused=not concerned)
    if not concerned:
        raise NotFound("Place in a waiting list")
    return entry


def _entry(id: str, branch_id: str, of_child: Document, family: Family, request: Mapping[str, Any], joined_by: str) -> Document:
    now = clock.now()
    return {
        "_id": id,
        "branch_id": branch_id,
        **of_child,
        "guardian_id": family.guardian_id,
        "by_staff": family.by_staff,  # who may book for a family that is not invited
        "way": request["way"],
        "times": [dict(each) for each in request["times"]],
        "state": WAITING,
        "live": True,
        "since": now,
        "joined_at": now,
        "joined_by": joined_by,
        "refused": [],
        "unanswered": 0,
        "booking_id": None,
        "offered_until": None,
    }


def _shown(store: Store, scope: Scope, entries: Sequence[Document]) -> list[Document]:
    """With names, and the place in the list: 1 is next."""
    who = ("teacher_id", "student_id", "guardian_id")
    people = store.people_by_id(scope, {each[name] for each in entries for name in who})

    def named(entry: Document) -> Document:
        names = {f"{name[:-3]}_name": views.full_name(people.get(entry[name])) for name in who}
        return {**entry, **names, "place_in_list": _place(store, scope, entry) if entry["live"] else None}

    return [named(entry) for entry in entries]


def _place(store: Store, scope: Scope, entry: Document) -> int:
    of_list = {**LIVE, "meeting_day_id": entry["meeting_day_id"], "teacher_id": entry["teacher_id"]}
    before = [{"since": {"$lt": entry["since"]}}, {"since": entry["since"], "_id": {"$lt": entry["_id"]}}]
    return store.waiting.count(scope, {**of_list, "$or": before}) + 1
