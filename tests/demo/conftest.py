"""The simulator in a thread of its own, and a platform that it calls back: a web server that keeps what comes."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from aiohttp import web

from demo.carriers.app import Simulator
from demo.carriers.settings import Settings
from schoolbus.settings import Url
from tests.support.waiting import eventually

ACCOUNT, TOKEN, SENDER = "AC" + "1" * 32, "sms-token", "RoshanKal"
PHONE_NUMBER_ID, ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN = "1065403522", "wa-token", "wa-secret", "wa-verify"


@dataclass
class Callback:
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Platform:
    """What the simulator calls back. `refuse` is how many callbacks are answered with 503 first."""

    url: str = ""
    got: list[Callback] = field(default_factory=list)
    refuse: int = 0

    async def take(self, request: web.Request) -> web.Response:
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=503)
        if request.method == "GET" and request.query.get("hub.verify_token") == VERIFY_TOKEN:
            return web.Response(text=request.query["hub.challenge"])
        self.got.append(Callback(f"{self.url}{request.path_qs}", dict(request.headers), await request.read()))
        return web.Response()


@dataclass
class Carriers:
    """The simulator as the platform and its tests see it."""

    url: str
    smtp_port: int
    platform: Platform

    def send_sms(self, to: str, body: str = "Hello", token: str = TOKEN, headers: Any = None, **form: str) -> requests.Response:
        fields = {"To": to, "From": SENDER, "Body": body, "StatusCallback": f"{self.platform.url}/receipts?id=1&x=%20y"} | form
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        return requests.post(self.url + path, data=fields, auth=(ACCOUNT, token), headers=headers, timeout=10)

    def send_whatsapp(
        self, phone: str, token: str = ACCESS_TOKEN, account: str = PHONE_NUMBER_ID, **body: Any
    ) -> requests.Response:
        body = {"messaging_product": "whatsapp", "to": phone} | body
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(f"{self.url}/v21.0/{account}/messages", json=body, headers=headers, timeout=10)

    def get(self, path: str) -> Any:
        answer = requests.get(self.url + path, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> requests.Response:
        return requests.post(self.url + path, json=body, timeout=30)

    def on_phone(self, phone: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.get(f"/api/phones/{phone}/messages")["messages"]
        return messages

    def callbacks(self, count: int) -> list[Callback]:
        """Waits for so many callbacks, and gives them all."""
        eventually(lambda: len(self.platform.got) >= count)
        return self.platform.got


class _Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Awaitable[Any]) -> Any:
        async def wait() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result(60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def simulator() -> Iterator[Carriers]:
    loop, platform = _Loop(), Platform()
    runner = loop.run(_listen(platform))
    platform.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    running = loop.run(Simulator.start(_settings(platform.url)))
    yield Carriers(f"http://127.0.0.1:{running.http_port}", running.smtp_port, platform)
    loop.run(running.stop())
    loop.run(runner.cleanup())
    loop.stop()


@pytest.fixture
def carriers(simulator: Carriers) -> Carriers:
    simulator.post("/api/reset")
    simulator.platform.got.clear()
    simulator.platform.refuse = 0
    return simulator


def _settings(public_url: str) -> Settings:
    credentials = (ACCOUNT, TOKEN, SENDER, PHONE_NUMBER_ID, ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN)
    return Settings(0, 0, Url(public_url), *credentials, delivery_delay=0)


async def _listen(platform: Platform) -> web.AppRunner:
    app = web.Application()
    handler: Callable[[web.Request], Awaitable[web.Response]] = platform.take
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner
