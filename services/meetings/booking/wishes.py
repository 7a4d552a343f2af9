"""Times of the day that fit a family. Plain values."""

from collections.abc import Mapping, Sequence
from typing import Any

from schoolbus.clock import BRANCH_ZONE


def fits(slot: Mapping[str, Any], times: Sequence[Mapping[str, str]]) -> bool:
    """Whether a slot lies whole within one of the times: `from` and `to`, HH:MM of the branch's day. None given: all fit."""
    starts, ends = (slot[name].astimezone(BRANCH_ZONE) for name in ("starts_at", "ends_at"))
    begins, finishes = f"{starts:%H:%M}", f"{ends:%H:%M}"
    if ends.date() > starts.date():
        finishes = "24:00" if finishes == "00:00" else f"{24 + ends.hour:02}:{ends.minute:02}"
    return not times or any(each["from"] <= begins and finishes <= each["to"] for each in times)
