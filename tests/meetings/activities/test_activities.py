"""School arranges something, families sign up for it: through HTTP, with what is said of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts import activities as said
from tests.meetings.activities.story import Class
from tests.meetings.story import Meetings, at_once, slug
from tests.support.people import guardian, head, office, person, teacher
from tests.support.roster import closed_on, people, related, someone
from tests.support.waiting import eventually


@pytest.fixture
def school(meetings: Meetings) -> Class:
    return Class(meetings)


def entries(text: str) -> tuple[str, list[Any]]:
    file = Calendar.from_ical(text)
    return str(file["METHOD"]), list(file.walk("VEVENT"))


def test_a_draft_is_seen_by_those_who_arrange_it_and_by_nobody_else(school: Class) -> None:
    draft = school.drafts()
    path = f"activities/{draft['activity_id']}"
    assert (draft["state"], draft["places_left"], draft["sign_up"]) == ("draft", None, None)
    for caller in (school.guardian(), teacher("t1")):
        assert school.call("GET", path, caller).status_code == 404
    assert school.call("GET", path, office()).status_code == 200
    assert school.call("GET", path, head(branch_id="b2")).status_code == 403
    assert school.answers(draft).status_code == 404
    assert school.call("DELETE", path).status_code == 204
    assert school.call("GET", path).status_code == 404
    assert not school.heard(said.ActivityOpened, draft)


def test_the_invited_families_hear_of_it_once(school: Class) -> None:
    activity = school.publishes()
    [opened] = eventually(lambda: school.heard(said.ActivityOpened, activity))
    assert set(opened.data["student_ids"]) == set(school.children)
    assert (opened.data["edition"], opened.data["title_ur"], opened.data["place"]) == (0, "گھر پر پڑھنا", f"Room {school.id}")
    assert opened.data["starts_at"] == datetime.fromisoformat(activity["starts_at"])
    again = school.call("POST", f"activities/{activity['activity_id']}/publication")
    assert (again.status_code, again.json()["state"]) == (200, "published")
    assert len(school.heard(said.ActivityOpened, activity)) == 1


def test_a_draft_sent_again_is_one(school: Class) -> None:
    draft = school.draft()
    headers = {"Idempotency-Key": f"key-of-{school.id}"}
    first, again = (school.call("POST", "activities", json=draft, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = school.call("POST", "activities", json={**draft, "title": "Another"}, headers=headers)
    assert (other.status_code, slug(other)) == (422, "key-used-before")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "party"}, "kind"),
        ({"title": " "}, "title"),
        ({"sessions": []}, "sessions"),
        ({"places": 0}, "places"),
        ({"places": 3, "most_heads": 4}, "most_heads"),
        ({"audience": {"class_ids": ["unknown"]}}, "audience"),
        ({"leader_ids": ["g1"]}, "leader_ids"),
        ({"sign_up_closes_at": "2090-01-01T00:00:00Z"}, "sign_up_closes_at"),
        ({"sign_up_opens_at": "2090-01-01T00:00:00Z"}, "sign_up_opens_at"),
        ({"reminders": [5]}, "reminders"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_is_wrong_with_a_draft_is_named(school: Class, change: dict[str, Any], where: str) -> None:
    answer = school.call("POST", "activities", json=school.draft(**change))
    assert answer.status_code == 422, answer.text
    assert where in answer.json()["errors"]


def test_sessions_do_not_overlap_and_may_cross_midnight(school: Class) -> None:
    evening = {"held_on": "2060-03-01", "starts": "23:00", "ends": "01:00", "place": "Hall", "shared": True}
    made = school.drafts(sessions=[evening])
    [session] = made["sessions"]
    assert datetime.fromisoformat(session["ends_at"]) - datetime.fromisoformat(session["starts_at"]) == timedelta(hours=2)
    early = {"held_on": "2060-03-02", "starts": "00:30", "ends": "02:00", "place": "Hall"}
    assert "sessions" in school.call("POST", "activities", json=school.draft(sessions=[evening, early])).json()["errors"]


def test_a_holiday_is_meant_or_a_slip(meetings: Meetings) -> None:
    school = Class(meetings, branch_id="b2")
    meetings.knows(closed_on("b2", "Eid", "2061-03-01"))
    session = {"held_on": "2061-03-01", "starts": "10:00", "ends": "11:00", "place": "Hall"}
    refused = school.call("POST", "activities", json=school.draft(sessions=[session]))
    assert "Eid" in str(refused.json()["errors"]["sessions"])
    assert school.drafts(sessions=[session], even_on_holidays=True)["state"] == "draft"


def test_a_room_is_used_once_at_a_time(school: Class) -> None:
    first = school.publishes(days=390)
    second = school.drafts(days=390)
    refused = school.call("POST", f"activities/{second['activity_id']}/publication")
    assert (refused.status_code, slug(refused)) == (409, "room-taken")
    assert school.call("POST", f"activities/{first['activity_id']}/cancellation", json={}).status_code == 200
    assert school.call("POST", f"activities/{second['activity_id']}/publication").status_code == 200


def test_a_family_signs_up_changes_and_withdraws(school: Class) -> None:
    activity = school.publishes(places=10)
    mine = school.signs_up(activity, heads=3)
    assert (mine["state"], mine["heads"]) == ("coming", 3)
    assert set(mine["student_ids"]) == {school.children[0], school.children[-1]}
    assert school.sees(activity)["places_left"] == 7
    [told] = eventually(lambda: school.heard(said.SignedUp, activity))
    assert (told.data["heads"], told.data["person_ids"]) == (3, [school.guardians[0]])
    method, [entry] = entries(told.data["calendar"])
    assert (method, entry["STATUS"], str(entry["LOCATION"])) == ("PUBLISH", "CONFIRMED", f"Room {school.id}")
    assert school.signs_up(activity, heads=5)["heads"] == 5
    gone = school.signs_up(activity, coming=False)
    assert (gone["state"], gone["heads"]) == ("not_coming", 0)
    assert school.sees(activity)["places_left"] == 10
    [withdrawn] = eventually(lambda: school.heard(said.SignUpWithdrawn, activity))
    method, [off] = entries(withdrawn.data["calendar"])
    assert (method, off["STATUS"], off["UID"]) == ("CANCEL", "CANCELLED", entry["UID"])
    assert off["SEQUENCE"] > entry["SEQUENCE"]


def test_a_household_has_one_sign_up_whichever_guardian_speaks(school: Class) -> None:
    activity = school.publishes()
    of_mother = school.signs_up(activity, 0, heads=2)
    of_father = school.signs_up(activity, len(school.guardians) - 1, heads=4)
    assert of_father["sign_up_id"] == of_mother["sign_up_id"]
    assert of_father["student_ids"] == [school.children[0]], "of the children, those that are his own"
    assert school.sees(activity, school.guardian(0))["sign_up"]["heads"] == 4
    assert school.sees(activity)["counts"]["coming"] == 1


def test_a_repeated_click_is_one_sign_up_and_an_old_one_changes_nothing(school: Class) -> None:
    activity = school.publishes()
    for _ in range(2):
        school.signs_up(activity, heads=3, key="click-one")
    school.signs_up(activity, heads=2, key="click-two")
    late = school.answers(activity, heads=3, key="click-one")
    assert (late.status_code, late.json()["heads"]) == (200, 2), "a request that was on its way for long"
    other = school.answers(activity, heads=4, key="click-one")
    assert (other.status_code, slug(other)) == (422, "key-used-before")
    eventually(lambda: len(school.heard(said.SignedUp, activity)) == 2)


def test_when_it_is_full_families_wait_in_line_and_a_freed_place_is_offered(school: Class) -> None:
    activity = school.publishes(places=3)
    school.signs_up(activity, 0, heads=3)
    full = school.answers(activity, 1, heads=1)
    assert (full.status_code, slug(full), full.json()["places"]) == (409, "activity-full", 0)
    first = school.signs_up(activity, 1, heads=2, if_full="offer")
    second = school.signs_up(activity, 2, heads=1, if_full="take")
    assert [(each["state"], each["before_you"]) for each in (first, second)] == [("waiting", 0), ("waiting", 1)]
    school.signs_up(activity, 0, coming=False)
    [offered] = eventually(lambda: school.heard(said.PlaceOffered, activity))
    assert (offered.data["person_ids"], offered.data["heads"]) == ([school.guardians[1]], 2)
    assert school.sees(activity, school.guardian(2))["sign_up"]["state"] == "coming", "taken at once, as it wished"
    assert school.sees(activity)["places_left"] == 0, "what is offered is kept"
    too_many = school.answers(activity, 1, heads=3)
    assert (too_many.status_code, slug(too_many), too_many.json()["places"]) == (409, "not-enough-places", 2)
    assert school.signs_up(activity, 1, heads=2)["state"] == "coming"


def test_many_families_answer_at_once_and_none_is_turned_away_but_for_want_of_places(meetings: Meetings) -> None:
    school = Class(meetings, families=64)
    activity = school.publishes(places=50)
    calls = [lambda number=number: school.answers(activity, number, heads=1, if_full="take") for number in range(64)]
    assert {answer.status_code for answer in at_once(*calls)} == {200}  # type: ignore[arg-type]
    counts = school.sees(activity)["counts"]
    assert (counts["coming"], counts["waiting"], counts["heads"]) == (50, 14, 50)


def test_an_offer_that_nobody_takes_moves_on(school: Class, kept: Database[Any]) -> None:
    activity = school.publishes(places=1)
    school.signs_up(activity, 0)
    for number in (1, 2):
        school.signs_up(activity, number, if_full="offer")
    school.signs_up(activity, 0, coming=False)
    past = clock.now() - timedelta(seconds=1)
    kept.sign_ups.update_one({"activity_id": activity["activity_id"], "state": "offered"}, {"$set": {"offer_until": past}})
    offers = eventually(lambda: len(told := school.heard(said.PlaceOffered, activity)) == 2 and told)
    assert [each.data["person_ids"] for each in offers] == [[school.guardians[1]], [school.guardians[2]]]
    assert school.sees(activity, school.guardian(1))["sign_up"]["state"] == "lapsed"
    assert school.signs_up(activity, 1, if_full="offer")["state"] == "waiting"


def test_more_places_are_handed_on_and_fewer_than_taken_are_refused(school: Class) -> None:
    activity = school.publishes(places=2, most_heads=2)
    school.signs_up(activity, 0, heads=2)
    school.signs_up(activity, 1, heads=2, if_full="take")
    path = f"activities/{activity['activity_id']}"
    draft = school.draft(places=4, most_heads=2) | {"sessions": _same(activity)}
    assert school.call("PUT", path, json=draft).status_code == 200
    assert school.sees(activity, school.guardian(1))["sign_up"]["state"] == "coming"
    refused = school.call("PUT", path, json={**draft, "places": 3})
    assert (refused.status_code, slug(refused), refused.json()["taken"]) == (409, "places-taken", 4)


def _same(activity: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Its sessions as a draft."""
    there = [datetime.fromisoformat(each["starts_at"]).astimezone(clock.BRANCH_ZONE) for each in activity["sessions"]]
    return [
        {
            "session_id": each["session_id"],
            "held_on": at.date().isoformat(),
            "starts": f"{at:%H:%M}",
            "ends": f"{at + timedelta(hours=1):%H:%M}",
            "place": each["place"],
            **more,
        }
        for each, at in zip(activity["sessions"], there, strict=True)
    ]


