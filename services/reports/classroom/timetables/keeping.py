"""A class's timetable: each holds from its day until the next begins. A teacher is in one place at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id, new_id
from schoolbus.problems import AlreadyThere, GoneOn, Invalid
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.reports.classroom import reach
from services.reports.classroom.timetables import clashes
from services.reports.classroom.timetables.schemas import LessonPeriod

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_FAR = timedelta(days=366)
_PERIOD = LessonPeriod()
_END = "9999-12-31"


def put(store: Store, caller: Caller, branch_id: str, class_id: str, valid_from: str, draft: Document) -> Document:
    """The whole week, in place of what began on that day. Raises NotFound, GoneOn, and Invalid where a teacher is elsewhere."""
    scope, group = access.led_class(store, caller, branch_id, class_id)
    begins = reach.day_of(valid_from)
    if abs(begins - clock.today()) > _FAR:
        raise Invalid({"valid_from": ["Within a year."]})
    periods = _read(store, scope, draft["periods"])
    id = effect_id("class-timetable", branch_id, class_id, valid_from)
    whose = {"branch_id": branch_id, "class_id": class_id, "valid_from": valid_from, "class_title": group["title"]}
    new = {**whose, "periods": periods, "written_by": caller.person_id, "written_at": clock.now()}
    there = store.class_timetables.first(scope, {"_id": id})
    if there and there["periods"] == periods:  # sent again
        return _shown(store, scope, there, begins)
    if draft["edition"] != (there["edition"] if there else 0):
        raise GoneOn(edition=there["edition"] if there else 0)
    _turns(store, periods)
    with store.transaction():
        _wait(store, periods)
        ends = _following(store, scope, class_id, valid_from)
        _check(store, branch_id, class_id, periods, (valid_from, ends))
        kept = _keep(store, scope, {"_id": id, **new, "edition": draft["edition"] + 1}, there)
    return _shown(store, scope, kept, begins)


def remove(store: Store, caller: Caller, branch_id: str, class_id: str, valid_from: str) -> None:
    """What held before goes on holding: it is checked as if it were new. Raises NotFound, Invalid."""
    scope, _ = access.led_class(store, caller, branch_id, class_id)
    reach.day_of(valid_from)
    there = store.class_timetables.first(scope, {"class_id": class_id, "valid_from": valid_from})
    if there is None:
        return
    before = _holding(store, scope, class_id, (date.fromisoformat(valid_from) - timedelta(days=1)).isoformat())
    periods = before["periods"] if before else []
    _turns(store, periods)
    with store.transaction():
        _wait(store, periods)
        _check(store, branch_id, class_id, periods, (valid_from, _following(store, scope, class_id, valid_from)))
        store.class_timetables.remove(scope, there["_id"])


def seen(store: Store, caller: Caller, branch_id: str, class_id: str, on: date | None) -> Document:
    """The one that holds on a day, for the class's teachers and families; without periods where there is none."""
    scope = access.seen_class(store, caller, branch_id, class_id)
    day = on or clock.today()
    found = _holding(store, scope, class_id, day.isoformat())
    group = store.class_of(scope, class_id) or {"title": ""}
    nothing = {"class_id": class_id, "class_title": group["title"], "valid_from": None, "periods": [], "edition": 0}
    return _shown(store, scope, found or nothing, day)


def _read(store: Store, scope: Scope, rows: Sequence[Any]) -> list[Document]:
    """Raises Invalid with every period that can't be taken, by its index."""
    periods: list[Document] = []
    wrong: dict[str, Any] = {}
    for index, row in enumerate(rows):
        try:
            periods.append(_PERIOD.load(row))
        except ValidationError as error:
            wrong[str(index)] = error.normalized_messages()
    if not wrong:
        wrong = clashes.within(periods) or _strangers(store, scope, periods)
    if wrong:
        raise _refused(wrong)
    return periods


def _strangers(store: Store, scope: Scope, periods: Sequence[Document]) -> dict[str, list[str]]:
    named = _teachers(periods)
    where = {"person_id": {"$in": named}, "roles": "teacher", "active": True}
    known = {row["person_id"] for row in store.people.find(scope, where)}
    unknown = (index for index, period in enumerate(periods) if period["teacher_id"] and period["teacher_id"] not in known)
    return {str(index): ["Not a teacher of this branch."] for index in unknown}


