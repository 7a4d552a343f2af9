"""A network of our own between two parts: TCP links on loopback, each with its weather, in a thread of their own."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import uvloop

from deploy.local.processes import LOOPBACK, free_port

CHUNK = 1 << 16  # bytes read at once
Way = Literal["asking", "answering"]
_NOTHING_MORE = struct.pack("ii", 1, 0)  # to a closed socket: what is not sent yet is forgotten, and the other side is told


@dataclass(frozen=True)
class Weather:
    """`open`: new connections come through. `passing`: bytes do; those of a black hole come late, as TCP sends them again.
    `asking`, `answering`: what one side says to the other arrives; else it is lost, and the line, which looks well meanwhile,
    is cut in the end.

    `delay`: seconds that each piece of a conversation is late. `speed`: bytes a second at most; 0: as many as there are.
    """

    open: bool = True
    passing: bool = True
    asking: bool = True
    answering: bool = True
    delay: float = 0
    speed: int = 0

    @property
    def loses(self) -> bool:
        return not (self.asking and self.answering)


CLEAR = Weather()
REFUSING = Weather(open=False)
BLACK_HOLE = Weather(passing=False)
SWALLOWING = Weather(asking=False, answering=False)
ONE_WAY = Weather(answering=False)


class Link:
    """Whoever connects to `port` talks to `target`, as the weather lets them."""

    def __init__(self, name: str, target: int) -> None:
        self.name, self.target, self.port = name, target, free_port()
        self.weather = CLEAR
        self._passable = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def become(self, weather: Weather) -> None:
        before, self.weather = self.weather, weather
        if before.loses:
            await self.cut()  # TCP knows no gap
        if weather.passing:
            self._passable.set()
        else:
            self._passable.clear()
        if weather.open and self._server is None:
            self._server = await asyncio.start_server(self._join, LOOPBACK, self.port, limit=CHUNK)
        if not weather.open:
            await self.end()

    async def end(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.cut()

    async def cut(self) -> None:
        """All conversations end in the middle of whatever they were saying: a reset, not a farewell."""
        for writer in self._open:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOTHING_MORE)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(OSError):
            there_reader, there = await asyncio.open_connection(LOOPBACK, self.target, limit=CHUNK)
            self._open.add(there)
            ways = self._pump(reader, there, "asking"), self._pump(there_reader, writer, "answering")
            await asyncio.gather(*ways, return_exceptions=True)
            self._open.discard(there)
        self._open.discard(writer)
        writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Literal["asking", "answering"]
    ) -> None:
        """One direction, until it ends; then the other one ends too."""
        try:
            while piece := await reader.read(CHUNK):
                await self._passable.wait()
                if not getattr(self.weather, way):
                    continue
                if self.weather.delay:
                    await asyncio.sleep(self.weather.delay)
                if self.weather.speed:
                    await asyncio.sleep(len(piece) / self.weather.speed)
                writer.write(piece)
                await writer.drain()
        finally:
            writer.close()


class Network:
    """The links by name. All calls are from other threads, and return when it is so."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._thread.start()

    def link(self, name: str, target: int) -> int:
        """A new link to a port; the port where it begins."""
        self.links[name] = self._do(_made(name, target))
        return self.links[name].port

    def become(self, name: str, weather: Weather) -> None:
        self._do(self.links[name].become(weather))

    def cut(self, name: str) -> None:
        self._do(self.links[name].cut())

    def clear(self) -> None:
        for name in self.links:
            self.become(name, CLEAR)

    def end(self) -> None:
        for link in self.links.values():
            self._do(link.end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)


async def _made(name: str, target: int) -> Link:
    link = Link(name, target)
    await link.become(CLEAR)
    return link
