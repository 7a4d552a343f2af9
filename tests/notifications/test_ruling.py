"""Which event tells whom: the chain's rules, a branch's narrowings, and what becomes of an event by them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from schoolbus.caller import Caller
from schoolbus.clock import BRANCH_ZONE, now
from schoolbus.events import CHUNK
from tests.notifications import happenings
from tests.notifications.conftest import Stage
from tests.notifications.happenings import Activity, Meeting
from tests.notifications.schools import School
from tests.support import people, roster
from tests.support.waiting import eventually

CHAIN = "/v1/notification-rules"
OPERATOR = people.operator()


class Rules:
    """As their keepers ask for them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.changed: set[str] = set()

    def chains(self, method: str, key: str, body: Any = None, caller: Caller = OPERATOR) -> requests.Response:
        if method == "PUT":
            self.changed.add(key)
        return self.stage.service.call(method, f"{CHAIN}/{key}", caller, **({"json": body} if body is not None else {}))

    def keep(self, key: str, **wanted: Any) -> dict[str, Any]:
        answer = self.chains("PUT", key, wanted)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def branchs(
        self, school: School, method: str, key: str = "", body: Any = None, caller: Caller | None = None
    ) -> requests.Response:
        path = f"/v1/branches/{school.id}/notification-rules" + (f"/{key}" if key else "")
        return self.stage.service.call(method, path, caller or school.head, **({"json": body} if body is not None else {}))

    def narrow(self, school: School, key: str, **narrowing: Any) -> dict[str, Any]:
        answer = self.branchs(school, "PUT", key, narrowing)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture
def rules(stage: Stage) -> Iterator[Rules]:
    made = Rules(stage)
    yield made
    for key in made.changed:
        assert made.chains("DELETE", key).status_code in (204, 404)


def asleep() -> dict[str, Any]:
    """A family that wants to be disturbed only hours from now."""
    there = now().astimezone(BRANCH_ZONE)
    hours = {name: f"{there + timedelta(hours=ahead):%H}:00" for name, ahead in (("from", 3), ("to", 5))}
    return {"preferences": {"hours": hours}}


def stored(stage: Stage, event: Any, **more: Any) -> list[dict[str, Any]]:
    """The messages of an event, whatever became of them."""
    return list(stage.collection("messages").find({"source.id": event.id, **more}, sort=[("_id", 1)]))


# The chain's rules


def test_an_operator_sees_all_rules_and_what_they_can_be_made_of(rules: Rules) -> None:
    answer = rules.stage.service.call("GET", CHAIN, OPERATOR).json()
    by_key = {each["key"]: each for each in answer["items"]}
    assert by_key["absence_recorded"]["in_force"]["urgency"] == "urgent"
    assert by_key["homework_set"]["default"] == by_key["homework_set"]["in_force"]
    assert (by_key["homework_set"]["chain"], by_key["homework_set"]["version"]) == (None, 0)
    absence = next(each for each in answer["events"] if each["event"] == "reports.absence_recorded")
    assert absence["tells"] == ["guardians_of_each", "the_teacher"]
    assert absence["text"] == ["absence_recorded"]
    assert "roster.sign_in_code_requested" not in str(answer), "nobody switches that off"
    assert answer["channels"][-1] == "digest"


def test_the_chain_keeps_a_rule_of_its_own_and_goes_back(rules: Rules) -> None:
    kept = rules.keep("commitment_due", urgency="urgent", paper=False)
    assert (kept["chain"]["urgency"], kept["chain"]["paper"], kept["chain"]["text"]) == ("urgent", False, "commitment_due")
    assert kept["default"]["urgency"] == "normal"
    assert kept["changed_by"] == OPERATOR.person_id
    again = rules.keep("commitment_due", urgency="urgent", paper=False)
    assert again["version"] == kept["version"], "the same is no change"
    late = rules.chains("PUT", "commitment_due", {"on": False, "version": kept["version"] - 1})
    assert (late.status_code, late.json()["type"].rpartition("/")[2]) == (409, "gone-on")
    assert rules.keep("commitment_due", on=False, version=kept["version"])["version"] == kept["version"] + 1
    for _ in range(2):
        assert rules.chains("DELETE", "commitment_due").status_code == 204
    shown = rules.chains("GET", "commitment_due").json()
    assert (shown["chain"], shown["in_force"]) == (None, shown["default"])
    assert shown["version"] == kept["version"] + 2


