"""Which sessions have just ended: their access tokens count no longer, though they have not expired yet.

roster tells those that ended within the life of an access token.
"""

from typing import Any

from gateway import refusals
from gateway.polling import Copy

EVERY = 2.0  # seconds


class EndedSessions(Copy[frozenset[str]]):
    def read(self, document: dict[str, Any]) -> frozenset[str]:
        return frozenset(document["ended"])

    def check(self, session_id: str) -> None:
        """Raises Problem 401 when the session has ended. A machine's token has none."""
        if self.kept is None:
            raise refusals.starting()
        if session_id in self.kept:
            raise refusals.sign_in_needed("You have signed out, or your rights have changed.")
