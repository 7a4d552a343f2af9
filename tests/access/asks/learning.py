"""The classroom: homework with what families say of it, diary, timetable, expectations, goals, methods."""

from typing import Any

from tests.access import taught
from tests.access.asks.ask import CHILD, CLASS, THING, Ask
from tests.access.samples import EXPECTATIONS, HOMEWORK, in_days

CHANGED: dict[str, Any] = HOMEWORK | {"title": "Two plants", "edition": 0}
ENTRY: dict[str, Any] = {"text": "We watered plants.", "talking_point": "Ask how plants drink."}
PERIOD: dict[str, Any] = {"weekday": 0, "number": 1, "starts": "08:00", "ends": "08:40", "subject": "Science"}
GOAL: dict[str, Any] = {"text": "Read aloud"}
METHOD: dict[str, Any] = {"subject": "English", "text": "We sound words out."}
_TODAY, _FROM = {"held_on": in_days(0)}, {"valid_from": in_days(0)}
_HOLIDAY = (409,)

ASKS = {
    "reports.change_homework": Ask(THING, body=CHANGED, fresh=taught.homework),
    "reports.withdraw_homework": Ask(THING, fresh=taught.homework),
    "reports.homework_editions": Ask(THING),
    "reports.see_homework": Ask(CHILD),
    "reports.answer_homework": Ask(CHILD, body={"edition": 0, "done": "yes", "signed": True}),
    "reports.homework_answers": Ask(THING),
    "reports.check_homework": Ask(THING, body={"checks": [{"student_id": "$student_id", "checked": "done"}]}),
    "reports.upload_homework_file": Ask(CLASS, {"class_id": "$class_id", "client_id": "1"}, also=(415,)),
    "reports.homework_file": Ask(THING),
    "reports.write_diary": Ask(CLASS, body=ENTRY, ids=_TODAY, also=_HOLIDAY),
    "reports.remove_diary": Ask(CLASS, ids=_TODAY),
    "reports.diary": Ask(CLASS),
    "reports.put_class_timetable": Ask(CLASS, body={"periods": [PERIOD]}, ids=_FROM),
    "reports.remove_class_timetable": Ask(CLASS, ids=_FROM),
    "reports.class_timetable": Ask(CLASS),
    "reports.set_expectations": Ask(CLASS, body=EXPECTATIONS),
    "reports.expectations": Ask(CLASS),
    "reports.acknowledge_expectations": Ask(CLASS, body={"edition": 1}),
    "reports.acknowledgements": Ask(CLASS),
    "reports.set_goal": Ask(CLASS, body=GOAL | {"class_id": "$class_id"}),
    "reports.change_goal": Ask(THING, body=GOAL | {"state": "reached", "edition": 0}, fresh=taught.goal),
    "reports.note_progress": Ask(THING, body={"text": "A page a day."}),
    "reports.goals": Ask(CLASS, {"class_id": "$class_id"}),
    "reports.goal": Ask(THING),
    "reports.add_method": Ask(CLASS, body=METHOD | {"class_id": "$class_id"}),
    "reports.change_method": Ask(THING, body=METHOD | {"text": "We read aloud.", "edition": 0}, fresh=taught.method),
    "reports.remove_method": Ask(THING, fresh=taught.method),
    "reports.methods": Ask(CLASS, {"class_id": "$class_id"}),
    "reports.method": Ask(THING),
}