@pytest.mark.parametrize(
    ("key", "wrong", "where"),
    [
        ("homework_set", {"event": "meetings.slot_booked"}, "event"),
        ("homework_set", {"tells": "participants"}, "tells"),
        ("homework_set", {"tells": "everybody"}, "tells"),
        ("homework_set", {"text": "sign_in_code"}, "text"),
        ("homework_set", {"text": "quiz_result_recorded"}, "text"),
        ("homework_set", {"channel": "paper"}, "channel"),
        ("homework_set", {"urgency": "urgent", "channel": "digest"}, "channel"),
        ("homework_set", {"role": "guardian"}, "role"),
        ("ours", {}, "event"),
        ("ours", {"event": "roster.sign_in_code_requested", "tells": "participants", "text": "sign_in_code"}, "event"),
        ("Ours!", {"event": "reports.homework_set", "tells": "the_teacher", "text": "homework_set"}, "key"),
    ],
)
def test_what_is_no_rule(rules: Rules, key: str, wrong: dict[str, Any], where: str) -> None:
    answer = rules.chains("PUT", key, wrong)
    assert answer.status_code == 422, answer.text
    assert where in answer.json()["errors"]
    rules.changed.discard(key)


def test_only_the_operator_keeps_the_chains_rules(rules: Rules) -> None:
    school = School(rules.stage).open()
    for caller in (school.head, people.office("o1", school.id), school.teacher, people.guardian("g1", school.id)):
        assert rules.stage.service.call("GET", CHAIN, caller).status_code == 403
        assert rules.chains("PUT", "homework_set", {"on": False}, caller).status_code == 403
        assert rules.chains("DELETE", "homework_set", caller=caller).status_code == 403
    assert rules.chains("GET", "no_such_rule").status_code == 404
    assert rules.chains("DELETE", "no_such_rule").status_code == 404


def test_a_rule_of_the_chains_own_tells_whom_it_says(stage: Stage, rules: Rules) -> None:
    school = School(stage)
    child = school.child(school.guardian("app"))
    school.open()
    rules.keep(
        "absence_to_teacher", event="reports.absence_recorded", tells="the_teacher", text="absence_recorded", channel="app"
    )
    absent = happenings.absence(school, child)
    eventually(lambda: _told_with(stage, school, absent, school.name("t1")))


def _told_with(stage: Stage, school: School, event: Any, person_id: str) -> Any:
    """A rule is in force within five seconds: another event a little later."""
    event.id = f"{event.id}-"
    stage.learn(event)
    return [each for each in stored(stage, event) if each["person_id"] == person_id and each["role"] == "teacher"]


# A branch's narrowings


def test_a_branch_narrows_and_goes_back(rules: Rules) -> None:
    school = School(rules.stage).open()
    narrowed = rules.narrow(school, "homework_set", channel="digest", grades=["5"])
    assert narrowed["chain"]["channel"] is None
    assert (narrowed["in_force"]["channel"], narrowed["in_force"]["grades"]) == ("digest", ["5"])
    assert narrowed["branch"] == {"on": None, "urgency": None, "channel": "digest", "paper": None, "grades": ["5"]}
    assert narrowed["changed_by"] == school.head.person_id
    listed = {each["key"]: each for each in rules.branchs(school, "GET").json()["items"]}
    assert listed["homework_set"] == rules.branchs(school, "GET", "homework_set").json() == narrowed
    assert listed["absence_recorded"]["branch"] is None
    for _ in range(2):
        assert rules.branchs(school, "DELETE", "homework_set").status_code == 204
    assert rules.branchs(school, "GET", "homework_set").json()["branch"] is None


@pytest.mark.parametrize(
    ("key", "wider"),
    [
        ("homework_set", {"urgency": "urgent"}),
        ("meeting_moved", {"urgency": "urgent"}),
        ("home_note_written", {"channel": "digest"}),
        ("activity_reminder", {"grades": ["5"]}),
        ("meeting_reminder", {"paper": True}),
    ],
)
def test_what_would_tell_more_than_the_chain_is_refused(rules: Rules, key: str, wider: dict[str, Any]) -> None:
    school = School(rules.stage).open()
    answer = rules.branchs(school, "PUT", key, wider)
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"].endswith("/wider-than-the-chains")
    assert set(answer.json()["errors"]) == set(wider)
    assert rules.branchs(school, "GET", key).json()["branch"] is None


