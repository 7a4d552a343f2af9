"""Whom an event concerns: the people whom its rules tell and whom it names, from the copy of the roster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.problems import NotYet
from services.notifications.messages import Concerned
from services.notifications.wording.audiences import GUARDIAN, GUARDIANS_OF_EACH, Told, student_ids
from services.notifications.wording.rules import Rule

if TYPE_CHECKING:
    from services.notifications.store import Store

GRACE = timedelta(seconds=5)  # how long an event waits for relations: a child without any is rare, a late chunk is not
PATIENCE = timedelta(seconds=30)  # how long all wait for one who is not known here


def count(store: Store, event: Event) -> None:
    """Instead of merged records those that count."""
    if "guardian_id" in event.data:
        event.data["guardian_id"] = store.counting(event.scope, event.data["guardian_id"])
    if "owner_id" in event.data:
        event.data["owner_id"] = store.counting(event.scope, event.data["owner_id"])
    if "person_ids" in event.data:
        rows = store.people_by_id(event.scope, event.data["person_ids"])
        counting = (rows.get(id, {}).get("counts_as") or id for id in event.data["person_ids"])
        event.data["person_ids"] = list(dict.fromkeys(counting))


def by(store: Store, event: Event, rules: Sequence[Rule]) -> Concerned:
    """Raises NotYet for somebody who is not here yet; of an event that has waited for a while, the others are told before."""
    students = student_ids(event.data)
    guardians = store.guardians_of_each(event.scope, students)
    if any(rule.tells is GUARDIANS_OF_EACH for rule in rules):
        _wait_for_relations(store, event, [id for id in students if id not in guardians])
    some = any(rule.grades is not None for rule in rules)
    grades = store.grades_of_each(event.scope, students) if some else {}
    told = [(rule, each) for rule in rules for each in rule.told(event.data, guardians, grades)]
    wanted = {*students, *(each.person_id for _, each in told if each.person_id), *_teacher(event)}
    people = store.people_by_id(event.scope, wanted)
    missing = frozenset(wanted - people.keys())
    if missing and _age(event) <= PATIENCE:
        raise waiting_for(missing)
    return Concerned(people, guardians, grades, _strangers(store, event, told), missing)


def waiting_for(missing: Collection[str]) -> NotYet:
    return NotYet(f"{len(missing)} people, such as {min(missing)}")


def _teacher(event: Event) -> list[str]:
    """Whom the words may name."""
    return [event.data["teacher_id"]] if "teacher_id" in event.data else []


def _wait_for_relations(store: Store, event: Event, alone: Sequence[str]) -> None:
    """Raises NotYet for a child without any relation while the event is young: the chunk with it may still be on its way."""
    unrelated = set(alone) - store.related(event.scope, alone) if alone and _age(event) <= GRACE else set()
    if unrelated:
        raise NotYet(f"guardians of {len(unrelated)} students")


def _strangers(store: Store, event: Event, told: Sequence[tuple[Rule, Told]]) -> set[tuple[str, str]]:
    """Whom the event itself names as guardian of a child whose guardian they are no more, and the child. Raises NotYet for a
    relation that may still be on its way."""
    named = {
        (each.person_id, each.student_id)
        for rule, each in told
        if each.person_id and each.student_id and rule.role_of(each) == GUARDIAN and rule.tells is not GUARDIANS_OF_EACH
    }
    if not named:
        return set()
    pairs = {"guardian_id": {"$in": [id for id, _ in named]}, "student_id": {"$in": [id for _, id in named]}}
    rows = store.relations.find(event.scope, pairs)
    known = {(row["guardian_id"], row["student_id"]) for row in rows}
    if _age(event) <= GRACE and (unknown := named - known):
        raise NotYet(f"relations of {len(unknown)} guardians")
    return named - {(row["guardian_id"], row["student_id"]) for row in rows if row["active"]}


def _age(event: Event) -> timedelta:
    return now() - event.time