def test_another_time_is_told_to_who_comes_and_who_may_yet_come(school: Class) -> None:
    activity = school.publishes()
    school.signs_up(activity, 0)
    school.signs_up(activity, 1, coming=False)
    draft = school.draft() | {"sessions": _same(activity, place="Library")}
    changed = school.call("PUT", f"activities/{activity['activity_id']}", json={**draft, "version": activity["version"]}).json()
    assert (changed["edition"], changed["version"]) == (1, 2)
    [told] = eventually(lambda: school.heard(said.ActivityChanged, activity))
    assert set(told.data["student_ids"]) == {school.children[0], school.children[-1]}
    _, [entry] = entries(told.data["calendar"])
    assert str(entry["LOCATION"]) == "Library"
    invited = eventually(lambda: [each for each in school.heard(said.ActivityOpened, activity) if each.data["edition"] == 1])
    assert set(invited[0].data["student_ids"]) == set(school.children[1:-1]), "also who had said no"
    late = school.call("PUT", f"activities/{activity['activity_id']}", json={**draft, "version": 1})
    assert (late.status_code, slug(late)) == (409, "gone-on")
    same = school.call("PUT", f"activities/{activity['activity_id']}", json=draft)
    assert same.json()["version"] == 2, "the same is no change"


def test_a_session_that_is_dropped_is_taken_out_of_calendars(school: Class) -> None:
    sessions = [{"held_on": f"2062-03-0{day}", "starts": "10:00", "ends": "11:00", "place": "Hall"} for day in (1, 2)]
    activity = school.publishes(sessions=sessions, kind="training")
    school.signs_up(activity)
    draft = school.draft() | {"kind": "training", "sessions": sessions[1:]}
    assert school.call("PUT", f"activities/{activity['activity_id']}", json=draft).status_code == 200
    [told] = eventually(lambda: school.heard(said.ActivityChanged, activity))
    method, held = entries(told.data["calendar"])
    assert (method, sorted(str(each["STATUS"]) for each in held)) == ("PUBLISH", ["CANCELLED", "CONFIRMED"])
    file = school.call("GET", f"activities/{activity['activity_id']}/calendar", school.guardian())
    assert (file.status_code, entries(file.text)[0]) == (200, "PUBLISH")


