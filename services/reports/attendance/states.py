"""How a child was in a lesson or on a day. Plain values."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

PRESENT, ABSENT, LATE, LEFT_EARLY, EXCUSED = "present", "absent", "late", "left_early", "excused"
STATUSES = (PRESENT, ABSENT, LATE, LEFT_EARLY, EXCUSED)
AWAY = (ABSENT, EXCUSED)  # not there at all; excused: with a reason that the school knows and accepts
_WEIGHT = (ABSENT, EXCUSED, LATE, LEFT_EARLY)  # what is said of a day that has several of them


def of_day(day: str | None, lessons: Collection[str]) -> str:
    """The register of the day says it. Without one, lessons do: away is who was in none of them."""
    if day is not None:
        return day
    if all(status in AWAY for status in lessons):
        return ABSENT if ABSENT in lessons else EXCUSED
    return next((status for status in (LATE, LEFT_EARLY) if status in lessons), PRESENT)


def of_entries(entries: Iterable[Mapping[str, Any]]) -> str:
    """What is said of a child's day by its entries that are not present; of none of them: present."""
    by_lesson = {entry["lesson"]: entry["status"] for entry in entries}
    if None in by_lesson:
        return str(by_lesson[None])
    return next((status for status in _WEIGHT if status in by_lesson.values()), PRESENT)
