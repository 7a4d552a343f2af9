"""Events and people in, messages out: plain values, no database."""

from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from schoolbus.contracts.activities import ActivityOpened
from schoolbus.contracts.meetings import MeetingDayOpened, SlotBooked
from schoolbus.contracts.reports import HomeNoteAcknowledged, HomeNotePrompted, HomeNoteWritten, HomeworkSet, ReportCardIssued
from services.notifications.links import link, message_id_of
from services.notifications.messages import Concerned, compose
from services.notifications.ruling.rows import RULES, faults, row_of
from services.notifications.sending.queueing import placed
from services.notifications.settings import Rules
from services.notifications.webhooks.offered import OFFERED
from services.notifications.wording.rules import FEED, PLACES, place
from tests.contracts.samples import SAMPLES
from tests.support.roster import someone

KINDS = [type(event) for event in SAMPLES]

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PEOPLE = {
    person["person_id"]: person
    for person in (
        someone("t1", "teacher", given_name="Farah", family_name="Siddiqui", email="t1@example.pk", channels=["email"]),
        someone("t2", "teacher"),
        someone("s1", "student", given_name="Ayesha", given_name_ur="عائشہ"),
        someone("s2", "student", given_name="Bilal", given_name_ur="بلال"),
        someone("s3", "student", given_name="Sana"),
        someone("g1", "guardian", language="ur", phone="+923001110001", channels=["sms", "email"]),
        someone("g2", "guardian", phone="+923001110002", channels=["whatsapp"]),
        someone("g3", "guardian", channels=["email", "app"]),
        someone("g4", "guardian", channels=[]),
        someone("g5", "guardian", active=False),
        someone("g6", "guardian"),
        someone("g7", "guardian", channels=["email"]),
    )
}


def homework(*student_ids):
    return HomeworkSet(
        branch_id="b1",
        subject="hw1",
        homework_id="hw1",
        class_id="c1",
        class_title="Science 5",
        title="The water cycle",
        due_on=date(2026, 11, 27),
        teacher_id="t1",
        student_ids=list(student_ids),
    )


def booked():
    return SlotBooked(
        branch_id="b1",
        subject="slot1",
        booking_id="bk1",
        slot_id="slot1",
        meeting_day_id="md1",
        student_id="s1",
        guardian_id="g1",
        teacher_id="t1",
        starts_at=datetime(2026, 12, 5, 12, tzinfo=UTC),
        ends_at=datetime(2026, 12, 5, 12, 10, tzinfo=UTC),
        place="Room 4",
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )


def told(event, guardians=None):
    rules = [rule for rule in RULES.values() if rule.event is type(event)]
    composed = [compose(rule, event, Concerned(PEOPLE, guardians or {}), public_url="http://rabta", at=AT) for rule in rules]
    drafts = [draft for each in composed for draft in each]
    return {draft["person_id"]: placed(draft, PEOPLE.get(draft["person_id"]), Rules(), AT) for draft in drafts}


def test_a_guardian_of_two_children_gets_one_message_that_names_both():
    messages = told(homework("s1", "s2"), {"s1": ["g1"], "s2": ["g1"]})
    assert list(messages) == ["g1"]
    assert messages["g1"]["student_ids"] == ["s1", "s2"]
    assert "عائشہ اور بلال" in messages["g1"]["body"]
    assert messages["g1"]["state"] == "queued"
    assert messages["g1"]["parts"] == 2
    assert messages["g1"]["address"] == "+923001110001"


def test_each_guardian_gets_their_own():
    messages = told(homework("s1"), {"s1": ["g1", "g2"]})
    assert messages["g1"]["_id"] != messages["g2"]["_id"]
    assert (messages["g2"]["channel"], messages["g2"]["parts"]) == ("whatsapp", None)
    assert messages["g2"]["template"] == "rabta_homework_set"
    assert messages["g2"]["parameters"] == ["Ayesha", "Science 5", "Fri 27 Nov", messages["g2"]["link"]]


def test_the_same_event_makes_the_same_ids():
    event = homework("s1", "s3")
    assert told(event, {"s1": ["g1"]}) == told(event, {"s1": ["g1"]})


@pytest.mark.parametrize(("guardian", "reason"), [("g5", "left"), (None, "no_guardian")])
def test_who_cannot_be_told_is_recorded(guardian, reason):
    message = told(homework("s3"), {"s3": [guardian]} if guardian else {})[guardian]
    assert (message["state"], message["reason"], message["student_ids"]) == ("skipped", reason, ["s3"])
    assert message["history"] == [{"state": "skipped", "at": AT, "reason": reason, "channel": None}]