def test_a_session_that_was_held_stays_what_it_was(school: Class, kept: Database[Any]) -> None:
    sessions = [{"held_on": f"2065-03-0{day}", "starts": "10:00", "ends": "11:00", "place": "Hall"} for day in (1, 2)]
    activity = school.publishes(sessions=sessions)
    began = clock.now() - timedelta(hours=5)
    kept.activities.update_one({"_id": activity["activity_id"]}, {"$set": {"sessions.0.starts_at": began}})
    refused = school.call("PUT", f"activities/{activity['activity_id']}", json=school.draft(sessions=sessions[1:]))
    assert "stays what it was" in str(refused.json()["errors"]["sessions"])


def test_who_takes_part_this_term_is_one_query(kept: Database[Any]) -> None:
    plan = str(kept.attendances.find({"branch_id": "b1", "held_at": {"$gte": clock.now()}}).explain()["queryPlanner"])
    assert "held_at" in plan
    assert ("IXSCAN" in plan, "COLLSCAN" in plan) == (True, False), plan


def test_a_cancelled_one_is_told_to_all_who_may_come(school: Class) -> None:
    activity = school.publishes()
    school.signs_up(activity, 0)
    school.signs_up(activity, 1, coming=False)
    path = f"activities/{activity['activity_id']}/cancellation"
    answer = school.call("POST", path, json={"because": "The hall is flooded."})
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert school.call("POST", path, json={}).status_code == 200
    [told] = eventually(lambda: school.heard(said.ActivityCancelled, activity))
    assert set(told.data["student_ids"]) == set(school.children) - {school.children[1]}
    assert (told.data["edition"], entries(told.data["calendar"])[0]) == (1, "CANCEL")
    refused = school.answers(activity, 2)
    assert (refused.status_code, slug(refused)) == (409, "cancelled")
    assert school.sees(activity, school.guardian())["because"] == "The hall is flooded."


