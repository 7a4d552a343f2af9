"""The slots that a day offers, remembered by each process: they never change, and a storm asks for the same ones each time.

What a day offers may change: it then has another `edition`, which is read anew each time, and what was remembered is not asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from services.meetings.booking.live import with_teachers
from services.meetings.timetable import Period, period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_Key = tuple[str, int, str]  # day, its edition, teacher
MOST = 40_000  # slots remembered, and teachers of whom they are; some 40 MB


class Remembered:
    """Of one process: the slots of a teacher on a day, in time order; and what a free one looks like."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._of_teacher: OrderedDict[_Key, list[Document]] = OrderedDict()
        self._by_id: dict[str, Document] = {}
        self._texts: dict[tuple[str, bool], tuple[Document, str, str]] = {}  # of which slot and name it is, and the text

    def get(self, key: _Key) -> list[Document] | None:
        found = self._of_teacher.get(key)
        if found is not None:
            self._of_teacher.move_to_end(key)
        return found

    def put(self, key: _Key, slots: list[Document]) -> None:
        self._of_teacher[key] = slots
        self._by_id.update((slot["_id"], slot) for slot in slots)
        while len(self._by_id) + len(self._of_teacher) > self._most and len(self._of_teacher) > 1:
            _, old = self._of_teacher.popitem(last=False)
            for slot in old:
                self._by_id.pop(slot["_id"], None)
                for staff in (True, False):
                    self._texts.pop((slot["_id"], staff), None)

    def text(self, slot: Document, name: str, make: Callable[[Document, str, bool], str], *, staff: bool) -> str:
        """What a free slot with a teacher of this name looks like, to staff or to families; `make` is asked once for each."""
        key = (slot["_id"], staff)
        found = self._texts.get(key)
        if found is None or found[0] is not slot or found[1] != name:
            found = self._texts[key] = (slot, name, make(slot, name, staff))
        return found[2]

    def teachers(self) -> int:
        """How many are remembered, each of a day and its edition."""
        return len(self._of_teacher)

    def one(self, slot_id: str) -> Document | None:
        return self._by_id.get(slot_id)


def of_teacher(store: Store, scope: Scope, day: Mapping[str, Any], teacher_id: str) -> list[Document]:
    """The teacher's slots of this day, in time order. Whoever changes one of them copies it before."""
    key = (day["_id"], edition(day), teacher_id)
    slots = store.remembered.get(key)
    if slots is None:
        where = {"meeting_day_id": day["_id"], "teacher_id": teacher_id}
        slots = store.slots.find(scope, where, sort="starts_at _id")
        if slots:  # anything may be asked for: what is not there is not remembered
            store.remembered.put(key, slots)
    return slots


def free(store: Store, scope: Scope, day: Mapping[str, Any], teacher_id: str) -> list[Document]:
    """Those of the teacher's that are ahead and that nobody holds, and in which they are in no other meeting."""
    now, theirs = clock.now(), of_teacher(store, scope, day, teacher_id)
    held = store.bookings.find(WHOLE_CHAIN, with_teachers([teacher_id], now)) if theirs else []
    return [each for each in without(theirs, held) if each["starts_at"] > now]


def without(slots: Sequence[Document], held: Iterable[Document]) -> list[Document]:
    """Of slots of one teacher in time order those that no booking with them holds, nor overlaps: a call, or a meeting of
    another day."""
    if not slots:
        return []
    ids, taken, busy = {each["_id"] for each in slots}, set[str](), list[Period]()
    whole = Period(slots[0]["starts_at"], slots[-1]["ends_at"])
    for each in held:
        if each["slot_id"] in ids:
            taken.add(each["slot_id"])
        elif period(each).overlaps(whole):
            busy.append(period(each))
    left = [each for each in slots if each["_id"] not in taken]
    return [each for each in left if not any(period(each).overlaps(other) for other in busy)] if busy else left


def with_day(store: Store, scope: Scope, slot_id: str) -> tuple[Document, Document]:
    """A slot and its day, as it is now. Raises NotFound."""
    slot = store.remembered.one(slot_id)
    if slot is None or slot["branch_id"] != scope.branch_id:
        slot = store.slots.one(scope, slot_id)
    day = store.meeting_days.one(scope, slot["meeting_day_id"])
    return still_offered(store, scope, day, slot), day


def still_offered(store: Store, scope: Scope, day: Mapping[str, Any], slot: Document) -> Document:
    """The slot as it is by the day's edition. Raises NotFound when it is withdrawn."""
    found = next((each for each in of_teacher(store, scope, day, slot["teacher_id"]) if each["_id"] == slot["_id"]), None)
    if found is None:
        raise NotFound("Slot")
    return found


def edition(day: Mapping[str, Any]) -> int:
    return int(day["edition"])


def of_day(store: Store, scope: Scope, day: Mapping[str, Any]) -> list[Document]:
    """All slots of the day; those that are not remembered come in one look."""
    of_teachers = [store.remembered.get((day["_id"], edition(day), each["teacher_id"])) for each in day["teachers"]]
    if None not in of_teachers:
        return [slot for slots in of_teachers for slot in slots or ()]
    found = store.slots.find(scope, {"meeting_day_id": day["_id"]}, sort="starts_at _id")
    by_teacher: dict[str, list[Document]] = {each["teacher_id"]: [] for each in day["teachers"]}
    for slot in found:
        by_teacher.setdefault(slot["teacher_id"], []).append(slot)
    for teacher_id, theirs in by_teacher.items():
        store.remembered.put((day["_id"], edition(day), teacher_id), theirs)
    return found
