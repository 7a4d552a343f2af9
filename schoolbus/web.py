"""nameko's web server, with problem details for every error and with health, metrics and the OpenAPI document
beside the entrypoints."""

import json
import time
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
from schoolbus.consumer import ReliableConsumer
from schoolbus.problems import CONTENT_TYPE, NotFound, Problem
from schoolbus.route import Route
from schoolbus.stored import Stored

TICK = 1.0  # seconds
LATE = 10.0  # seconds without a tick: the event loop is stuck


class SchoolWebServer(WebServer):  # type: ignore[misc]
    """Entrypoints, and what operators ask for."""

    _starting: bool

    def start(self) -> None:
        if self._starting:
            return
        self._starting = True
        self._routes = Map([provider.rule() for provider in self._providers], merge_slashes=False)
        self._document = openapi.document(self.container.service_name, [provider.route for provider in self._providers])
        self._tick = time.monotonic()
        self._sock = eventlet.listen(self.bind_addr, backlog=1024, reuse_port=False)
        self._sock.settimeout(None)
        self._serv = self.get_wsgi_server(self._sock, self._app)
        self._gt = self.container.spawn_managed_thread(self.run)
        self.container.spawn_managed_thread(self._keep_ticking)
        metrics.tick_age.labels(self.container.service_name).set_function(self._tick_age)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **_: Any) -> Any:
        server = super().get_wsgi_server(sock, wsgi_app)
        server.log_output = False  # the gateway logs requests
        return server

    def _app(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path in health.PATHS:
            status, content_type, body = health.answer(request.path, self._live(), self._ready())
            return Response(body, status, content_type=content_type)
        if request.path == "/openapi.json":
            return Response(json.dumps(self._document, ensure_ascii=False), content_type="application/json")
        try:
            provider, values = self._routes.bind_to_environ(request.environ).match()
        except MethodNotAllowed as error:
            allowed = ", ".join(error.valid_methods or ())
            return problem_response(Problem("method-not-allowed", "Not with this method", f"Allowed: {allowed}.", status=405))
        except HTTPException:
            return problem_response(NotFound("This address"))
        response: Response = provider.respond(request, values)
        return response

    def _live(self) -> health.Checks:
        return {"event_loop": lambda: self._tick_age() < LATE}

    def _ready(self) -> health.Checks:
        consumer = self.container.shared_extensions.get(ReliableConsumer)
        stores = [dependency for dependency in self.container.dependencies if isinstance(dependency, Stored)]
        return {
            "consumers": lambda: consumer is None or consumer.connected,
            "database": lambda: all(store.ping() for store in stores),
        }

    def _tick_age(self) -> float:
        return time.monotonic() - self._tick

    def _keep_ticking(self) -> None:
        while True:
            self._tick = time.monotonic()
            eventlet.sleep(TICK)


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
        self.server.unregister_provider(self)

    def respond(self, request: Request, values: dict[str, str]) -> Response:
        finished = Event()
        arguments = (request, self.container.config["GATEWAY_SECRET"], values)
        try:
            self.container.spawn_worker(self, arguments, {}, handle_result=partial(_hand_over, finished))
        except ContainerBeingKilled:
            return problem_response(Problem("stopping", "This service is just stopping", "Try again.", status=503))
        response: Response = finished.wait()
        return response


def _hand_over(finished: Event, ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
    finished.send(result, exc_info)
    return result, exc_info


def problem_response(problem: Problem) -> Response:
    return Response(problem.json(), problem.code, problem.headers, content_type=CONTENT_TYPE)
