"""Meetings: wishes and timetables."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, CHILD, Ask

_DAY = {"meeting_day_id": "$wished_day_id"}
ASKS = {
    "meetings.put_wishes": Ask(
        CHILD,
        body={
            "guardian_id": "$guardian_id",
            "children": [{"student_id": "$student_id", "teacher_ids": ["$teacher_id"]}],
        },
        ids=_DAY,
    ),
    "meetings.wishes": Ask(BRANCH, ids=_DAY),
    "meetings.remind_of_wishes": Ask(BRANCH, ids=_DAY),
    "meetings.ask_for_timetable": Ask(BRANCH, body={"seconds": 1}, ids=_DAY, also=(409,)),
    "meetings.timetables": Ask(BRANCH, ids=_DAY),
    "meetings.timetable": Ask(BRANCH, ids=_DAY),
    "meetings.stop_timetable": Ask(BRANCH, ids=_DAY),
    "meetings.placements": Ask(BRANCH, ids=_DAY),
    "meetings.placement": Ask(BRANCH, ids=_DAY),
    "meetings.pin_placement": Ask(BRANCH, body={"pinned": False}, ids=_DAY),
    "meetings.publish_timetable": Ask(
        BRANCH,
        ids={"meeting_day_id": "$published_day_id", "timetable_id": "$published_timetable_id"},
        fresh=fresh.timetable_to_publish,
    ),
}
