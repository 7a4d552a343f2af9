"""Asks a service in a reader's name: what a page of the gateway does, judged as if the reader's own program had asked."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import aiohttp
from multidict import CIMultiDict

from gateway import refusals, routes
from gateway.forward import Forwarder
from gateway.headers import CORRELATION, Security
from gateway.judging import Judge
from gateway.limits import Limits, household
from gateway.tokens import Bearer
from schoolbus.caller import HEADER
from schoolbus.problems import Problem


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads a page: signed in, or `tokens.nobody`."""

    bearer: Bearer
    client: str  # address
    program: str  # User-Agent
    correlation_id: str


class Stream(Protocol):
    """A large body, which nobody holds whole in memory."""

    @property
    def size(self) -> int: ...  # bytes

    def blocks(self) -> AsyncIterator[bytes]: ...


@dataclass(slots=True)
class Given:
    """The body that a page has made, whole or in blocks."""

    data: bytes | AsyncIterator[bytes] | None
    fault: Problem | ConnectionError | None = None


class Asking:
    def __init__(self, secret: str, judge: Judge, limits: Limits, forwarder: Forwarder, security: Security) -> None:
        self._secret = secret
        self._judge = judge
        self._limits = limits
        self._forwarder = forwarder
        self._security = security
        self.hand_back = forwarder.hand_back
        self.patience = forwarder.patience  # seconds for which nobody has to say anything

    async def ask(
        self,
        reader: Reader,
        method: str,
        path: str,
        now: float,
        body: bytes | Stream | None = None,
        headers: Mapping[str, str] = {},
    ) -> aiohttp.ClientResponse:
        """The service's answer, whatever its status; the caller reads or releases it. Raises Problem: the gateway's own."""
        route = routes.find(path.partition("?")[0])
        if route is None:
            raise refusals.unknown_path()
        if route.public and path != "/v1/sign-in/refresh":
            self._limits.public[route.resource].take(household(reader.client))
        if reader.bearer.caller.person_id:
            self._limits.questions.take(reader.bearer.caller.person_id)
        self._judge.check(route, reader.bearer)
        data, size = (body, len(body or b"")) if body is None or isinstance(body, bytes) else (body.blocks(), body.size)
        sent: CIMultiDict[str] = CIMultiDict(headers)
        sent.extend(self._security.forwarded)
        sent["X-Forwarded-For"] = reader.client
        sent["User-Agent"] = reader.program
        sent[CORRELATION] = reader.correlation_id
        sent[HEADER] = reader.bearer.header(self._secret, now)
        if method != "GET":
            sent["Content-Length"] = str(size)
        answer = await self._forwarder.send(method, path, route.service, sent, Given(data))
        then = self._judge.then(route, method)
        if then is not None and answer.ok:
            await then()
        return answer

    async def read(self, answer: aiohttp.ClientResponse, service: str = "The service") -> bytes:
        """Raises Problem when it breaks off."""
        try:
            return await answer.read()
        except TimeoutError as error:
            raise refusals.service_silent(service) from error
        except aiohttp.ClientError as error:
            raise refusals.bad_answer(service) from error
