"""The public API, asked in the reader's name."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from gateway.asking import Asking, Reader, Stream
from gateway.portal import sentences
from schoolbus.problems import CONTENT_TYPE, Problem

MOST = 500  # of a list that a page shows whole
_JSON = {"Content-Type": "application/json"}
_AWAY = ("service-unavailable", "service-timeout")
_UNREADABLE = {"type": "bad-answer", "title": "The answer can't be read", "detail": "Try again.", "status": 502}


class Refused(Exception):
    """The API's own answer to what can't be done: a problem (RFC 9457). `errors`: of a form's fields, by their names."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(problem.get("title", ""))
        self.problem = sentences.read(problem)
        self.status = int(problem.get("status", 500))
        self.slug = str(problem.get("type", "")).rpartition("/")[2]
        self.title: str = self.problem.get("title", "")
        self.detail: str = self.problem.get("detail", "")

    @property
    def errors(self) -> dict[str, str]:
        """Sentences by field: `a.b` for one within another."""
        found = self.problem.get("errors")
        return sentences.flat(found) if isinstance(found, dict) else {}


def of_problem(problem: Problem) -> Refused:
    return Refused({**problem.body, "status": problem.code})


@dataclass
class Api:
    """`asked` remembers what a page has read already, for as long as it is made; `missing` the services without which it is
    made."""

    asking: Asking
    reader: Reader
    asked: dict[str, Any] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    async def get(self, path: str, **query: Any) -> Any:
        """What the API answers, read once for each page. Raises Refused."""
        full = _with_query(path, query)
        if full not in self.asked:
            self.asked[full] = await self._json("GET", full)
        return self.asked[full]

    async def all(self, path: str, most: int = MOST, **query: Any) -> list[Any]:
        """The items of all pages of a list, up to about `most`."""
        items: list[Any] = []
        after: dict[str, str] = {}
        while True:
            page = await self.get(path, limit=min(100, most), **query, **after)
            items += page["items"]
            if not page.get("next") or len(items) >= most:
                return items
            after = {"after": page["next"]}

    async def perhaps(self, path: str, **query: Any) -> Any:
        """The same as get, or None for what the page can do without."""
        try:
            return await self.get(path, **query)
        except Refused as refused:
            self.do_without(refused)
            return None

    def do_without(self, refused: Refused) -> None:
        """What is not there, not the reader's or not subscribed to; and what can't be reached just now, of which the page says
        so. Raises what else was refused."""
        if refused.slug in _AWAY and "service" in refused.problem:
            self.missing.add(refused.problem["service"])
        elif refused.status not in (403, 404):
            raise refused

    async def post(self, path: str, body: Any = None, key: str = "", **query: Any) -> Any:
        return await self._change("POST", path, body, key, query)

    async def put(self, path: str, body: Any = None, key: str = "", **query: Any) -> Any:
        return await self._change("PUT", path, body, key, query)

    async def patch(self, path: str, body: Any = None, key: str = "", **query: Any) -> Any:
        return await self._change("PATCH", path, body, key, query)

    async def delete(self, path: str, body: Any = None, key: str = "", **query: Any) -> Any:
        return await self._change("DELETE", path, body, key, query)

    async def upload(
        self, path: str, content: bytes | Stream, kind: str, key: str = "", method: str = "POST", **query: Any
    ) -> Any:
        """Bytes as they are, such as a recording or a picture; a large file in blocks."""
        self.asked.clear()
        headers = {"Content-Type": kind, **({"Idempotency-Key": key} if key else {})}
        return await self._json(method, _with_query(path, query), content, headers)

    async def open(
        self, path: str, headers: Mapping[str, str] = {}, method: str = "GET", **query: Any
    ) -> aiohttp.ClientResponse:
        """A file, as it comes; the caller hands it on. Raises Refused."""
        answer = await self._ask(method, _with_query(path, query), None, headers)
        if answer.status >= 400:
            raise Refused(_problem(answer, await self.read(answer)))
        return answer

    async def fetch(self, path: str, body: Any) -> bytes:
        """What a POST answers as it is, such as a sound. Raises Refused."""
        answer = await self._ask("POST", path, json.dumps(body, ensure_ascii=False).encode(), _JSON)
        found = await self.read(answer)
        if answer.status >= 300:
            raise Refused(_problem(answer, found))
        return found

    async def _change(self, method: str, path: str, body: Any, key: str, query: Mapping[str, Any]) -> Any:
        self.asked.clear()
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = dict(_JSON) if data is not None else {}
        if key:
            headers["Idempotency-Key"] = key
        return await self._json(method, _with_query(path, query), data, headers)

    async def _json(self, method: str, path: str, data: bytes | Stream | None = None, headers: Mapping[str, str] = {}) -> Any:
        answer = await self._ask(method, path, data, headers)
        body = await self.read(answer)
        if answer.status >= 300:
            raise Refused(_problem(answer, body))
        try:
            return json.loads(body) if body else None
        except ValueError as error:
            raise Refused(_UNREADABLE) from error

    async def read(self, answer: aiohttp.ClientResponse) -> bytes:
        """The whole of what `open` gave. Raises Refused when it breaks off."""
        try:
            return await self.asking.read(answer)
        except Problem as problem:
            raise of_problem(problem) from problem
        finally:
            answer.release()

    async def _ask(
        self, method: str, path: str, data: bytes | Stream | None, headers: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        try:
            return await self.asking.ask(self.reader, method, path, time.time(), data, headers)
        except Problem as problem:
            raise of_problem(problem) from problem


def below(*parts: str) -> str:
    """A path of the API of words and ids: below("branches", id, "homework")."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def _with_query(path: str, query: Mapping[str, Any]) -> str:
    given = {name: _written(value) for name, value in query.items() if value is not None and value != ""}
    return f"{path}?{urlencode(given)}" if given else path


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(answer: aiohttp.ClientResponse, body: bytes) -> dict[str, Any]:
    if answer.content_type == CONTENT_TYPE:
        try:
            found = json.loads(body)
        except ValueError:
            return _UNREADABLE
        if isinstance(found, dict):
            return {**found, "status": answer.status}
    return _UNREADABLE
