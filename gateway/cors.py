"""Pages of other origins (CORS, the Fetch standard, section 3.2): none may read answers, but those that CORS_ORIGINS names."""

from aiohttp.web import BaseRequest, Response

from gateway.refusals import METHODS

_SHOWN = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Correlation-ID, X-Total-Count"
_SENT = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Correlation-ID"
_DAY = "86400"


class Cors:
    """Tokens travel in a header that a page sets itself, so no answer allows credentials."""

    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = origins

    def headers(self, request: BaseRequest) -> dict[str, str]:
        """What an answer to this request carries. Nothing at all while no origin is named."""
        if not self._origins:
            return {}
        origin = request.headers.get("Origin")
        if origin not in self._origins:
            return {"Vary": "Origin"}
        return {"Vary": "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _SHOWN}

    def preflight(self, request: BaseRequest) -> Response | None:
        """The answer when a browser asks before the request itself; None when this is something else."""
        asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if not asked or request.headers.get("Origin") not in self._origins:
            return None
        allowed = {"Access-Control-Allow-Methods": ", ".join(METHODS), "Access-Control-Allow-Headers": _SENT}
        return Response(status=204, headers={**allowed, "Access-Control-Max-Age": _DAY})
