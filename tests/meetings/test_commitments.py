"""What home and school promise each other: who sees it, who is reminded, and that it comes along to the next meeting."""

from datetime import date, timedelta
from typing import Any

from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.theday import CommitmentDue, CommitmentMade, CommitmentSettled
from services.meetings.promising import reminding
from services.meetings.promising.commitments import NOT_DONE, OPEN, new
from services.meetings.promising.open_ones import MOST_OPEN, MOST_SETTLED, carried
from services.meetings.promising.parties import Parties
from services.meetings.promising.reminding import BEFORE, next_reminder
from services.meetings.store import Store
from tests.meetings.story import Meetings, at_once, slug
from tests.meetings.theday import FAMILY, HEAD, TEACHER, booked, list_of, said
from tests.support.people import guardian, office, teacher
from tests.support.waiting import eventually

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
Body = dict[str, Any]


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def draft(**more: Any) -> Body:
    return {"student_id": "s1", "text": "Read together for ten minutes", "due_on": in_days(14), "owners": ["guardian"], **more}


def makes(meetings: Meetings, by: Any = TEACHER, key: str | None = None, **more: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return meetings.call("POST", "commitments", by, json=draft(**more), headers=headers)


def settles(meetings: Meetings, commitment: Body, state: str, by: Any = FAMILY, **more: Any) -> Any:
    path = f"commitments/{commitment['commitment_id']}/outcome"
    return meetings.call("PUT", path, by, json={"state": state, **more})


def test_it_is_agreed_in_a_meeting_and_carried_into_the_next(meetings: Meetings) -> None:
    first, second = booked(meetings), booked(meetings)
    made = makes(meetings, booking_id=first["booking_id"], owners=["guardian", "teacher"])
    assert made.status_code == 201, made.text
    commitment = made.json()
    assert (commitment["guardian_id"], commitment["teacher_id"], commitment["state"]) == ("g1", "t1", "open")
    assert commitment["source"] == {"kind": "meeting", "id": first["booking_id"]}
    [event] = eventually(lambda: said(meetings, CommitmentMade, commitment["commitment_id"]))
    assert (event.data["owners"], "text" in event.data) == (["guardian", "teacher"], False)
    assert commitment["commitment_id"] in _carried(meetings, second)
    done = settles(meetings, commitment, "done", word="Every evening").json()
    assert (done["state"], done["word"], done["settled_by"], done["edition"]) == ("done", "Every evening", "guardian", 1)
    assert settles(meetings, commitment, "done", word="Every evening").json()["edition"] == 1, "sent again, it is done"
    [event] = eventually(lambda: said(meetings, CommitmentSettled, commitment["commitment_id"]))
    assert event.data["done"] is True
    assert _carried(meetings, second)[commitment["commitment_id"]]["state"] == "done", "it is shown for a while"
    assert settles(meetings, commitment, "not_done", TEACHER).json()["edition"] == 2


def _carried(meetings: Meetings, booking: Body) -> Body:
    return {each["commitment_id"]: each for each in list_of(meetings, booking)["meetings"][0]["commitments"]}


def test_a_request_with_a_key_promises_once(meetings: Meetings) -> None:
    answers = at_once(*[lambda: makes(meetings, key="promise-once", guardian_id="g1")] * 4)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["commitment_id"] for answer in answers}) == 1
    path = f"commitments/{answers[0].json()['commitment_id']}"
    assert meetings.call("PATCH", path, FAMILY, json={"text": "Read for five minutes"}).json()["edition"] == 1
    again = makes(meetings, key="promise-once", guardian_id="g1")
    assert (again.status_code, again.json()["text"]) == (201, "Read for five minutes"), "as it is by now"
    other = makes(meetings, key="promise-once", guardian_id="g1", text="Sing")
    assert (other.status_code, slug(other)) == (422, "key-used-before")


def test_who_promises_what_to_whom(meetings: Meetings) -> None:
    assert list(makes(meetings).json()["errors"]) == ["guardian_id"]
    assert list(makes(meetings, FAMILY).json()["errors"]) == ["teacher_id"]
    assert makes(meetings, FAMILY, teacher_id="t2").json()["guardian_id"] == "g1"
    assert list(makes(meetings, guardian_id="g3").json()["errors"]) == ["guardian_id"], "no guardian of this child"
    assert slug(makes(meetings, guardian("g2"), guardian_id="g1", teacher_id="t1")) == "not-your-commitment"
    assert slug(makes(meetings, teacher("t2"), guardian_id="g1", teacher_id="t1")) == "not-your-commitment"
    assert makes(meetings, HEAD, guardian_id="g2", teacher_id="t1").status_code == 201
    for stranger in (guardian("g3"), office(), teacher("t1", "b2")):
        assert makes(meetings, stranger, guardian_id="g1", teacher_id="t1").status_code in (403, 404)
    assert makes(meetings, guardian_id="g1", due_on=in_days(-1)).status_code == 422
    other = booked(meetings, "g3", "s3")
    assert list(makes(meetings, booking_id=other["booking_id"]).json()["errors"]) == ["booking_id"]


