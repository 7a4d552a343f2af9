"""Every request from outside, in the order in which it is judged."""

import time
from collections.abc import Awaitable, Callable

from aiohttp.web import BaseRequest, Response, StreamResponse
from multidict import CIMultiDict

from gateway import clients, metrics, refusals, routes
from gateway.access_log import AccessLog
from gateway.cors import Cors
from gateway.forward import BrokeOff, Forwarder
from gateway.headers import CORRELATION, Security, correlation_id
from gateway.judging import Judge
from gateway.limits import Limits, household
from gateway.portal.site import Portal
from gateway.settings import Settings
from gateway.tokens import Bearer, Tokens
from schoolbus import errors
from schoolbus.logs import log
from schoolbus.problems import Problem

REFRESH = "/v1/sign-in/refresh"
Own = Callable[[BaseRequest], Awaitable[Response]]


class Visit:
    """One request, as far as it is known: for its answer's headers, its log line and its metrics."""

    __slots__ = ("correlation_id", "headers", "person_id", "route")

    def __init__(self, correlation_id: str, cors: dict[str, str]) -> None:
        self.correlation_id = correlation_id
        self.headers = {CORRELATION: correlation_id, **cors}  # of its answer
        self.route: routes.Route | None = None
        self.person_id = ""


class Edge:
    def __init__(
        self,
        settings: Settings,
        tokens: Tokens,
        judge: Judge,
        limits: Limits,
        forwarder: Forwarder,
        security: Security,
        own: dict[str, Own],
        portal: Portal,
        access_log: AccessLog,
    ) -> None:
        self._secret = settings.gateway_secret
        self._tokens = tokens
        self._judge = judge
        self._forwarder = forwarder
        self._security = security
        self._own = own  # paths that the gateway answers itself
        self._access_log = access_log
        self._client = clients.reader(settings.proxies)
        self._cors = Cors(settings.origins)
        self._limits = limits
        self._portal = portal

    async def handle(self, request: BaseRequest) -> StreamResponse:
        started = time.perf_counter()
        visit = Visit(correlation_id(request), self._cors.headers(request))
        status = 499  # the client went away; nobody sees this number but our log
        try:
            response = await self._answer(request, visit)
            status = response.status
        except Problem as problem:
            response = self._refuse(request, problem, visit)
            status = problem.code
        except BrokeOff:
            status = 502
            raise
        except ConnectionError:
            raise
        except Exception as error:
            status = 500
            log().exception("request_failed", correlation_id=visit.correlation_id)
            if request.writer.output_size:
                raise ConnectionAbortedError("the answer had begun: there is no place for another") from error
            response = self._refuse(request, refusals.fault(), visit)
        finally:
            self._record(request.method, visit, status, time.perf_counter() - started)
        return response

    async def _answer(self, request: BaseRequest, visit: Visit) -> StreamResponse:
        if request.method not in refusals.METHODS:
            return self._preflight(request, visit)
        path = request.raw_path.partition("?")[0]
        if path in self._own:
            return await self._answer_itself(request, path, visit)
        client = self._client(request.remote or "", ",".join(request.headers.getall("X-Forwarded-For", ())))
        if not routes.is_of_api(path):
            return await self._show(request, client, visit)
        route = visit.route = routes.find(path)
        if route is None:
            raise refusals.unknown_path()
        bearer = await self._admit(request, route, client, visit)
        visit.person_id = bearer.caller.person_id
        caller = bearer.header(self._secret, time.time())
        then = self._judge.then(route, request.method)
        return await self._forwarder.forward(request, route, caller, client, visit.headers, then)

    async def _show(self, request: BaseRequest, client: str, visit: Visit) -> StreamResponse:
        """A page for people."""
        self._limits.addresses.take(household(client))
        if not self._portal.is_for(request):
            raise refusals.unknown_path()
        response, visit.person_id = await self._portal.answer(request, client, visit.headers)
        return response

    async def _admit(self, request: BaseRequest, route: routes.Route, client: str, visit: Visit) -> Bearer:
        """Who calls, if they may. Raises Problem."""
        address = household(client)
        if route.public:
            # signed in already, and no token that could be guessed: a town behind one address does so all the time
            refreshes = request.raw_path == REFRESH
            visit.headers.update((self._limits.addresses if refreshes else self._limits.public[route.resource]).take(address))
            return self._tokens.nobody
        self._limits.addresses.take(address)
        bearer = await self._bearer(request, address)
        callers = self._limits.machines if bearer.caller.is_machine else self._limits.people
        visit.headers.update(callers.take(bearer.caller.person_id))
        self._judge.check(route, bearer)
        return bearer

    async def _bearer(self, request: BaseRequest, address: str) -> Bearer:
        """Raises Problem 401; 429 for an address that goes on guessing."""
        try:
            return await self._tokens.bearer(request.headers.getall("Authorization", []), time.time())
        except refusals.BadToken:
            self._limits.bad_tokens.take(address)
            raise

    def _preflight(self, request: BaseRequest, visit: Visit) -> Response:
        response = self._cors.preflight(request)
        if response is None:
            raise refusals.wrong_method()
        self._security.add(response.headers)
        response.headers.update(visit.headers)
        return response

    async def _answer_itself(self, request: BaseRequest, path: str, visit: Visit) -> Response:
        if request.method not in ("GET", "HEAD"):
            raise refusals.wrong_method(("GET", "HEAD"))
        response = await self._own[path](request)
        self._security.add(response.headers)
        response.headers.update(visit.headers)
        return response

    def _refuse(self, request: BaseRequest, problem: Problem, visit: Visit) -> Response:
        metrics.refused.labels(problem.body["type"].rpartition("/")[2]).inc()
        headers = CIMultiDict(visit.headers)
        headers.update(problem.headers)
        body, headers["Content-Type"] = errors.shown(problem, request.raw_path)
        self._security.add(headers)
        response = Response(body=body, status=problem.code, headers=headers)
        if request.body_exists and not request.content.is_eof():
            response.force_close()  # what still comes is not read
        return response

    def _record(self, method: str, visit: Visit, status: int, seconds: float) -> None:
        route = visit.route
        service = route.service if route else "gateway"
        metrics.observe(service, method, status, seconds, visit.correlation_id)
        self._access_log.add(
            method=method if method in refusals.METHODS else "other",
            service=service,
            resource=route.resource if route else "",
            branch_id=route.branch_id if route and visit.person_id else None,
            person_id=visit.person_id,
            status=status,
            ms=round(seconds * 1000, 1),
            correlation_id=visit.correlation_id,
        )
