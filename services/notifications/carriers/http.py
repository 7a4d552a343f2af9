"""What an HTTP carrier's answer, or its silence, means."""

from collections.abc import Callable, Mapping
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from services.notifications.carriers import NotTaken, Unsure

TIMEOUT = (5, 20)  # seconds to connect, to answer
NOT_ABOUT_THE_MESSAGE = {401, 408, 429}  # our account or the moment is at fault: mended while the message waits


Refusal = Callable[[int, Mapping[str, Any]], Exception]


def post(session: requests.Session, url: str, refused: Refusal, **request: Any) -> Mapping[str, Any]:
    """The JSON object a carrier answers with. `refused(status, answer)` makes the error of a 4xx."""
    try:
        response = session.post(url, timeout=TIMEOUT, allow_redirects=False, **request)
    except requests.RequestException as fault:
        raise NotTaken("unreachable") if _never_sent(fault) else Unsure("no_answer") from fault
    answer = _object(response)
    if response.status_code in NOT_ABOUT_THE_MESSAGE or response.status_code >= 500:
        raise NotTaken(f"http_{response.status_code}", _seconds(response.headers.get("Retry-After", "")))
    if response.status_code >= 400:
        raise refused(response.status_code, answer)
    if response.status_code >= 300:
        raise NotTaken(f"http_{response.status_code}")
    return answer


def _never_sent(fault: requests.RequestException) -> bool:
    if isinstance(fault, requests.ConnectTimeout):
        return True
    cause = fault.args[0] if fault.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError | ConnectTimeoutError)


def _object(response: requests.Response) -> Mapping[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, Mapping) else {}


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 0.0