def test_who_sees_it_and_who_settles_it(meetings: Meetings) -> None:
    commitment = makes(meetings, guardian_id="g1").json()
    path = f"commitments/{commitment['commitment_id']}"
    for reader in (FAMILY, guardian("g2"), TEACHER, teacher("t2"), HEAD):
        assert meetings.call("GET", path, reader).json()["text"] == draft()["text"]
        found = meetings.call("GET", "commitments", reader, params={"student_id": "s1", "limit": 500}).json()["items"]
        assert commitment["commitment_id"] in {each["commitment_id"] for each in found}
    for stranger in (guardian("g3"), office(), guardian("g1", "b2")):
        assert meetings.call("GET", path, stranger).status_code in (403, 404)
        assert settles(meetings, commitment, "done", stranger).status_code in (403, 404)
    for other in (guardian("g2"), teacher("t2")):
        assert slug(settles(meetings, commitment, "done", other)) == "not-your-commitment"
    mine = meetings.call("GET", "commitments", guardian("g3"), params={"limit": 500}).json()["items"]
    assert commitment["commitment_id"] not in {each["commitment_id"] for each in mine}
    assert settles(meetings, commitment, "done", HEAD).json()["settled_by"] == "head"


def test_it_is_agreed_anew_while_it_is_open(meetings: Meetings) -> None:
    commitment = makes(meetings, guardian_id="g1").json()
    path = f"commitments/{commitment['commitment_id']}"
    changed = meetings.call("PATCH", path, FAMILY, json={"due_on": in_days(20), "text": "Read for five minutes"}).json()
    assert (changed["due_on"], changed["text"], changed["edition"]) == (in_days(20), "Read for five minutes", 1)
    assert meetings.call("PATCH", path, FAMILY, json={"due_on": in_days(20)}).json()["edition"] == 1
    settles(meetings, commitment, "not_done")
    assert slug(meetings.call("PATCH", path, FAMILY, json={"text": "Sing"})) == "settled"


def test_each_owner_is_reminded_once_a_day_that_is_due(meetings: Meetings, kept: Database[Any]) -> None:
    commitment = makes(meetings, guardian_id="g1", owners=["guardian", "teacher"]).json()
    id = commitment["commitment_id"]
    row = kept["commitments"].find_one({"_id": id}) or {}
    assert row["remind_on"] == in_days(12)
    aware: CodecOptions[Any] = CodecOptions(tz_aware=True)
    store = Store(kept.client.get_database(kept.name, codec_options=aware))
    kept["commitments"].update_one({"_id": id}, {"$set": {"remind_on": in_days(0), "due_on": in_days(2)}})
    for _ in range(2):
        reminding.remind(store)
    due = eventually(lambda: _two(said(meetings, CommitmentDue, id)))
    assert {(event.data["owner_id"], event.data["owner_role"]) for event in due} == {("g1", "guardian"), ("t1", "teacher")}
    assert (kept["commitments"].find_one({"_id": id}) or {})["remind_on"] == in_days(2)
    settles(meetings, commitment, "done")
    assert (kept["commitments"].find_one({"_id": id}) or {})["remind_on"] is None


def _two(found: list[Any]) -> list[Any] | None:
    return found if len(found) == 2 else None


@given(DAYS, DAYS)
def test_reminders_come_before_it_is_due_or_on_the_day_and_end(made_on: date, due_on: date) -> None:
    reminded, after = [], made_on
    while (day := next_reminder(due_on, after)) is not None:
        reminded.append(day)
        after = day
    assert reminded == sorted(set(reminded))
    assert all(made_on < day <= due_on for day in reminded)
    assert len(reminded) == sum(due_on - before > made_on for before in BEFORE)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=40))
def test_what_is_open_comes_first_and_nothing_that_is_open_is_lost(found: list[tuple[bool, int]]) -> None:
    rows: list[Body] = [
        {"_id": place, "state": "open" if is_open else "done", "due_on": f"2026-12-{place:02}", "settled_at": at}
        for place, (is_open, at) in enumerate(found)
    ]
    shown = carried(rows)
    open_ones = [row for row in rows if row["state"] == "open"]
    assert shown[: len(open_ones[:MOST_OPEN])] == open_ones[:MOST_OPEN]
    settled = [row["settled_at"] for row in shown[len(open_ones[:MOST_OPEN]) :]]
    assert settled == sorted((row["settled_at"] for row in rows if row["state"] != "open"), reverse=True)[:MOST_SETTLED]


class Promise(RuleBasedStateMachine):
    """Days go by, and whoever is in it changes and settles a commitment."""

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2026, 12, 30)
        whose = {"student_id": "s1", "text": "x", "due_on": self.today + timedelta(days=5), "owners": ["teacher"]}
        self.kept = new("c1", "b1", Parties("g1", "t1", None), whose, self.today)
        self.reminded: list[date] = []

    @rule(days=st.integers(1, 4))
    def days_go_by(self, days: int) -> None:
        for _ in range(days):
            self.today += timedelta(days=1)
            if self.kept["state"] == OPEN and self.kept["remind_on"] and self.kept["remind_on"] <= self.today.isoformat():
                self.reminded.append(self.today)
                following = next_reminder(date.fromisoformat(self.kept["due_on"]), self.today)
                self.kept["remind_on"] = following.isoformat() if following else None

    @precondition(lambda self: self.kept["state"] == OPEN)
    @rule()
    def it_is_not_done(self) -> None:
        self.kept |= {"state": NOT_DONE, "remind_on": None}

    @invariant()
    def nobody_is_reminded_of_what_is_over(self) -> None:
        due_on = date.fromisoformat(self.kept["due_on"])
        assert all(day in (due_on - timedelta(days=2), due_on) for day in self.reminded)
        assert len(set(self.reminded)) == len(self.reminded)
        assert self.kept["state"] == OPEN or self.kept["remind_on"] is None


TestPromise = Promise.TestCase