def test_for_students_the_family_says_who_comes(school: Class) -> None:
    activity = school.publishes(who="students", places=3, kind="event")
    assert "student_ids" in school.answers(activity).json()["errors"]
    assert "student_ids" in school.answers(activity, student_ids=[school.children[1]]).json()["errors"], (
        "another family's child"
    )
    mine = school.signs_up(activity, student_ids=[school.children[-1]])
    assert (mine["heads"], mine["coming_ids"]) == (1, [school.children[-1]])
    assert school.signs_up(activity, student_ids=[school.children[0], school.children[-1]])["heads"] == 2


def test_who_is_not_invited_finds_nothing(school: Class, meetings: Meetings) -> None:
    activity = school.publishes()
    path = f"activities/{activity['activity_id']}"
    meetings.knows(people("b1", someone(f"{school.id}-aunt", "guardian")))
    meetings.knows(related("b1", (f"{school.id}-aunt", school.children[0]), may_receive_reports=False))
    for caller in (guardian("g3"), guardian(f"{school.id}-aunt"), person("nobody", "b1", "pta_officer")):
        for method, below in (("GET", ""), ("GET", "/calendar"), ("PUT", "/sign-up")):
            answer = school.call(method, path + below, caller, json={"coming": True} if method == "PUT" else None)
            assert answer.status_code in (403, 404), (method, below)
    listed = school.call("GET", "activities", guardian("g3"), params={"limit": 500}).json()["items"]
    assert activity["activity_id"] not in {each["activity_id"] for each in listed}


