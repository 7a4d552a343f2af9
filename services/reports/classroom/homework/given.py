"""What families have said of homework, as it is kept: one document of a child and a piece of homework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.ids import effect_id
from schoolbus.scope import branch

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def answer_id(branch_id: str, homework_id: str, student_id: str) -> str:
    return effect_id("homework-answer", branch_id, homework_id, student_id)


def of_children(
    store: Store, branch_id: str, homework_ids: Iterable[str], children: Sequence[str]
) -> dict[tuple[str, str], Document]:
    """By homework and child."""
    if not children:
        return {}
    where = {"homework_id": {"$in": list(homework_ids)}, "student_id": {"$in": list(children)}}
    found = store.homework_answers.find(branch(branch_id), where)
    return {(each["homework_id"], each["student_id"]): each for each in found}


def for_family(edition: int, student_id: str, answer: Mapping[str, Any] | None, person_id: str) -> Document:
    """Guardians may live apart: each learns that it is signed, and not by whom."""
    answer = answer or {}
    return {
        "student_id": student_id,
        "seen": any(each["by"] == person_id and each["edition"] == edition for each in answer.get("seen", ())),
        "done": answer.get("done"),
        "signed": signed(answer, edition),
        "signed_before": bool(answer.get("signatures")) and not signed(answer, edition),
        "checked": answer.get("checked"),
        "comment": answer.get("comment"),
    }


def signed(answer: Mapping[str, Any], edition: int) -> bool:
    """As it is now, by one of its guardians."""
    return any(each["edition"] == edition for each in answer.get("signatures", ()))
