"""Which part of a pack comes next, and on which day. Plain values."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from schoolbus.clock import BRANCH_ZONE

Item = Mapping[str, Any]  # guide_id, after_days, added_on


class Part(NamedTuple):
    guide_id: str
    day: date


def next_part(items: Sequence[Item], began_on: date, done: Collection[str], not_before: date) -> Part | None:
    """The earliest that has not come yet, one a day at most: what fell due while nobody sent comes a day after the other.

    What was added to a pack after its day had passed for this child is left out.
    """
    for item in sorted(items, key=lambda item: int(item["after_days"])):
        day = began_on + timedelta(days=item["after_days"])
        if item["guide_id"] not in done and item["added_on"] <= day.isoformat():
            return Part(item["guide_id"], max(day, not_before))
    return None


def with_added(items: Sequence[Item], before: Sequence[Item], on: str) -> list[dict[str, Any]]:
    """The items as they are kept: each knows since when it is in the pack. `on`: for those that are new."""
    known = {item["guide_id"]: item["added_on"] for item in before}
    return [{**item, "added_on": known.get(item["guide_id"], on)} for item in items]


def moment(day: date, time: str) -> datetime:
    """When a day's parts go: `time` of the branches' clock."""
    hours, minutes = time.split(":")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=BRANCH_ZONE)


def families(children: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Children who share a guardian, directly or by a sibling between, together. `children`: each with its guardians."""
    groups: list[tuple[set[str], list[str]]] = []
    for child in sorted(children):
        own, those = set(children[child]), [child]
        apart = []
        for guardians, siblings in groups:
            if own & guardians:
                own, those = own | guardians, [*siblings, *those]
            else:
                apart.append((guardians, siblings))
        groups = [*apart, (own, those)]
    return [sorted(those) for _, those in groups]
