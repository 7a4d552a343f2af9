"""A family chooses a set of times, for one child or for several, and has them for two minutes: all or none of them.

A hold is so many bookings of state `held` with the same `hold_id`, which nobody else can take until `held_until`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import key_used_before
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotFound
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import admission, alternatives, changing, freeing, offering, reading, rules, slots, turns
from services.meetings.booking.booking import check_way
from services.meetings.booking.making import Wanted, made_booked
from services.meetings.booking.rules import HELD, MADE, RELEASED
from services.meetings.booking.taking import Taking, left_waiting, take
from services.meetings.booking.telling import slot_booked
from services.meetings.booking.who import check_related, family_of, sees_needs
from services.meetings.settings import settings
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
TRIES = 3


def hold(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, request: Mapping[str, Any], key: str) -> Document:
    """All of these times, or none. What the guardian held of that day before is given back for it; sent again, the same hold.

    `request`: slots, each with slot_id, student_id and way; guardian_id from staff. Raises NotFound, NotAllowed, Conflict,
    Invalid.
    """
    scope, hold_id = caller.branch(branch_id), effect_id(key, "hold")
    wanted, day = _wanted(store, caller, branch_id, meeting_day_id, request, key)
    before = _of(store, scope, hold_id)
    if not before:
        guardian_id = wanted[0].family.guardian_id
        mine = {"live": True, "state": HELD, "guardian_id": guardian_id, "meeting_day_id": meeting_day_id}
        instead = [each for each in store.bookings.find(scope, mine) if each["hold_id"] != hold_id]
        until = clock.now() + timedelta(seconds=settings().hold_seconds)
        try:
            made = take(store, scope, day, wanted, Taking(HELD, until, hold_id, instead, says=None))
        except Conflict:
            before = _of(store, scope, hold_id)
            if not before:
                raise
        else:
            offering.freed(store, instead)
            log().info("slots_held", day=meeting_day_id, branch=branch_id, slots=len(made))
            return _shown(store, caller, scope, made, day)
    if {_same(each) for each in before} != {_same(each.same) for each in wanted}:
        raise key_used_before()
    return _shown(store, caller, scope, before, day)


def confirm(store: Store, caller: Caller, branch_id: str, hold_id: str) -> Document:
    """All that is held becomes booked; sent again, it is. Past its time too, where nobody took anything of it, the day still
    offers all of it and, for the family itself, its deadline is ahead.

    Raises NotFound, Conflict with what is `gone`, what is `still_free` of it, and what else is free.
    """
    scope = caller.branch(branch_id)
    held = _mine(store, caller, branch_id, hold_id)
    for _ in range(TRIES):
        day = store.meeting_days.one(scope, held[0]["meeting_day_id"])
        if any(each["state"] in MADE for each in held):
            return _shown(store, caller, scope, held, day)
        if clash := admission.closed(day) or _begun(held):
            raise clash
        for each in held:
            changing.check_deadline(store, caller, branch_id, day, each)
        check_related(store, scope, held)
        try:
            anew = _anew(store, scope, day, held)
            if clash := _against(store, day, held, anew):
                raise clash
            booked = _all_booked(store, scope, day, held, anew)
            break
        except (AlreadyThere, NotFound, turns.NoneLeft):  # also when another click, or the timer, was faster
            freeing.out_of_the_way(store, held)
            held = _of(store, scope, hold_id)
    else:
        if any(each["state"] in MADE for each in held):
            return _shown(store, caller, scope, held, day)
        raise _gone(store, scope, day, held)
    left_waiting(store, booked)
    log().info("hold_booked", day=day["_id"], branch=branch_id, slots=len(booked))
    return _shown(store, caller, scope, booked, day)


def give_back(store: Store, caller: Caller, branch_id: str, hold_id: str) -> None:
    """What is held is free again; what was booked of it stays. Raises NotFound."""
    held = _mine(store, caller, branch_id, hold_id)
    offering.freed(store, [each for each in held if each["state"] == HELD and freeing.release(store, each)])


def one(store: Store, caller: Caller, branch_id: str, hold_id: str) -> Document:
    held = _mine(store, caller, branch_id, hold_id)
    return _shown(store, caller, caller.branch(branch_id), held)


def _wanted(
    store: Store, caller: Caller, branch_id: str, meeting_day_id: str, request: Mapping[str, Any], key: str
) -> tuple[list[Wanted], Document]:
    scope = caller.branch(branch_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    wanted = []
    for place, chosen in enumerate(request["slots"]):
        slot, _ = slots.with_day(store, scope, chosen["slot_id"])
        if slot["meeting_day_id"] != meeting_day_id:
            raise Invalid({"slots": {place: {"slot_id": ["Is of another day."]}}})
        asked = {"student_id": chosen["student_id"], "guardian_id": request["guardian_id"]}
        family = family_of(store, caller, branch_id, asked, slot["teacher_id"])
        id = effect_id(key, "held", slot["_id"])
        wanted.append(Wanted(id, slot, family, check_way(slot, chosen["way"]), caller.person_id))
    return wanted, day


def _anew(store: Store, scope: Scope, day: Mapping[str, Any], held: Sequence[Document]) -> dict[str, Document]:
    """Of what ran out, by its id: how and where the meeting is by now; by the teacher's first way when its own is no more.

    What stands is kept in line with its day (days/settling.py), what ran out isn't. Raises NotFound for a time that is
    withdrawn.
    """
    now, found = clock.now(), dict[str, Document]()
    for each in held:
        if each["state"] == RELEASED or each["held_until"] <= now:
            ways = slots.still_offered(store, scope, day, _slot_of(each))["ways"]
            way = each["way"] if each["way"] in ways else next(iter(ways))
            found[each["_id"]] = {"way": way, "place": ways[way]}
    return found


def _against(store: Store, day: Mapping[str, Any], held: Sequence[Document], anew: Mapping[str, Document]) -> Conflict | None:
    """What the family has by now that leaves no room for what ran out."""
    own = {each["_id"] for each in held}
    as_booked = [{**each, **anew.get(each["_id"], {})} for each in held]
    for each in as_booked:
        if each["_id"] in anew:
            near = store.held_around(each, each["guardian_id"], each["student_id"])
            theirs = [other for other in near if other["_id"] not in own]
            beside = [*theirs, *(other for other in as_booked if other is not each)]
            clash = rules.family_clash(each, theirs, each["student_id"]) or rules.too_close(
                each, each["place"], each["way"], beside, day["travel_minutes"]
            )
            if clash:
                return clash
    return None


def _all_booked(
    store: Store, scope: Scope, day: Mapping[str, Any], held: Sequence[Document], anew: Mapping[str, Document]
) -> list[Document]:
    """In one transaction. Raises AlreadyThere or NoneLeft when something of it is another's by now."""
    booked: list[Document] = []
    with store.transaction():
        for each in held:
            to = {**made_booked(each), **anew.get(each["_id"], {})}
            if each["state"] == RELEASED:
                ids = [other["_id"] for other in held]
                to |= turns.taken(store, scope, day, each["teacher_id"], each["student_id"], booked, ids)
            seen = {"state": each["state"], "edition": each["edition"]}
            done = store.bookings.change(scope, each["_id"], to, when=seen, saying=[slot_booked({**each, **to})])
            if done is None:
                raise AlreadyThere("This hold")
            booked.append(done)
    return booked


