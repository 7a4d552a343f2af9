"""Times of the day that fit a family. Plain values."""

from collections.abc import Mapping, Sequence
from typing import Any

from schoolbus.clock import BRANCH_ZONE


def fits(slot: Mapping[str, Any], times: Sequence[Mapping[str, str]]) -> bool:
    """Whether a slot lies whole within the times: `from` and `to`, HH:MM of the branch's day. None given: all fit.

    Of one that goes past midnight each part has to, as a time of the day ends at 24:00 and another begins at 00:00.
    """
    starts, ends = (slot[name].astimezone(BRANCH_ZONE) for name in ("starts_at", "ends_at"))
    begins, finishes = f"{starts:%H:%M}", f"{ends:%H:%M}"
    if ends.date() == starts.date():
        parts = [(begins, finishes)]
    else:
        parts = [(begins, "24:00"), *([("00:00", finishes)] if finishes > "00:00" else [])]
    return not times or all(any(each["from"] <= first and last <= each["to"] for each in times) for first, last in parts)
