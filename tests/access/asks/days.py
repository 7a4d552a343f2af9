"""Meeting days: arranged, changed, called off; who should come, and when teachers have time."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, CHILD, THING, Ask
from tests.access.samples import MEETING_DAY, in_days

_TEACHERS = [{"teacher_id": "$teacher_id", "place": "Room 5"}]
_DONE = (409,)  # by one who may as well
_EVENINGS = {"weekdays": [0, 3], "starts": "16:00", "ends": "20:00", "from_on": "2026-08-03"}

ASKS = {
    "meetings.open_day": Ask(BRANCH, body=MEETING_DAY | {"teachers": _TEACHERS}, also=_DONE),
    "meetings.preview_day": Ask(BRANCH, body=MEETING_DAY | {"teachers": _TEACHERS}),
    "meetings.meeting_days": Ask(BRANCH),
    "meetings.meeting_day": Ask(BRANCH),
    "meetings.slots": Ask(BRANCH),
    "meetings.day_calendar": Ask(BRANCH),
    "meetings.change_day": Ask(BRANCH, body={"title": "Winter meeting"}),
    "meetings.add_teacher": Ask(BRANCH, body=_TEACHERS[0], also=_DONE),
    "meetings.change_ways": Ask(BRANCH, body={"telephone": "The teacher calls you"}),
    "meetings.add_date": Ask(BRANCH, body={"on": in_days(11)}, also=_DONE),
    "meetings.teacher_is_away": Ask(BRANCH, body={"teacher_id": "$teacher_id"}, fresh=fresh.meeting_day),
    "meetings.cancel_day": Ask(BRANCH, body={}, fresh=fresh.meeting_day),
    "meetings.alternatives": Ask(THING),
    "meetings.priorities": Ask(BRANCH),
    "meetings.mark_priority": Ask(CHILD),
    "meetings.unmark_priority": Ask(CHILD),
    "meetings.availabilities": Ask(BRANCH),
    "meetings.availability": Ask(THING),
    "meetings.keep_availability": Ask(THING, body={"patterns": [_EVENINGS]}),
    "meetings.drop_availability": Ask(THING),
}