def _gone(store: Store, scope: Scope, day: Document, held: Sequence[Document]) -> Conflict:
    """Which of the times are another's by now, and which the family could still have."""
    own = {each["_id"] for each in held}
    for each in held:
        near = store.held_around(each, each["guardian_id"], each["student_id"])
        if clash := rules.family_clash(each, [other for other in near if other["_id"] not in own], each["student_id"]):
            return clash
    taken = store.taken_among(day["_id"], [each["slot_id"] for each in held if each["state"] != HELD])
    offered = {slot["_id"] for id in {each["teacher_id"] for each in held} for slot in slots.of_teacher(store, scope, day, id)}
    gone = [each for each in held if each["slot_id"] in taken or each["slot_id"] not in offered]
    left = [each for each in held if each not in gone]
    first = gone[0] if gone else held[0]
    slot = next(
        (each for each in slots.of_teacher(store, scope, day, first["teacher_id"]) if each["_id"] == first["slot_id"]), first
    )
    busy = store.held_around(first, first["guardian_id"], first["student_id"])
    others = rules.beside(slot, *alternatives.free(store, scope, day, slot, busy), [period(each) for each in busy])
    problem = Conflict(
        "hold-ran-out",
        "The times were held until a moment ago",
        "Choose again from what is free.",
        gone=[rules.held_slot(each) for each in gone],
        still_free=[rules.held_slot(each) for each in left],
    )
    return rules.with_free(problem, others)


def _begun(held: Sequence[Document]) -> Conflict | None:
    return next((late for each in held if (late := rules.wrong_time(None, each, clock.now()))), None)


def _mine(store: Store, caller: Caller, branch_id: str, hold_id: str) -> list[Document]:
    """The guardian's own, what staff hold for a family, and a teacher's own times. Raises NotFound."""
    held = _of(store, caller.branch(branch_id), hold_id)
    own = reading.own(store, caller, branch_id)
    by_own_staff = own.teaches and any(each["booked_by"] in own.same for each in held)
    concerned = bool(held) and (caller.reaches_all(branch_id) or by_own_staff or all(own.has(each) for each in held))
    audit.note(store, caller, branch_id, {each["student_id"] for each in held}, refused=not concerned)
    if not concerned:
        raise NotFound("This hold")
    return held


def _of(store: Store, scope: Scope, hold_id: str) -> list[Document]:
    return store.bookings.find(scope, {"hold_id": hold_id}, sort="starts_at _id")


def _slot_of(booking: Document) -> Document:
    return {"_id": booking["slot_id"], "teacher_id": booking["teacher_id"]}


def _same(booking: Mapping[str, Any]) -> tuple[str, str, str]:
    return booking["slot_id"], booking["guardian_id"], booking["student_id"]


def _shown(store: Store, caller: Caller, scope: Scope, held: Sequence[Document], day: Document | None = None) -> Document:
    needs = sees_needs(caller, scope.branch_id or "")
    shown = views.bookings(store, scope, sorted(held, key=lambda each: each["starts_at"]), needs=needs, day=day)
    return {"hold_id": held[0]["hold_id"], "held_until": held[0]["held_until"], "bookings": shown}
