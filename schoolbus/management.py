"""The broker's management API: what AMQP does not tell, such as which messages somebody has in hand."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import requests
from requests.auth import HTTPBasicAuth

from schoolbus.settings import AmqpUrl, Url

_TIMEOUT = 15.0  # seconds
# Seconds between two figures of a queue, by the broker's defaults: of the queue itself, and of what this API keeps of those. So
# one may be twice as old.
STALE = 5.0


class ManagementUrl(Url):
    __slots__ = ()
    schemes = ("http", "https")
    wants = "wants an address like http://user:password@host:15672"


class Management:
    """Of the vhost that `amqp_uri` names; without a user of its own, as the user of that address. Methods raise
    requests.RequestException, whose text names no password: the address that is asked has none."""

    def __init__(self, uri: ManagementUrl, amqp_uri: AmqpUrl) -> None:
        self._address, account = clean(uri)
        self.vhost = unquote(urlsplit(amqp_uri).path.removeprefix("/")) or "/"
        self._session = requests.Session()
        self._session.auth = account or clean(amqp_uri)[1]

    def queues(self) -> dict[str, dict[str, Any]]:
        """By name; a figure that the broker does not have yet is missing."""
        return {each["name"]: each for each in self.get("queues", self.vhost)}

    def bindings(self) -> list[dict[str, Any]]:
        return list(self.get("bindings", self.vhost))

    def nodes(self) -> list[dict[str, Any]]:
        return list(self.get("nodes"))

    def get(self, *path: str) -> Any:
        """`path`: its parts, such as "queues", VHOST."""
        return self._ask("GET", path).json()

    def put(self, *path: str, body: Mapping[str, str]) -> None:
        self._ask("PUT", path, json=body)

    def delete(self, *path: str) -> None:
        """Twice is once."""
        self._ask("DELETE", path, also=HTTPStatus.NOT_FOUND)

    def _ask(self, method: str, path: Sequence[str], also: int | None = None, **more: Any) -> requests.Response:
        address = "/".join([self._address, "api", *(quote(part, safe="") for part in path)])
        answer = self._session.request(method, address, timeout=_TIMEOUT, **more)
        if answer.status_code != also:
            answer.raise_for_status()
        return answer


def clean(uri: str) -> tuple[str, HTTPBasicAuth | None]:
    """An address without its account, and the account: faults name the address in full, and go to logs."""
    account = urlsplit(uri).netloc.rpartition("@")[0]
    user, _, password = (unquote(part).encode() for part in account.partition(":"))
    return uri.replace(f"{account}@", "", 1) if account else uri, HTTPBasicAuth(user, password) if account else None


def told(fault: requests.RequestException) -> str:
    """What went wrong: the kind of fault, and the status where there was an answer."""
    status = "" if fault.response is None else f", {fault.response.status_code}"
    return f"{type(fault).__name__}{status}"
