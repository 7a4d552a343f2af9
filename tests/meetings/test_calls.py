"""Who missed a meeting is offered a call, and the teacher sees who wishes for one."""

from datetime import timedelta
from typing import Any

from bson.codec_options import CodecOptions
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.meetings import MeetingMoved, SlotBooked
from schoolbus.contracts.theday import AttendanceWanted, CallWished
from services.meetings.store import Store
from services.meetings.theday import asking
from tests.meetings.story import Meetings, at_once, slug
from tests.meetings.theday import FAMILY, TEACHER, asks, begins, booked, notes_attendance, said
from tests.support.people import guardian, office, teacher
from tests.support.waiting import eventually

Kept = Database[Any]
AWARE: CodecOptions[Any] = CodecOptions(tz_aware=True)


def missed(meetings: Meetings, kept: Kept, guardian_id: str = "g1", student_id: str = "s1") -> dict[str, Any]:
    booking = booked(meetings, guardian_id, student_id)
    begins(kept, booking)
    assert notes_attendance(meetings, booking, "missed").status_code == 200
    return booking


def wish(days: int = 1, **more: Any) -> dict[str, Any]:
    begins_at = clock.now() + timedelta(days=days)
    times = [{"starts_at": begins_at.isoformat(), "ends_at": (begins_at + timedelta(hours=2)).isoformat()}]
    return {"wants": True, "times": times, "words": "After Maghrib", **more}


def call_at(minutes: int, **more: Any) -> dict[str, Any]:
    """In a night in which nobody else meets."""
    night = (clock.now() + timedelta(days=20)).replace(hour=19, minute=0, second=0, microsecond=0)
    return {"starts_at": (night + timedelta(minutes=minutes)).isoformat(), **more}


def wishes(meetings: Meetings, by: Any = TEACHER, **query: Any) -> list[dict[str, Any]]:
    return list(meetings.call("GET", "call-wishes", by, params=query).json()["items"])


def test_a_family_says_when_and_the_teacher_books_it(meetings: Meetings, kept: Kept) -> None:
    booking = missed(meetings, kept)
    id = booking["booking_id"]
    body = wish()
    answers = [asks(meetings, "PUT", booking, "call-wish", FAMILY, body) for _ in range(2)]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "wished")] * 2
    [event] = eventually(lambda: said(meetings, CallWished, id))
    assert event.data["teacher_id"] == "t1"
    [mine] = [each for each in wishes(meetings, state="wished") if each["booking_id"] == id]
    assert (mine["guardian_name"], mine["words"], len(mine["times"])) == ("G1 Khan", "After Maghrib", 1)
    body = call_at(0, place="The teacher calls you")
    made = at_once(*[lambda: asks(meetings, "POST", booking, "call", TEACHER, body, key="call-of-g1-1")] * 3)
    assert {each.status_code for each in made} == {201}, [each.text for each in made]
    [call_id] = {each.json()["booking_id"] for each in made}
    assert (made[0].json()["way"], made[0].json()["place"]) == ("telephone", "The teacher calls you")
    eventually(lambda: said(meetings, SlotBooked, call_id))
    [mine] = [each for each in wishes(meetings, FAMILY) if each["booking_id"] == id]
    assert (mine["state"], mine["call_id"]) == ("arranged", call_id)
    assert slug(asks(meetings, "POST", booking, "call", TEACHER, call_at(60))) == "no-call-wished"
    assert meetings.cancels(made[0].json()).status_code == 200
    assert asks(meetings, "POST", booking, "call", TEACHER, call_at(120)).status_code == 201, "it was cancelled"


def test_a_call_is_in_nobodys_other_meeting(meetings: Meetings, kept: Kept) -> None:
    first, second = missed(meetings, kept), missed(meetings, kept, "g3", "s3")
    for booking, family in ((first, FAMILY), (second, guardian("g3"))):
        asks(meetings, "PUT", booking, "call-wish", family, wish())
    assert asks(meetings, "POST", first, "call", TEACHER, call_at(300)).status_code == 201
    clash = asks(meetings, "POST", second, "call", TEACHER, call_at(305))
    assert (clash.status_code, slug(clash)) == (409, "time-clash")
    past = asks(meetings, "POST", second, "call", TEACHER, {"starts_at": (clock.now() - timedelta(hours=1)).isoformat()})
    assert past.status_code == 422
    assert asks(meetings, "POST", second, "call-wish/completion", TEACHER).json()["state"] == "done"
    assert asks(meetings, "POST", second, "call-wish/completion", TEACHER).json()["state"] == "done"


