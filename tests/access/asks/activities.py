"""Activities, volunteering, permission slips."""

from tests.access import arranged
from tests.access.arranged import ACTIVITY, LINKS, SLIP, TASK
from tests.access.asks.ask import BRANCH, CLASS, THING, Ask

OF_CLASS = {"audience": {"class_ids": ["$class_id"]}}
SHIFT = {"shift_id": "$shift_id", "held_on": "$shift_on", "starts": "09:00", "ends": "10:00", "place": "Gate", "places": 50}
NEW_SHIFT = {"held_on": "2070-03-01", "starts": "09:00", "ends": "10:00", "place": "Gate", "places": 2}
QUIET = {"activity_id": "$quiet_activity_id"}
YES = {"answer": "yes", "text_version": 1}
ASKS = {
    "meetings.draft_activity": Ask(CLASS, body=ACTIVITY | OF_CLASS),
    "meetings.change_activity": Ask(THING, body=ACTIVITY | OF_CLASS),
    "meetings.remove_activity": Ask(THING, fresh=arranged.draft),
    "meetings.publish_activity": Ask(THING),
    "meetings.cancel_activity": Ask(THING, body={"because": "Rain"}, fresh=arranged.activity),
    "meetings.share_materials": Ask(THING, body=LINKS),
    "meetings.activities": Ask(BRANCH),
    "meetings.activity": Ask(THING),
    "meetings.activity_calendar": Ask(THING),
    "meetings.answer_invitation": Ask(THING, body={"coming": True, "heads": 2}),
    "meetings.give_feedback": Ask(THING, body={"rating": 5}, also=(409,)),
    "meetings.sign_ups": Ask(THING),
    "meetings.unanswered": Ask(THING, ids=QUIET),
    "meetings.ask_unanswered": Ask(THING, ids=QUIET, also=(409,)),
    "meetings.participants": Ask(THING),
    "meetings.activity_feedback": Ask(THING),
    "meetings.answer_for_family": Ask(THING, body={"coming": True, "guardian_id": "$guardian_id"}),
    "meetings.record_attendance": Ask(THING, body={"families": [{"student_id": "$student_id", "heads": 2}]}),
    "meetings.attendance": Ask(THING),
    "meetings.want_volunteers": Ask(CLASS, body=TASK | OF_CLASS | {"shifts": [NEW_SHIFT]}),
    "meetings.volunteer_tasks": Ask(BRANCH),
    "meetings.volunteer_task": Ask(THING),
    "meetings.change_volunteer_task": Ask(THING, body=TASK | OF_CLASS | {"shifts": [SHIFT]}),
    "meetings.cancel_volunteer_task": Ask(THING, fresh=arranged.task),
    "meetings.take_shift": Ask(THING, body={}),
    "meetings.give_shift_back": Ask(THING, fresh=arranged.task_with_helper),
    "meetings.helpers": Ask(THING),
    "meetings.put_helper_down": Ask(THING),
    "meetings.take_helper_out": Ask(THING, fresh=arranged.task_with_helper),
    "meetings.note_helpers": Ask(THING, body={"guardian_ids": []}, also=(409,)),
    "meetings.draft_slip": Ask(CLASS, body=SLIP | OF_CLASS),
    "meetings.change_slip": Ask(THING, body=SLIP | OF_CLASS),
    "meetings.publish_slip": Ask(THING),
    "meetings.close_slip": Ask(THING, fresh=arranged.slip),
    "meetings.permission_slips": Ask(BRANCH),
    "meetings.permission_slip": Ask(THING),
    "meetings.answer_slip": Ask(THING, body=YES),
    "meetings.record_paper_answer": Ask(THING, body=YES | {"guardian_id": "$guardian_id"}),
    "meetings.students_asked": Ask(THING),
}
