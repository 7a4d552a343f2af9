"""The gradebook in OneRoster's JSON (1.2, gradebook service model). Plain values in, plain values out.

What a record has not is left out, unless the standard demands it. `metadata` has what Rabta knows beyond the standard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from schoolbus.oneroster.shapes import ACTIVE, TOBEDELETED, moment, reference

Record = dict[str, Any]


@dataclass(frozen=True)
class Around:
    """What a page of records refers to, by our ids: what other systems call it."""

    address: str  # that people see us at
    categories: Mapping[str, str] = field(default_factory=dict)
    line_items: Mapping[str, str] = field(default_factory=dict)

    def to(self, kind: str, id: str | None) -> Record | None:
        return None if id is None else reference(self.address, kind, id)


def category(record: Record, around: Around) -> Record:
    known = {"school": record["branch_id"], "class": record["class_id"]}
    return _whole(record, known, title=record["title"], weight=number(record["weight"]))


def line_item(record: Record, around: Around) -> Record:
    known = {name: record[name] for name in ("subject", "kind", "term", "state")}
    known["published"] = None if record["published_at"] is None else moment(record["published_at"])
    return _whole(
        record,
        known,
        title=record["title"],
        description=record["description"],
        assignDate=_begins(record["assigned_on"]),
        dueDate=_begins(record["due_on"]),
        **{"class": around.to("class", record["class_id"])},
        school=around.to("org", record["branch_id"]),
        category=around.to("category", around.categories.get(record["category_id"], record["category_id"])),
        gradingPeriod=around.to("academicSession", record["term_id"]),
        academicSession=around.to("academicSession", record["term_id"]),
        resultValueMin=number(record["result_min"]),
        resultValueMax=number(record["result_max"]),
    )


def result(record: Record, around: Around) -> Record:
    """`score` is what counts; what was entered stands beside it where it was adjusted."""
    known = {"outOf": record["out_of"] if record["own_out_of"] else None}
    known["enteredScore"] = record["entered_score"] if record["entered_score"] != record["score"] else None
    return _whole(
        record,
        known,
        lineItem=around.to("lineItem", around.line_items.get(record["line_item_id"], record["line_item_id"])),
        student=around.to("user", record["student_id"]),
        **{"class": around.to("class", record["class_id"])},
        scoreStatus=record["status"],
        score=number(record["score"]),
        textScore=record["text_score"],
        scoreDate=record["scored_on"],
        comment=record["comment"],
    )


def number(text: str | None) -> int | float | None:
    """The number of JSON that says just this decimal: up to 15 digits, the shortest text of a float is what it was made of."""
    if text is None:
        return None
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(text)


def _whole(record: Record, known: Record, **fields: Any) -> Record:
    found = {
        "sourcedId": record["sourced_id"],
        "status": TOBEDELETED if record["deleted"] else ACTIVE,
        "dateLastModified": moment(record["changed_at"]),
        "metadata": {name: value for name, value in known.items() if value is not None},
        **fields,
    }
    return {name: value for name, value in found.items() if value is not None}


def _begins(day: str) -> str:
    """A day as the standard's moment: in UTC, and by the branches' clock in the same day."""
    return f"{day}T00:00:00.000Z"