def test_grades_and_the_whole_branch_are_invited_too(school: Class) -> None:
    of_grade = school.publishes(audience={"grades": ["05"]})
    of_all = school.publishes(audience={})
    of_other = school.publishes(audience={"grades": ["9"]})
    seen = {each["activity_id"] for each in _listed(school, school.guardian())}
    assert {of_grade["activity_id"], of_all["activity_id"]} <= seen
    assert of_other["activity_id"] not in seen
    assert school.signs_up(of_grade)["state"] == "coming"


def _listed(school: Class, caller: Any, **query: Any) -> list[dict[str, Any]]:
    found, after = [], None
    while True:
        page = school.call("GET", "activities", caller, params={"limit": 7, "after": after, **query}).json()
        found += page["items"]
        if (after := page["next"]) is None:
            return found


def test_a_guardian_finds_what_is_open_and_what_is_their_own(school: Class) -> None:
    open_one, mine, gone = school.publishes(), school.publishes(), school.publishes()
    school.signs_up(mine)
    school.call("POST", f"activities/{gone['activity_id']}/cancellation", json={})
    listed = {each["activity_id"]: each for each in _listed(school, school.guardian())}
    assert {each["activity_id"] for each in (open_one, mine, gone)} <= set(listed)
    assert listed[mine["activity_id"]]["sign_up"]["state"] == "coming"
    assert listed[open_one["activity_id"]]["sign_up"] is None
    assert [each["activity_id"] for each in _listed(school, school.guardian(), mine=True)] == [mine["activity_id"]]
    assert gone["activity_id"] in {each["activity_id"] for each in _listed(school, school.guardian(), state="cancelled")}


def test_a_teacher_arranges_for_classes_that_they_teach(school: Class, meetings: Meetings) -> None:
    other = Class(meetings)
    me = school.led_by()
    assert school.call("POST", "activities", me, json=school.draft(audience={})).status_code == 422
    assert school.call("POST", "activities", me, json=school.draft(audience={"class_ids": [other.id]})).status_code == 403
    activity = school.publishes(me)
    assert [each["person_id"] for each in activity["leaders"]] == [school.teacher]
    school.signs_up(activity)
    path = f"activities/{activity['activity_id']}"
    assert school.call("GET", f"{path}/sign-ups", me).status_code == 200
    for below in ("sign-ups", "unanswered", "participants.csv", "feedback"):
        assert school.call("GET", f"{path}/{below}", other.led_by()).status_code == 403
    assert school.call("PUT", path, other.led_by(), json=other.draft()).status_code == 403


def test_staff_see_who_comes_and_who_has_not_answered(school: Class) -> None:
    activity = school.publishes()
    school.signs_up(activity, 0, heads=3)
    school.signs_up(activity, 1, coming=False)
    path = f"activities/{activity['activity_id']}"
    assert school.sees(activity, teacher("t1"))["counts"] is None
    counts = school.sees(activity)["counts"]
    expected = {"coming": 1, "not_coming": 1, "heads": 3, "students_invited": 5, "students_unanswered": 2}
    assert {name: counts[name] for name in expected} == expected
    [coming] = school.call("GET", f"{path}/sign-ups", params={"state": "coming"}).json()["items"]
    assert (coming["guardian_id"], coming["heads"], len(coming["children"])) == (school.guardians[0], 3, 2)
    missing = school.call("GET", f"{path}/unanswered").json()["items"]
    assert [each["student_id"] for each in missing] == school.children[2:4]
    assert missing[0]["guardians"] == [{"guardian_id": school.guardians[2], "name": f"{school.guardians[2].title()} Khan"}]
    sheet = school.call("GET", f"{path}/participants.csv").content.decode("utf-8-sig")
    assert len(sheet.splitlines()) == 2
    assert f"{school.guardians[0].title()} Khan" in sheet


