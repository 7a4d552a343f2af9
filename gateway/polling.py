"""Documents of the services that the gateway keeps a copy of."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from aiohttp import ClientError, ClientSession, ClientTimeout

from gateway.addresses import Addresses
from schoolbus.caller import HEADER, Caller, sign_caller
from schoolbus.logs import log

_TIMEOUT = ClientTimeout(total=5, sock_connect=1, sock_read=1)  # an address that hangs leaves time for the next one
Kept = TypeVar("Kept")
_AGAIN = 2.0  # seconds
_GATEWAY = Caller("gateway", operator=True)


class NotFetched(Exception):
    """The service did not give the document; what we have stays in force."""


class Document:
    """A JSON document of a service, fetched anew only when it has changed (ETag)."""

    def __init__(self, session: ClientSession, addresses: Addresses, path: str, secret: str) -> None:
        self._session = session
        self._rounds = addresses.rounds()
        self._path = path
        self._secret = secret
        self._etag = ""

    async def fetch(self) -> dict[str, Any] | None:
        """The document from the first address that gives it, or None when it is the one we have. Raises NotFetched."""
        faults = []
        for address in next(self._rounds):
            try:
                return await self._fetch(address + self._path)
            except NotFetched as error:
                faults.append(str(error))
        raise NotFetched(", ".join(faults))

    async def _fetch(self, url: str) -> dict[str, Any] | None:
        headers = {HEADER: sign_caller(_GATEWAY, self._secret), "If-None-Match": self._etag}
        try:
            async with self._session.get(url, headers=headers, timeout=_TIMEOUT, allow_redirects=False) as response:
                if response.status == 304:
                    return None
                if response.status != 200:
                    raise NotFetched(f"status {response.status}")
                document = await response.json(content_type=None)
                if not isinstance(document, dict):
                    raise NotFetched("not a JSON object")
                self._etag = response.headers.get("ETag", "")
                return document
        except (ClientError, TimeoutError, ValueError) as error:
            raise NotFetched(type(error).__name__) from error

    def forget(self) -> None:
        """The document was not usable: fetch it whole the next time."""
        self._etag = ""


class Copy(ABC, Generic[Kept]):
    """What the gateway keeps of a document. What was last heard stays in force while the service is down."""

    kept: Kept | None = None

    def __init__(self, document: Document) -> None:
        self._document = document
        self._one_at_a_time = asyncio.Lock()

    @property
    def loaded(self) -> bool:
        return self.kept is not None

    async def refresh(self) -> None:
        """Raises NotFetched. What was written before the call is seen after it."""
        async with self._one_at_a_time:
            document = await self._document.fetch()
            if document is None:
                return
            try:
                self.kept = self.read(document)
            except (KeyError, TypeError, AttributeError) as error:
                self._document.forget()
                raise NotFetched("not of the shape that is wanted") from error

    @abstractmethod
    def read(self, document: dict[str, Any]) -> Kept:
        """What is kept of a document. Raises KeyError, TypeError or AttributeError when it is of another shape."""


async def keep_fresh(what: str, refresh: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Refreshes every `seconds`, sooner while it fails, for ever; one log line when that begins and one when it ends."""
    failing = False
    while True:
        try:
            await refresh()
            if failing:
                log().info("refreshed_again", what=what)
            failing = False
        except NotFetched as error:
            if not failing:
                log().warning("not_refreshed", what=what, reason=str(error))
            failing = True
        await asyncio.sleep(min(seconds, _AGAIN) if failing else seconds)