@pytest.mark.parametrize(("guardian", "reason"), [("g4", "no_channel"), ("g7", "no_email")])
def test_who_has_no_channel_is_told_on_paper(guardian, reason):
    message = told(homework("s3"), {"s3": [guardian]})[guardian]
    assert (message["state"], message["channel"], message["reason"]) == ("queued", "paper", reason)


def test_a_message_in_the_app_waits_for_no_carrier():
    assert told(homework("s3"), {"s3": ["g6"]})["g6"]["state"] == "sent"


def test_a_booking_is_confirmed_to_both_sides_with_the_calendar_file():
    messages = told(booked())
    assert set(messages) == {"g1", "t1"}
    assert all(message["calendar"].startswith("BEGIN:VCALENDAR") for message in messages.values())
    assert "Farah Siddiqui" in messages["g1"]["body"]
    assert messages["t1"]["body"] == "A family booked a meeting about Ayesha: Sat 5 Dec, 5:00 pm, Room 4."
    assert (messages["g1"]["role"], messages["t1"]["role"]) == ("guardian", "teacher")
    assert messages["g1"]["urgency"] < told(homework("s1"), {"s1": ["g1"]})["g1"]["urgency"]


def test_teachers_hear_of_a_home_note_in_the_app_whatever_they_prefer():
    event = HomeNoteWritten(
        branch_id="b1", subject="n1", home_note_id="n1", student_id="s1", guardian_id="g1", teacher_ids=["t1", "t2"]
    )
    assert {id: message["channel"] for id, message in told(event).items()} == {"t1": "app", "t2": "app"}


def test_only_the_guardian_who_wrote_hears_that_it_was_read():
    event = HomeNoteAcknowledged(
        branch_id="b1", subject="n1", home_note_id="n1", student_id="s1", guardian_id="g2", teacher_id="t1"
    )
    messages = told(event, {"s1": ["g1", "g2"]})
    assert list(messages) == ["g2"]
    assert messages["g2"]["body"] == "Farah Siddiqui has read your note about Ayesha."


def test_the_weekly_question_names_no_child_and_costs_no_paper():
    until = datetime(2026, 12, 1, tzinfo=UTC)
    event = HomeNotePrompted(branch_id="b1", subject="p", home_note_prompt_id="p", person_ids=["g1"], until=until)
    (message,) = told(event, {"s1": ["g1"]}).values()
    assert message["text"] == "home_note_prompted"
    assert (message["role"], message["path"], message["until"]) == ("guardian", "/v1/branches/b1/home-notes", until)
    assert (message["student_ids"], message["paper"]) == ([], False)


def test_report_cards_and_meeting_days_reach_all_guardians():
    card = ReportCardIssued(branch_id="b1", subject="rc1", report_card_id="rc1", student_id="s1", term="First term")
    day = MeetingDayOpened(
        branch_id="b1", subject="md1", meeting_day_id="md1", title="Parents' day", held_on=date(2026, 12, 5), student_ids=["s1"]
    )
    assert set(told(card, {"s1": ["g1", "g2"]})) == set(told(day, {"s1": ["g1", "g2"]})) == {"g1", "g2"}


def test_a_message_says_where_the_thing_is():
    message = told(homework("s1"), {"s1": ["g2"]})["g2"]
    assert message["path"] == "/v1/branches/b1/homework/hw1"
    assert message["link"] == link("http://rabta", message["_id"])
    assert message_id_of(message["link"].rpartition("/")[2]) == message["_id"]


def test_what_school_named_in_urdu_is_told_in_urdu_to_those_who_read_it():
    facts = {"title": "Reading at home", "title_ur": "گھر پر پڑھنا", "starts_at": AT, "ends_at": AT, "place": "Hall"}
    event = ActivityOpened(branch_id="b1", subject="w1", activity_id="w1", edition=0, student_ids=["s1"], **facts)
    people = {"g1": {**PEOPLE["g1"], "language": "ur"}, "g2": {**PEOPLE["g1"], "person_id": "g2", "language": "en"}}
    whom = Concerned({**people, "s1": PEOPLE["s1"]}, {"s1": ["g1", "g2"]})
    drafts = compose(RULES["activity_opened"], event, whom, public_url="http://rabta", at=AT)
    assert ["گھر پر پڑھنا" in each["body"] for each in drafts] == [True, False]
    assert "Reading at home" in drafts[1]["body"]
    assert drafts[0]["path"] == "/v1/branches/b1/activities/w1"


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_each_rule_has_what_its_text_says(rule):
    assert faults(row_of(rule)) == {}
    known = {*rule.event.schema.fields, "children", "teacher"}
    assert set(rule.text.fields) <= known
    assert f"{rule.about}_id" in known
    assert rule.about in PLACES


