"""Request bodies on their way through: small ones whole, large ones as they come, none beyond its limit."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TypeVar

from aiohttp.web import BaseRequest, RequestPayloadError
from multidict import CIMultiDict

from gateway import refusals
from schoolbus.problems import Problem

Fault = TypeVar("Fault", Problem, ConnectionError)
WHOLE = 256 * 1024  # bytes; up to here a body is held in memory
SLOWEST = 10_000  # bytes per second, from its beginning, that a body has to come with once the patience with it is used up


class Body:
    """One request's body. `data` is for aiohttp's client; `fault` says why it did not come to its end."""

    def __init__(self, request: BaseRequest, limit: int, patience: float) -> None:
        self._request = request
        self._limit = limit
        self._patience = patience
        self._length = _length(request)
        self.fault: Problem | ConnectionError | None = None
        self.data: bytes | AsyncIterator[bytes] | None = None
        if self._length is not None and self._length > limit:
            raise refusals.too_large(limit)

    async def prepare(self, headers: CIMultiDict[str]) -> None:
        """Reads a small body, opens a large one; sets Content-Length where it is known. Raises Problem."""
        if not self._request.body_exists:
            if self._request.method not in ("GET", "HEAD"):
                headers["Content-Length"] = "0"
            return
        if self._request.method in ("GET", "HEAD"):
            raise refusals.body_not_wanted()
        await self._go_ahead()
        if self._length is not None and self._length <= WHOLE:
            self.data = b"".join([block async for block in self._blocks()])
            return
        if self._length is not None:
            headers["Content-Length"] = str(self._length)
        self.data = self._blocks()

    async def _go_ahead(self) -> None:
        """The client waits with a large body until it is welcome (RFC 9110, section 10.1.1)."""
        if self._request.headers.get("Expect", "").lower() == "100-continue":
            await self._request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._request.writer.output_size = 0

    async def _blocks(self) -> AsyncIterator[bytes]:
        size, began = 0, time.monotonic()
        while True:
            left = patience_left(self._patience, size, began)
            try:
                async with asyncio.timeout(min(self._patience, left)):
                    block = await self._request.content.readany()
            except TimeoutError:
                raise self._ended(refusals.too_slow()) from None
            except RequestPayloadError as error:
                raise self._ended(refusals.unreadable()) from error
            except ConnectionError as error:
                raise self._ended(error) from None
            if not block:
                return
            size += len(block)
            if size > self._limit:
                raise self._ended(refusals.too_large(self._limit))
            yield block

    def _ended(self, fault: Fault) -> Fault:
        self.fault = fault
        return fault


def patience_left(patience: float, size: int, began: float) -> float:
    """Seconds for what still comes, after `size` bytes."""
    return patience + size / SLOWEST - (time.monotonic() - began)


def _length(request: BaseRequest) -> int | None:
    text = request.headers.get("Content-Length")
    return int(text) if text is not None else None