def test_what_a_branch_cannot_say_of_a_rule(rules: Rules) -> None:
    school = School(rules.stage).open()
    for wrong in ({"grades": ["12"]}, {"grades": []}, {"channel": "sms"}, {"text": "homework_set"}, {"tells": "the_teacher"}):
        assert rules.branchs(school, "PUT", "homework_set", wrong).status_code == 422, wrong
    assert rules.branchs(school, "PUT", "no_such_rule", {"on": False}).status_code == 404
    rules.keep("quiz_result_recorded", branches_may_narrow=False)
    refused = rules.branchs(school, "PUT", "quiz_result_recorded", {"on": False})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "not-to-be-narrowed")


def test_another_branchs_rules_are_out_of_reach(rules: Rules) -> None:
    school, other = School(rules.stage).open(), School(rules.stage).open()
    for method, key, body in (("GET", "", None), ("PUT", "homework_set", {"on": False}), ("DELETE", "homework_set", None)):
        assert rules.branchs(school, method, key, body, other.head).status_code == 403
        assert rules.branchs(school, method, key, body, school.teacher).status_code == 403
    assert rules.branchs(school, "GET", "homework_set", caller=people.office("o1", school.id)).status_code == 200
    assert rules.stage.service.call("GET", "/v1/branches/nowhere/notification-rules", OPERATOR).status_code == 404


def test_what_the_chain_has_narrowed_further_by_now_is_without_effect(rules: Rules) -> None:
    school = School(rules.stage).open()
    rules.narrow(school, "behaviour_noted", channel="digest", paper=False)
    rules.keep("behaviour_noted", channel="app")
    shown = rules.branchs(school, "GET", "behaviour_noted").json()
    assert (shown["in_force"]["channel"], shown["in_force"]["paper"], shown["without_effect"]) == ("app", False, ["channel"])
    rules.keep("behaviour_noted", branches_may_narrow=False)
    shown = rules.branchs(school, "GET", "behaviour_noted").json()
    assert (shown["in_force"]["paper"], shown["without_effect"]) == (True, ["channel", "paper"])


def test_what_was_switched_off_before_it_is_told_is_not_told(stage: Stage, rules: Rules) -> None:
    school, other = School(stage), School(stage)
    mother, elsewhere = school.guardian("app"), other.guardian("app")
    school.child(mother)
    other.child(elsewhere)
    school.open()
    other.open()
    happened = school.homework(), other.homework()
    rules.narrow(school, "homework_set", on=False)
    stage.learn(*happened)
    assert school.feed(mother) == []
    assert len(other.feed(elsewhere)) == 1, "another branch's narrowing is not theirs"
    rules.branchs(school, "DELETE", "homework_set")
    stage.learn(school.homework())
    assert len(school.feed(mother)) == 1


def test_a_rule_can_be_for_some_grades(stage: Stage, rules: Rules) -> None:
    school = School(stage)
    mother, father = school.guardian("app"), school.guardian("app")
    school.child(mother)
    school.open()
    sixth, older = school.name("c6"), school.name("s6")
    grade = {"class_id": sixth, "version": 1, "active": True, "title": "6 A", "grade": "6", "subject": None}
    of_sixth = roster.classes(school.id)
    of_sixth.data["items"] = [grade]
    stage.learn(
        of_sixth,
        roster.people(school.id, roster.someone(older, "student"), roster.someone(father, "guardian")),
        roster.enrolled(school.id, sixth, students=(older,)),
        roster.related(school.id, (father, older)),
    )
    rules.narrow(school, "quiz_result_recorded", grades=["6"])
    stage.learn(happenings.quiz(school, *school.children, older))
    assert school.feed(mother) == []
    assert len(school.feed(father)) == 1


