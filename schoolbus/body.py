"""Bodies of requests, read with a limit and checked before anything else sees them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from werkzeug.wrappers import Request

from schoolbus.problems import Problem, Sentence

_BLOCK = 1 << 16
_IN_MEMORY = 1 << 20
_LARGEST = 2**63  # what the database can keep
_PATIENCE = 300.0  # seconds for a whole body


@dataclass(frozen=True)
class Upload:
    """`takes=Upload(…)`: the method gets the body as a temporary file, at its start."""

    content_type: str
    limit: int  # bytes


@dataclass(frozen=True)
class RawBody:
    """`takes=RawBody()`: the method gets a `Raw`, for callers that sign what they send."""

    limit: int = 1_000_000


@dataclass(frozen=True)
class Raw:
    body: bytes
    headers: dict[str, str]  # names in lower case
    query: dict[str, str]


def read(request: Request, limit: int) -> bytes:
    """The whole body. Raises Problem 400, 408 or 413."""
    return b"".join(_blocks(request, limit))


def read_raw(request: Request, wanted: RawBody) -> Raw:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Raw(read(request, wanted.limit), headers, request.args.to_dict())


def read_upload(request: Request, wanted: Upload) -> IO[bytes]:
    """The body as a temporary file. Raises Problem 400, 408, 413 or 415."""
    if request.mimetype != wanted.content_type:
        raise Problem(
            "wrong-content-type",
            Sentence("Send %(wanted)s", wanted=wanted.content_type),
            Sentence("The body came as %(kind)s.", kind=request.mimetype or "nothing"),
            status=415,
        )
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - its reader closes it
    try:
        for block in _blocks(request, wanted.limit):
            file.write(block)
    except Problem:
        file.close()
        raise
    file.seek(0)
    return file


def read_json(request: Request, limit: int, *, may_be_left_out: bool = False) -> Any:
    """The body as JSON that the database can keep; what was left out is an empty object. Raises Problem 400 or 413."""
    body = read(request, limit)
    if may_be_left_out and not body:
        return {}
    try:
        value = json.loads(body, parse_constant=_refuse, parse_int=_integer)
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise Problem("not-json", "The body is not JSON", str(error)[:200] or "It is nested too deeply.") from error
    return value


def too_large(limit: int) -> Problem:
    return Problem(
        "too-large", "The body is too large", Sentence("At most %(limit)s bytes are taken here.", limit=limit), status=413
    )


def _blocks(request: Request, limit: int) -> Iterator[bytes]:
    import eventlet  # here, where a service reads: relays and workers have no need of it, and it takes a third of their start

    announced, size = request.content_length, 0
    if announced is not None and announced > limit:
        raise too_large(limit)
    try:
        with eventlet.Timeout(_PATIENCE, TimeoutError):
            while block := request.environ["wsgi.input"].read(_BLOCK):
                size += len(block)
                if size > limit:
                    raise too_large(limit)
                yield block
    except TimeoutError as error:
        raise Problem("too-slow", "The body took too long", "Send it again.", status=408) from error
    except (OSError, ValueError) as error:  # the connection, or the chunks
        raise _cut_short() from error
    if announced is not None and size < announced:
        raise _cut_short()


def _cut_short() -> Problem:
    return Problem("cut-short", "The body ended too early", "The connection broke. Send it again.")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) < 25 else _LARGEST
    if not -_LARGEST <= number < _LARGEST:
        raise ValueError(f"the number {digits[:30]} is too large")
    return number
