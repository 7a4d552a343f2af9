"""Registers: a class's day or lesson in one request, changed with what was seen, and never without its history.

A register is one write with its absences, what guardians are to be told, and its history: one transaction. Two teachers who
send the same register at once meet there, and the second is asked to look at what the first has sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, GoneOn, Invalid, NotFound
from schoolbus.scope import Scope
from schoolbus.store import Busy
from services.reports import briefs
from services.reports.attendance import absences, sheets, week
from services.reports.attendance.states import PRESENT
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def register_id(branch_id: str, class_id: str, held_on: str, lesson: str | None) -> str:
    """One of a class, a day and a lesson, however its name is capitalised."""
    return effect_id("register", branch_id, class_id, held_on, (lesson or "").casefold())


def take(
    store: Store, caller: Caller, branch_id: str, class_id: str, held_on: str, query: Document, sheet: Document
) -> Document:
    """The register as sent. Sent again it is there; another than was seen raises GoneOn."""
    scope, group = access.led_class(store, caller, branch_id, class_id)
    day, school_ends = week.register_day(store, scope, held_on)
    begun = blank(branch_id, group, day, query["lesson"])
    there = store.registers.first(scope, {"_id": begun["_id"]})
    wanted = {
        **begun,
        "ends_at": there["ends_at"] if there and not sheet["ends"] else week.at(day, sheet["ends"] or school_ends),
        "entries": sheets.entries(sheet, students_on(store, scope, class_id, day.isoformat()), sheets.by_student(there)),
    }
    with _changing(store, branch_id, class_id, wanted["entries"], there):
        return shown(keep(store, scope, caller.person_id, wanted, sheet["edition"], sheet["reason"]))


def put_entry(
    store: Store,
    caller: Caller,
    branch_id: str,
    class_id: str,
    held_on: str,
    student_id: str,
    query: Document,
    draft: Document,
) -> Document:
    """One child of a register that was taken: late after all, or marked by mistake. Others' entries stay as they are."""
    scope, group = access.led_class(store, caller, branch_id, class_id)
    day, _ = week.register_day(store, scope, held_on)
    there = store.registers.one(scope, register_id(branch_id, group["class_id"], day.isoformat(), query["lesson"]))
    known = sheets.by_student(there)
    if student_id not in {*known, *students_on(store, scope, class_id, day.isoformat())}:
        raise NotFound("Student")
    entry = {"student_id": student_id, **{name: draft[name] for name in ("status", "minutes", "note")}}
    wanted = {**there, "entries": [each for _, each in sorted({**known, student_id: entry}.items())]}
    with _changing(store, branch_id, class_id, [entry], there, whole=False):
        try:
            return shown(keep(store, scope, caller.person_id, wanted, there["edition"], draft["reason"]))
        except GoneOn as error:  # somebody changed another child's: this one is put into what is there now
            raise Busy from error


def blank(branch_id: str, group: Mapping[str, Any], day: date, lesson: str | None) -> Document:
    held_on = day.isoformat()
    return {
        "_id": register_id(branch_id, group["class_id"], held_on, lesson),
        "branch_id": branch_id,
        "class_id": group["class_id"],
        "class_title": group["title"],
        "held_on": held_on,
        "lesson": lesson,
    }


def students_on(store: Store, scope: Scope, class_id: str, held_on: str) -> set[str]:
    """Who is in the class now and was on that day, as far as roster says from when."""
    rows = store.enrollments.find(scope, {"class_id": class_id, "role": "student", "active": True})
    return {row["person_id"] for row in rows if (row.get("begins_on") or "") <= held_on < (row.get("ends_on") or "9999")}


