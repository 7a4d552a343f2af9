"""What an HTTP carrier's answer, or its silence, means."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from schoolbus.clock import now
from services.notifications.carriers import NotTaken, Unsure

TIMEOUT = Timeout(connect=5, read=20)  # seconds
CONNECTIONS = 64  # to one carrier, kept open: more than a worker has threads
NOT_ABOUT_THE_MESSAGE = {401, 408, 429}  # our account or the moment is at fault: mended while the message waits
BUSY = {429}

Refusal = Callable[[int, Mapping[str, Any]], Exception]


def pool() -> PoolManager:
    """Connections of a carrier, shared by threads. Nothing is tried twice: that is the ledger's to decide."""
    return PoolManager(maxsize=CONNECTIONS, retries=False, timeout=TIMEOUT)


def post(http: PoolManager, url: str, refused: Refusal, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
    """The JSON object a carrier answers with. `refused(status, answer)` makes the error of a 4xx."""
    try:
        response = http.request("POST", url, body=body, headers=headers, redirect=False)
    except (NewConnectionError, ConnectTimeoutError) as fault:
        raise NotTaken("unreachable") from fault
    except HTTPError as fault:
        raise Unsure("no_answer") from fault
    return _said(response, refused)


def get(http: PoolManager, url: str, headers: Mapping[str, str]) -> Mapping[str, Any]:
    """As `post`. To ask changes nothing: whatever goes wrong is NotTaken."""
    try:
        response = http.request("GET", url, headers=headers, redirect=False)
    except HTTPError as fault:
        raise NotTaken("unreachable") from fault
    return _said(response, lambda status, _: NotTaken(f"http_{status}"))


def _said(response: BaseHTTPResponse, refused: Refusal) -> Mapping[str, Any]:
    answer, status = _object(response.data), response.status
    if status in NOT_ABOUT_THE_MESSAGE or status >= 500:
        raise NotTaken(f"http_{status}", _seconds(response.headers.get("Retry-After", "")), busy=status in BUSY)
    if status >= 400:
        raise refused(status, answer)
    if status >= 300:
        raise NotTaken(f"http_{status}")
    return answer


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, Mapping) else {}


def _seconds(text: str) -> float:
    """Of Retry-After: seconds, or a date (RFC 9110, section 10.2.3); 0 for what is neither."""
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now()).total_seconds())
