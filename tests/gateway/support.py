"""The services' stand-ins at their HTTP interface, tokens as roster would issue them, and the real gateway process."""

import asyncio
import base64
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import requests
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.local.processes import free_port
from schoolbus.chain import SERVICES
from tests.support.processes import Process

SECRET = "a secret between the gateway and the services"
PUBLIC_URL = "https://rabta.example.pk"
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Key:
    """A signing key of roster."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        self.private = Ed25519PrivateKey.generate()
        raw = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        public = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        self.public = {"kty": "OKP", "crv": "Ed25519", "kid": key_id, "alg": "EdDSA", "use": "sig", "x": public}

    def token(self, person_id: str, roles: dict[str, list[str]] | None = None, **claims: Any) -> str:
        now = int(time.time())
        payload = {"iss": "rabta", "aud": "rabta", "sub": person_id, "roles": roles or {}, "operator": False}
        payload |= {"iat": now, "exp": now + 600, **claims}
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(payload, self.private, algorithm="EdDSA", headers={"kid": self.key_id})


@dataclass
class Seen:
    """A request as a service got it."""

    method: str
    path: str
    headers: Any
    body: bytes

    @property
    def caller(self) -> dict[str, Any]:
        return jwt.decode(self.headers["Rabta-Caller"], SECRET, algorithms=["HS256"], options={"verify_sub": False})


async def _echo(request: web.BaseRequest) -> web.StreamResponse:
    return web.json_response({"path": request.raw_path})


@dataclass
class Backend:
    """One service: answers by path, keeps what it got, can be stopped and started again."""

    name: str
    loop: asyncio.AbstractEventLoop
    port: int = field(default_factory=free_port)
    answers: dict[str, Handler] = field(default_factory=dict)  # by path without query
    documents: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    _runner: web.ServerRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def last(self) -> Seen:
        return self.seen[-1]

    def start(self) -> None:
        self._wait(self._start())

    def stop(self) -> None:
        if self._runner is not None:
            self._wait(self._runner.cleanup())
            self._runner = None

    def _wait(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    async def _start(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None, auto_decompress=False), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if path in self.documents:
            return web.json_response(self.documents[path])
        if path in self.answers:
            return await self.answers[path](request)
        self.seen.append(Seen(request.method, request.raw_path, request.headers.copy(), await request.read()))
        return await _echo(request)


class Platform:
    """The four stand-ins with roster's documents, and one gateway before them."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.key = Key("first")
        self.metrics_port = free_port()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.services = {name: Backend(name, self._loop) for name in SERVICES}
        self.publish_keys(self.key)
        self.subscribe({"b1": ["meetings", "reports", "notifications"], "b2": ["meetings"]})
        self.end_sessions()
        for backend in self.services.values():
            backend.documents["/openapi.json"] = {"paths": {}}
        today = {"summary": "What happens today", "responses": {"200": {"description": "A day"}}}
        self.services["reports"].documents["/openapi.json"] = {"paths": {"/v1/branches/{branch_id}/today": {"get": today}}}
        settings = {
            "HTTP_PORT": str(free_port()),
            "METRICS_PORT": str(self.metrics_port),
            "PUBLIC_URL": PUBLIC_URL,
            "GATEWAY_SECRET": SECRET,
            "LOG_FORMAT": "json",
            "TRUSTED_PROXIES": "127.0.0.0/8",  # so a test can say where it calls from
            "BAD_TOKENS_PER_MINUTE": "100000",
            **{f"{name.upper()}_URL": backend.url for name, backend in self.services.items()},
            **environment,
        }
        self.gateway = Process("gateway", ["gateway"], settings, folder, ready_port=self.metrics_port)

    def start(self) -> "Platform":
        for backend in self.services.values():
            backend.start()
        self.gateway.start().wait_ready()
        return self

    def stop(self) -> None:
        if self.gateway.running():
            self.gateway.stop()
        for backend in self.services.values():
            backend.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)

    def publish_keys(self, *keys: Key) -> None:
        self.services["roster"].documents["/.well-known/jwks.json"] = {"keys": [key.public for key in keys]}

    def subscribe(self, branches: dict[str, list[str]]) -> None:
        self.services["roster"].documents["/internal/subscriptions"] = {"branches": branches}

    def end_sessions(self, *session_ids: str) -> None:
        self.services["roster"].documents["/internal/ended-sessions"] = {"ended": list(session_ids)}

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        address = self.gateway.url + path
        return requests.request(method, address, headers=headers, timeout=20, allow_redirects=False, **more)

    def get(self, path: str, token: str | None = None, **more: Any) -> requests.Response:
        return self.call("GET", path, token, **more)

    def raw(self, request: bytes, patience: float = 0.4) -> bytes:
        """What the gateway sends back to these bytes until it closes, or says nothing more for `patience` seconds."""
        with socket.create_connection(("127.0.0.1", self.gateway.port), timeout=patience) as connection:
            connection.sendall(request)
            answer = b""
            try:
                while block := connection.recv(65536):
                    answer += block
            except (TimeoutError, ConnectionResetError):
                pass
            return answer

    def trickle(self, request: bytes, times: int) -> bytes:
        """What the gateway says to somebody who sends a byte more whenever it has said nothing for a while."""
        with socket.create_connection(("127.0.0.1", self.gateway.port), timeout=0.2) as connection:
            connection.sendall(request)
            for _ in range(times):
                try:
                    return connection.recv(65536)
                except TimeoutError:
                    connection.sendall(b"x")
        return b""

    @property
    def log(self) -> str:
        return self.gateway.tail(1_000_000)


def problem(response: requests.Response) -> str:
    """The slug of the problem that an answer carries."""
    assert response.headers["Content-Type"] == "application/problem+json", response.text
    body = response.json()
    assert body["status"] == response.status_code
    assert body["title"]
    return str(body["type"].removeprefix("https://rabta.pk/problems/"))
