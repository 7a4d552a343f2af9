"""The main job, through all four services and the gateway, as people do it."""

import threading
from datetime import date, timedelta
from typing import Any

from pypdf import PdfReader

from deploy.local import plan
from tests.e2e.school import School
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually


def test_the_roster_arrived_as_it_was_sent(school: School) -> None:
    branches = {branch["branch_id"]: branch for branch in school.operator.get("/v1/branches")["items"]}
    assert {school.platform.id("branch", id) for id in school.chain.branch_ids} == set(branches)
    mine = school.guardian("two_branches").get("/v1/me")
    assert {child["person_id"] for child in mine["children"]} == {
        school.child("two_branches", 0),
        school.child("two_branches", 1),
    }
    assert len({child["branch"]["branch_id"] for child in mine["children"]}) == 2


def test_homework_is_told_to_each_family_in_its_language_on_its_channel(school: School, platform: Platform) -> None:
    homework = school.set_homework("How plants drink")

    mother = eventually(lambda: _in_state(school, homework, "urdu_sms", 0, "delivered"))
    assert (mother["channel"], mother["language"]) == ("sms", "ur")
    text = platform.phone(school.family("urdu_sms").guardians[0].phone)[-1]["text"]
    assert school.family("urdu_sms").students[0].given.urdu in text
    assert school.chain.class_title in text

    father = eventually(lambda: _in_state(school, homework, "urdu_sms", 1, "delivered"))
    assert (father["channel"], father["language"]) == ("whatsapp", "en")

    by_mail = eventually(lambda: _in_state(school, homework, "email_only", 0, "sent"))
    assert by_mail["channel"] == "email"
    mail = platform.mails(school.family("email_only").guardians[0].email)[-1]
    assert school.family("email_only").students[0].given.latin in mail["subject"]

    in_app = eventually(lambda: _in_state(school, homework, "no_phone", 0, "sent"))
    assert in_app["channel"] == "app"

    gone_on = eventually(
        lambda: (row := _in_state(school, homework, "carrier_fails", 0, "sent")) and row["channel"] == "app" and row
    )
    to_repair = eventually(lambda: school.head.get(f"{school.branch}/contacts-to-repair")["items"])
    assert gone_on["guardian"]["id"] in [row["person"]["person_id"] for row in to_repair], "who is to be asked for a number"
    assert gone_on["reason"] in ("30005", None), "a channel that fails is followed by the next, and is left out from then on"
    stuck = eventually(lambda: _in_state(school, homework, "never_delivers", 0, "sent"))
    assert stuck["reason"] is None

    children = {child["id"] for row in school.told("homework", homework) for child in row["children"]}
    members = school.teacher.get(f"{school.branch}/classes/{school.class_id}")
    assert children == {student["person_id"] for student in members["students"]}, "no child of the class is left out in silence"


def _in_state(school: School, homework: str, kind: str, place: int, state: str) -> dict[str, Any] | None:
    row = school.told_to(homework, kind, place)
    assert row is not None, "not told yet"
    assert row["state"] == state, row
    return row


def test_a_parents_answer_stands_beside_the_message(school: School, platform: Platform) -> None:
    homework = school.set_homework("The water cycle")
    eventually(lambda: _in_state(school, homework, "urdu_sms", 0, "delivered"))
    phone = school.family("urdu_sms").guardians[0].phone
    Client(platform.carriers).post(f"/api/phones/{phone}/answers", {"channel": "sms", "text": "جی، ہو جائے گا"})
    answered = eventually(lambda: [row for row in school.told("homework", homework) if row["answers"]])
    assert [reply["text"] for reply in answered[0]["answers"]] == ["جی، ہو جائے گا"]