def test_who_has_not_answered_is_asked_once_more_and_not_twice_a_day(school: Class) -> None:
    activity = school.publishes()
    school.signs_up(activity, 0)
    school.signs_up(activity, 1, coming=False)
    path = f"activities/{activity['activity_id']}/unanswered/reminder"
    asked = school.call("POST", path)
    assert (asked.status_code, asked.json()) == (200, {"students": 2})
    again = school.call("POST", path)
    assert (again.status_code, slug(again)) == (409, "asked-already")
    [missing] = eventually(lambda: school.heard(said.AnswerMissing, activity))
    assert set(missing.data["student_ids"]) == set(school.children[2:4])


def test_whoever_had_answered_hears_what_becomes_of_it(school: Class) -> None:
    activity = school.publishes()
    father = len(school.guardians) - 1
    school.signs_up(activity, 0, heads=2)
    school.signs_up(activity, father, coming=False)
    [off] = eventually(lambda: school.heard(said.SignUpWithdrawn, activity))
    assert set(off.data["person_ids"]) == {school.guardians[0], school.guardians[father]}


def test_a_teacher_who_leads_what_the_office_arranged_may_change_it(school: Class) -> None:
    activity = school.publishes(audience={}, leader_ids=[school.teacher])
    path, draft = f"activities/{activity['activity_id']}", school.draft(audience={}) | {"sessions": _same(activity)}
    changed = school.call("PUT", path, school.led_by(), json={**draft, "description": "Bring a book."})
    assert (changed.status_code, changed.json()["description"]) == (200, "Bring a book.")
    narrower = school.call("PUT", path, school.led_by(), json={**draft, "audience": {"grades": ["5"]}})
    assert narrower.status_code == 422


def test_the_office_signs_a_family_up_after_closing_and_never_beyond_the_places(school: Class) -> None:
    activity = school.publishes(places=2, most_heads=2, sign_up_closes_at=clock.now().isoformat())
    late = school.answers(activity)
    assert (late.status_code, slug(late)) == (409, "sign-up-closed")
    path = f"activities/{activity['activity_id']}/families"
    made = school.call("PUT", f"{path}/{school.children[0]}", office(), json={"coming": True, "heads": 2})
    assert (made.status_code, made.json()["answered_by"]) == (200, "o1")
    full = school.call("PUT", f"{path}/{school.children[1]}", office(), json={"coming": True})
    assert (full.status_code, slug(full)) == (409, "activity-full")
    assert school.call("PUT", f"{path}/s3", office(), json={"coming": True}).status_code == 404, "not invited"
    assert school.signs_up(activity, coming=False)["state"] == "not_coming", "places can still be given back"


def test_sign_up_that_opens_later_is_told_when_it_opens(school: Class, kept: Database[Any]) -> None:
    opens_at = clock.now() + timedelta(days=2)
    activity = school.publishes(sign_up_opens_at=opens_at.isoformat())
    early = school.answers(activity)
    assert (early.status_code, slug(early)) == (409, "sign-up-not-open")
    assert not school.heard(said.ActivityOpened, activity)
    past = clock.now() - timedelta(seconds=1)
    to = {"announce_at": past, "sign_up_opens_at": past}
    kept.activities.update_one({"_id": activity["activity_id"]}, {"$set": to})
    eventually(lambda: len(school.heard(said.ActivityOpened, activity)) == 1)
    assert school.signs_up(activity)["state"] == "coming"


def test_who_comes_is_reminded_once(school: Class, kept: Database[Any]) -> None:
    activity = school.publishes(reminders=[24 * 60, 60])
    school.signs_up(activity, 0)
    school.signs_up(activity, 1, coming=False)
    due = kept.activities.find_one({"_id": activity["activity_id"]})["remind_at"]
    assert due == datetime.fromisoformat(activity["starts_at"]).replace(tzinfo=None) - timedelta(days=1)
    kept.activities.update_one({"_id": activity["activity_id"]}, {"$set": {"remind_at": clock.now()}})
    [reminder] = eventually(lambda: school.heard(said.ActivityReminder, activity))
    assert reminder.data["person_ids"] == [school.guardians[0]]
    after = kept.activities.find_one({"_id": activity["activity_id"]})["remind_at"]
    assert after == due, "the next one is due as before"