def _refused(wrong: Document) -> Invalid:
    return Invalid({"periods": wrong}, "Some periods can't be taken; nothing was stored")


def _teachers(periods: Sequence[Document]) -> list[str]:
    return sorted({period["teacher_id"] for period in periods if period["teacher_id"]})


def _turn(teacher_id: str) -> str:
    return effect_id("timetable-turn", teacher_id)


def _turns(store: Store, periods: Sequence[Document]) -> None:
    store.timetable_turns.add_new([{"_id": _turn(id), "branch_id": []} for id in _teachers(periods)])


def _wait(store: Store, periods: Sequence[Document]) -> None:
    """Within a transaction: of two timetables with the same teacher, in whatever classes and branches, one is checked after the
    other is there."""
    for id in _teachers(periods):
        store.timetable_turns.change(WHOLE_CHAIN, _turn(id), to={"turn": new_id()})


def _check(store: Store, branch_id: str, class_id: str, periods: Sequence[Document], holds: tuple[str, str]) -> None:
    """Raises Invalid where a teacher is in another class while this holds."""
    if wrong := clashes.between(periods, _elsewhere(store, branch_id, class_id, periods, holds)):
        raise _refused(wrong)


def _elsewhere(
    store: Store, branch_id: str, class_id: str, periods: Sequence[Document], holds: tuple[str, str]
) -> Iterator[tuple[str, Document]]:
    """Periods of these teachers in other classes' timetables that hold on a day of `holds` (first, and first no more)."""
    theirs = {"periods.teacher_id": {"$in": _teachers(periods)}, "valid_from": {"$lt": holds[1]}}
    for found in store.class_timetables.find(WHOLE_CHAIN, theirs):
        if (found["branch_id"], found["class_id"]) == (branch_id, class_id):
            continue
        of_other = {"branch_id": found["branch_id"], "class_id": found["class_id"], "valid_from": {"$gt": found["valid_from"]}}
        if store.class_of(branch(found["branch_id"]), found["class_id"]) is None:  # it has ended
            continue
        following = store.class_timetables.first(WHOLE_CHAIN, of_other, sort="valid_from")
        if following is None or following["valid_from"] > holds[0]:
            where = found["class_title"] if found["branch_id"] == branch_id else "another branch"
            yield from ((where, period) for period in found["periods"])


def _keep(store: Store, scope: Scope, new: Document, there: Document | None) -> Document:
    if there is None:
        try:
            return store.class_timetables.add(new)
        except AlreadyThere:  # at this moment
            raise GoneOn from None
    to = {name: value for name, value in new.items() if name not in ("_id", "branch_id")}
    changed = store.class_timetables.change(scope, new["_id"], to=to, when={"edition": there["edition"]})
    if changed is None:
        raise GoneOn
    return changed


def _following(store: Store, scope: Scope, class_id: str, valid_from: str) -> str:
    """The day on which the next one begins."""
    after = {"class_id": class_id, "valid_from": {"$gt": valid_from}}
    found = store.class_timetables.first(scope, after, sort="valid_from")
    return found["valid_from"] if found else _END


def _holding(store: Store, scope: Scope, class_id: str, day: str) -> Document | None:
    return store.class_timetables.first(scope, {"class_id": class_id, "valid_from": {"$lte": day}}, sort="-valid_from")


def _shown(store: Store, scope: Scope, timetable: Document, day: date) -> Document:
    all_of_class = store.class_timetables.find(scope, {"class_id": timetable["class_id"]}, sort="valid_from")
    starts = [each["valid_from"] for each in all_of_class]
    later = [each for each in starts if each > (timetable["valid_from"] or day.isoformat())]
    last = (date.fromisoformat(later[0]) - timedelta(days=1)).isoformat() if later else None
    holiday = store.holiday_on(scope, day)
    return {
        **timetable,
        "valid_until": last,
        "holiday": holiday["title"] if holiday else None,
        "others": [each for each in starts if each != timetable["valid_from"]],
    }