def test_all_rules_of_an_event_are_about_the_same_and_end_at_the_same_moment():
    of_event = {(rule.event.type, rule.about, rule.until, rule.urgent_until) for rule in RULES.values()}
    assert len(of_event) == len({event for event, *_ in of_event})


WEBHOOKS_ALONE = {"meetings.activity_attended"}


def test_every_event_for_notifications_about_what_home_hears_has_a_rule():
    """Of meetings and reports; the rest is between the services, or for a branch's own systems alone."""
    heard = {event.type for event in KINDS if event.publisher() in ("meetings", "reports") and "notifications" in event.read_by}
    services_own = ("access_noted", "person_exported", "person_erased", "usage_metered", "day_meetings_cancelled")
    services_own += ("behaviour_notes_withdrawn", "pta_membership_changed", "pta_office_ended", "pta_decision_settled")
    services_own += ("replay_asked_of_notifications", "replay_doubted_of_notifications")
    told = {type for type in heard if not type.endswith(services_own)} - WEBHOOKS_ALONE
    assert {rule.event.type for rule in RULES.values()} == told
    assert {event.type for event in OFFERED} >= WEBHOOKS_ALONE
    assert all("notifications" in rule.event.read_by for rule in RULES.values())


@pytest.mark.parametrize(
    "change",
    [
        {"event": "roster.people_changed"},
        {"event": "weather.changed"},
        {"tells": "everybody"},
        {"tells": "participants"},
        {"text": "report_card_issued"},
        {"about": "booking"},
        {"until": "starts_at"},
        {"channel": "pigeon"},
        {"channel": "paper"},
        {"urgency": "at once"},
        {"urgency": "urgent", "channel": "digest"},
    ],
)
def test_a_wrong_row_is_known(change):
    assert faults({**row_of(RULES["homework_set"]), **change})


@pytest.mark.parametrize("key", ["activity_reminder", "commitment_due", "meeting_booked_teacher"])
def test_no_digest_where_teachers_may_be_told(key):
    assert "channel" in faults({**row_of(RULES[key]), "channel": "digest"})


def test_grades_are_compared_however_they_are_written():
    rule, guardians = replace(RULES["homework_set"], grades=("5",)), {"s1": ["g1"], "s2": ["g2"]}
    told = rule.told(homework("s1", "s2").data, guardians, {"s1": {"05"}, "s2": {"50"}})
    assert [each.person_id for each in told] == ["g1"]


def test_an_unknown_teacher_holds_back_whom_the_words_name_them_to():
    def drafts(key, event):
        whom = Concerned(PEOPLE, {"s1": ["g1"]}, missing={"t1"})
        return compose(RULES[key], event, whom, public_url="http://rabta", at=AT)

    assert [each["person_id"] for each in drafts("homework_set", homework("s1"))] == ["g1"]
    assert drafts("meeting_booked", booked()) == drafts("meeting_booked_teacher", booked()) == []


def test_what_has_no_page_of_its_own_is_in_the_feed():
    assert place("b1", "quiz", "q1", ["s1"]) == "/v1/branches/b1/today/s1"
    assert place("b1", "quiz", "q1", ["s1", "s2"]) == place("b1", "usage", "u1") == FEED
    assert place("b1", "commitment", "k1", ["s1"]) == "/v1/branches/b1/commitments/k1"


SECRET = "Bilal pushed somebody and got 3 of 10, said the doctor"


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: event.type)
def test_neither_mark_nor_behaviour_nor_reason_is_in_a_message(event):
    """Whatever a publisher adds to its event one day."""
    if not any(rule.event is type(event) for rule in RULES.values()):
        return
    event = copy(event)
    more = dict.fromkeys(("score", "mark", "remark", "behaviour", "reason", "note", "text", "kind"), SECRET)
    event.data = {**event.data, **more}
    people = {id: {**PEOPLE["t1"], "person_id": id} for id in ("t1", "s1", "s2", "g1")}
    for rule in RULES.values():
        if rule.event is type(event):
            drafts = compose(rule, event, Concerned(people, {"s1": ["g1"], "s2": ["g1"]}), public_url="http://rabta", at=AT)
            assert drafts
            assert SECRET not in str([(each["subject"], each["body"], each["parameters"]) for each in drafts])


@pytest.mark.parametrize("code", ["", "x", "=" * 22, "A" * 21, "A" * 23, "ا" * 22, "a b" * 8, "A" * 400])
def test_no_code_is_no_message(code):
    assert message_id_of(code) is None
