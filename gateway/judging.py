"""Whether somebody may go where a path leads: be it a request from outside, or what a page asks for its reader."""

from gateway import refusals
from gateway.forward import Then
from gateway.polling import NotFetched
from gateway.routes import Route
from gateway.sessions import EndedSessions
from gateway.subscriptions import Subscriptions
from gateway.tokens import Bearer
from schoolbus.logs import log


class Judge:
    def __init__(self, subscriptions: Subscriptions, ended: EndedSessions) -> None:
        self._subscriptions = subscriptions
        self._ended = ended
        self._hear_at_once = {
            "subscriptions": self._hear_of_subscriptions,
            "branches": self._hear_of_subscriptions,
            "me": self._hear_of_sessions,
        }

    def check(self, route: Route, bearer: Bearer) -> None:
        """A role in the path's branch, and the branch's subscription. Raises Problem."""
        if route.branch_id is not None and not bearer.caller.operator and route.branch_id not in bearer.caller.roles:
            raise refusals.not_your_branch()
        self._subscriptions.check(route)

    def then(self, route: Route, method: str) -> Then | None:
        """What this gateway has to hear of before it gives the answer."""
        return None if method in ("GET", "HEAD") else self._hear_at_once.get(route.resource)

    async def _hear_of_subscriptions(self) -> None:
        """A changed subscription counts from the next request on; other replicas hear of it when they ask."""
        try:
            await self._subscriptions.refresh()
        except NotFetched:
            log().warning("subscriptions_not_refreshed")

    async def _hear_of_sessions(self) -> None:
        """The same of a session that was ended."""
        try:
            await self._ended.refresh()
        except NotFetched:
            log().warning("sessions_not_refreshed")
