"""The class diary: what was done on a day, subject by subject, and what to talk about at home in the evening."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid, Sentence
from schoolbus.scope import Scope
from services.reports.classroom import changing, reach

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
CONTENT = ("subject", "text", "text_ur", "talking_point", "talking_point_ur", "homework_ids")
BACK = timedelta(days=60)  # for so long it may be written afterwards


def write(store: Store, caller: Caller, branch_id: str, class_id: str, held_on: str, draft: Document) -> Document:
    """The entry as it is now. Of two teachers who write the same one, the second looks at the first's: raises GoneOn.

    Raises NotFound, NotAllowed, Conflict on a holiday, Invalid.
    """
    scope, group = access.led_class(store, caller, branch_id, class_id)
    day = reach.day_of(held_on)
    _check(store, scope, class_id, day, draft["homework_ids"])
    id = _id(branch_id, class_id, day, draft["subject"])
    content = {name: draft[name] for name in CONTENT}
    there = store.diary.first(scope, {"_id": id})
    if there and all(there[name] == content[name] for name in CONTENT):  # sent again
        return there
    entry = {
        **content,
        "edition": draft["edition"] + 1,
        "class_title": group["title"],
        "written_by": caller.person_id,
        "written_at": clock.now(),
    }
    with changing.of_class(store, branch_id, class_id):
        if draft["edition"] == 0:
            whose = {"_id": id, "branch_id": branch_id, "class_id": class_id, "held_on": day.isoformat()}
            return _add(store, scope, {**whose, **entry})
        changed = store.diary.change(scope, id, to=entry, when={"edition": draft["edition"]})
    if changed is None:
        raise _written(there)
    return changed


def remove(store: Store, caller: Caller, branch_id: str, class_id: str, held_on: str, subject: str | None) -> None:
    """Twice is once."""
    scope, _ = access.led_class(store, caller, branch_id, class_id)
    day = reach.day_of(held_on)
    with changing.of_class(store, branch_id, class_id):
        store.diary.remove(scope, _id(branch_id, class_id, day, subject))


def _add(store: Store, scope: Scope, entry: Document) -> Document:
    try:
        return store.diary.add(entry)
    except AlreadyThere:
        raise _written(store.diary.first(scope, {"_id": entry["_id"]})) from None


def _written(there: Document | None) -> GoneOn:
    seen = {"edition": there["edition"]} if there else {}
    return GoneOn("Somebody has written this entry meanwhile", "Look at it, and write what is missing.", **seen)


def _check(store: Store, scope: Scope, class_id: str, day: date, homework_ids: list[str]) -> None:
    if not clock.today() - BACK <= day <= clock.today():
        raise Invalid({"held_on": ["From sixty days ago to today."]})
    if holiday := store.holiday_on(scope, day):
        raise Conflict(
            "holiday", Sentence("No school on this day: %(title)s", title=holiday["title"]), "The office keeps the holidays."
        )
    wanted = {"_id": {"$in": homework_ids}, "class_id": class_id}
    if homework_ids and store.homework.count(scope, wanted) != len(set(homework_ids)):
        raise Invalid({"homework_ids": ["Not homework of this class."]})


def _id(branch_id: str, class_id: str, day: date, subject: str | None) -> str:
    """A class has one entry of a day and subject, however it is capitalised."""
    return effect_id("diary", branch_id, class_id, day.isoformat(), (subject or "").casefold())
