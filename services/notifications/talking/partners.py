"""Whom a family can write to about a child: those who teach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from services.notifications.talking import members
from services.notifications.wording.languages import whole_name

if TYPE_CHECKING:
    from services.notifications.store import Store

Document = dict[str, Any]
MOST = 60


def of_child(store: Store, caller: Caller, branch_id: str, student_id: str) -> list[Document]:
    """Each with the titles of the classes in which they teach the child; who is written to when nobody is named comes first.
    Raises NotFound."""
    scope = access.student(store, caller, branch_id, student_id)
    ids = store.classes_of(scope, student_id, "student")
    classes = store.classes.find(scope, {"class_id": {"$in": ids}, "active": True}, sort="title")
    teaching: dict[str, list[str]] = {}
    for each in classes:
        for teacher_id in store.teachers_of_class(scope, each["class_id"]):
            teaching.setdefault(teacher_id, []).append(each["title"])
    people = store.people_by_id(scope, set(teaching))
    first = members.class_teacher(store, scope, student_id)
    found = [
        {
            "id": id,
            "name": whole_name(people[id], "en"),
            "name_ur": people[id].get("name_ur"),
            "classes": titles,
            "class_teacher": id == first,
        }
        for id, titles in teaching.items()
        if id in people
    ]
    return sorted(found, key=lambda each: (not each["class_teacher"], each["name"]))[:MOST]
