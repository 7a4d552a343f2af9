"""What came with a POST, and whether it came from a page of ours."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader
from aiohttp.web import BaseRequest
from multidict import MultiDict

from gateway import refusals
from schoolbus.ids import new_id

SMALL = 1_000_000  # bytes of a form without files
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


@dataclass(frozen=True)
class Form:
    """`key`: of this one time that the form was filled in; sent again it does nothing twice (Idempotency-Key)."""

    fields: MultiDict[str]
    files: Mapping[str, File]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "").strip()

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
    return hmac.compare_digest(given.encode(), _marked(secret, session_id, given.partition(".")[0]).encode())


def _marked(secret: str, session_id: str, salt: str) -> str:
    return f"{salt}.{hmac.new(secret.encode(), f'portal form {salt} {session_id}'.encode(), hashlib.sha256).hexdigest()[:32]}"


def is_ours(request: BaseRequest, origin: str) -> bool:
    """Whether a browser says that the POST came from a page of ours. One that says nothing of it is none of today."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == origin


async def read(request: BaseRequest, limit: int) -> Form:
    """Raises Problem 413, or 400 for what is no form."""
    length = int(request.headers.get("Content-Length") or 0)
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        if length > limit:
            raise refusals.too_large(limit)
        return await _parts(request, limit)
    if kind != "application/x-www-form-urlencoded":
        raise refusals.unreadable()
    if length > SMALL:
        raise refusals.too_large(SMALL)
    blocks: list[bytes] = []
    async for block in request.content.iter_any():
        blocks.append(block)
        if sum(map(len, blocks)) > SMALL:
            raise refusals.too_large(SMALL)
    try:
        return Form(MultiDict(parse_qsl(b"".join(blocks).decode(), keep_blank_values=True, errors="strict")), {})
    except ValueError as error:
        raise refusals.unreadable() from error


async def _parts(request: BaseRequest, limit: int) -> Form:
    fields: MultiDict[str] = MultiDict()
    files: dict[str, File] = {}
    left = limit
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                continue
            kept: IO[Any] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the form
            size = 0
            while block := await part.read_chunk():
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
    except (ValueError, AssertionError) as error:
        raise refusals.unreadable() from error
    return Form(fields, files)
