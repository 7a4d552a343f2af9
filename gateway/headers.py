"""Which headers go on, and which are added."""

import re
import secrets
from urllib.parse import urlsplit

from aiohttp.web import BaseRequest
from multidict import CIMultiDict, CIMultiDictProxy

from schoolbus.caller import HEADER as CALLER

CORRELATION = "X-Correlation-ID"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_HOP_BY_HOP = {  # RFC 9110, section 7.6.1, and its elders
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
# What the gateway says itself, and what a service has no use for. A service never sees a token.
_NOT_ON = _HOP_BY_HOP | {
    *("host", "content-length", "expect", "cookie", "authorization", "forwarded", CORRELATION.lower(), CALLER.lower()),
    *("traceparent", "tracestate", "baggage"),  # traces are ours: a stranger's would be kept, or not, as the stranger likes
}
# An answer is data: should a browser show it, then nothing in it runs, loads or is framed.
_NOT_FRAMED = "frame-ancestors 'none'"  # browsers' own viewers of PDFs want no more than this
_NOTHING_ACTIVE = f"default-src 'none'; {_NOT_FRAMED}"
_NOT_BACK = _HOP_BY_HOP | {"server", CORRELATION.lower(), CALLER.lower()}


def correlation_id(request: BaseRequest) -> str:
    given = request.headers.get(CORRELATION, "")
    return given if _SANE_ID.fullmatch(given) else secrets.token_hex(16)


def onward(request: BaseRequest, *, authorization: bool) -> CIMultiDict[str]:
    """What of a client's headers a service gets. None with an underscore: WSGI takes `Rabta_Caller` for `Rabta-Caller`."""
    headers: CIMultiDict[str] = CIMultiDict()
    dropped = _named_by_connection(request.headers)
    for name, value in request.headers.items():
        lower = name.lower()
        if (lower in _NOT_ON and not (authorization and lower == "authorization")) or lower in dropped:
            continue
        if "_" in lower or lower.startswith(("x-forwarded-", "rabta-")):
            continue
        headers.add(name, value)
    return headers


class Security:
    """What every answer carries for the browsers that read it."""

    def __init__(self, public_url: str) -> None:
        address = urlsplit(public_url)
        self.forwarded = {"X-Forwarded-Proto": address.scheme, "X-Forwarded-Host": address.netloc}
        self._https = address.scheme == "https"

    def add(self, headers: CIMultiDict[str]) -> None:
        """Personal data stays out of shared caches, and out of all where it has no ETag to be asked again with."""
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Server"] = "rabta"
        if "Content-Security-Policy" not in headers:
            is_pdf = headers.get("Content-Type", "").startswith("application/pdf")
            headers["Content-Security-Policy"] = _NOT_FRAMED if is_pdf else _NOTHING_ACTIVE
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "private, no-cache" if "ETag" in headers else "no-store"
        if self._https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"


def back(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """What of a service's headers a client gets."""
    dropped = _named_by_connection(headers)
    answer: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        lower = name.lower()
        if lower not in _NOT_BACK and lower not in dropped:
            answer.add(name, value)
    return answer


def _named_by_connection(headers: CIMultiDictProxy[str]) -> frozenset[str]:
    named = headers.getall("Connection", ())
    if not named:
        return frozenset()
    return frozenset(name.strip().lower() for line in named for name in line.split(","))
