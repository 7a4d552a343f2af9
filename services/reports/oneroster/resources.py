"""The kinds of records of a gradebook, where each is kept, and which of its fields can be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus.oneroster.query import Condition, Field, choice, day, moment, number, reference, text
from services.reports.oneroster import looking, shapes
from services.reports.oneroster.reach import Client

if TYPE_CHECKING:
    from services.reports.store import Store

CALLED: Condition = {"sourced_id": {"$gt": ""}}  # all that machines see: an erased child's result is called nothing any more
GONE: Condition = {"deleted": True}
Known = dict[str, Field]


@dataclass(frozen=True)
class Resource:
    """`references`: by field, what it refers to and where its id is."""

    many: str  # the name in the answer, as in {"results": […]}
    one: str
    kept: str
    shape: Callable[[dict[str, Any], shapes.Around], dict[str, Any]]
    known: Known
    shown: frozenset[str]  # fields that can be selected
    references: tuple[tuple[str, str, str], ...] = ()

    def fields(self, store: Store, client: Client) -> Known:
        """What can be filtered and sorted by."""
        found = dict(self.known)
        for name, kept, stored in self.references:
            found[name] = reference(stored, partial(looking.ids, getattr(store, kept), client.scope))
        return found


def _known(**more: Field) -> Known:
    status = choice({"active": {"deleted": False}, "tobedeleted": GONE})
    return {"sourcedId": text("sourced_id"), "status": status, "dateLastModified": moment("changed_at"), **more}


def _shown(names: str) -> frozenset[str]:
    return frozenset(f"sourcedId status dateLastModified metadata {names}".split())


CATEGORIES = Resource(
    "categories",
    "category",
    "categories",
    shapes.category,
    _known(title=text("title"), weight=number("weight")),
    _shown("title weight"),
)
LINE_ITEMS = Resource(
    "lineItems",
    "lineItem",
    "line_items",
    shapes.line_item,
    {
        **_known(
            title=text("title"),
            description=text("description"),
            assignDate=day("assigned_on"),
            dueDate=day("due_on"),
            resultValueMin=number("result_min"),
            resultValueMax=number("result_max"),
        ),
        "class.sourcedId": text("class_id"),
        "school.sourcedId": text("branch_id"),
        "gradingPeriod.sourcedId": text("term_id"),
        "academicSession.sourcedId": text("term_id"),
    },
    _shown(
        "title description assignDate dueDate class school category gradingPeriod academicSession resultValueMin resultValueMax"
    ),
    references=(("category.sourcedId", "categories", "category_id"),),
)
RESULTS = Resource(
    "results",
    "result",
    "results",
    shapes.result,
    {
        **_known(
            scoreStatus=text("status"),
            score=number("score"),
            textScore=text("text_score"),
            scoreDate=day("scored_on"),
            comment=text("comment"),
        ),
        "student.sourcedId": text("student_id"),
        "class.sourcedId": text("class_id"),
    },
    _shown("lineItem student class scoreStatus score textScore scoreDate comment"),
    references=(("lineItem.sourcedId", "line_items", "line_item_id"),),
)
