"""After a missed meeting the family is offered a call: they say when it fits, the teacher books it by telephone, or has called.

```
 missed ──family answers──▶ wished ──booked──▶ arranged      declined: they want none; not_needed: they had come after all
                              └────called─────▶ done
```
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.contracts.theday import CallWished
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid, NotFound, Sentence
from schoolbus.rights import BRANCH, SELF
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking.making import Wanted, new_booking
from services.meetings.booking.reading import own
from services.meetings.booking.rules import MISSED
from services.meetings.booking.telling import slot_booked
from services.meetings.booking.who import Family
from services.meetings.theday.who import prepared_by, run_by

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
WISHED, DECLINED, ARRANGED, DONE, NOT_NEEDED = "wished", "declined", "arranged", "done", "not_needed"
STATES = (WISHED, DECLINED, ARRANGED, DONE, NOT_NEEDED)
SOON = timedelta(days=60)
TELEPHONE = "Telephone"  # where a call is, when nobody says more


def wish(store: Store, caller: Caller, branch_id: str, booking_id: str, answer: Mapping[str, Any]) -> Document:
    """What the family answers: a call, with times that fit, or none. Until it is arranged they may answer otherwise."""
    booking = prepared_by(store, caller, branch_id, booking_id)
    if booking["state"] != MISSED:
        raise Conflict(
            "not-missed",
            "This meeting was not missed",
            Sentence("It is %(state)s.", state=booking["state"]),
            state=booking["state"],
        )
    times = _times(answer["times"])
    names = ("branch_id", "meeting_day_id", "student_id", "guardian_id", "teacher_id")
    said = {
        "state": WISHED if answer["wants"] else DECLINED,
        "times": times if answer["wants"] else [],
        "words": answer["words"] if answer["wants"] else None,
    }
    made = {"_id": booking_id, **{name: booking[name] for name in names}, "asked_at": clock.now(), "edition": 0, **said}
    told = [_wished(made)] if answer["wants"] else []
    try:
        found = store.call_wishes.add(made, saying=told)
    except AlreadyThere:
        found = _answered_again(store, caller.branch(branch_id), booking_id, said)
    return shown(store, caller.branch(branch_id), [found])[0]


def mine(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """A family's own, a teacher's own, or all of the branch; the newest first."""
    scope = caller.branch(branch_id)
    where: Document = {} if query["state"] is None else {"state": query["state"]}
    if not caller.reaches_all(branch_id):
        where |= own(store, caller, branch_id).where
    found = store.call_wishes.page(scope, where, sort="-asked_at", page=query["page"])
    for student_id in {each["student_id"] for each in found.items}:
        audit.note(store, caller, branch_id, [student_id], by=(SELF, BRANCH))
    return Paged(shown(store, scope, found.items), found.next)


def arrange(store: Store, caller: Caller, branch_id: str, booking_id: str, call: Mapping[str, Any], key: str) -> Document:
    """The booking of a call, by telephone, with the teacher of the meeting that was missed; sent again, the same one."""
    scope, missed = caller.branch(branch_id), run_by(store, caller, branch_id, booking_id)
    wished = _wish_of(store, scope, booking_id)
    booking = _call(store, scope, missed, call, effect_id(key, booking_id), caller.person_id)
    there = store.bookings.first(scope, {"_id": booking["_id"]})
    if there is None:
        _check_wished(store, scope, wished)
        if not clock.now() < booking["starts_at"] < clock.now() + SOON:
            raise Invalid({"starts_at": [Sentence("Wants a time within %(days)s days.", days=SOON.days)]})
        there = _book(store, scope, wished, booking)
    return views.bookings(store, scope, [there])[0]


def called(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """They have talked: nothing is left to do. Twice is once."""
    scope = caller.branch(branch_id)
    run_by(store, caller, branch_id, booking_id)
    wished = _wish_of(store, scope, booking_id)
    if wished["state"] != DONE:
        _check_wished(store, scope, wished, also=(ARRANGED,))
        done = {"state": DONE, "done_at": clock.now(), "edition": wished["edition"] + 1}
        wished = store.call_wishes.change(scope, booking_id, done, when={"edition": wished["edition"]}) or _wish_of(
            store, scope, booking_id
        )
    return shown(store, scope, [wished])[0]


def not_needed(store: Store, scope: Scope, booking_id: str) -> None:
    """Within a transaction: the family was there after all."""
    store.call_wishes.change_all(scope, {"_id": booking_id, "state": WISHED}, {"state": NOT_NEEDED})


def shown(store: Store, scope: Scope, found: list[Document]) -> list[Document]:
    people = store.people_by_id(scope, {each[name] for each in found for name in ("student_id", "guardian_id", "teacher_id")})
    whom = ("student", "guardian", "teacher")
    return [{**each, **{f"{who}_name": views.full_name(people.get(each[f"{who}_id"])) for who in whom}} for each in found]


def _answered_again(store: Store, scope: Scope, id: str, said: Document) -> Document:
    there = store.call_wishes.one(scope, id)
    if all(there[name] == value for name, value in said.items()):
        return there
    if there["state"] not in (WISHED, DECLINED):
        raise Conflict("call-arranged", "The call is arranged", "Cancel that meeting if it does not fit.", state=there["state"])
    to = {**said, "asked_at": clock.now(), "edition": there["edition"] + 1}
    told = [_wished({**there, **to})] if to["state"] == WISHED else []
    changed = store.call_wishes.change(scope, id, to, when={"edition": there["edition"]}, saying=told)
    if changed is None:
        raise GoneOn("Somebody has answered meanwhile")
    return changed


def _times(given: list[Document]) -> list[Document]:
    """As they are kept. Raises Invalid."""
    times = [{name: clock.to_the_minute(moment) for name, moment in each.items()} for each in given]
    now = clock.now()
    wrong = {
        str(place): ["Ends before it begins, is over, or is too far away."]
        for place, each in enumerate(times)
        if not (each["starts_at"] < each["ends_at"] and now < each["ends_at"] < now + SOON)
    }
    if wrong:
        raise Invalid({"times": wrong})
    return times


def _wish_of(store: Store, scope: Scope, booking_id: str) -> Document:
    found = store.call_wishes.first(scope, {"_id": booking_id})
    if found is None:
        raise Conflict(
            "no-call-wished", "Nobody has asked for a call", "The family is asked when a meeting is noted as missed."
        )
    return found


def _check_wished(store: Store, scope: Scope, wished: Document, also: tuple[str, ...] = ()) -> None:
    """Raises Conflict, unless the family waits for a call; also where one was booked and then cancelled."""
    if wished["state"] in (WISHED, *also):
        return
    if wished["state"] == ARRANGED and not (store.bookings.first(scope, {"_id": wished["call_id"]}) or {}).get("live"):
        return
    raise Conflict(
        "no-call-wished",
        "Nobody waits for this call",
        Sentence("It is %(state)s.", state=wished["state"]),
        state=wished["state"],
    )


def _call(store: Store, scope: Scope, missed: Document, call: Mapping[str, Any], id: str, by: str) -> Document:
    """The document of the call's booking: of no slot but its own."""
    child = store.active_person(scope, missed["student_id"])
    if child is None or not store.is_guardian_of(scope, missed["guardian_id"], missed["student_id"]):
        raise NotFound("This child")
    day = store.meeting_days.one(scope, missed["meeting_day_id"])
    own = {name: missed[name] for name in ("branch_id", "meeting_day_id", "teacher_id")}
    begins = clock.to_the_minute(call["starts_at"])
    times = {"starts_at": begins, "ends_at": begins + timedelta(minutes=call["minutes"])}
    slot = {"_id": effect_id("call", id), **own, **times, "ways": {"telephone": call["place"] or TELEPHONE}}
    people = store.people_by_id(scope, {missed[name] for name in ("student_id", "guardian_id", "teacher_id")})
    wanted = Wanted(id, slot, Family(missed["guardian_id"], child, people), "telephone", by)
    booking = new_booking(wanted, title=day["title"], teacher=views.full_name(people.get(missed["teacher_id"])))
    return {**booking, "call": True}  # of the teacher, and of no time or place of the day: what the day becomes leaves it alone


def _book(store: Store, scope: Scope, wished: Document, booking: Document) -> Document:
    arranged = {"state": ARRANGED, "call_id": booking["_id"], "edition": wished["edition"] + 1}
    try:
        with store.transaction():
            store.bookings.add(booking, saying=[slot_booked(booking)])
            if store.call_wishes.change(scope, wished["_id"], arranged, when={"edition": wished["edition"]}) is None:
                raise GoneOn("Somebody has answered meanwhile")
    except AlreadyThere:
        there = store.bookings.first(scope, {"_id": booking["_id"]})
        if there is None:
            raise Conflict("time-clash", "Somebody has a meeting then", "Choose another time for the call.") from None
        return there
    log().info("call_booked", booking=booking["_id"], branch=booking["branch_id"])
    return booking


def _wished(wish: Document) -> CallWished:
    names = ("student_id", "guardian_id", "teacher_id")
    return CallWished(
        branch_id=wish["branch_id"], subject=wish["_id"], booking_id=wish["_id"], **{name: wish[name] for name in names}
    )
