"""Which branch subscribes to which services. What was last heard stays in force while roster is down."""

import asyncio

from gateway import refusals
from gateway.polling import Document, NotFetched
from gateway.routes import Route

EVERY = 2.0  # seconds


class Subscriptions:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._branches: dict[str, frozenset[str]] | None = None
        self._suspended: dict[str, frozenset[str]] = {}
        self._one_at_a_time = asyncio.Lock()

    @property
    def loaded(self) -> bool:
        return self._branches is not None

    async def refresh(self) -> None:
        """Raises NotFetched. What was written before the call is seen after it."""
        async with self._one_at_a_time:
            document = await self._document.fetch()
            if document is None:
                return
            try:
                self._branches, self._suspended = _by_branch(document["branches"]), _by_branch(document.get("suspended", {}))
            except (KeyError, TypeError, AttributeError) as error:
                self._document.forget()
                raise NotFetched("not a list of branches") from error

    def check(self, route: Route) -> None:
        """Raises Problem 403 where the branch does not subscribe to the route's service, 404 where there is no such branch."""
        if not route.needs_subscription:
            return
        if self._branches is None:
            raise refusals.starting()
        services = self._branches.get(route.branch_id or "")
        if services is None:
            raise refusals.unknown_branch()
        if route.service in services:
            return
        if route.service in self._suspended.get(route.branch_id or "", ()):
            raise refusals.suspended(route.service)
        raise refusals.not_subscribed(route.service)


def _by_branch(written: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {branch_id: frozenset(services) for branch_id, services in written.items()}
