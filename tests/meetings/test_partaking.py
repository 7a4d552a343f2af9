"""In what guardians and children took part, in numbers of a month."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from schoolbus.clock import now, today
from schoolbus.contracts.meetings import ParticipationCounted
from schoolbus.contracts.meetings import PersonErased as Erased
from schoolbus.contracts.roster import PersonErased
from schoolbus.metering import month_of
from schoolbus.outbox import pending
from schoolbus.privacy import documents, erase_and_tell
from schoolbus.scope import WHOLE_CHAIN
from services.meetings import privacy
from services.meetings.partaking import counting
from services.meetings.store import Store
from tests.meetings.story import Meetings
from tests.support.roster import branch, people, small_branch, someone
from tests.support.waiting import eventually

MONTH = "2026-10"
_numbers = itertools.count(1)


def counted_now(kept: Database[Any], branch_id: str) -> None:
    """Its night comes."""
    due = {"$set": {"next_at": now() - timedelta(seconds=1)}}
    eventually(lambda: kept.counts.update_one({"_id": branch_id}, due).matched_count)


def told(meetings: Meetings, branch_id: str) -> dict[str, dict[str, Any]]:
    """What was told last of each."""
    rows = [item for event in meetings.service.heard(ParticipationCounted, branch_id) for item in event.data["items"]]
    return {row["person_id"]: row for row in sorted(rows, key=lambda row: row["version"])}


def test_a_meeting_that_was_held_is_told_of_both(meetings: Meetings, kept: Database[Any]) -> None:
    id = "partaking"
    meetings.knows(*small_branch(id))
    day = meetings.opens(id)
    booking = meetings.books(meetings.slots(day, branch_id=id)[0], branch_id=id).json()
    began = now() - timedelta(seconds=1)
    kept.meeting_days.update_one(
        {"_id": day["meeting_day_id"]}, {"$set": {"held_on": today().isoformat(), "until": today().isoformat()}}
    )
    over = {"starts_at": began, "ends_at": began + timedelta(minutes=10)}
    kept.bookings.update_one({"_id": booking["booking_id"]}, {"$set": over})
    counted_now(kept, id)
    first = eventually(lambda: (rows := told(meetings, id)) and {"g1", "s1"} <= rows.keys() and rows)
    assert (first["g1"]["role"], first["g1"]["counts"]) == ("guardian", {"booked": 1})
    assert (first["s1"]["role"], first["s1"]["counts"]) == ("student", {"booked": 1, "invited": 1})
    assert first["s2"]["counts"] == {"invited": 1}
    assert first["g1"]["month"] == month_of(today())
    kept.bookings.update_one({"_id": booking["booking_id"]}, {"$set": {"state": "attended"}})
    counted_now(kept, id)
    second = eventually(lambda: (rows := told(meetings, id))["g1"]["counts"].get("met") and rows)
    assert second["g1"]["counts"] == {"booked": 1, "met": 1}
    assert second["s1"]["counts"] == {"booked": 1, "invited": 1, "met": 1}
    assert second["g1"]["version"] > first["g1"]["version"]
    assert second["s2"]["version"] == first["s2"]["version"], "of her nothing else is known"


# On the database alone


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC)


def knows(store: Store) -> None:
    store.keep_branch(branch("b1"))
    those = [someone(f"g{number}", "guardian") for number in (1, 2, 3)] + [
        someone(f"s{number}", "student") for number in (1, 2)
    ]
    store.keep(people("b1", *those, someone("t1", "teacher")))


def put(store: Store, collection: str, **more: Any) -> None:
    getattr(store, collection).add({"_id": f"{collection}{next(_numbers)}", "branch_id": "b1", **more})


def booked(store: Store, state: str, day: int = 7, guardian: str = "g1", student: str = "s1", of: str = "d") -> None:
    whose = {"guardian_id": guardian, "student_id": student, "meeting_day_id": of}
    put(store, "bookings", state=state, starts_at=at(day), **whose)


def counts(store: Store, month: str = MONTH, known: Any = None) -> dict[str, dict[str, int]]:
    return {id: item["counts"] for id, item in counting.count(store, "b1", month, known or {}).items()}


def test_all_that_counts_of_a_month(store: Store) -> None:
    knows(store)
    for id, held_on, state in (("d", 7, "open"), ("c", 8, "cancelled")):
        store.meeting_days.add(
            {"_id": id, "branch_id": "b1", "held_on": f"2026-10-{held_on:02}", "until": f"2026-10-{held_on:02}", "state": state}
        )
        put(store, "invitations", meeting_day_id=id, student_id="s1")
    booked(store, "attended")
    booked(store, "missed", student="s2")
    booked(store, "cancelled", guardian="g2")
    booked(store, "booked", guardian="g2", of="c")
    put(store, "written_meetings", state="done", held_at=at(9), guardian_id="g2", student_id="s1")
    put(store, "attendances", held_at=at(10), session_id="x", student_ids=["s1", "s2"])
    put(store, "attendances", held_at=at(11), session_id="y", student_ids=["s1"])
    put(store, "stints", live=True, starts_at=at(12), guardian_id="g3", shift_id="x", minutes=[1])
    put(store, "pta_meetings", starts_at=at(13), present=["g3", "t1"])
    put(store, "pta_meetings", starts_at=datetime(2026, 10, 31, 20, tzinfo=UTC), present=["g3"])  # November at the branch
    assert counts(store) == {
        "g1": {"booked": 2, "met": 1, "missed": 1},
        "g2": {"met": 1},
        "g3": {"helped": 1, "pta": 1},
        "s1": {"activities": 2, "booked": 1, "invited": 1, "met": 2},
        "s2": {"activities": 1, "booked": 1, "missed": 1},
    }
    assert counts(store, "2026-11") == {"g3": {"pta": 1}}


def test_a_day_over_the_end_of_a_month_counts_in_both(store: Store) -> None:
    knows(store)
    store.meeting_days.add({"_id": "d", "branch_id": "b1", "held_on": "2026-09-30", "until": "2026-10-01", "state": "open"})
    put(store, "invitations", meeting_day_id="d", student_id="s1")
    booked(store, "missed", day=1)
    assert counts(store) == {"g1": {"booked": 1, "missed": 1}, "s1": {"booked": 1, "missed": 1}}
    assert counts(store, "2026-09") == {"s1": {"invited": 1}}


def test_a_merged_record_counts_under_the_one_that_stays(store: Store) -> None:
    knows(store)
    put(store, "pta_meetings", starts_at=at(13), present=["g1", "g2"])
    store.keep(people("b1", someone("g2", "guardian", active=False, version=2, counts_as="g1")))
    known = {"g2": {"person_id": "g2", "role": "guardian", "counts": {"pta": 1}}}
    assert counts(store, known=known) == {"g1": {"pta": 2}}


def said(store: Store) -> list[dict[str, Any]]:
    waiting = pending(store.counts.collection, 100)
    return [item for each in waiting for item in ParticipationCounted.decode(each.body).data["items"]]


def test_of_who_was_erased_nothing_is_told_again(store: Store) -> None:
    knows(store)
    put(store, "pta_meetings", starts_at=at(13), present=["g1", "g2"])
    store.counts.add({"_id": "b1", "branch_id": "b1", "open_from": MONTH, "number": 0, "next_at": at(1)})
    counting.tell(store, 86400)
    assert [row["person_id"] for row in said(store)] == ["g1", "g2"]
    assert dict(documents(store, privacy.HELD, "g1", ["b1"]))["participation_told"]["item"]["counts"] == {"pta": 1}
    erased = PersonErased(branch_id="chain", subject="g1", erasure_id="z", person_id="g1", branch_ids=["b1"])
    erase_and_tell(store, privacy.HELD, erased, Erased)
    counting.forget(store, erased)
    put(store, "pta_meetings", starts_at=at(14), present=["g2"])
    store.counts.change_all(WHOLE_CHAIN, {}, {"next_at": at(2), "open_from": MONTH})
    counting.tell(store, 86400)
    assert [(row["person_id"], row["counts"]) for row in said(store)[2:]] == [("g2", {"pta": 2})]
    assert [row["person_id"] for row in store.participation_told.find(WHOLE_CHAIN)] == ["g2"]
