"""Where a person may go: what stands in the navigation, by what they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OFFICE = ("office", "head")


@dataclass(frozen=True)
class Place:
    path: str
    title: str  # English: a text of common.po
    icon: str


@dataclass(frozen=True)
class Group:
    title: str
    places: tuple[Place, ...]
    branch: Mapping[str, Any] | None = None


FAMILY = (
    Place("/family", "Home", "home"),
    Place("/messages", "Messages", "message"),
    Place("/meetings", "Meetings", "calendar"),
    Place("/events", "Events", "flag"),
    Place("/guides", "Guides", "book"),
)
TEACHER = (
    Place("/classes", "My classes", "class"),
    Place("/inbox", "Inbox", "message"),
    Place("/meeting-day", "Meeting day", "calendar"),
)
CHAIN = (
    Place("/chain", "The chain", "home"),
    Place("/chain/branches", "Branches", "school"),
    Place("/chain/approvals", "Approvals", "tick"),
    Place("/chain/imports", "Imports", "card"),
    Place("/chain/engagement", "Engagement", "chart"),
    Place("/chain/deliveries", "Deliveries", "message"),
)


def office(branch_id: str) -> tuple[Place, ...]:
    at = f"/branches/{branch_id}"
    return (
        Place(at, "Branch", "school"),
        Place(f"{at}/people", "People", "people"),
        Place(f"{at}/announcements", "Announcements", "flag"),
        Place(f"{at}/meeting-days", "Meeting days", "calendar"),
        Place(f"{at}/report-cards", "Report cards", "card"),
        Place(f"{at}/engagement", "Engagement", "chart"),
    )


def of(me: Mapping[str, Any] | None) -> tuple[Group, ...]:
    """Of what /v1/me says: the family's first, for on a shared phone nothing else is there."""
    if me is None:
        return ()
    groups = []
    if any("guardian" in branch["roles"] for branch in me["branches"]):
        groups.append(Group("Family", FAMILY))
    if any("teacher" in branch["roles"] for branch in me["branches"]):
        groups.append(Group("Teaching", TEACHER))
    for branch in me["branches"]:
        if any(role in branch["roles"] for role in OFFICE):
            groups.append(Group("Office", office(branch["branch_id"]), branch))
    if me["operator"]:
        groups.append(Group("Chain", CHAIN))
    return tuple(groups)


def first(me: Mapping[str, Any]) -> str:
    """Where somebody begins."""
    groups = of(me)
    return groups[0].places[0].path if groups else "/account"
