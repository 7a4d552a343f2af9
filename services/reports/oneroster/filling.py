"""A record as OneRoster has it, as what the gradebook takes. What it does not say stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.contracts.roster import TERM_KINDS
from schoolbus.problems import Invalid, NotFound
from schoolbus.scope import Scope
from services.reports.gradebook.categories import for_class
from services.reports.gradebook.grading import shown
from services.reports.oneroster import looking
from services.reports.oneroster.reach import Client

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
WEIGHT, MOST = Decimal(100), Decimal(100)  # of a category, and of a line item, that does not say


def place_of_category(store: Store, client: Client, was: Document | None, more: Document) -> Document:
    """The branch and the class of a category: the standard's is of no school. Raises Invalid, NotFound."""
    if was is not None:
        return {"branch_id": was["branch_id"], "class_id": was["class_id"]}
    if more["class_"] is not None:
        found = looking.class_(store, client, more["class_"], more["school"])
        return {"branch_id": found["branch_id"], "class_id": found["class_id"]}
    if more["school"] is not None:
        return {"branch_id": looking.school(client, more["school"]), "class_id": None}
    if len(client.branches) == 1:
        return {"branch_id": client.branches[0], "class_id": None}
    raise Invalid({"metadata": ["This client reaches several schools: say which by metadata.school, or metadata.class."]})


def category(was: Document | None, given: Document) -> Document:
    weight = given["weight"] if given["weight"] is not None else Decimal(was["weight"]) if was else WEIGHT
    return {"title": given["title"], "weight": weight, "drop_lowest": was["drop_lowest"] if was else 0, "edition": None}


def line_item(store: Store, scope: Scope, was: Document | None, given: Document, school_class: Mapping[str, Any]) -> Document:
    """Raises Invalid, NotFound."""
    of_class = for_class(school_class["class_id"])
    sorted_into = looking.record(store.categories, scope, given["category"]["sourcedId"], of_class)
    assigned_on = given["assignDate"] or (date.fromisoformat(was["assigned_on"]) if was else clock.today())
    due_on = given["dueDate"] or (max(assigned_on, date.fromisoformat(was["due_on"])) if was else assigned_on)
    least, most = given["resultValueMin"], given["resultValueMax"]
    least = least if least is not None else Decimal(was["result_min"]) if was else Decimal(0)
    most = most if most is not None else Decimal(was["result_max"]) if was else MOST
    if most <= least:
        raise Invalid({"resultValueMax": ["Must be above resultValueMin."]})
    more = given["metadata"]
    return {
        "class_id": school_class["class_id"],
        "category_id": sorted_into["_id"],
        "title": given["title"],
        "description": given["description"],
        "kind": more["kind"] or (was["kind"] if was else "other"),
        "subject": more["subject"] or (was["subject"] if was else school_class["subject"] or school_class["title"][:60]),
        **_term(store, scope, was, given, assigned_on.isoformat()),
        "assigned_on": assigned_on,
        "due_on": due_on,
        "result_min": least,
        "result_max": most,
        "edition": None,
    }


def result(was: Document | None, given: Document) -> Document:
    """A row of the line item's sheet. Who sat another paper goes on being marked out of that."""
    own = was is not None and not was["deleted"] and was["own_out_of"]
    return {
        "student_id": given["student"]["sourcedId"],
        "status": given["scoreStatus"],
        "score": None if given["score"] is None else shown(given["score"]),
        "out_of": was["out_of"] if was is not None and own else None,
        "text_score": given["textScore"],
        "scored_on": given["scoreDate"] and given["scoreDate"].isoformat(),
        "comment": given["comment"],
    }


def _term(store: Store, scope: Scope, was: Document | None, given: Document, day: str) -> Document:
    """By its id, by its title, as it was, else the shortest of the calendar that the day is in. Raises NotFound, Invalid."""
    calendar = (store.calendars.first(scope) or {"terms": []})["terms"]
    for named in (given["gradingPeriod"], given["academicSession"]):
        if named is not None:
            return _term_of(calendar, named["sourcedId"])
    if given["metadata"]["term"] is not None:
        return {"term": given["metadata"]["term"], "term_id": None}
    if was is not None:
        return {"term": was["term"], "term_id": was["term_id"]}
    of_day = [each for each in calendar if each["starts_on"] <= day <= each["ends_on"] and each["kind"] != TERM_KINDS[0]]
    if not of_day:
        raise Invalid({"gradingPeriod": ["Say which: no term of the school's calendar has the day of assignDate."]})
    shortest = max(of_day, key=lambda each: (TERM_KINDS.index(each["kind"]), each["starts_on"]))
    return {"term": shortest["title"], "term_id": shortest["term_id"]}


def _term_of(calendar: list[Document], id: str) -> Document:
    found = next((each for each in calendar if each["term_id"] == id), None)
    if found is None:
        raise NotFound("Academic session")
    return {"term": found["title"], "term_id": id}
