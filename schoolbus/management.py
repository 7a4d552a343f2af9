"""The broker's management API: what AMQP does not tell, such as which messages somebody has in hand."""

from typing import Any
from urllib.parse import quote, urlsplit

import requests

from schoolbus.settings import AmqpUrl, Url

_TIMEOUT = 15.0  # seconds
STALE = 5.0  # seconds; how old its figures of a queue may be, by the broker's own default


class Management:
    """Of the vhost that `amqp_uri` names; without a user of its own, as the user of that address. Methods raise
    requests.RequestException."""

    def __init__(self, uri: Url, amqp_uri: AmqpUrl) -> None:
        parts = urlsplit(amqp_uri)
        self._address = uri if "@" in uri else uri.replace("://", f"://{parts.netloc.rpartition('@')[0]}@", 1)
        self._vhost = parts.path.removeprefix("/") or quote("/", safe="")
        self._session = requests.Session()

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
