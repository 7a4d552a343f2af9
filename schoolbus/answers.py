"""From what an entrypoint gives or raises to the response: problem details, ETags, correlation ids, metrics."""

import hashlib
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple, Self

from werkzeug.wrappers import Request, Response

from schoolbus import correlation, errors, metrics, tracing
from schoolbus.changeover import passes
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import Problem, Sentence
from schoolbus.route import Answer, Route
from schoolbus.store import Busy

CORRELATION = "X-Correlation-ID"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def respond(route: Route, request: Request, run: Callable[[], Answer]) -> Response:
    """The response to whatever `run` gives or raises, with its correlation id; counted and timed."""
    given = request.headers.get(CORRELATION, "")
    correlation_id = given if _SANE_ID.fullmatch(given) else new_id()
    started = time.perf_counter()
    step = tracing.span(f"{route.method} {route.path}", "SERVER", after=request.headers.get(tracing.HEADER))
    with correlation.within(correlation_id), step as seen:
        try:
            response = _response(request, run())
        except Problem as problem:
            response = problem_response(problem, route.path)
        except Exception as error:
            response = problem_response(_of_fault(route, error, correlation_id), route.path)
        seen.note(status=response.status_code, correlation_id=correlation_id)
        if response.status_code >= 500:
            seen.failed(str(response.status_code))
        found_by = metrics.exemplar(correlation_id)  # within its step: it names the trace
    response.headers[CORRELATION] = correlation_id
    metrics.requests.labels(route.path, route.method, response.status_code).inc()
    metrics.request_time.labels(route.path).observe(time.perf_counter() - started, found_by)
    return response


class Thread(NamedTuple):
    """What ties together all that a request sets in motion: handed from greenlet to greenlet."""

    correlation_id: str | None
    traceparent: str | None

    @classmethod
    def under_way(cls) -> Self:
        return cls(correlation.current(), tracing.traceparent())

    def goes_on(self) -> AbstractContextManager[None]:
        """In a greenlet of its own, with which what is bound here ends."""
        correlation.go_on_as(self.correlation_id)
        return tracing.within(self.traceparent)


def problem_response(problem: Problem, path: str) -> Response:
    body, content_type = errors.shown(problem, path)
    return Response(body, problem.code, problem.headers, content_type=content_type)


def not_with_this_method(allowed: str) -> Problem:
    problem = Problem(
        "method-not-allowed", "Not with this method", Sentence("Allowed: %(allowed)s.", allowed=allowed), status=405
    )
    problem.headers["Allow"] = allowed
    return problem


def _of_fault(route: Route, error: Exception, correlation_id: str) -> Problem:
    if isinstance(error, Busy) or passes(error):
        log().warning("request_not_now", route=route.path, method=route.method, fault=type(error).__name__)
        return _not_now(correlation_id)
    log().exception("request_failed", route=route.path, method=route.method)
    return _fault(correlation_id)


def _not_now(correlation_id: str) -> Problem:
    title, detail = "Not just now", "Too much at once, or the database is changing over. Try again in a moment."
    problem = Problem("not-now", title, detail, status=503, correlation_id=correlation_id)
    problem.headers["Retry-After"] = "2"
    return problem


def _fault(correlation_id: str) -> Problem:
    detail = "The fault is ours. Try again; if it stays, tell us the correlation id."
    return Problem("fault", "Something went wrong", detail, status=500, correlation_id=correlation_id)


def _response(request: Request, answer: Answer) -> Response:
    response = Response(answer.body, answer.status, answer.headers, content_type=answer.content_type)
    if request.method in ("GET", "HEAD") and answer.status == 200 and isinstance(answer.body, bytes):
        tag = hashlib.blake2b(answer.body, digest_size=12).hexdigest()
        response.set_etag(tag)
        if request.if_none_match.contains_weak(tag):
            response.status_code = 304
            response.set_data(b"")
    return response
