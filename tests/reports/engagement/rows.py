"""Families of a month, as the worker counts them, for rules that want no database."""

from typing import Any

from services.reports.engagement.sources import KINDS, OF_REACH, ZERO


def child(student_id: str, *class_ids: str, **more: Any) -> dict[str, Any]:
    return {"student_id": student_id, "class_ids": list(class_ids) or ["c1"], **ZERO, **more}


def family(id: str, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Told one message and reached, unless keywords say otherwise."""
    those = list(children) or [child(id)]
    sums = {
        name: sum(each[name] for each in those) for name in ("home_notes", "homework_set", "signed", "cards", "acknowledged")
    }
    return {
        "family_id": id,
        "student_ids": [each["student_id"] for each in those],
        "guardian_ids": [f"g-{id}"],
        "children": those,
        **dict.fromkeys((*OF_REACH, *KINDS), 0),
        **sums,
        "told": 1,
        "could_read": 1,
        "unreached": [],
        **more,
    }
