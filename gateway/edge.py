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
from gateway.limits import Buckets, household
from gateway.polling import NotFetched
from gateway.sessions import EndedSessions
from gateway.settings import Settings
from gateway.subscriptions import Subscriptions
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
        subscriptions: Subscriptions,
        ended: EndedSessions,
        forwarder: Forwarder,
        security: Security,
        own: dict[str, Own],
        access_log: AccessLog,
    ) -> None:
        self._secret = settings.gateway_secret
        self._tokens = tokens
        self._subscriptions = subscriptions
        self._ended = ended
        self._forwarder = forwarder
        self._security = security
        self._own = own  # paths that the gateway answers itself
        self._access_log = access_log
        self._hear_at_once = {
            "subscriptions": self._hear_of_subscriptions,
            "branches": self._hear_of_subscriptions,
            "me": self._hear_of_sessions,
        }
        self._client = clients.reader(settings.proxies)
        self._cors = Cors(settings.origins)
        self._people = Buckets(settings.requests_per_minute)
        self._machines = Buckets(settings.machine_requests_per_minute)
        self._addresses = Buckets(settings.address_requests_per_minute, "address")
        self._bad_tokens = Buckets(settings.bad_tokens_per_minute, "bad-tokens")
        self._public = {
            "sign-in": Buckets(settings.sign_ins_per_minute, "sign-in"),
            "carriers": Buckets(settings.carrier_requests_per_minute, "carriers"),
            "m": Buckets(settings.address_requests_per_minute, "links"),
            "calendar-feeds": Buckets(settings.address_requests_per_minute, "links"),  # a calendar provider reads many's
            "suggestion-answers": Buckets(settings.sign_ins_per_minute, "sign-in"),
            "unsubscribe": Buckets(settings.address_requests_per_minute, "links"),
            "oauth2": Buckets(settings.sign_ins_per_minute, "tokens"),
            "report-cards": Buckets(settings.sign_ins_per_minute, "verification"),
        }

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
        route = visit.route = routes.find(path)
        if route is None:
            raise refusals.unknown_path()
        client = self._client(request.remote or "", ",".join(request.headers.getall("X-Forwarded-For", ())))
        bearer = await self._admit(request, route, client, visit)
        visit.person_id = bearer.caller.person_id
        caller = bearer.header(self._secret, time.time())
        reading = request.method in ("GET", "HEAD")
        then = None if reading else self._hear_at_once.get(route.resource)
        return await self._forwarder.forward(request, route, caller, client, visit.headers, then)

    async def _admit(self, request: BaseRequest, route: routes.Route, client: str, visit: Visit) -> Bearer:
        """Who calls, if they may. Raises Problem."""
        address = household(client)
        if route.public:
            # signed in already, and no token that could be guessed: a town behind one address does so all the time
            refreshes = request.raw_path == REFRESH
            visit.headers.update((self._addresses if refreshes else self._public[route.resource]).take(address))
            return self._tokens.nobody
        self._addresses.take(address)
        bearer = await self._bearer(request, address)
        callers = self._machines if bearer.caller.is_machine else self._people
        visit.headers.update(callers.take(bearer.caller.person_id))
        if route.branch_id is not None and not bearer.caller.operator and route.branch_id not in bearer.caller.roles:
            raise refusals.not_your_branch()
        self._subscriptions.check(route)
        return bearer

    async def _bearer(self, request: BaseRequest, address: str) -> Bearer:
        """Raises Problem 401; 429 for an address that goes on guessing."""
        try:
            return await self._tokens.bearer(request.headers.getall("Authorization", []), time.time())
        except refusals.BadToken:
            self._bad_tokens.take(address)
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

    async def _hear_of_subscriptions(self) -> None:
        """A changed subscription counts from the next request on; other replicas hear of it when they ask."""
        try:
            await self._subscriptions.refresh()
        except NotFetched:
            log().warning("subscriptions_not_refreshed")

    async def _hear_of_sessions(self) -> None:
        """The same of a session that was ended."""
        try:
            await self._ended.refresh()
        except NotFetched:
            log().warning("sessions_not_refreshed")

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
        metrics.observe(service, method, status, seconds)
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
