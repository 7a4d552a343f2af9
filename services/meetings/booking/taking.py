"""Taking slots: one insert, or one transaction for several, whoever else wants them; unique indexes decide (store.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock
from schoolbus.events import Event
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import admission, alternatives, freeing, rules, turns
from services.meetings.booking.knowing import Known
from services.meetings.booking.live import LIVE, waits_no_more
from services.meetings.booking.making import Wanted, new_booking
from services.meetings.booking.rules import BOOKED
from services.meetings.booking.telling import slot_booked

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
TRIES = 6  # each time something else was in the way, and is known now


class Taking(NamedTuple):
    """How: booked, or held or offered until some moment. `instead`: bookings of the family that are released for these.

    `also` is part of the same transaction; `says` gives a booking's event.
    """

    state: str = BOOKED
    held_until: datetime | None = None
    hold_id: str | None = None
    instead: Sequence[Document] = ()
    also: Callable[[list[Document]], None] | None = None
    says: Callable[[Document], Event] | None = slot_booked


BOOKING = Taking()


def take(
    store: Store,
    scope: Scope,
    day: Mapping[str, Any],
    wanted: Sequence[Wanted],
    how: Taking = BOOKING,
    known: Known | None = None,
) -> list[Document]:
    """All of these slots of a day, for one guardian, or none. Raises Conflict with what is free instead.

    `known`: what has been looked up a moment ago, of one slot.
    """
    told = known.told if known else None
    for attempt in range(TRIES):
        held = known.held if known and not attempt else _held_near(store, wanted, how)
        made: list[Document] = []
        for each in wanted:
            if clash := admission.against(store, scope, day, each, [*held, *made], clock.now(), told=told):
                raise clash
            if known and known.taken and not attempt:
                raise alternatives.gone(store, scope, day, each.slot, held)
            teacher = views.full_name(each.family.people.get(each.slot["teacher_id"]))
            turn = _turn(store, scope, day, each, held, made, how)
            made.append(
                new_booking(
                    each,
                    title=day["title"],
                    teacher=teacher,
                    state=how.state,
                    turns=turn,
                    held_until=how.held_until,
                    hold_id=how.hold_id,
                )
            )
        try:
            _write(store, made, how)
        except AlreadyThere:  # somebody has a slot, or the family or the teacher was booked elsewhere meanwhile
            _check_lost(store, scope, day, wanted, how, held)
            freeing.out_of_the_way(store, made)
            continue
        if how.state == BOOKED:
            if day.get("has_waiting"):
                left_waiting(store, made)
            log().info("slot_booked", day=day["_id"], branch=scope.branch_id, slots=[each["slot_id"] for each in made])
        return made
    raise alternatives.gone(store, scope, day, wanted[0].slot, _held_near(store, wanted, how))


def left_waiting(store: Store, booked: Sequence[Document]) -> None:
    """Who is booked with a teacher waits for that teacher no more."""
    for each in booked:
        theirs = {name: each[name] for name in ("meeting_day_id", "student_id", "teacher_id")}
        store.waiting.change_all(Scope(each["branch_id"]), {**theirs, **LIVE}, waits_no_more(BOOKED, clock.now()))


def _write(store: Store, made: list[Document], how: Taking) -> None:
    if len(made) == 1 and not how.instead and how.also is None:
        store.booked.add(made[0], saying=[how.says(made[0])] if how.says else ())
        return
    with store.transaction():
        for gone in how.instead:
            freeing.release(store, gone)
        for each in made:
            store.bookings.add(each, saying=[how.says(each)] if how.says else ())
        if how.also is not None:
            how.also(made)


def _held_near(store: Store, wanted: Sequence[Wanted], how: Taking) -> list[Document]:
    guardian_id, instead = wanted[0].family.guardian_id, {gone["_id"] for gone in how.instead}
    held = store.held_near([each.slot for each in wanted], guardian_id, {each.family.student_id for each in wanted})
    return [each for each in held if each["_id"] not in instead]


def _turn(
    store: Store,
    scope: Scope,
    day: Mapping[str, Any],
    each: Wanted,
    held: Sequence[Document],
    made: Sequence[Document],
    how: Taking,
) -> Mapping[str, Any]:
    instead = [gone["_id"] for gone in how.instead]
    try:
        return turns.taken(store, scope, day, each.slot["teacher_id"], each.family.student_id, made, instead)
    except turns.NoneLeft as left:
        slug = {"teacher": "teacher-is-full", "household": "household-has-its-own"}[left.whose]
        others: list[Document] = []
        if left.whose == "teacher":
            others = alternatives.of_others(store, scope, day, each.slot, held, clock.now())
        raise rules.no_turn_left(slug, left.most, each.slot, others, held, left.bookings) from None


def _check_lost(
    store: Store, scope: Scope, day: Mapping[str, Any], wanted: Sequence[Wanted], how: Taking, held: Sequence[Document]
) -> None:
    """Raises Conflict where somebody else, or the family itself, was faster; otherwise a turn was taken, or a hold has run out.

    `held`: what the family held before. In a storm most are here because the slot is gone: that is asked first.
    """
    for each in wanted:
        taken = alternatives.taken(store, scope, day, each.slot["teacher_id"])
        if each.slot["_id"] in taken:
            raise alternatives.gone(store, scope, day, each.slot, held, taken)
    held = _held_near(store, wanted, how)
    for each in wanted:
        if clash := admission.of_family(day, each, held):
            raise clash
        if store.teacher_is_busy(each.slot):
            raise alternatives.gone(store, scope, day, each.slot, held, busy=True)
