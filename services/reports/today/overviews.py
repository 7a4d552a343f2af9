"""What "today" shows of a student: gathered once, kept until something in it changes.

An overview is never brought up to date, only forgotten and gathered again, so it doesn't matter how late, how often or in
which order events come. Two rules make it right:
1. Whoever changes what it is made of says `forget` after. The roster's handlers do so at least once, as the event comes again
   when they die. Reports' own changes are `changing`: from before the change, no overview is kept for two seconds, so nobody
   who died inside leaves one without it. Nor is one that is new: it was not there to be told of a change that began before.
2. `gather` notes the count of changes before it reads, and keeps what it read only if the count is still the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import branch
from services.reports.attendance import queries as attendance
from services.reports.behaviour import queries as behaviour
from services.reports.cards.runs import ISSUED
from services.reports.classroom import overview as of_classroom
from services.reports.gradebook import queries as gradebook

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
NEW = timedelta(days=14)  # how long a card or an acknowledgement is new
MOST = 100  # of each
UNSETTLED = timedelta(seconds=2)  # longer than a write takes


def overview_id(branch_id: str, student_id: str) -> str:
    return f"{branch_id}:{student_id}"


def forget(store: Store, branch_id: str, student_ids: Iterable[str], settled_at: datetime | None = None) -> None:
    """Overviews of these students are to be gathered again; until `settled_at`, none is kept."""
    ids = [overview_id(branch_id, student_id) for student_id in student_ids]
    store.forget_overviews(branch(branch_id), ids, settled_at)


@contextmanager
def changing(store: Store, branch_id: str, student_ids: Collection[str]) -> Iterator[None]:
    """Around one write that changes what these students' overviews are made of."""
    forget(store, branch_id, student_ids, settled_at=clock.now() + UNSETTLED)
    yield
    forget(store, branch_id, student_ids)


def kept(store: Store, branch_id: str, student_id: str) -> Document | None:
    """The student's overview, if nothing has changed since it was gathered."""
    found = store.overview(overview_id(branch_id, student_id))
    return found if found and found["branch_id"] == branch_id and found.get("fresh") else None


def gather(store: Store, branch_id: str, student_id: str) -> Document | None:
    """The student's overview as it is now, kept if nothing changes meanwhile. None when the branch has no such student."""
    scope, id = branch(branch_id), overview_id(branch_id, student_id)
    where = {"_id": id, "roles": "student", "active": True}  # of the roster's copy, which names its rows alike
    if store.people.first(scope, where) is None:
        return None
    changes = store.begin_overview(scope, id, settled_at=clock.now() + UNSETTLED)
    student = store.people.first(scope, where)
    if student is None:
        return None
    classes = store.classes_of(scope, student_id, "student")
    guardians = store.guardians_of(scope, student_id, "may_receive_reports")
    overview = {
        "fresh": True,
        "given_name": student["given_name"],
        "family_name": student["family_name"],
        "name_ur": student["name_ur"],
        "guardians": guardians,
        "classes": classes,
        **of_classroom.gather(store, branch_id, student_id, classes, guardians),
        "results": gradebook.new_results(store, branch_id, student_id, classes),
        "report_cards": _cards(store, branch_id, student_id),
        "home_notes": _notes(store, branch_id, student_id),
        "attendance": attendance.today(store, branch_id, student_id, classes),
        "reasons_wanted": attendance.reasons_wanted(store, branch_id, student_id),
        "behaviour": behaviour.today(store, branch_id, student_id),
    }
    settled = {"settled_at": {"$not": {"$gt": clock.now()}}}
    store.overviews.change(scope, id, when={"changes": changes, **settled}, to=overview)
    return overview


def since(moment: datetime) -> str:
    """What happened from then on is new; comparable with the moments in an overview."""
    return (moment - NEW).isoformat()


def _cards(store: Store, branch_id: str, student_id: str) -> list[Document]:
    issued = {"student_id": student_id, "state": ISSUED, "issued_at": {"$gte": clock.now() - NEW}}
    found = store.report_cards.find(branch(branch_id), issued, sort="-issued_at", limit=MOST)
    shown = ("term", "version")
    return [
        {"report_card_id": card["_id"], **{name: card[name] for name in shown}, "issued_at": card["issued_at"].isoformat()}
        for card in found
    ]


def _notes(store: Store, branch_id: str, student_id: str) -> list[Document]:
    read = {"student_id": student_id, "acknowledged_at": {"$gte": clock.now() - NEW}}
    found = store.home_notes.find(branch(branch_id), read, sort="-acknowledged_at", limit=MOST)
    shown = ("guardian_id", "kind")
    return [
        {
            "home_note_id": note["_id"],
            **{name: note[name] for name in shown},
            "acknowledged_at": note["acknowledged_at"].isoformat(),
        }
        for note in found
    ]