def test_a_call_stays_one_whatever_becomes_of_its_day(meetings: Meetings, kept: Kept) -> None:
    """The teacher has another room; then the rest of the day is cancelled; only where the teacher is away then is it off."""
    booking = missed(meetings, kept)
    asks(meetings, "PUT", booking, "call-wish", FAMILY, wish())
    call = asks(meetings, "POST", booking, "call", TEACHER, call_at(400)).json()
    day = {"meeting_day_id": booking["meeting_day_id"]}
    assert meetings.changes("PUT", day, "/teachers/t1/ways", place="Room 9").status_code == 200
    assert _kept(kept, call) == ("booked", "telephone", "Telephone", 0)
    cancelled = meetings.changes("POST", day, "/cancellation")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert _kept(kept, call) == ("booked", "telephone", "Telephone", 0)
    assert said(meetings, MeetingMoved, call["booking_id"]) == []


def test_a_teacher_who_is_away_makes_no_call(meetings: Meetings, kept: Kept) -> None:
    booking = missed(meetings, kept)
    asks(meetings, "PUT", booking, "call-wish", FAMILY, wish())
    call = asks(meetings, "POST", booking, "call", TEACHER, call_at(450)).json()
    day = {"meeting_day_id": booking["meeting_day_id"]}
    away = {"teacher_id": "t1", "starts_at": call["starts_at"], "ends_at": call["ends_at"]}
    assert meetings.changes("POST", day, "/absences", **away).json()["meetings_called_off"] == 1
    assert _kept(kept, call)[0] == "cancelled"


def _kept(kept: Kept, booking: dict[str, Any]) -> tuple[str, str, str, int]:
    row = kept["bookings"].find_one({"_id": booking["booking_id"]}) or {}
    return row["state"], row["way"], row["place"], row["edition"]


def test_they_may_want_none_or_think_again(meetings: Meetings, kept: Kept) -> None:
    booking = missed(meetings, kept)
    assert asks(meetings, "PUT", booking, "call-wish", FAMILY, {"wants": False}).json()["state"] == "declined"
    assert slug(asks(meetings, "POST", booking, "call", TEACHER, call_at(500))) == "no-call-wished"
    assert asks(meetings, "PUT", booking, "call-wish", office(), wish()).json()["state"] == "wished"
    wrong = asks(meetings, "PUT", booking, "call-wish", FAMILY, wish(-3))
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["times"])
    assert notes_attendance(meetings, booking, "attended").status_code == 200
    [mine] = [each for each in wishes(meetings, FAMILY) if each["booking_id"] == booking["booking_id"]]
    assert mine["state"] == "not_needed"


def test_who_wishes_and_who_sees_it(meetings: Meetings, kept: Kept) -> None:
    booking = booked(meetings)
    assert slug(asks(meetings, "PUT", booking, "call-wish", FAMILY, wish())) == "not-missed"
    for stranger in (guardian("g3"), guardian("g2"), teacher("t1")):
        assert asks(meetings, "PUT", booking, "call-wish", stranger, wish()).status_code in (403, 404)
    assert asks(meetings, "POST", booking, "call", teacher("t2"), call_at(0)).status_code == 404
    assert wishes(meetings, teacher("t2")) == []
    assert {each["guardian_id"] for each in wishes(meetings, FAMILY)} <= {"g1"}


def test_teachers_are_asked_once_who_came(meetings: Meetings, kept: Kept) -> None:
    """By two replicas, and again after each of them has died somewhere."""
    before = asking.evening_before(clock.now()) - timedelta(hours=3)
    bookings = [booked(meetings, *whose) for whose in (("g1", "s1"), ("g3", "s3"))]
    ids = [booking["booking_id"] for booking in bookings]
    day_id = bookings[0]["meeting_day_id"]
    for place, id in enumerate(ids):
        times = {"starts_at": before + timedelta(minutes=20 * place), "ends_at": before + timedelta(minutes=20 * place + 10)}
        kept["bookings"].update_one({"_id": id}, {"$set": {**times, "meeting_day_id": day_id, "live": False, "minutes": []}})
    kept["attendance_asks"].delete_many({})
    store = Store(kept.client.get_database(kept.name, codec_options=AWARE))
    for _ in range(2):
        asking.ask(store)
    kept["attendance_asks"].delete_many({"teacher_id": None})
    kept["bookings"].update_many({"_id": {"$in": ids}}, {"$unset": {"attendance_asked": ""}})
    asking.ask(store)
    events = eventually(lambda: said(meetings, AttendanceWanted, day_id))
    assert [sorted(event.data["student_ids"]) for event in events] == [["s1", "s3"]]
    rows = list(kept["bookings"].find({"_id": {"$in": ids}}))
    assert [(row["state"], row["attendance_asked"]) for row in rows] == [("booked", True)] * 2, "nothing is guessed"
