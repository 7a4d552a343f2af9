"""How each operation of the API is asked: a row each. `$name` stands for an id of the place that is asked about.

What the right names is what the path, query and body name: `about` says which of them belongs to somebody. A new operation
without a row fails the test.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.access.world import HOMEWORK, MARKED, MEETING_DAY

CHILD, CLASS, THING, BRANCH, SELF = "child", "class", "thing", "branch", "oneself"  # what a request is about


@dataclass(frozen=True)
class Ask:
    """`about` a child, a class or a thing of theirs: another's is out of reach. A branch's list shows what is in reach.

    `owner`: the role whose own thing it is, where a right reaches no further.
    `also`: answers that say that the caller may, though not now (409: it is done already).
    """

    about: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    owner: str = ""
    also: tuple[int, ...] = ()


PUBLIC = {
    "roster.sign_in": "signing in",
    "roster.ask_for_code": "signing in",
    "roster.verify_code": "signing in",
    "notifications.follow_link": "a link in a message: it only leads on",
    "notifications.sms_receipt": "signed by the carrier",
    "notifications.sms_answer": "signed by the carrier",
    "notifications.whatsapp_challenge": "signed by the carrier",
    "notifications.whatsapp_reports": "signed by the carrier",
}

ASKS = {
    # roster
    "roster.receive_roster": Ask(BRANCH, {"source": "matrix"}, b"no ZIP", also=(422,)),
    "roster.list_imports": Ask(BRANCH),
    "roster.show_import": Ask(BRANCH),
    "roster.show_me": Ask(SELF),
    "roster.list_branches": Ask(SELF),
    "roster.list_classes": Ask(BRANCH),
    "roster.show_class": Ask(CLASS),
    "roster.list_people": Ask(BRANCH),
    "roster.set_password": Ask(BRANCH, body={"password": "a long password"}, also=(409,)),
    "roster.show_subscriptions": Ask(BRANCH),
    "roster.subscribe": Ask(BRANCH, body={"services": ["meetings", "reports", "notifications"]}),
    # reports
    "reports.set_homework": Ask(CLASS, body=HOMEWORK | {"class_id": "$class_id"}),
    "reports.homework": Ask(CLASS, {"class_id": "$class_id"}),
    "reports.one_homework": Ask(THING),
    "reports.today": Ask(CHILD),
    "reports.put_marks": Ask(
        CLASS, body=MARKED | {"class_id": "$class_id", "marks": [{"student_id": "$student_id", "score": "7", "out_of": "10"}]}
    ),
    "reports.marks": Ask(CLASS, {"class_id": "$class_id", "term": "First term"}),
    "reports.ask_for_report_cards": Ask(
        CLASS, body={"class_id": "$class_id", "term": "First term", "student_ids": ["$student_id"]}
    ),
    "reports.report_card_run": Ask(THING),
    "reports.report_cards": Ask(CHILD, {"student_id": "$student_id"}),
    "reports.report_card": Ask(THING),
    "reports.report_card_pdf": Ask(THING),
    "reports.write_home_note": Ask(CHILD, body={"student_id": "$student_id", "kind": "strengths", "text": "Sings."}),
    "reports.home_notes": Ask(BRANCH),
    "reports.home_note": Ask(THING),
    "reports.acknowledge_home_note": Ask(THING),
    # meetings
    "meetings.open_day": Ask(
        BRANCH, body=MEETING_DAY | {"teachers": [{"teacher_id": "$teacher_id", "place": "Room 5"}]}, also=(409,)
    ),
    "meetings.meeting_days": Ask(BRANCH),
    "meetings.meeting_day": Ask(BRANCH),
    "meetings.slots": Ask(BRANCH),
    "meetings.book": Ask(CHILD, body={"student_id": "$student_id"}, also=(409,)),
    "meetings.my_bookings": Ask(BRANCH),
    "meetings.booking": Ask(THING),
    "meetings.calendar": Ask(THING),
    # notifications
    "notifications.messages_about": Ask(BRANCH, {"about_type": "homework", "about_id": "$homework_id"}),
    "notifications.messages_summary": Ask(BRANCH, {"about_type": "homework", "about_id": "$homework_id"}),
    "notifications.my_feed": Ask(SELF),
    "notifications.i_read": Ask(THING, owner="guardian"),
    "notifications.my_calendar_file": Ask(THING, owner="guardian"),
}


def filled(value: Any, ids: dict[str, str]) -> Any:
    """With the ids of a place for their names."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    return ids[value[1:]] if isinstance(value, str) and value.startswith("$") else value