def keep(store: Store, scope: Scope, by: str, wanted: Document, edition: int, reason: str | None) -> Document:
    """The register with all that follows from it. `edition`: of what was seen, 0 is none. Raises GoneOn, Invalid, Busy."""
    try:
        with store.transaction():
            there = store.registers.first(scope, {"_id": wanted["_id"]})
            days = absences.Days.of(store, scope, wanted)
            after = {**wanted, "entries": days.excused(wanted["entries"])}
            if there and all(there[name] == after[name] for name in ("entries", "ends_at")):
                return there
            if (there["edition"] if there else 0) != edition:
                raise _gone_on(there)
            if reason is None and after["held_on"] < clock.today().isoformat() and there:
                raise Invalid({"reason": ["Wanted when a register of an earlier day is changed."]})
            return _write(store, scope, by, there, after, days, reason)
    except AlreadyThere as error:
        raise Busy from error  # another was faster: all is looked at anew


def _write(
    store: Store, scope: Scope, by: str, there: Document | None, after: Document, days: absences.Days, reason: str | None
) -> Document:
    changes, now = sheets.differences(sheets.by_student(there), after["entries"]), clock.now()
    if there is None:
        new = {**after, "edition": 1, "taken_by": by, "taken_at": now, "changed_by": None, "changed_at": None}
        kept = store.registers.add(new)
    else:
        to = {name: after[name] for name in ("entries", "ends_at")}
        to |= {"edition": there["edition"] + 1, "changed_by": by, "changed_at": now}
        changed = store.registers.change(scope, after["_id"], when={"edition": there["edition"]}, to=to)
        if changed is None:
            raise Busy
        kept = changed
        store.register_changes.add(_change(kept, changes, by, reason))
    days.keep(kept, changes, by)
    return kept


def _change(register: Document, changes: Sequence[Document], by: str, reason: str | None) -> Document:
    named = ("branch_id", "class_id", "held_on", "lesson", "edition")
    return {
        "_id": effect_id(register["_id"], str(register["edition"])),
        "register_id": register["_id"],
        **{name: register[name] for name in named},
        "changes": list(changes),
        "by": by,
        "at": register["changed_at"],
        "reason": reason,
    }


def _gone_on(there: Document | None) -> GoneOn:
    if there is None:
        return GoneOn("This register is not taken yet", "Send it with edition 0.", edition=0)
    seen = {"edition": there["edition"], "taken_by": there["taken_by"], "changed_by": there["changed_by"]}
    return GoneOn("Somebody has sent this register already", "Read it, and send your change with its edition.", **seen)


@contextmanager
def _changing(
    store: Store,
    branch_id: str,
    class_id: str,
    entries: Sequence[Document],
    there: Document | None,
    *,
    whole: bool = True,
) -> Iterator[None]:
    """Around a change of a register. `whole`: `entries` are all of it.

    Briefs of those of whom there is something to say are told anew at once. Of who was there as ever they count one day more,
    and that is told at night: each morning it is nearly everybody.
    """
    known = sheets.by_student(there)
    students = {entry["student_id"] for entry in entries}
    before = {id: entry for id, entry in known.items() if whole or id in students}
    noted = {entry["student_id"] for entry in [*entries, *before.values()] if entry["status"] != PRESENT}
    briefs.touch_at_night(store, branch_id, class_id, students - noted)
    with overviews.changing(store, branch_id, students), briefs.changing(store, branch_id, noted):
        yield


def again(store: Store, scope: Scope, by: str, register: Document, statuses: Mapping[str, str], reason: str) -> None:
    """Within a transaction: other statuses of some children of a register, because of their absence's reason."""
    entries = [{**each, "status": statuses.get(each["student_id"], each["status"])} for each in register["entries"]]
    changes = sheets.differences(sheets.by_student(register), entries)
    to = {"entries": entries, "edition": register["edition"] + 1, "changed_by": by, "changed_at": clock.now()}
    changed = store.registers.change(scope, register["_id"], when={"edition": register["edition"]}, to=to)
    if changed is None:
        raise Busy
    store.register_changes.add(_change(changed, changes, by, reason))


def shown(register: Document) -> Document:
    """With the ids of absences, where a child's entry is one."""
    whose = (register["branch_id"], register["held_on"])
    return {
        **register,
        "entries": [
            {**entry, "absence_id": None if entry["status"] == PRESENT else absences.absence_id(*whose, entry["student_id"])}
            for entry in register["entries"]
        ],
    }
