"""Health and metrics over HTTP for processes that are no nameko service."""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

Checks = dict[str, Callable[[], bool]]
PATHS = LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"
NAMES = "name[]"  # what a query calls the samples that are wanted, as Prometheus' own client library takes it


def checked(checks: Checks) -> tuple[int, bytes]:
    """200 when all hold, else 503; the body names each."""
    results = {name: _holds(check) for name, check in checks.items()}
    return (200 if all(results.values()) else 503), json.dumps(results).encode()


def answer(path: str, live: Checks, ready: Checks, names: Sequence[str] = (), accept: str = "") -> tuple[int, str, bytes]:
    """Status, content type and body of one of `PATHS`; metrics of these names alone, or all. `accept`: the header; in
    OpenMetrics, which Prometheus asks for, they have exemplars."""
    if path == METRICS:
        encode, content_type = choose_encoder(accept)
        return 200, content_type, encode(REGISTRY.restricted_registry(names) if names else REGISTRY)
    status, body = checked(live if path == LIVE else ready)
    return status, "application/json", body


def serve(host: str, port: int, live: Checks, ready: Checks) -> WSGIServer:
    """In a thread of its own, until the process ends or `shutdown` is called. Raises OSError when the port is taken."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        names = parse_qs(environ["QUERY_STRING"]).get(NAMES, ())
        accept = environ.get("HTTP_ACCEPT", "")
        status, content_type, body = answer(path, live, ready, names, accept) if path in PATHS else (404, "text/plain", b"")
        start_response(f"{status} {HTTPStatus(status).phrase}", [("Content-Type", content_type)])
        return [body]

    server = make_server(host, port, app, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return bool(check())
    except Exception:  # a check that can't be made does not hold
        return False
