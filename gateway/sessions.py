"""Which sessions have just ended: their access tokens count no longer, though they have not expired yet.

roster tells those that ended within the life of an access token. What was last heard stays in force while roster is down.
"""

import asyncio

from gateway import refusals
from gateway.polling import Document, NotFetched

EVERY = 2.0  # seconds


class EndedSessions:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._ended: frozenset[str] | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def loaded(self) -> bool:
        return self._ended is not None

    async def refresh(self) -> None:
        """Raises NotFetched. What was written before the call is seen after it."""
        async with self._one_at_a_time:
            document = await self._document.fetch()
            if document is None:
                return
            try:
                self._ended = frozenset(document["ended"])
            except (KeyError, TypeError) as error:
                self._document.forget()
                raise NotFetched("not a list of sessions") from error

    def check(self, session_id: str) -> None:
        """Raises Problem 401 when the session has ended. A machine's token has none."""
        if self._ended is None:
            raise refusals.starting()
        if session_id in self._ended:
            raise refusals.sign_in_needed("You have signed out, or your rights have changed.")