def past(kept: Database[Any], activity: dict[str, Any], ago: timedelta = timedelta(hours=3)) -> None:
    """It was some hours ago."""
    began, ended = clock.now() - ago, clock.now() - ago + timedelta(hours=1)
    session = {"starts_at": began, "ends_at": ended}
    to = {f"sessions.0.{name}": value for name, value in session.items()} | session | {"ask_feedback_at": clock.now()}
    kept.activities.update_one({"_id": activity["activity_id"]}, {"$set": to})


def test_attendance_is_noted_of_families_that_signed_up_and_of_those_that_just_came(school: Class, kept: Database[Any]) -> None:
    activity = school.publishes()
    mine = school.signs_up(activity, 0, heads=3)
    session = activity["sessions"][0]["session_id"]
    path = f"activities/{activity['activity_id']}/sessions/{session}/attendance"
    families = [{"sign_up_id": mine["sign_up_id"], "heads": 2}, {"student_id": school.children[1], "heads": 1}]
    early = school.call("PUT", path, json={"families": families})
    assert (early.status_code, slug(early)) == (409, "not-begun")
    past(kept, activity)
    for _ in range(2):
        assert school.call("PUT", path, json={"families": families}).status_code == 204
    shown = school.call("GET", path).json()["items"]
    assert sorted((each["heads"], each["walk_in"], len(each["children"])) for each in shown) == [(1, True, 1), (2, False, 2)]
    attended = eventually(lambda: school.heard(said.ActivityAttended, activity))
    assert len(attended) == 1, "who is noted again has not come again"
    assert set(attended[0].data["student_ids"]) == {school.children[0], school.children[1], school.children[-1]}
    listed = school.call("GET", f"activities/{activity['activity_id']}/sign-ups", params={"session_id": session}).json()[
        "items"
    ]
    assert [each["came"] for each in listed] == [2]
    assert school.call("PUT", path, json={"families": [{**families[1], "heads": 0}]}).status_code == 204
    assert len(school.call("GET", path).json()["items"]) == 1
    twice = school.call("PUT", path, json={"families": [families[0], {"student_id": school.children[0], "heads": 1}]})
    assert twice.status_code == 422
    [asked] = eventually(lambda: school.heard(said.FeedbackAsked, activity))
    assert school.guardians[0] in asked.data["person_ids"]


def test_feedback_is_anonymous_and_shown_when_there_is_enough(meetings: Meetings, kept: Database[Any]) -> None:
    school = Class(meetings, families=6)
    activity = school.publishes()
    for number in range(6):
        school.signs_up(activity, number)
    path = f"activities/{activity['activity_id']}/feedback"
    early = school.call("PUT", path, school.guardian(), json={"rating": 5})
    assert (early.status_code, slug(early)) == (409, "not-over")
    past(kept, activity)
    assert school.sees(activity)["state"] == "over"
    for number in range(5):
        said_so = {"rating": 5 - number, "text": f"Words {number}"}
        for _ in range(2):
            assert school.call("PUT", path, school.guardian(number), json=said_so).status_code == 204
        shown = school.call("GET", path).json()
        assert shown["answers"] == number + 1
        assert (shown["texts"] is None) == (number < 4)
    assert (shown["average"], sum(shown["ratings"].values()), len(shown["texts"])) == (3.0, 5, 5)
    assert all(id not in str(list(kept.feedbacks.find())) for id in school.guardians)
    assert school.sees(activity, school.guardian(0))["sign_up"]["feedback_given"]
    assert school.call("PUT", path, guardian("g3"), json={"rating": 5}).status_code == 404


def test_what_was_shown_is_there_for_those_invited(school: Class) -> None:
    activity = school.publishes()
    school.signs_up(activity)
    links = [{"title": "Slides", "title_ur": "سلائیڈز", "url": "https://drive.example.pk/slides"}]
    path = f"activities/{activity['activity_id']}/materials"
    for _ in range(2):
        assert school.call("PUT", path, json={"links": links}).status_code == 200
    assert school.call("PUT", path, json={"links": [{**links[0], "url": "http://x.pk"}]}).status_code == 422
    assert school.sees(activity, school.guardian(2))["materials"] == links
    shared = eventually(lambda: school.heard(said.MaterialsShared, activity))
    assert [each.data["person_ids"] for each in shared] == [[school.guardians[0]]]
