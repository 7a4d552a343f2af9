"""On to the service that owns the resource, and its answer back, both as they come."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import aiohttp
from aiohttp.web import BaseRequest, Response, StreamResponse
from multidict import CIMultiDict
from yarl import URL

from gateway import refusals
from gateway.bodies import WHOLE, Body
from gateway.headers import CORRELATION, Security, back, onward
from gateway.routes import Route
from gateway.settings import Settings
from schoolbus import tracing
from schoolbus.caller import HEADER
from schoolbus.problems import Problem

Then = Callable[[], Awaitable[None]]
Headers = Mapping[str, str]
FILE_LIMIT = 10_000_000  # bytes of a file at a message or at homework: as many as the services take
MAIL_LIMIT = 8_000_000  # of a mail that came, with its files; of what other carriers say notifications takes less
SHEET_LIMIT = 2_000_000  # of a class list: as many as roster takes
BODY_LIMIT = 1_000_000  # bytes; what a request may carry that uploads nothing
_CONNECT = 3.0  # seconds
_SOCKETS = 256  # to one address of a service: a slow one must not use up what the others need, nor several gateways a service


class Sent(Protocol):
    """A body that goes on: what of it, and what was wrong with it when that did not go well."""

    data: Any
    fault: Problem | ConnectionError | None


class BrokeOff(ConnectionError):
    """The service went away in the middle of an answer that is already on its way: all we can do is break off as well."""


def open_session(settings: Settings) -> aiohttp.ClientSession:
    """The pool of connections to the services."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, limit_per_host=_SOCKETS, keepalive_timeout=15),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT, sock_read=settings.service_timeout),
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        max_line_size=16_384,
        max_field_size=16_384,
    )


class Forwarder:
    def __init__(self, session: aiohttp.ClientSession, settings: Settings, security: Security) -> None:
        self._session = session
        self._rounds = {service: addresses.rounds() for service, addresses in settings.services.items()}
        files = dict.fromkeys(("attachments", "homework-files"), FILE_LIMIT)
        self._limits = {"imports": settings.import_limit, **files, "class-lists": SHEET_LIMIT, "carriers": MAIL_LIMIT}
        self.patience = settings.service_timeout
        self._security = security

    async def forward(
        self, request: BaseRequest, route: Route, caller: str, client: str, own: Headers, then: Then | None = None
    ) -> StreamResponse:
        """The service's answer: whole when it is small, else already on its way. When it is a 2xx, `then` comes first.

        `own` are the gateway's headers for the answer, the correlation id among them.

        Raises Problem; ConnectionError when the client is gone; BrokeOff when the service ended its answer too early.
        """
        limit = self._limits.get(route.resource, BODY_LIMIT)
        body = Body(request, limit, self.patience)
        headers = onward(request, authorization=route.signs_itself)
        headers.extend(self._security.forwarded)
        headers["X-Forwarded-For"] = client
        headers[CORRELATION] = own[CORRELATION]
        headers[HEADER] = caller
        await body.prepare(headers)
        answer = await self.send(request.method, request.raw_path, route.service, headers, body)
        try:
            if then is not None and answer.ok:
                await then()
            return await self.hand_back(request, answer, own)
        except ConnectionError:
            raise
        except (aiohttp.ClientError, TimeoutError) as error:
            if request.writer.output_size:
                raise BrokeOff from error
            if isinstance(error, TimeoutError):
                raise refusals.service_silent(route.service) from error
            raise refusals.bad_answer(route.service) from error
        finally:
            answer.release()  # closes the connection when there is more to come

    async def send(
        self, method: str, raw_path: str, service: str, headers: CIMultiDict[str], body: Sent
    ) -> aiohttp.ClientResponse:
        """The answer of the address whose turn it is, or of the next that a connection comes about with.

        Without a connection nothing was sent, except before aiohttp's own second try: of idempotent methods only.
        Raises Problem.
        """
        if place := tracing.traceparent():
            headers[tracing.HEADER] = place
        unreached: Exception | None = None
        for address in next(self._rounds[service]):
            try:
                return await self._ask(method, address + raw_path, service, headers, body)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                unreached = error
        raise refusals.service_down(service) from unreached

    async def _ask(
        self, method: str, address: str, service: str, headers: CIMultiDict[str], body: Sent
    ) -> aiohttp.ClientResponse:
        url = URL(address, encoded=True)
        try:
            return await self._session.request(method, url, headers=headers, data=body.data, allow_redirects=False)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise refusals.service_silent(service) from error
            if body.fault is not None:
                raise body.fault from error
            if isinstance(error, aiohttp.ClientConnectionError | OSError):
                raise refusals.service_down(service, perhaps_done=method not in ("GET", "HEAD")) from error
            raise refusals.bad_answer(service) from error

    async def hand_back(self, request: BaseRequest, answer: aiohttp.ClientResponse, own: Headers) -> StreamResponse:
        headers = back(answer.headers)
        self._security.add(headers)
        headers.update(own)
        if _is_small(request, answer):
            return Response(body=await answer.read() or None, status=answer.status, reason=answer.reason, headers=headers)
        response = StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
        await response.prepare(request)
        async for block in answer.content.iter_any():
            await self._write(response, block)
        await response.write_eof()
        return response

    async def _write(self, response: StreamResponse, block: bytes) -> None:
        try:
            async with asyncio.timeout(self.patience):
                await response.write(block)
        except TimeoutError as error:
            raise ConnectionResetError("the client reads no more") from error


def _is_small(request: BaseRequest, answer: aiohttp.ClientResponse) -> bool:
    if request.method == "HEAD" or answer.status in (204, 304):
        return True
    length = answer.headers.get("Content-Length")
    return length is not None and int(length) <= WHOLE
