"""A week of a class's diary, on paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.reports.classroom.diary import weeks
from services.reports.paper.diary_week import DiaryWeek, Entry
from services.reports.papers import looks, words

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_WHOLE_DAY, _WHOLE_DAY_UR = "The day", "آج کا دن"


def of_class(store: Store, scope: Scope, group: Document, on: date) -> DiaryWeek:
    """The week that a day is in; without entries where nothing was written."""
    days = weeks.week_of(on)
    within = {"$gte": days[0].isoformat(), "$lte": days[-1].isoformat()}
    entries = store.diary.find(scope, {"class_id": group["class_id"], "held_on": within}, sort="held_on subject")
    ids = sorted({id for entry in entries for id in entry["homework_ids"]})
    homework = {each["_id"]: each for each in store.homework.find(scope, {"_id": {"$in": ids}})} if ids else {}
    school, school_ur = looks.school(store, scope)
    return DiaryWeek(
        branch_name=school,
        branch_name_ur=school_ur,
        class_title=group["title"],
        begins_on=days[0],
        ends_on=max(days[4], date.fromisoformat(entries[-1]["held_on"])) if entries else days[4],
        entries=tuple(_entry(entry, homework) for entry in entries),
        number=words.number("D", scope.branch_id or "", group["class_id"], days[0].isoformat()),
    )


def _entry(entry: Document, homework: dict[str, Document]) -> Entry:
    titles = [homework[id]["title"] for id in entry["homework_ids"] if id in homework]
    return Entry(
        held_on=date.fromisoformat(entry["held_on"]),
        subject=entry["subject"] or _WHOLE_DAY,
        subject_ur=None if entry["subject"] else _WHOLE_DAY_UR,
        text=entry["text"],
        text_ur=entry["text_ur"],
        talking_point=entry["talking_point"] or "",
        talking_point_ur=entry["talking_point_ur"],
        homework="; ".join(title for title in titles if title),
    )
