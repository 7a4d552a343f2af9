"""Which branch subscribes to which services."""

from dataclasses import dataclass
from typing import Any

from gateway import refusals
from gateway.polling import Copy
from gateway.routes import Route

EVERY = 2.0  # seconds


@dataclass(frozen=True)
class Subscribed:
    """Services by branch."""

    to: dict[str, frozenset[str]]
    suspended: dict[str, frozenset[str]]


class Subscriptions(Copy[Subscribed]):
    def read(self, document: dict[str, Any]) -> Subscribed:
        return Subscribed(_by_branch(document["branches"]), _by_branch(document.get("suspended", {})))

    def check(self, route: Route) -> None:
        """Raises Problem 403 where the branch does not subscribe to the route's service, 404 where there is no such branch."""
        if not route.needs_subscription:
            return
        if self.kept is None:
            raise refusals.starting()
        services = self.kept.to.get(route.branch_id or "")
        if services is None:
            raise refusals.unknown_branch()
        if route.service in services:
            return
        if route.service in self.kept.suspended.get(route.branch_id or "", ()):
            raise refusals.suspended(route.service)
        raise refusals.not_subscribed(route.service)


def _by_branch(written: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {branch_id: frozenset(services) for branch_id, services in written.items()}
