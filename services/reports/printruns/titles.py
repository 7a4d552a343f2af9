"""What stands on separator sheets and in the outline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.reports.printruns.states import CARDS, CERTIFICATES, DIARY_WEEKS, LETTERS

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_WHAT = {
    CARDS: "Report cards",
    LETTERS: "Progress letters",
    CERTIFICATES: "Certificates",
    DIARY_WEEKS: "Diary of the week",
}
_ONLY = "For families who want paper"


def lines(run: Mapping[str, Any], sheets: int) -> list[str]:
    """Of a class's separator."""
    said = [f"{_WHAT[run['what']]} · {run['about']}", f"{sheets} {'child' if sheets == 1 else 'children'}"]
    return [*said, _ONLY] if run["only_paper"] else said


def classes(store: Store, scope: Scope, sheets: Iterable[Document]) -> dict[str, str]:
    ids = sorted({sheet["class_id"] for sheet in sheets})
    return {row["class_id"]: row["title"] for row in store.classes.find(scope, {"class_id": {"$in": ids}})}


def of_parts(store: Store, scope: Scope, parts: Sequence[Document]) -> dict[str, str]:
    """By the ids of children and classes: names, as they are now."""
    sheets = [sheet for part in parts for sheet in part["sheets"]]
    found = classes(store, scope, sheets)
    ids = [sheet["student_id"] for sheet in sheets if sheet["student_id"]]
    for id, person in store.people_by_id(scope, ids).items():
        found[id] = f"{person['given_name']} {person['family_name']}".strip()
    return found
