"""What the gateway answers itself: the API's document and a page of it, the public keys, and that it is there."""

import asyncio
import hashlib
import json
from typing import Any

from aiohttp.web import BaseRequest, Response

from gateway import openapi, reference
from gateway.edge import Own
from gateway.polling import Document, NotFetched
from gateway.tokens import Keys

EVERY = 30.0  # seconds between looks at the services' documents


class ApiDocument:
    """The merged document. A service that is down keeps the part that it last gave."""

    def __init__(self, documents: dict[str, Document], public_url: str) -> None:
        self._documents = documents
        self._public_url = public_url
        self._parts: dict[str, dict[str, Any]] = {}
        self._publish()

    async def refresh(self) -> None:
        """Raises NotFetched when a service did not answer; the others' parts are kept up to date all the same."""
        faults = [fault for fault in await asyncio.gather(*map(self._refresh_part, self._documents)) if fault]
        if faults:
            raise NotFetched("; ".join(faults))

    async def _refresh_part(self, service: str) -> str | None:
        try:
            part = await self._documents[service].fetch()
        except NotFetched as error:
            return f"{service}: {error}"
        if part is not None and part != self._parts.get(service):
            self._parts[service] = part
            self._publish()
        return None

    def _publish(self) -> None:
        merged = openapi.merge(self._parts, self._public_url)
        self._json = json.dumps(merged, ensure_ascii=False, separators=(",", ":")).encode()
        self._page = reference.page(merged).encode()

    async def as_json(self, request: BaseRequest) -> Response:
        return _with_etag(request, self._json, "application/json")

    async def as_page(self, request: BaseRequest) -> Response:
        response = _with_etag(request, self._page, "text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = reference.POLICY
        return response


def own_paths(document: ApiDocument, keys: Keys) -> dict[str, Own]:
    async def health(request: BaseRequest) -> Response:
        return Response(body=b'{"status":"ok"}', headers={"Content-Type": "application/json"})

    async def public_keys(request: BaseRequest) -> Response:
        return _with_etag(request, json.dumps(keys.published).encode(), "application/json")

    return {
        "/health": health,
        "/openapi.json": document.as_json,
        "/docs": document.as_page,
        "/.well-known/jwks.json": public_keys,
    }


def _with_etag(request: BaseRequest, body: bytes, content_type: str) -> Response:
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"Content-Type": content_type, "ETag": tag, "Cache-Control": "public, max-age=60"}
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers=headers)
    return Response(body=body, headers=headers)