def test_two_families_race_for_a_slot(school: School, platform: Platform) -> None:
    day = {
        "title": "Autumn meeting",
        "held_on": (date.today() + timedelta(days=10)).isoformat(),
        "starts": "16:00",
        "ends": "17:00",
        "slot_minutes": 10,
        "teachers": [{"teacher_id": school.teacher.person_id, "place": "Room 4"}],
    }
    opened = school.head.post(f"{school.branch}/meeting-days", day)
    slots = f"{school.branch}/meeting-days/{opened['meeting_day_id']}/slots"
    ayesha, bilal = school.guardian("urdu_sms"), school.guardian("apart")
    wanted = ayesha.get(slots, params={"free": "true"})["items"][2]["slot_id"]

    answers: dict[str, Any] = {}
    both = threading.Barrier(2)

    def book(name: str, who: Client, child: str) -> None:
        both.wait()
        answers[name] = who.call("POST", f"{school.branch}/slots/{wanted}/booking", json={"student_id": child})

    racers = [
        threading.Thread(target=book, args=("ayesha", ayesha, school.child("urdu_sms"))),
        threading.Thread(target=book, args=("bilal", bilal, school.child("apart"))),
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(answer.status_code for answer in answers.values()) == [201, 409], {k: v.text for k, v in answers.items()}
    lost = next(answer.json() for answer in answers.values() if answer.status_code == 409)
    assert lost["type"].endswith("/slot-taken")
    assert len(lost["free_slots"]) > 0

    winner, loser = (ayesha, bilal) if answers["ayesha"].status_code == 201 else (bilal, ayesha)
    booking = winner.get(f"{school.branch}/bookings")["items"][0]
    calendar = winner.call("GET", f"{school.branch}/bookings/{booking['booking_id']}/calendar")
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in calendar.text
    assert loser.call("GET", f"{school.branch}/bookings/{booking['booking_id']}/calendar").status_code == 404

    kind = "urdu_sms" if winner is ayesha else "apart"
    phone = school.family(kind).guardians[0].phone
    eventually(lambda: any("Room 4" in message["text"] or "16:20" in message["text"] for message in platform.phone(phone)))
    feed = eventually(lambda: [item for item in school.teacher.get("/v1/feed")["items"] if item["about_type"] == "booking"])
    assert "BEGIN:VEVENT" in school.teacher.call("GET", feed[0]["calendar"]).text, "the teacher has the calendar file too"


def test_a_report_card_reaches_its_family_and_nobody_else(school: School, platform: Platform) -> None:
    child = school.child("urdu_sms")
    for subject, score in (("Science", "41.5"), ("Urdu", "38"), ("Mathematics", "47")):
        marks = [{"student_id": child, "score": score, "out_of": "50", "remark": "Asks good questions"}]
        sheet = {"class_id": school.class_id, "term": "First term", "subject": subject, "marks": marks}
        school.teacher.put(f"{school.branch}/marks", sheet)
    asked = {"class_id": school.class_id, "term": "First term", "student_ids": [child], "approved": True}
    run = school.head.post(f"{school.branch}/report-card-runs", asked)
    path = f"{school.branch}/report-card-runs/{run['run_id']}"
    done = eventually(lambda: (seen := school.teacher.get(path))["issued"] == seen["asked"] == 1 and seen)
    assert done["failed"] == []

    mother, stranger = school.guardian("urdu_sms"), school.guardian("apart")
    card = mother.get(f"{school.branch}/report-cards", params={"student_id": child})["items"][0]
    pdf = f"{school.branch}/report-cards/{card['report_card_id']}/pdf"
    for language in ("en", "ur", "both"):
        answer = mother.call("GET", pdf, params={"language": language})
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
        (platform.folder / "card.pdf").write_bytes(answer.content)
        page = PdfReader(platform.folder / "card.pdf").pages[0]
        fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
        assert language == "en" or any("Nastaliq" in font for font in fonts), fonts
    assert stranger.call("GET", pdf).status_code == 404
    assert platform.nobody().call("GET", pdf).status_code == 401

    phone = school.family("urdu_sms").guardians[0].phone
    told = eventually(lambda: _told_about_card(platform, phone)).partition("http")[0]  # a link has digits of its own
    assert not any(mark in told for mark in ("41.5", "126", "84")), "no marks in a message"


def _told_about_card(platform: Platform, phone: str) -> str | None:
    texts = [message["text"] for message in platform.phone(phone)]
    return next((text for text in texts if "رپورٹ" in text), None)


def test_a_home_note_is_seen_and_acknowledged(school: School) -> None:
    father = school.guardian("urdu_sms", 1)
    draft = {"student_id": school.child("urdu_sms"), "kind": "strengths", "text": "Reads to her brother each evening."}
    note = father.post(f"{school.branch}/home-notes", draft)
    inbox = school.teacher.get(f"{school.branch}/home-notes", params={"acknowledged": "false"})["items"]
    assert note["home_note_id"] in [each["home_note_id"] for each in inbox]
    school.teacher.post(f"{school.branch}/home-notes/{note['home_note_id']}/acknowledgement")
    mine = father.get(f"{school.branch}/home-notes")["items"]
    assert next(each for each in mine if each["home_note_id"] == note["home_note_id"])["acknowledged"]
    eventually(lambda: [item for item in school.teacher.get("/v1/feed")["items"] if item["about_type"] == "home_note"])


def test_a_trip_is_told_allowed_and_signed_up_for(school: School, platform: Platform) -> None:
    held_on = (date.today() + timedelta(days=12)).isoformat()
    session = {"held_on": held_on, "starts": "09:00", "ends": "13:00", "place": "Lahore Zoo", "shared": True}
    trip = {
        "kind": "event",
        "title": "Trip to the zoo",
        "title_ur": "چڑیا گھر کی سیر",
        "sessions": [session],
        "audience": {"class_ids": [school.class_id]},
        "who": "students",
        "places": 30,
    }
    activity = school.teacher.post(f"{school.branch}/activities", trip)
    path = f"{school.branch}/activities/{activity['activity_id']}"
    slip = {
        "activity_id": activity["activity_id"],
        "title": "Trip to the zoo",
        "text": "By bus, back by two.",
        "audience": trip["audience"],
        "answer_by": f"{held_on}T00:00:00Z",
    }
    asked = school.teacher.post(f"{school.branch}/permission-slips", slip)
    allowing = f"{school.branch}/permission-slips/{asked['permission_slip_id']}"
    for each in (path, allowing):
        school.teacher.post(f"{each}/publication", {})
    mother, child = school.guardian("urdu_sms"), school.child("urdu_sms")
    phone = school.family("urdu_sms").guardians[0].phone
    eventually(lambda: any("چڑیا گھر کی سیر" in message["text"] for message in platform.phone(phone)))
    mother.put(f"{allowing}/answers/{child}", {"answer": "yes", "text_version": 1})
    assert mother.put(f"{path}/sign-up", {"coming": True, "student_ids": [child]})["state"] == "coming"
    assert school.guardian("apart").get(path)["sign_up"] is None
    [family] = school.teacher.get(f"{path}/sign-ups")["items"]
    assert {"student_id": child, "permission": "granted"}.items() <= family["children"][0].items()
    file = eventually(lambda: _calendar_about(mother, activity["activity_id"]))
    assert "Lahore Zoo" in mother.call("GET", file).text


def _calendar_about(guardian: Client, about_id: str) -> str | None:
    items = guardian.get("/v1/feed")["items"]
    return next((each["calendar"] for each in items if each["about_id"] == about_id and each["calendar"]), None)


def test_a_branch_without_a_subscription_is_told_so_and_nothing_happens_there(school: School) -> None:
    path = school.path(school.chain.unsubscribed_branch_id)
    for resource in ("homework?class_id=x", "meeting-days", "messages?about_type=homework&about_id=x"):
        refused = school.operator.call("GET", f"{path}/{resource}")
        assert (refused.status_code, refused.json()["code"]) == (403, "subscription_required")
    assert school.operator.call("GET", f"{path}/classes").status_code == 200


def test_without_notifications_homework_is_set_and_nobody_is_told(school: School, platform: Platform) -> None:
    """Events about an unsubscribed branch cause no effect."""
    subscriptions, notifications = f"{school.branch}/subscriptions", platform.processes["notifications"]
    with notifications.handles("roster.branch_changed.v1"):
        school.operator.put(subscriptions, {"services": ["meetings", "reports"]})
    with notifications.handles("reports.homework_set.v1"):
        silent = school.set_homework("Nobody hears of this")
    with notifications.handles("roster.branch_changed.v1"):
        school.operator.put(subscriptions, {"services": ["meetings", "reports", "notifications"]})
    heard = school.set_homework("Everybody hears of this")
    eventually(lambda: school.told("homework", heard))
    assert school.told("homework", silent) == []


def test_one_service_down_leaves_the_others_working(school: School, platform: Platform) -> None:
    with platform.without("meetings"):
        down = school.teacher.call("GET", f"{school.branch}/meeting-days")
        assert (down.status_code, down.json()["type"].rsplit("/", 1)[1]) == (503, "service-unavailable")
        school.set_homework("While meetings is down")
    eventually(lambda: school.teacher.call("GET", f"{school.branch}/meeting-days").status_code == 200)


def test_one_of_the_two_that_serve_reports_is_not_missed(school: School, platform: Platform) -> None:
    today = f"{school.branch}/today/{school.child('urdu_sms')}"
    for name in plan.serving("reports"):
        with platform.without(name):
            answers = [school.teacher.call("GET", today).status_code for _ in range(4)]
            school.set_homework(f"While {name} is down")
        assert answers == [200] * 4


def test_one_document_describes_the_whole_interface(platform: Platform) -> None:
    document = platform.nobody().get("/openapi.json")
    tags = {tag for path in document["paths"].values() for operation in path.values() for tag in operation["tags"]}
    assert {"roster", "meetings", "reports", "notifications"} <= tags
