"""Homework is set, and everybody hears of it: the service, its worker and the carriers, all real but the last."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from schoolbus.clock import now
from schoolbus.contracts.meetings import MeetingDayOpened
from schoolbus.contracts.reports import HomeNoteAcknowledged, HomeNoteWritten, ReportCardIssued
from schoolbus.contracts.roster import SignInCodeRequested
from tests.notifications.schools import CALENDAR, School
from tests.support import people
from tests.support.roster import related
from tests.support.waiting import eventually


def received(stage, address, carriers=None):
    """What came to a phone or a mailbox, once something has."""
    return eventually(lambda: (carriers or stage.carriers).received(address))


# On each channel, in each language


def test_homework_in_urdu_by_sms(stage):
    school = School(stage)
    mother = school.guardian("sms", language="ur")
    school.child(mother)
    homework = school.open().homework()
    stage.service.say(homework)
    (sms,) = received(stage, school.of(mother, "phone"))
    assert sms["channel"] == "sms"
    assert sms["text"].startswith("عائشہ کو Science 5 کا ہوم ورک ملا ہے، جمعہ 27 نومبر تک۔\nhttp://")
    message = school.comes_to("delivered", homework, mother)
    assert [step["state"] for step in message["history"]] == ["queued", "sent", "delivered"]
    assert (message["children"][0]["name"], message["guardian"]["name"]) == ("Ayesha Khan", f"{mother.title()} Khan")
    assert message["parts"] == 2


def test_the_link_in_a_message_leads_to_the_thing(stage):
    school = School(stage)
    mother = school.guardian("sms")
    school.child(mother)
    homework = school.open().homework()
    stage.service.say(homework)
    (sms,) = received(stage, school.of(mother, "phone"))
    answer = requests.get(sms["text"].split("\n")[1], allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/v1/branches/{school.id}/homework/{homework.data['homework_id']}"
    assert stage.service.call("GET", "/v1/m/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_homework_in_english_by_whatsapp(stage):
    school = School(stage)
    father = school.guardian("whatsapp")
    school.child(father)
    homework = school.open().homework()
    stage.service.say(homework)
    (message,) = received(stage, school.of(father, "phone"))
    assert message["template"] == "rabta_homework_set"
    told = "Assalam-o-alaikum,\nAyesha has new homework in Science 5, due Fri 27 Nov.\nhttp://"
    assert message["text"].startswith(told)
    school.comes_to("delivered", homework, father)
    stage.carriers.open_phone(school.of(father, "phone"))
    school.comes_to("read", homework, father)


def test_homework_by_email(stage):
    school = School(stage)
    aunt = school.guardian("email", language="ur")
    school.child(aunt)
    homework = school.open().homework()
    stage.service.say(homework)
    (mail,) = received(stage, school.of(aunt, "email"), stage.post_office)
    assert mail["subject"] == "نیا ہوم ورک: عائشہ"
    assert "جمعہ 27 نومبر" in mail["text"]
    school.comes_to("sent", homework, aunt)


def test_homework_in_the_app(stage):
    school = School(stage)
    uncle = school.guardian("app")
    school.child(uncle)
    homework = school.open().homework()
    stage.learn(homework)
    school.comes_to("sent", homework, uncle)
    (item,) = school.feed(uncle)
    assert item["body"] == "Ayesha has new homework in Science 5, due Fri 27 Nov."
    assert item["path"] == f"/v1/branches/{school.id}/homework/{homework.data['homework_id']}"
    assert (item["state"], item["calendar"]) == ("delivered", None)
    school.comes_to("delivered", homework, uncle)
    read = f"/v1/feed/{item['message_id']}/read"
    assert stage.service.call("POST", read, people.guardian("somebody-else", school.id)).status_code == 404
    for _ in range(2):
        answer = stage.service.call("POST", read, people.guardian(uncle, school.id))
        assert (answer.status_code, answer.json()["state"]) == (200, "read")
    assert [step["state"] for step in school.comes_to("read", homework, uncle)["history"]] == ["sent", "delivered", "read"]


# Who is told, and how often


def test_a_guardian_of_siblings_hears_once_and_of_both(stage):
    school = School(stage)
    mother = school.guardian("sms")
    school.child(mother)
    school.child(mother, given_name="Bilal")
    homework = school.open().homework()
    stage.service.say(homework, homework)
    (sms,) = received(stage, school.of(mother, "phone"))
    assert sms["text"].startswith("Ayesha and Bilal have new homework")
    message = school.comes_to("delivered", homework, mother)
    assert sorted(child["name"] for child in message["children"]) == ["Ayesha Khan", "Bilal Khan"]


def test_siblings_have_a_whatsapp_template_of_their_own(stage):
    school = School(stage)
    mother = school.guardian("whatsapp")
    school.child(mother)
    school.child(mother, given_name="Bilal")
    stage.service.say(school.open().homework())
    (message,) = received(stage, school.of(mother, "phone"))
    assert message["template"] == "rabta_homework_set_several"
    assert "Ayesha and Bilal have new homework" in message["text"]


def test_a_doubled_event_tells_once(stage):
    school = School(stage)
    mother = school.guardian("sms")
    school.child(mother)
    homework = school.open().homework()
    stage.learn(homework, homework, homework)
    school.comes_to("delivered", homework, mother)
    assert len(stage.carriers.received(school.of(mother, "phone"))) == 1


def test_who_cannot_be_told_is_shown_with_the_reason(stage):
    school = School(stage)
    no_phone = school.guardian("sms", phone=None)
    no_email = school.guardian("email", email=None)
    gone = school.guardian("sms", active=False)
    school.child(no_phone, no_email, gone)
    school.child(given_name="Zara")
    homework = school.open().homework()
    stage.service.say(homework)
    shown = eventually(lambda: school.followed(homework))
    assert {id: (item["state"], item["reason"]) for id, item in shown.items()} == {
        no_phone: ("queued", "no_phone"),
        no_email: ("queued", "no_email"),
        gone: ("skipped", "left"),
        "": ("skipped", "no_guardian"),
    }
    assert shown[no_phone]["channel"] == "paper"
    assert [child["name"] for child in shown[""]["children"]] == ["Zara Khan"]
    summary = school.ask(homework, below="/summary").json()
    assert (summary["total"], summary["states"]["skipped"], summary["states"]["queued"]) == (4, 2, 2)


def test_a_guardian_who_may_not_receive_reports_is_not_told(stage):
    school = School(stage)
    mother, father = school.guardian("app"), school.guardian("app")
    child = school.child(mother)
    school.open()
    homework = school.homework()
    stage.learn(related(school.id, (father, child), may_receive_reports=False))
    stage.learn(homework)
    assert set(school.followed(homework)) == {mother}


def test_a_branch_that_does_not_subscribe_tells_nobody(stage):
    school = School(stage, services=("reports",))
    mother = school.guardian("app")
    school.child(mother)
    homework = school.open().homework()
    stage.learn(homework)
    assert school.feed(mother) == []
    assert school.followed(homework) == {}


def test_homework_that_comes_before_its_student_waits(stage):
    school = School(stage)
    school.child(school.guardian("app"))
    homework = school.open().homework()
    late = school.guardian("app")
    homework.data["student_ids"] = [school.child(late)]
    stage.service.say(homework)
    assert school.feed(late) == []
    school.open()
    eventually(lambda: school.feed(late))


def test_teachers_and_guardians_hear_of_home_notes(stage):
    school = School(stage)
    mother, father = school.guardian("app"), school.guardian("app")
    child = school.child(mother, father)
    school.open()
    about = {"branch_id": school.id, "subject": "n1", "home_note_id": "n1", "student_id": child, "guardian_id": mother}
    stage.learn(HomeNoteWritten(**about, teacher_ids=[school.name("t1")]))
    assert [item["body"] for item in school.feed(school.name("t1"))] == ["There is a new home note about Ayesha."]
    by_code = replace(people.guardian(school.name("t1"), school.id), how="code")
    assert stage.service.call("GET", "/v1/feed", by_code).json()["items"] == [], "a phone that others may hold too"
    stage.learn(HomeNoteAcknowledged(**about, teacher_id=school.name("t1")))
    (item,) = school.feed(mother)
    assert item["body"].endswith("has read your note about Ayesha.")
    assert school.feed(father) == []


def test_guardians_hear_of_report_cards_and_meeting_days(stage):
    school = School(stage)
    mother = school.guardian("app", language="ur")
    child = school.child(mother)
    school.open()
    day = {"title": "Parents' day", "held_on": now().date(), "student_ids": [child]}
    stage.learn(
        ReportCardIssued(branch_id=school.id, subject="rc1", report_card_id="rc1", student_id=child, term="Term 1"),
        MeetingDayOpened(branch_id=school.id, subject="md1", meeting_day_id="md1", **day),
    )
    assert {item["about_type"] for item in school.feed(mother)} == {"report_card", "meeting_day"}
    assert "عائشہ کا Term 1 کا رپورٹ کارڈ تیار ہے۔" in [item["body"] for item in school.feed(mother)]


def test_a_booking_is_confirmed_to_both_with_the_calendar_file(stage):
    school = School(stage)
    mother = school.guardian("email")
    child = school.child(mother)
    school.open()
    stage.service.say(school.booking(mother, child))
    (mail,) = received(stage, school.of(mother, "email"), stage.post_office)
    (attachment,) = mail["attachments"]
    assert (attachment["filename"], attachment["content_type"]) == ("meeting.ics", "text/calendar")
    assert requests.get(stage.post_office.url + attachment["url"], timeout=10).text.splitlines() == CALENDAR.splitlines()
    (item,) = eventually(lambda: school.feed(school.name("t1")))
    assert "A family booked a meeting about Ayesha: Sat 5 Dec, 5:30 pm, Room 4." in item["body"]
    file = stage.service.call("GET", item["calendar"], school.teacher)
    assert (file.headers["Content-Type"], file.text) == ("text/calendar; charset=utf-8", CALENDAR)
    assert stage.service.call("GET", item["calendar"], school.stranger).status_code == 404


# Who sees what became of it


def test_only_those_who_teach_the_child_and_the_branch_see_its_messages(stage):
    school, other = School(stage), School(stage)
    mother = school.guardian("app")
    school.child(mother)
    homework = school.open().homework()
    other.open()
    stage.learn(homework)
    assert set(school.followed(homework, school.teacher)) == {mother}
    assert set(school.followed(homework, school.head)) == {mother}
    assert set(school.followed(homework, people.operator())) == {mother}
    assert school.followed(homework, school.stranger) == {}
    assert school.ask(homework, school.stranger, "/summary").json()["total"] == 0
    assert school.ask(homework, people.guardian(mother, school.id)).status_code == 403
    assert school.ask(homework, other.head).status_code == 403
    assert school.ask(homework, None, about_type="weather").status_code == 422
    assert stage.service.call("GET", f"/v1/branches/{school.id}/messages", school.head).status_code == 422


def test_families_and_feeds_come_in_pages(stage):
    school = School(stage)
    mothers = [school.guardian("app") for _ in range(5)]
    for mother in mothers:
        school.child(mother)
    homework = school.open().homework()
    stage.learn(homework)
    first = school.ask(homework, limit=3).json()
    second = school.ask(homework, limit=3, after=first["next"]).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 2, None)
    assert {item["guardian"]["id"] for page in (first, second) for item in page["items"]} == set(mothers)


def test_the_feed_needs_sign_in(stage):
    assert stage.service.call("GET", "/v1/feed").status_code == 401


# One-time codes


def code_for(phone, branch_id="chain", minutes=5):
    return SignInCodeRequested(
        branch_id=branch_id,
        subject=phone,
        phone=phone,
        language="ur",
        code="493021",
        expires_at=now() + timedelta(minutes=minutes),
    )


def test_a_sign_in_code_comes_at_once_and_leaves_no_trace(stage):
    event = code_for("+923005550077")
    stage.service.say(event, event)
    (sms,) = received(stage, "+923005550077")
    assert sms["text"] == "آپ کا کوڈ 493021 ہے۔ یہ کسی کو نہ بتائیں۔"
    kept = stage.collection("codes")
    eventually(lambda: kept.find_one({"address": "+923005550077"})["state"] == "delivered")
    assert "493021" not in str(kept.find_one({"address": "+923005550077"}))
    assert stage.collection("messages").find_one({"address": "+923005550077"}) is None
    for process in stage.service.processes.values():
        assert "493021" not in process.log.read_text()
        assert "+923005550077" not in process.log.read_text()


def test_an_expired_code_is_not_sent(stage):
    stage.learn(code_for("+923005550078", minutes=-1))
    assert stage.collection("codes").find_one({"address": "+923005550078"}) is None


@pytest.mark.parametrize("role", ["serve", "worker"])
def test_messages_are_counted(stage, role):
    school = School(stage)
    mother = school.guardian("sms")
    school.child(mother)
    homework = school.open().homework()
    stage.service.say(homework)
    school.comes_to("delivered", homework, mother)
    assert stage.service.metric(role, "rabta_messages_total") > 0
    assert stage.service.metric("worker", "rabta_delivery_delay_seconds_count") > 0


def test_metrics_tell_size_channel_provider_and_state_and_how_long_it_took(stage):
    school = School(stage)
    mother, father = school.guardian("sms"), school.guardian("app")
    school.child(mother, father)
    of_sms = 'rabta_messages_total{carrier="sms.twilio",channel="sms",size="small",state="sent"}'
    of_app = 'rabta_messages_total{carrier="none",channel="app",size="small",state="delivered"}'
    took = 'rabta_delivery_delay_seconds_bucket{channel="sms",lane="direct",le="+Inf"}'
    parts = 'rabta_message_parts_total{carrier="sms.twilio",size="small"}'
    asked = (("worker", of_sms), ("serve", of_app), ("worker", took), ("worker", parts))
    before = [stage.service.metric(role, name) for role, name in asked]
    homework = school.open().homework()
    stage.service.say(homework)
    school.comes_to("delivered", homework, mother)
    assert len(school.feed(father)) == 1
    after = [stage.service.metric(role, name) for role, name in asked]
    assert all(new > old for new, old in zip(after, before, strict=True)), (before, after)
