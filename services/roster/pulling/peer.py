"""Another system's OneRoster 1.2 REST interface: its token, and pages of its collections."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import requests

from schoolbus.clock import now

TIMEOUT = (5, 60)  # seconds to connect, to answer
LIMIT = 1_000  # rows asked for at once
_LARGEST = 64_000_000  # bytes of one answer
_PATIENCE = 60.0  # seconds for the whole of it: a worker holds its pull for two minutes
_LONGEST_ID = 255
_MEANWHILE = {408, 429, 502, 503, 504}


class Later(Exception):
    """Not now; `seconds` is how long the peer wants us to wait, if it says so."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Refused(Exception):
    """The peer does not want us, or answers what nobody can read: somebody has to look."""


@dataclass(frozen=True)
class Page:
    rows: list[dict[str, Any]]
    total: int | None  # X-Total-Count
    has_next: bool | None  # by the Link header; None without one
    at: datetime  # the peer's clock


class Peer:
    """One token for as long as this lives, and another when it is refused."""

    def __init__(self, base_url: str, token_url: str, client_id: str, secret: str, scopes: list[str]) -> None:
        self._base_url = base_url
        self._token_url = token_url
        self._credentials = (quote(client_id, safe=""), quote(secret, safe=""))  # RFC 6749, section 2.3.1
        self._scopes = scopes
        self._session = requests.Session()
        self._session.trust_env = False
        self._token: str | None = None

    def page(self, collection: str, offset: int, since: datetime | None) -> Page:
        """Rows by sourcedId, so that a row that changes meanwhile stays in its place. Raises Later, Refused."""
        query: dict[str, str | int] = {"limit": LIMIT, "offset": offset, "sort": "sourcedId", "orderBy": "asc"}
        if since is not None:
            query["filter"] = f"dateLastModified>='{since:%Y-%m-%dT%H:%M:%S}.{since.microsecond // 1000:03}Z'"
        response = self._get(f"/{collection}", query)
        total = response.headers.get("X-Total-Count", "")
        return Page(
            _rows(_object(response), collection),
            int(total) if total.isdecimal() and len(total) < 12 else None,
            "next" in response.links if "Link" in response.headers else None,
            _clock(response),
        )

    def _get(self, path: str, query: dict[str, str | int]) -> requests.Response:
        for fresh in (False, True):
            token = self._token if self._token and not fresh else self._new_token()
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            response = self._send("GET", self._base_url + path, params=query, headers=headers)
            if response.status_code != 401:
                break
        return _taken(response)

    def _new_token(self) -> str:
        form = {"grant_type": "client_credentials", "scope": " ".join(self._scopes)}
        answer = _object(_taken(self._send("POST", self._token_url, data=form, auth=self._credentials)))
        token = answer.get("access_token")
        if not isinstance(token, str) or not token.isprintable() or str(answer.get("token_type", "")).lower() != "bearer":
            raise Refused("the token endpoint gives no bearer token")
        self._token = token
        return token

    def _send(self, method: str, url: str, **more: Any) -> requests.Response:
        """The answer with its body read, as far as anybody would want to read one."""
        try:
            response = self._session.request(method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **more)
            body, begun = bytearray(), time.monotonic()
            for block in response.iter_content(1 << 16):
                body += block
                if len(body) > _LARGEST:
                    raise Refused(f"an answer has more than {_LARGEST:,} bytes")
                if time.monotonic() - begun > _PATIENCE:
                    raise Later("an answer comes too slowly")
        except requests.RequestException as fault:
            raise Later(f"it can't be reached: {type(fault).__name__}") from fault
        response._content = bytes(body)
        return response


def _taken(response: requests.Response) -> requests.Response:
    if response.status_code == 200:
        return response
    reason = f"it answers {response.status_code}"
    if response.status_code in _MEANWHILE:
        raise Later(reason, _seconds(response.headers.get("Retry-After", "")))
    if response.status_code >= 500:
        raise Later(reason)
    raise Refused(reason)


def _object(response: requests.Response) -> dict[str, Any]:
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise Refused("its answer is no JSON") from error
    if not isinstance(answer, dict):
        raise Refused("its answer is no JSON object")
    return answer


def _rows(answer: dict[str, Any], collection: str) -> list[dict[str, Any]]:
    rows = answer.get(collection)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and _is_id(row.get("sourcedId")) for row in rows):
        raise Refused(f"its {collection} are no list of rows with a sourcedId each")
    return rows


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable()


def _seconds(text: str) -> float | None:
    """Retry-After: seconds, or a date (RFC 9110, section 10.2.3)."""
    if text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - now()).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _clock(response: requests.Response) -> datetime:
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return now()
