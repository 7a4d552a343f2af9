"""The broker's management API: what AMQP does not tell, such as which messages somebody has in hand."""

from typing import Any
from urllib.parse import quote, unquote, urlsplit

import requests
from requests.auth import HTTPBasicAuth

from schoolbus.settings import AmqpUrl, Url

_TIMEOUT = 15.0  # seconds
# Seconds between two figures of a queue, by the broker's defaults: of the queue itself, and of what this API keeps of those. So
# one may be twice as old.
STALE = 5.0


class Management:
    """Of the vhost that `amqp_uri` names; without a user of its own, as the user of that address. Methods raise
    requests.RequestException, whose text names no password: the address that is asked has none."""

    def __init__(self, uri: Url, amqp_uri: AmqpUrl) -> None:
        parts = urlsplit(amqp_uri)
        self._address, account = clean(uri)
        self._vhost = parts.path.removeprefix("/") or quote("/", safe="")
        self._session = requests.Session()
        self._session.auth = account or clean(amqp_uri)[1]

    def queues(self) -> dict[str, dict[str, Any]]:
        """By name; a figure that the broker does not have yet is missing."""
        return {each["name"]: each for each in self.get(f"queues/{self._vhost}")}

    def bindings(self) -> list[dict[str, Any]]:
        return list(self.get(f"bindings/{self._vhost}"))

    def nodes(self) -> list[dict[str, Any]]:
        return list(self.get("nodes"))

    def get(self, path: str) -> Any:
        answer = self._session.get(f"{self._address}/api/{path}", timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer.json()


def clean(uri: str) -> tuple[str, HTTPBasicAuth | None]:
    """An address without its account, and the account: faults name the address in full, and go to logs."""
    account = urlsplit(uri).netloc.rpartition("@")[0]
    user, _, password = (unquote(part).encode() for part in account.partition(":"))
    return uri.replace(f"{account}@", "", 1) if account else uri, HTTPBasicAuth(user, password) if account else None


def told(fault: requests.RequestException) -> str:
    """What went wrong: the kind of fault, and the status where there was an answer."""
    status = "" if fault.response is None else f", {fault.response.status_code}"
    return f"{type(fault).__name__}{status}"
