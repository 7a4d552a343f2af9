"""The children of who reads, as addresses name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.kinds import WHY_AWAY
from gateway.portal.pages import Visit

REASONS = tuple(WHY_AWAY)


@dataclass(frozen=True)
class Child:
    """`person`: as /v1/me says, with `branch` and `classes`."""

    person: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.person["person_id"])

    @property
    def branch(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.person["branch"]
        return found

    @property
    def branch_id(self) -> str:
        return str(self.branch["branch_id"])

    @property
    def classes(self) -> list[Mapping[str, Any]]:
        """The homeroom first."""
        return sorted(self.person["classes"], key=lambda each: not each["homeroom"])

    @property
    def at(self) -> str:
        """Where the child's pages are."""
        return address("children", self.branch_id, self.id)

    def api(self, *parts: str) -> str:
        return below("branches", self.branch_id, *parts)


async def all_of(visit: Visit) -> list[Child]:
    """Those who are at a school now."""
    return [Child(each) for each in (await visit.me())["children"] if each["branch"]]


async def in_branch(visit: Visit, branch_id: str) -> list[Child]:
    """Raises Refused where the reader has none."""
    found = [child for child in await all_of(visit) if child.branch_id == branch_id]
    if not found:
        raise not_here()
    return found


async def of_path(visit: Visit) -> Child:
    """The one that the page's address names. Raises Refused for one of somebody else's."""
    for child in await in_branch(visit, visit.params["branch_id"]):
        if child.id == visit.params["student_id"]:
            return child
    raise not_here()


async def branches(visit: Visit) -> list[Mapping[str, Any]]:
    """Of the children, each once."""
    found = {child.branch_id: child.branch for child in await all_of(visit)}
    return list(found.values())


def not_here() -> Refused:
    return Refused({
        "type": "not-found",
        "title": "This is not here",
        "detail": "The address is wrong, or it is not yours to see.",
        "status": 404,
    })  # fmt: skip


def class_chosen(visit: Visit, child: Child) -> Mapping[str, Any] | None:
    """Of ?class=; else the homeroom. None for a child in no class."""
    wanted = visit.query.get("class")
    return next((each for each in child.classes if each["class_id"] == wanted), next(iter(child.classes), None))
