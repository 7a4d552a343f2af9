"""nameko's web server, with problem details for every error and with health, metrics and the OpenAPI document beside
the entrypoints."""

import json
import socket
import time
from contextlib import suppress
from functools import partial
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from nameko.web.server import WebServer
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from schoolbus import health, metrics, openapi
from schoolbus.answers import current_correlation_id, not_with_this_method, problem_response, respond
from schoolbus.consumer import ReliableConsumer
from schoolbus.problems import NotFound, Problem
from schoolbus.route import Answer, Route
from schoolbus.settings import CannotStart
from schoolbus.stored import Stored

TICK = 1.0  # seconds
LATE = 10.0  # seconds without a tick: the event loop is stuck
SILENT = 60.0  # seconds after which a connection that says nothing is closed; the gateway lets go of its own after 15
GOODBYE = 20.0  # seconds that requests under way get after SIGTERM


class SchoolWebServer(WebServer):  # type: ignore[misc]
    """Entrypoints, and what operators ask for."""

    _starting: bool
    _is_accepting: bool

    def start(self) -> None:
        if self._starting:
            return
        self._starting = True
        self._under_way = 0
        self._routes = Map([provider.rule() for provider in self._providers], merge_slashes=False)
        self._document = openapi.document(self.container.service_name, [provider.route for provider in self._providers])
        self._tick = time.monotonic()
        try:
            self._sock = eventlet.listen(self.bind_addr, backlog=1024, reuse_port=False)
        except OSError as fault:
            raise CannotStart(f"cannot listen on {':'.join(map(str, self.bind_addr))}: {fault.strerror}") from fault
        self._sock.settimeout(None)
        self._serv = self.get_wsgi_server(self._sock, self._app)
        self._gt = self.container.spawn_managed_thread(self.run)
        self.container.spawn_managed_thread(self._keep_ticking)
        metrics.tick_age.labels(self.container.service_name).set_function(self._tick_age)

    def stop_accepting(self) -> None:
        """New connections are refused, and requests under way are answered: nameko would only then close the store."""
        if self._is_accepting and self._gt is not None:
            self._is_accepting = False
            self._gt.kill()
            self._sock.close()
        with eventlet.Timeout(GOODBYE, False):
            while self._under_way:
                eventlet.sleep(0.02)

    def stop(self) -> None:
        self.stop_accepting()
        self.wait_for_providers()

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **_: Any) -> Any:
        server = super().get_wsgi_server(sock, wsgi_app)
        server.log_output = False  # the gateway logs requests
        server.socket_timeout = SILENT
        return server

    def process_request(self, sock: Any, address: Any) -> None:
        """Whatever a connection does, it ends alone: nameko would end the service.

        What does not fit one write must not wait for the other side's word that it has the first: 40 ms of every answer
        above 16 KiB.
        """
        with suppress(OSError, ValueError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().process_request(sock, address)

    def _app(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self._under_way += 1
        environ["eventlet.posthooks"].append((self._answered, (), {}))
        return self._respond(request)(environ, start_response)

    def _answered(self, _environ: dict[str, Any]) -> None:
        self._under_way -= 1

    def _respond(self, request: Request) -> Response:
        if request.path in health.PATHS:
            status, content_type, body = health.answer(
                request.path,
                self._live(),
                self._ready(),
                request.args.getlist(health.NAMES),
                request.headers.get("Accept", ""),
            )
            return Response(body, status, content_type=content_type)
        if request.path == "/openapi.json":
            return Response(json.dumps(self._document, ensure_ascii=False), content_type="application/json")
        try:
            provider, values = self._routes.bind_to_environ(request.environ).match()
        except MethodNotAllowed as error:
            return problem_response(not_with_this_method(", ".join(sorted(error.valid_methods or ()))), request.path)
        except HTTPException:
            return problem_response(NotFound("This address"), request.path)
        response: Response = provider.respond(request, values)
        return response

    def _live(self) -> health.Checks:
        return {"event_loop": lambda: self._tick_age() < LATE}

    def _ready(self) -> health.Checks:
        consumer = self.container.shared_extensions.get(ReliableConsumer)
        stores = [dependency for dependency in self.container.dependencies if isinstance(dependency, Stored)]
        return {
            "consumers": lambda: consumer is None or consumer.ready,
            "database": lambda: all(store.ping() for store in stores),
        }

    def _tick_age(self) -> float:
        return time.monotonic() - self._tick

    def _keep_ticking(self) -> None:
        lag = metrics.loop_lag.labels(self.container.service_name)
        while True:
            self._tick = time.monotonic()
            eventlet.sleep(TICK)
            lag.observe(max(0.0, self._tick_age() - TICK))


class ApiEntrypoint(Entrypoint):  # type: ignore[misc]
    """Runs the decorated method for each request to its route."""

    server = SchoolWebServer()

    def __init__(self, route: Route, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.route = route

    def rule(self) -> Rule:
        return Rule(self.route.path.replace("{", "<").replace("}", ">"), methods=[self.route.method], endpoint=self)

    def setup(self) -> None:
        self.server.register_provider(self)

    def stop(self) -> None:
        self.server.stop_accepting()
        self.server.unregister_provider(self)

    def respond(self, request: Request, values: dict[str, str]) -> Response:
        return respond(self.route, request, lambda: self._answer(request, values))

    def _answer(self, request: Request, values: dict[str, str]) -> Answer:
        """The body is read here, in the connection's own thread: a slow sender holds up nobody else."""
        caller = self.route.caller(request, self.container.config["GATEWAY_SECRET"], values)
        arguments = self.route.arguments(request, values, caller)
        finished = Event()
        try:
            self.container.spawn_worker(
                self, (caller, arguments, current_correlation_id()), {}, handle_result=partial(_hand_over, finished)
            )
        except ContainerBeingKilled:
            raise Problem("stopping", "This service is just stopping", "Try again.", status=503) from None
        return self.route.answer(finished.wait())


def _hand_over(finished: Event, ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
    finished.send(result, exc_info)
    return result, exc_info
