"""Patterns of a child and of a class, from the registers of a span."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.scope import Scope
from services.reports.attendance import patterns, queries, spans, week
from services.reports.attendance.patterns import Breaks, Seen

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def of_student(store: Store, caller: Caller, branch_id: str, student_id: str, query: Document) -> Document:
    scope = access.student(store, caller, branch_id, student_id)
    span = spans.asked(store, scope, query)
    seen = [_seen(register, entry) for register, entry in queries.of_student(store, scope, student_id, span)]
    return {"student_id": student_id, **span.shown(), **patterns.of_student(seen, _breaks(store, scope))}


def of_class(store: Store, caller: Caller, branch_id: str, class_id: str, query: Document) -> Document:
    """Of the class and each who was in a register of it, by name."""
    scope, _ = access.led_class(store, caller, branch_id, class_id)
    span = spans.asked(store, scope, query)
    seen: dict[str, list[Seen]] = {}
    for register in queries.of_class(store, scope, class_id, span):
        for entry in register["entries"]:
            seen.setdefault(entry["student_id"], []).append(_seen(register, entry))
    in_order = {student_id: seen[student_id] for student_id in by_name(store, scope, seen)}
    return {"class_id": class_id, **span.shown(), **patterns.of_class(in_order, _breaks(store, scope))}


def _seen(register: Document, entry: Document) -> Seen:
    return Seen(date.fromisoformat(register["held_on"]), register["lesson"], entry["status"], entry["minutes"])


def by_name(store: Store, scope: Scope, student_ids: Iterable[str]) -> list[str]:
    """Of who was erased there is no name: they are the last."""
    people = store.people_by_id(scope, student_ids)
    names = {id: (row["given_name"].casefold(), row["family_name"].casefold()) for id, row in people.items()}
    return sorted(student_ids, key=lambda id: (id not in names, names.get(id, ("", "")), id))


def _breaks(store: Store, scope: Scope) -> Breaks:
    calendar = store.calendars.first(scope)
    holidays = calendar["holidays"] if calendar else []
    return Breaks(
        week.weekdays(week.of_branch(store, scope)),
        tuple((date.fromisoformat(each["starts_on"]), date.fromisoformat(each["ends_on"])) for each in holidays),
    )
