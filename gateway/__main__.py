"""`python -m gateway`: until SIGTERM or SIGINT."""

import asyncio
import gc
import signal
import time

import uvloop
from aiohttp import web

from gateway import documents, forward, sessions, subscriptions, tokens
from gateway.access_log import AccessLog
from gateway.asking import Asking
from gateway.documents import ApiDocument
from gateway.edge import Edge
from gateway.headers import Security
from gateway.judging import Judge
from gateway.limits import Limits
from gateway.polling import Document, keep_fresh
from gateway.portal.site import Portal
from gateway.server import Server
from gateway.sessions import EndedSessions
from gateway.settings import Settings
from gateway.subscriptions import Subscriptions
from gateway.tokens import Keys, Tokens
from schoolbus import health, logs, metrics, settings

TICK = 1.0  # seconds
LATE = 10.0  # seconds without a tick: the event loop is stuck


class Tick:
    """Shows that the event loop turns."""

    def __init__(self) -> None:
        self._at = time.monotonic()
        metrics.tick_age.labels("gateway").set_function(self.age)

    def age(self) -> float:
        return time.monotonic() - self._at

    async def keep_ticking(self) -> None:
        while True:
            self._at = time.monotonic()
            await asyncio.sleep(TICK)
            metrics.loop_lag.labels("gateway").observe(max(0.0, self.age() - TICK))


async def run(wanted: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with forward.open_session(wanted) as session:

        def document(service: str, path: str) -> Document:
            return Document(session, wanted.services[service], path, wanted.gateway_secret)

        keys = Keys(document("roster", "/.well-known/jwks.json"))
        ended = EndedSessions(document("roster", "/internal/ended-sessions"))
        subscribed = Subscriptions(document("roster", "/internal/subscriptions"))
        api = ApiDocument({service: document(service, "/openapi.json") for service in wanted.services}, wanted.public_url)
        security = Security(wanted.public_url)
        forwarder = forward.Forwarder(session, wanted, security)
        checked = Tokens(keys, ended)
        judge, limits = Judge(subscribed, ended), Limits(wanted)
        asking = Asking(wanted.gateway_secret, judge, limits, forwarder, security)
        portal = Portal(wanted.public_url, wanted.gateway_secret, checked, asking, limits, security, wanted.import_limit)
        access_log = AccessLog(log_format=wanted.log_format, level=wanted.log_level)
        own = documents.own_paths(api, keys)
        edge = Edge(wanted, checked, judge, limits, forwarder, security, own, portal, access_log)
        tick = Tick()
        ready = {
            "keys": lambda: keys.loaded,
            "subscriptions": lambda: subscribed.loaded,
            "sessions": lambda: ended.loaded,
            "serving": lambda: not stop.is_set(),
        }
        health.serve(wanted.http_host, wanted.metrics_port, {"event_loop": lambda: tick.age() < LATE}, ready)
        background = [
            asyncio.create_task(tick.keep_ticking()),
            asyncio.create_task(keep_fresh("keys", keys.refresh, tokens.EVERY)),
            asyncio.create_task(keep_fresh("subscriptions", subscribed.refresh, subscriptions.EVERY)),
            asyncio.create_task(keep_fresh("sessions", ended.refresh, sessions.EVERY)),
            asyncio.create_task(keep_fresh("openapi", api.refresh, documents.EVERY)),
            asyncio.create_task(access_log.keep_flushing()),
        ]
        for task in background:
            task.add_done_callback(lambda _: stop.set())  # without one of them we are no gateway: stop, and be started again
        await serve(wanted, Server(edge, security), stop)
        for task in background:
            task.cancel()
        access_log.flush()
        for outcome in await asyncio.gather(*background, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome


async def serve(wanted: Settings, server: Server, stop: asyncio.Event) -> None:
    """Until told to stop; then takes nothing new and ends what is under way."""
    runner = web.ServerRunner(server, shutdown_timeout=wanted.stop_timeout)
    await runner.setup()
    await web.TCPSite(runner, wanted.http_host, wanted.http_port, backlog=1024).start()
    logs.log().info("serving", host=wanted.http_host, port=wanted.http_port)
    gc.freeze()  # what is here stays: the collector need not look at it during requests
    await stop.wait()
    logs.log().info("stopping")
    await runner.cleanup()
    logs.log().info("stopped")


def main() -> None:
    wanted = settings.read(Settings)
    metrics.release.labels("gateway", "gateway", settings.release(), "none").set(1)
    logs.set_up("gateway", log_format=wanted.log_format, level=wanted.log_level)
    try:
        uvloop.run(run(wanted))
    except OSError as error:
        ports = f"port {wanted.http_port} or {wanted.metrics_port}"
        settings.quit_for(f"the gateway can't listen on {wanted.http_host}, {ports}: {error}")


if __name__ == "__main__":
    main()