def test_a_rule_can_wait_for_the_digest_or_keep_to_the_app(stage: Stage, rules: Rules) -> None:
    school = School(stage)
    mother = school.guardian("sms")
    child = school.child(mother)
    school.open()
    rules.narrow(school, "quiz_result_recorded", channel="digest")
    rules.narrow(school, "behaviour_noted", channel="app")
    result, noted = happenings.quiz(school), happenings.behaviour(school, child)
    stage.learn(result, noted)
    (waits,) = stored(stage, result)
    assert (waits["state"], waits["channel"], waits["address"]) == ("queued", "digest", None)
    (in_app,) = stored(stage, noted)
    assert (in_app["state"], in_app["channel"], len(in_app["ladder"])) == ("sent", "app", 1)


# What the new events say


def test_home_hears_of_results_behaviour_and_absence_and_nothing_of_what_they_were(stage: Stage) -> None:
    school = School(stage)
    mother, father = school.guardian("app"), school.guardian("app", language="ur")
    child, second = school.child(mother, father), school.child(mother, given_name="Bilal")
    school.open()
    stage.learn(happenings.quiz(school), happenings.behaviour(school, child), happenings.absence(school, child, second))
    told = {item["about_type"]: item for item in school.feed(mother)}
    assert told["quiz"]["body"] == "Ayesha and Bilal have new quiz results in Science 5."
    assert told["behaviour_note"]["body"].endswith("has a note for you about how Ayesha is doing in class.")
    assert told["attendance"]["body"] == "Ayesha and Bilal were absent from 5 A on Thu 26 Nov. Please tell us why."
    assert told["behaviour_note"]["path"] == f"/v1/branches/{school.id}/today/{child}"
    assert told["quiz"]["path"] == "/v1/feed", "two children have no page together"
    assert {item["body"] for item in school.feed(father)} >= {"عائشہ کے Science 5 کے کوئز کا نتیجہ آ گیا ہے۔"}


def test_absence_is_told_at_any_hour_while_the_child_is_missed(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("sms", **asleep())
    child = school.child(mother)
    school.open()
    over = happenings.absence(school, child, ends_at=now() - timedelta(hours=1))
    homework, missed = school.homework(), happenings.absence(school, child)
    stage.learn(homework, over, missed)
    assert [message["urgency"] for event in (homework, over, missed) for message in stored(stage, event)] == [5, 1, 0]
    (sms,) = eventually(lambda: stage.carriers.received(school.of(mother, "phone")))
    assert sms["text"].startswith("Ayesha was absent from 5 A on Thu 26 Nov.")
    assert {message["state"] for event in (homework, over) for message in stored(stage, event)} == {"queued"}


def test_a_moved_and_a_cancelled_meeting_change_the_calendar_entry(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("email")
    meeting = Meeting(school, mother, school.child(mother))
    school.open()
    events = (meeting.booked(), meeting.moved(1), meeting.cancelled(2))
    for count, event in enumerate(events, start=1):
        stage.learn(event)
        mails = eventually(lambda count=count: _so_many(stage, school.of(mother, "email"), count))
    subjects = ["Meeting booked: Ayesha", "Meeting changed: Ayesha", "Meeting cancelled: Ayesha"]
    assert sorted(mail["subject"] for mail in mails) == sorted(subjects)
    by_subject = {mail["subject"]: mail["attachments"][0] for mail in mails}
    for subject, sequence, method in zip(subjects, (0, 1, 2), ("PUBLISH", "PUBLISH", "CANCEL"), strict=True):
        file = requests.get(stage.post_office.url + by_subject[subject]["url"], timeout=10)
        assert file.text.splitlines() == happenings.file(sequence, method).splitlines()
    of_teacher = [item["body"] for item in school.feed(school.name("t1"))]
    assert any(body.startswith("Changed: the meeting with the family of Ayesha is now") for body in of_teacher)
    assert any(body.startswith("Cancelled: the meeting with the family of Ayesha") for body in of_teacher)


def _so_many(stage: Stage, address: str, count: int) -> Any:
    found = stage.post_office.received(address)
    return found if len(found) >= count else None


def test_an_activity_invites_once_and_reminds_who_signed_up(stage: Stage) -> None:
    school = School(stage)
    mother, father = school.guardian("app"), school.guardian("app")
    first, second = school.child(mother, father), school.child(mother, given_name="Bilal")
    school.open()
    activity = Activity(school)
    parts = activity.opened(first), activity.opened(second)
    stage.learn(*parts, parts[0])
    assert [item["body"].partition(",")[0] for item in school.feed(mother)] == ["You are invited: Reading at home"]
    assert len(school.feed(father)) == 1
    stage.learn(activity.reminder(mother, school.name("t1")), activity.reminder(mother))
    assert [item["subject"] for item in school.feed(mother)].count("Reminder: Reading at home") == 2, "as often as it is said"
    assert len(school.feed(father)) == 1
    place = f"/v1/branches/{school.id}/activities/{activity.id}"
    assert [item["path"] for item in school.feed(school.name("t1"))] == [place]


def test_the_pta_is_called_with_the_calendar_file(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("app")
    school.child(mother)
    school.open()
    called = happenings.pta_meeting(school, mother, mother, school.name("t1"))
    stage.learn(called)
    (item,) = school.feed(mother)
    assert item["body"].startswith("The PTA meets: New playground,")
    assert item["student_ids"] == []
    file = stage.service.call("GET", item["calendar"], people.guardian(mother, school.id))
    assert file.text == happenings.file(0)
    assert {message["role"] for message in stored(stage, called)} == {"guardian", "teacher"}


@pytest.mark.parametrize("role", ["guardian", "teacher"])
def test_whoever_promised_hears_that_it_is_due(stage: Stage, role: str) -> None:
    school = School(stage)
    mother = school.guardian("app")
    child = school.child(mother)
    school.open()
    owner = mother if role == "guardian" else school.name("t1")
    due = happenings.commitment(school, child, owner, role)
    stage.learn(due)
    (message,) = stored(stage, due)
    assert (message["person_id"], message["role"]) == (owner, role)
    assert message["body"] == "What you agreed to do for Ayesha is due Thu 10 Dec."


def test_what_comes_too_late_is_not_told_and_says_so(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("sms")
    meeting = Meeting(school, mother, school.child(mother))
    school.open()
    late = meeting.reminder(0, now() - timedelta(minutes=1))
    stage.learn(late)
    assert {(each["state"], each["reason"]) for each in stored(stage, late)} == {("skipped", "too_late")}
    assert stage.carriers.received(school.of(mother, "phone")) == []


def test_who_is_no_guardian_any_more_hears_of_no_meeting_with_the_child(stage: Stage) -> None:
    school = School(stage)
    father = school.guardian("sms")
    child = school.child(father)
    school.open()
    meeting = Meeting(school, father, child)
    stage.learn(roster.related(school.id, (father, child), version=2, active=False))
    reminder, due = meeting.reminder(0), happenings.commitment(school, child, father, "guardian")
    stage.learn(reminder, due)
    for event in (reminder, due):
        (message,) = stored(stage, event, role="guardian")
        assert (message["state"], message["reason"]) == ("skipped", "no_guardian_any_more")
    assert len(stored(stage, reminder, role="teacher")) == 1


def test_a_relation_that_is_on_its_way_is_waited_for(stage: Stage) -> None:
    school = School(stage)
    mother, aunt = school.guardian("app"), school.guardian("app")
    child = school.child(mother)
    school.open()
    booked = Meeting(school, aunt, child).booked()
    stage.service.say(booked)
    stage.learn(school.homework())
    assert stored(stage, booked) == []
    stage.learn(roster.related(school.id, (aunt, child)))
    eventually(lambda: school.feed(aunt))


def test_an_unknown_student_is_waited_for(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("app")
    school.child(mother)
    school.open()
    late = school.child(mother, given_name="Zara")
    absent = happenings.absence(school, late)
    stage.service.say(absent)
    stage.learn(school.homework(school.children[0]))
    assert stored(stage, absent) == []
    school.open()
    eventually(lambda: stored(stage, absent))


def test_one_unknown_student_does_not_hold_up_the_others_for_long(stage: Stage) -> None:
    school = School(stage)
    mother, father = school.guardian("app"), school.guardian("app")
    known, sibling = school.child(mother), school.child(father)
    school.open()
    late = school.child(father, given_name="Zara")
    stage.learn(roster.related(school.id, (father, late)))
    absent = happenings.absence(school, known, sibling, late)
    absent.time = now() - timedelta(minutes=1)
    stage.service.say(absent)
    eventually(lambda: school.feed(mother))
    assert school.feed(father) == [], "told once, of both"
    school.open()
    (item,) = eventually(lambda: school.feed(father))
    assert item["body"].startswith("Ayesha and Zara were absent")
    assert len(school.feed(mother)) == 1


def test_five_hundred_students_of_one_event(stage: Stage) -> None:
    school = School(stage)
    families = [school.guardian("app") for _ in range(CHUNK // 2)]
    for family in families:
        school.child(family)
        school.child(family, given_name="Bilal")
    school.open()
    results = happenings.quiz(school)
    assert len(results.data["student_ids"]) == CHUNK
    stage.learn(results, results)
    assert len(stored(stage, results)) == len(families)
    assert "Ayesha and Bilal" in stored(stage, results)[0]["body"]


# What has changed meanwhile


def test_a_moved_meeting_takes_back_what_still_waits(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("sms", **asleep())
    meeting = Meeting(school, mother, school.child(mother))
    other = Meeting(school, mother, school.children[0])
    school.open()
    booked, moved, beside = meeting.booked(), meeting.moved(1), other.booked()
    stage.learn(booked, beside)
    assert [each["state"] for each in stored(stage, booked, role="guardian")] == ["queued"]
    stage.learn(moved)
    (old,) = stored(stage, booked, role="guardian")
    (new,) = stored(stage, moved, role="guardian")
    (not_theirs,) = stored(stage, beside, role="guardian")
    assert (old["state"], old["reason"], old["history"][-1]["reason"]) == ("skipped", "superseded", "superseded")
    assert (new["state"], not_theirs["state"]) == ("queued", "queued")
    assert "Room 9" in new["body"]


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 0, 2), (2, 0, 1), (1, 2, 0), (0, 2, 1), (0, 1, 2)])
def test_in_whatever_order_they_come_the_last_word_is_the_last(stage: Stage, order: tuple[int, ...]) -> None:
    school = School(stage)
    mother = school.guardian("sms", **asleep())
    meeting = Meeting(school, mother, school.child(mother))
    school.open()
    events = [meeting.booked(), meeting.moved(1), meeting.cancelled(2)]
    for place in (*order, *order):
        stage.learn(events[place])
    found = [stored(stage, event, role="guardian")[0] for event in events]
    assert [each["state"] for each in found] == ["skipped", "skipped", "queued"]
    assert {each["reason"] for each in found[:2]} == {"superseded"}


def test_a_reminder_of_a_former_time_is_not_sent(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("sms")
    meeting = Meeting(school, mother, school.child(mother))
    school.open()
    stage.learn(meeting.moved(1))
    stage.learn(meeting.reminder(0), meeting.reminder(1))
    texts = eventually(lambda: _texts(stage, school.of(mother, "phone"), 2))
    assert sorted(text.partition(":")[0] for text in texts) == ["Changed", "Reminder"]


def test_what_is_taken_back_is_true_though_the_branch_tells_of_no_moves(stage: Stage, rules: Rules) -> None:
    school = School(stage)
    mother = school.guardian("sms", **asleep())
    meeting = Meeting(school, mother, school.child(mother))
    school.open()
    rules.narrow(school, "meeting_moved", on=False)
    booked, moved = meeting.booked(), meeting.moved(1)
    stage.learn(booked, moved)
    assert [each["state"] for each in stored(stage, booked, role="guardian")] == ["skipped"]
    assert stored(stage, moved, role="guardian") == []


def test_what_waited_for_its_carrier_as_the_meeting_was_moved_is_not_sent(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("whatsapp")
    meeting = Meeting(school, mother, school.child(mother))
    school.open()
    booked, moved = meeting.booked(), meeting.moved(1)
    stage.carriers.behave(outage=True)
    try:
        stage.service.say(booked)
        eventually(lambda: any(each["attempts"] for each in stored(stage, booked, role="guardian")))
        stage.learn(moved)
    finally:
        stage.carriers.behave(outage=False)
    (told,) = eventually(lambda: stage.carriers.received(school.of(mother, "phone")))
    assert "Changed: the meeting about Ayesha" in told["text"]

    def ended() -> Any:
        (old,) = stored(stage, booked, role="guardian")
        assert (old["state"], old["reason"]) == ("failed", "superseded")
        return old

    eventually(ended)
    assert len(stage.carriers.received(school.of(mother, "phone"))) == 1


def _texts(stage: Stage, phone: str, count: int) -> Any:
    found = [sms["text"] for sms in stage.carriers.received(phone)]
    return found if len(found) >= count else None
