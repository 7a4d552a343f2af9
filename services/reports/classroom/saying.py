"""What is said to the families of a class, or of a child."""

from collections.abc import Sequence
from typing import Any

from schoolbus.events import CHUNK, Event


def to_families(event: type[Event], thing: dict[str, Any], student_ids: Sequence[str], **data: Any) -> list[Event]:
    """Up to 500 students in an event, nothing about a class without students. `thing`: a document of the class."""
    return [
        event(
            branch_id=thing["branch_id"],
            subject=thing["_id"],
            class_id=thing["class_id"],
            class_title=thing["class_title"],
            student_ids=list(student_ids[start : start + CHUNK]),
            **data,
        )
        for start in range(0, len(student_ids), CHUNK)
    ]
