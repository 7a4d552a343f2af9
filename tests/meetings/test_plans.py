"""What timers, workers, an erasure and the feed of a calendar ask is found by an index: with some thousands of documents of
other branches and other people there, as the database says itself."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus import clock
from schoolbus.contracts.meetings import PersonErased as Erased
from schoolbus.contracts.meetings import PersonExported
from schoolbus.contracts.roster import ExportAsked, PersonErased
from schoolbus.privacy import erase_and_tell, export
from schoolbus.scope import branch
from services.meetings import erasing, privacy, rooms
from services.meetings.activities import signing, timing
from services.meetings.activities.slips import arranging
from services.meetings.activities.volunteering import tasks
from services.meetings.booking import leaving, offering, reminding
from services.meetings.booking.freeing import holds_that_ran_out
from services.meetings.calendars import sources, taking_part
from services.meetings.days import settling, telling
from services.meetings.promising import reminding as commitments
from services.meetings.pta import reminding as pta
from services.meetings.pta.elections import turning
from services.meetings.settings import Settings
from services.meetings.store import Store
from services.meetings.theday import asking, briefs
from services.meetings.timetable import Period
from services.meetings.timetabling import publishing, working
from services.meetings.writing import answering
from tests.support import plans, roster
from tests.support.stores import own_database

MANY, BRANCHES = 2000, 20
OF_A_BRANCH = MANY // BRANCHES  # documents of each kind: one of each person
FEW = 5
STATES = {
    "activities": "published",
    "permission_slips": "published",
    "volunteer_tasks": "published",
    "sign_ups": "coming",
    "meeting_days": "open",
    "pta_meetings": "called",
    "pta_decisions": "open",
    "pta_elections": "open",
    "commitments": "open",
    "timetables": "solved",
    "waiting": "left",
}
COPY = {"branches", "classes", "people", "enrollments", "relations", "calendars"}
NAMED = (
    *("meeting_day", "slot", "session", "shift", "permission_slip", "pta_meeting", "election", "volunteer_task", "timetable"),
)
MOMENTS = (
    *("remind_at", "tell_at", "settle_at", "announce_at", "ask_feedback_at", "offer_until", "next_at", "answer_by"),
    *("offered_until", "held_until", "closes_at", "doubted_at", "again_at"),
)
Asks = Callable[[Store], object]


@pytest.fixture(scope="module")
def store(infrastructure: Infrastructure) -> Iterator[Store]:
    with own_database(infrastructure, Store) as database:
        made = Store(database)
        now = clock.now()
        for name in sorted(set(made.declared) - COPY):
            getattr(made, name).collection.insert_many([_one(name, number, now) for number in range(MANY)])
        made.waiting.collection.insert_many([{**_one("waiting", MANY + n, now), **_waits(n)} for n in range(FEW)])
        made.keep(roster.people("b1", *(roster.someone(f"p{number}", "guardian") for number in range(OF_A_BRANCH))))
        made.keep(roster.people("b1", roster.someone("s1", "student")))
        made.keep(roster.related("b1", ("p1", "s1"), ("p1", "p1")))
        yield made


def _waits(number: int) -> dict[str, Any]:
    return {"live": True, "state": "offered" if number % 2 else "waiting"}


def _one(name: str, number: int, now: datetime) -> dict[str, Any]:
    """One for each branch and person, of which nothing is due yet: whoever asks for more than is theirs meets them all."""
    person, on = f"p{number // BRANCHES}", (now + timedelta(days=90)).date().isoformat()
    later, ago = now + timedelta(days=9), now - timedelta(days=number)
    at = ago if name == "room_uses" else now + timedelta(days=1, minutes=number)
    live = name != "waiting"
    return {
        "_id": f"{name}{number}",
        "branch_id": f"b{number % BRANCHES}",
        "activity_id": f"activities{number}",
        **{f"{of}_id": f"{of}s{number}" for of in NAMED},
        **dict.fromkeys(("guardian_id", "student_id", "person_id", "owner_id", "written_by", "recorded_by"), person),
        **{field: [person] for field in ("attended_by", "guardian_ids", "student_ids", "leader_ids", "present")},
        "children": [{"student_id": person, "teacher_ids": []}],
        "teacher_id": f"t{number // BRANCHES}",
        "state": STATES.get(name, "attended" if number // BRANCHES % 2 else "booked"),
        "live": live,
        "open": True,
        "active": number % BRANCHES == 1,
        "role": "guardian",
        "version": number,
        "edition": 0,
        "sequence": 0,
        "secret_hash": f"{number}",
        "minutes": [number] if live else [],
        "steps": [number],
        "room": "hall",
        "used_by": f"d{number}",
        "starts_at": at,
        "ends_at": at + timedelta(minutes=10),
        "sessions": [{"session_id": "1", "starts_at": at, "ends_at": at + timedelta(minutes=10), "place": ""}],
        "dropped": [],
        **dict.fromkeys(("title", "summary", "place"), ""),
        **dict.fromkeys(("published_at", "changed_at", "taken_at"), now),
        **dict.fromkeys(("held_at", "asked_at", "since"), ago),
        **dict.fromkeys(("remind_on", "due_on"), on),
        **dict.fromkeys(MOMENTS, later),
    }


SETTINGS = Settings()
TIMERS: dict[str, Asks] = {
    "holds that ran out": holds_that_ran_out,
    "offers that ran out": offering.offers_that_ran_out,
    "what is free": offering.wherever_free,
    "who waits and may not": leaving.former_guardians,
    "reminders of meetings": reminding.remind,
    "who came": asking.ask,
    "families of a day": telling.tell_due,
    "changed days": settling.settle_due,
    "commitments": commitments.remind,
    "elections": lambda store: turning.turn(store, SETTINGS),
    "reminders of the association": pta.remind,
    "permission slips": arranging.remind,
    "shifts": tasks.remind,
    "places that lapse": signing.let_lapse,
    "announcements": timing.announce,
    "reminders of activities": timing.remind,
    "feedback": timing.ask_for_feedback,
    "reminders of written meetings": answering.remind,
    "ends of written meetings": answering.end,
    "erasures": erasing.again,
    "timetables": working.claim,
    "publications": publishing.claim,
}


@pytest.mark.parametrize("name", TIMERS)
def test_a_timer_looks_at_nothing_but_what_is_due(store: Store, name: str) -> None:
    with _asked(store) as found:
        TIMERS[name](store)
    _are_found(found, at_most=2 * FEW)


def _asked(store: Store) -> Any:
    return plans.asked(store.database, *store.declared)


def _are_found(found: list[dict[str, Any]], at_most: int) -> None:
    assert found
    seen = [(each["ns"], each["planSummary"], each.get("docsExamined", 0)) for each in found]
    assert [each for each in seen if "COLLSCAN" in each[1]] == []
    assert [each for each in seen if each[2] > at_most] == []


@pytest.mark.parametrize("as_staff", [True, False])
def test_the_feed_of_a_calendar_looks_at_what_is_the_persons(store: Store, as_staff: bool) -> None:
    with _asked(store) as found:
        assert store.is_somewhere("p1")
        entries = list(sources.entries(store, "p1", as_staff=as_staff, now=clock.now()))
    # activities, shifts; the association of a branch; and the meeting about the child that is theirs
    assert len(entries) == 2 * BRANCHES + OF_A_BRANCH + 1
    _are_found(found, at_most=OF_A_BRANCH)


def test_who_took_part_is_asked_of_the_branch_alone(store: Store) -> None:
    season = taking_part.Season(clock.today() - timedelta(days=30), clock.today(), None)
    with _asked(store) as found:
        taking_part.families(store, branch("b1"), season)
    _are_found(found, at_most=OF_A_BRANCH)
    assert not [each for each in found if each["ns"].endswith(".bookings") and each["docsExamined"] > FEW]


def test_a_room_is_asked_for_without_all_that_was_in_it(store: Store) -> None:
    at = clock.now() + timedelta(days=40)
    with _asked(store) as found:
        assert rooms.taken(store, "b1", [("Hall", Period(at, at + timedelta(hours=1)))]) is None
    _are_found(found, at_most=FEW)


def test_an_export_looks_at_the_persons_branches_alone(store: Store) -> None:
    wanted = ExportAsked(branch_id="chain", subject="x", export_id="x", person_id="p2", branch_ids=["b1"])
    with _asked(store) as found:
        export(store, privacy.HELD, wanted, PersonExported)
    _are_found(found, at_most=OF_A_BRANCH + FEW)


def test_an_erasure_looks_at_the_persons_branches_alone(store: Store) -> None:
    erased = PersonErased(branch_id="chain", subject="p3", erasure_id="z", person_id="p3", branch_ids=["b1"])
    with _asked(store) as found:
        erase_and_tell(store, privacy.HELD, erased, Erased)
        briefs.forget(store, erased)
    _are_found(found, at_most=OF_A_BRANCH + FEW)
