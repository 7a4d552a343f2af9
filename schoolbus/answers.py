"""From what an entrypoint gives or raises to the response: problem details, ETags, correlation ids, metrics."""

import hashlib
import re
import time
from collections.abc import Callable

import structlog
from pymongo.errors import ConnectionFailure
from werkzeug.wrappers import Request, Response

from schoolbus import errors, metrics
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
    with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
        try:
            response = _response(request, run())
        except Problem as problem:
            response = problem_response(problem, route.path)
        except (Busy, ConnectionFailure) as error:
            log().warning("request_not_now", route=route.path, method=route.method, fault=type(error).__name__)
            response = problem_response(_not_now(correlation_id), route.path)
        except Exception:
            log().exception("request_failed", route=route.path, method=route.method)
            response = problem_response(_fault(correlation_id), route.path)
    response.headers[CORRELATION] = correlation_id
    metrics.requests.labels(route.path, route.method, response.status_code).inc()
    metrics.request_time.labels(route.path).observe(time.perf_counter() - started, metrics.exemplar(correlation_id))
    return response


def current_correlation_id() -> str | None:
    return structlog.contextvars.get_contextvars().get("correlation_id")


def problem_response(problem: Problem, path: str) -> Response:
    body, content_type = errors.shown(problem, path)
    return Response(body, problem.code, problem.headers, content_type=content_type)


def not_with_this_method(allowed: str) -> Problem:
    problem = Problem(
        "method-not-allowed", "Not with this method", Sentence("Allowed: %(allowed)s.", allowed=allowed), status=405
    )
    problem.headers["Allow"] = allowed
    return problem


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
