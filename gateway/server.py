"""aiohttp's server, set up for the edge."""

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from gateway import refusals
from gateway.edge import Edge
from gateway.headers import Security
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import CONTENT_TYPE


class Server(web.Server):
    """Answers what is not HTTP with a problem as well, and logs nothing of its content: it may hold a token."""

    def __init__(self, edge: Edge, security: Security) -> None:
        super().__init__(
            edge.handle,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=75,
            lingering_time=5,
            max_line_size=8_190,
            max_field_size=16_384,
            max_headers=64,
        )
        self.security = security

    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(RequestHandler):
    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        if request.writer.output_size > 0 or isinstance(exc, ConnectionError):
            raise ConnectionError("the answer had begun, or nobody is there to read one")
        correlation_id = new_id()
        log().info("unreadable_request", reason=type(exc).__name__, correlation_id=correlation_id)
        response = web.Response(body=refusals.unreadable().json(), status=400, headers={"Content-Type": CONTENT_TYPE})
        response.headers["X-Correlation-ID"] = correlation_id
        manager = self._manager
        if isinstance(manager, Server):
            manager.security.add(response.headers)
        response.force_close()
        return response
