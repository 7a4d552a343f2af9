"""What members have said of meetings: how many come, and what somebody said themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.ids import effect_id
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def id_of(meeting_id: str, person_id: str) -> str:
    return effect_id("pta answer", meeting_id, person_id)


def counted(store: Store, scope: Scope, meetings: Sequence[Document]) -> dict[tuple[str, bool], int]:
    """By meeting and whether they come, of each meeting as it is now."""
    now = [{"pta_meeting_id": each["_id"], "edition": each["edition"]} for each in meetings]
    if not now:
        return {}
    by = {"meeting": "$pta_meeting_id", "coming": "$coming"}
    steps = [{"$match": scope.filter({"$or": now})}, {"$group": {"_id": by, "count": {"$sum": 1}}}]
    found = store.pta_answers.collection.aggregate(steps)
    return {(each["_id"]["meeting"], each["_id"]["coming"]): int(each["count"]) for each in found}


def not_coming(store: Store, scope: Scope, meeting: Document) -> set[str]:
    where = {"pta_meeting_id": meeting["_id"], "edition": meeting["edition"], "coming": False}
    return {each["person_id"] for each in store.pta_answers.find(scope, where)}


def own(store: Store, scope: Scope, meetings: Sequence[Document], person_id: str) -> dict[str, bool]:
    """What this person said of each, where they did."""
    ids = [id_of(each["_id"], store.counting(scope, person_id)) for each in meetings]
    editions = {each["_id"]: each["edition"] for each in meetings}
    said = store.pta_answers.find(scope, {"_id": {"$in": ids}})
    return {each["pta_meeting_id"]: each["coming"] for each in said if each["edition"] == editions[each["pta_meeting_id"]]}
