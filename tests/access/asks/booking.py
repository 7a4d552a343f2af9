"""Holds, waiting lists and the desk of a meeting day."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, CHILD, THING, Ask

_WHO = {"student_id": "$student_id", "guardian_id": "$guardian_id"}
_WITH_TEACHER = _WHO | {"teacher_id": "$teacher_id"}

ASKS = {
    "meetings.proposals": Ask(CHILD, _WITH_TEACHER),
    "meetings.hold": Ask(
        CHILD,
        body={"slots": [{"slot_id": "$slot_id", "student_id": "$student_id"}], "guardian_id": "$guardian_id"},
        also=(409,),  # it is booked already
    ),
    "meetings.one_hold": Ask(THING, fresh=fresh.hold),
    "meetings.book_hold": Ask(THING, fresh=fresh.hold),
    "meetings.give_hold_back": Ask(THING, fresh=fresh.hold),
    "meetings.join_waiting": Ask(CHILD, body=_WITH_TEACHER, also=(409,)),
    "meetings.waiting_lists": Ask(BRANCH),
    "meetings.waiting_place": Ask(THING, fresh=fresh.offer),
    "meetings.leave_waiting": Ask(THING, fresh=fresh.offer),
    "meetings.accept_offer": Ask(THING, fresh=fresh.offer),
    "meetings.refuse_offer": Ask(THING, fresh=fresh.offer),
    "meetings.walk_in_desk": Ask(CHILD, {"student_id": "$student_id"}),
    "meetings.walk_in": Ask(CHILD, body=_WITH_TEACHER, also=(409,)),
}
