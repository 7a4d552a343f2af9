"""What came with a POST, and whether it came from a page of ours."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader
from aiohttp.http import HttpProcessingError
from aiohttp.web import BaseRequest, RequestPayloadError
from multidict import CIMultiDict, MultiDict

from gateway import refusals
from gateway.bodies import Body, patience_left
from gateway.portal.language import latin
from schoolbus.ids import new_id
from schoolbus.settings import accepted

SMALL = 1_000_000  # bytes of a form without files
MOST_PARTS = 1000  # of a form with files
T = TypeVar("T")
_BLOCK = 256 * 1024  # bytes
_IN_MEMORY = 1_000_000  # bytes of a file; a larger one waits on the disk


@dataclass(frozen=True)
class File:
    name: str
    type: str
    size: int
    content: IO[bytes] = field(repr=False)

    def read(self) -> bytes:
        self.content.seek(0)
        return self.content.read()

    async def blocks(self) -> AsyncIterator[bytes]:
        """For what may be large."""
        self.content.seek(0)
        while block := await asyncio.to_thread(self.content.read, _BLOCK):
            yield block


@dataclass(frozen=True)
class Form:
    """`key`: of this one time that the form was filled in; sent again it does nothing twice (Idempotency-Key)."""

    fields: MultiDict[str]
    files: Mapping[str, File]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def whole(self, name: str) -> int:
        """A whole number in either digits; 0 for what is none, which the API says more of."""
        typed = latin(self[name])
        return int(typed) if typed.isdecimal() else 0

    def all(self, name: str) -> list[str]:
        return [value.strip() for value in self.fields.getall(name, ()) if value.strip()]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    @property
    def key(self) -> str:
        return self["key"] or new_id()


EMPTY = Form(MultiDict(), {})


def mark(secret: str, session_id: str) -> str:
    """What a form of this session carries: another site neither knows nor guesses it (CSRF). Each page has another,
    so that compressed pages don't give it away bit by bit (BREACH)."""
    return _marked(secret, session_id, secrets.token_hex(8))


def is_marked(given: str, secret: str, session_id: str) -> bool:
    salt = given.partition(".")[0]
    return any(hmac.compare_digest(given.encode(), _marked(each, session_id, salt).encode()) for each in accepted(secret))


def _marked(secret: str, session_id: str, salt: str) -> str:
    return f"{salt}.{hmac.new(secret.encode(), f'portal form {salt} {session_id}'.encode(), hashlib.sha256).hexdigest()[:32]}"


def is_ours(request: BaseRequest, origin: str) -> bool:
    """Whether a browser says that the POST came from a page of ours. One that says nothing of it is none of today."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == origin


async def read(request: BaseRequest, limit: int, patience: float) -> Form:
    """Raises Problem 413, 408 for who says nothing for `patience` seconds, 400 for what is no form."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        if int(request.headers.get("Content-Length") or 0) > limit:
            raise refusals.too_large(limit)
        return await _parts(request, limit, patience)
    if kind != "application/x-www-form-urlencoded":
        raise refusals.unreadable()
    body = Body(request, SMALL, patience)
    await body.prepare(CIMultiDict())
    data = body.data or b""
    whole = data if isinstance(data, bytes) else b"".join([block async for block in data])
    try:
        return Form(MultiDict(parse_qsl(whole.decode(), keep_blank_values=True, errors="strict")), {})
    except ValueError as error:
        raise refusals.unreadable() from error


async def _parts(request: BaseRequest, limit: int, patience: float) -> Form:
    fields: MultiDict[str] = MultiDict()
    files: dict[str, File] = {}
    left, parts, began = limit, 0, time.monotonic()
    try:
        reader = await request.multipart()
        while (part := await _soon(reader.next(), patience)) is not None:
            parts += 1
            if parts > MOST_PARTS:
                raise refusals.too_large(limit)
            if not isinstance(part, BodyPartReader) or not part.name:
                continue
            kept: IO[Any] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the form
            size = 0
            while block := await _soon(part.read_chunk(), min(patience, patience_left(patience, limit - left, began))):
                left -= len(block)
                size += len(block)
                if left < 0:
                    raise refusals.too_large(limit)
                kept.write(block)
            kept.seek(0)
            if part.filename is None:
                fields.add(part.name, kept.read().decode())
            elif size:
                files[part.name] = File(part.filename, part.headers.get("Content-Type", ""), size, kept)
    except TimeoutError as error:
        raise refusals.too_slow() from error
    except (ValueError, AssertionError, RequestPayloadError, HttpProcessingError) as error:
        raise refusals.unreadable() from error
    return Form(fields, files)


async def _soon(work: Awaitable[T], patience: float) -> T:
    async with asyncio.timeout(patience):
        return await work
