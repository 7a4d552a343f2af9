"""HTTP entrypoints: marshmallow in and out, problems out, one line per entrypoint in a service.

    @api("POST", "/v1/branches/{branch_id}/homework", takes=HomeworkDraft, gives=Homework, status=201, roles=("teacher",))
    def set_homework(self, caller, branch_id, draft): ...

The method gets the caller, the path's parameters in order, the query (when `query=` or `paged=`) and the body (when `takes=`).
"""

import functools
import hashlib
import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from marshmallow import Schema
from werkzeug.wrappers import Request, Response

from schoolbus import metrics
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import Problem
from schoolbus.route import Answer, Route, Takes
from schoolbus.store import run_again_while_busy
from schoolbus.web import ApiEntrypoint, problem_response

CORRELATION = "X-Correlation-ID"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def api(
    method: str,
    path: str,
    *,
    takes: Takes = None,
    query: type[Schema] | None = None,
    gives: type[Schema] | None = None,
    status: int = 200,
    roles: tuple[str, ...] = (),
    public: bool = False,
    paged: bool = False,
    body_limit: int = 1_000_000,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """`roles`: the caller needs one of them in the path's branch (anybody signed in, when empty); `public`: nobody
    need be signed in."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Response]:
        summary = (function.__doc__ or function.__name__.replace("_", " ")).strip().split("\n")[0]
        route = Route(method, path, summary, function.__name__, takes, query, gives, status, roles, public, paged, body_limit)

        @functools.wraps(function)
        def endpoint(service: Any, request: Request, secret: str, values: dict[str, str]) -> Response:
            def run() -> Answer:
                caller = route.caller(request, secret, values)
                arguments = route.arguments(request, values)
                return route.answer(run_again_while_busy(lambda: function(service, caller, *arguments)))

            return respond(route, request, run)

        ApiEntrypoint.decorator(route)(endpoint)
        return endpoint

    return decorate


def respond(route: Route, request: Request, run: Callable[[], Answer]) -> Response:
    """The response to whatever `run` gives or raises, with its correlation id; counted and timed."""
    given = request.headers.get(CORRELATION, "")
    correlation_id = given if _SANE_ID.fullmatch(given) else new_id()
    started = time.perf_counter()
    with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
        try:
            response = _response(request, run())
        except Problem as problem:
            response = problem_response(problem)
        except Exception:
            log().exception("request_failed", route=route.path, method=route.method)
            response = problem_response(fault(correlation_id))
    response.headers[CORRELATION] = correlation_id
    metrics.requests.labels(route.path, route.method, response.status_code).inc()
    metrics.request_time.labels(route.path).observe(time.perf_counter() - started)
    return response


def fault(correlation_id: str) -> Problem:
    detail = "The fault is ours. Try again; if it stays, tell us the correlation id."
    return Problem("fault", "Something went wrong", detail, status=500, correlation_id=correlation_id)


def _response(request: Request, answer: Answer) -> Response:
    response = Response(answer.body, answer.status, answer.headers, content_type=answer.content_type)
    if request.method in ("GET", "HEAD") and answer.status == 200:
        tag = f'"{hashlib.blake2b(answer.body, digest_size=12).hexdigest()}"'
        response.headers["ETag"] = tag
        if request.headers.get("If-None-Match") == tag:
            response.status_code = 304
            response.set_data(b"")
    return response
