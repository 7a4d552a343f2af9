"""LibreTranslate's interface, as we call it: https://docs.libretranslate.com. Another service is another such class."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from services.notifications.deadline import broken_off

AUTO = "auto"  # as source: the service finds out
_CONNECT = 3.0  # seconds
_LARGEST = 1_000_000  # bytes of an answer


class NotNow(Exception):
    """It did not answer in time, or not as it should: why, in a word."""


class CannotTranslate(Exception):
    """It does not know the language, or takes no such text: in its own words."""


class Translator:
    """`timeout`: seconds for all of a call, however slowly an answer comes."""

    def __init__(self, url: str, key: str, timeout: float) -> None:
        self.url, self.key, self.timeout = url, key, timeout

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Each text in the other language. Raises NotNow, CannotTranslate."""
        asked: dict[str, Any] = {"q": list(texts), "source": source, "target": target, "format": "text"}
        answer = self._call("POST", "/translate", {**asked, "api_key": self.key} if self.key else asked)
        told = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(told, list) or len(told) != len(texts) or not all(isinstance(text, str) for text in told):
            raise NotNow("strange_answer")
        return [str(text) for text in told]

    def languages(self) -> dict[str, list[str]]:
        """What it translates into what. Raises NotNow, CannotTranslate."""
        answer = self._call("GET", "/languages")
        if not isinstance(answer, list):
            raise NotNow("strange_answer")
        found = [each for each in answer if isinstance(each, dict) and isinstance(each.get("code"), str)]
        return {each["code"]: [str(code) for code in each.get("targets") or [] if code != each["code"]] for each in found}

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        deadline = time.monotonic() + self.timeout
        sent = None if body is None else json.dumps(body).encode()
        try:
            status, answer = self._answer(method, path, sent, deadline)
        except (HTTPError, HTTPException, OSError) as fault:
            raise NotNow("timeout" if time.monotonic() >= deadline else "unreachable") from fault
        if time.monotonic() >= deadline:
            raise NotNow("timeout")
        try:
            said = json.loads(answer)
        except ValueError:
            said = None
        if status == 400:
            raise CannotTranslate(str(said.get("error", ""))[:200] if isinstance(said, dict) else "")
        if status != 200:
            raise NotNow(f"http_{status}")
        return said

    def _answer(self, method: str, path: str, body: bytes | None, deadline: float) -> tuple[int, bytes]:
        parts = urlsplit(self.url)
        connection = _connection(parts.scheme, parts.hostname or "", parts.port, min(_CONNECT, self.timeout))
        with broken_off(connection, deadline):
            connection.connect()
            connection.timeout = max(0.1, deadline - time.monotonic())
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            connection.request(method, f"{parts.path}{path}", body, headers, preload_content=False)
            response = connection.getresponse()
            return response.status, response.read(_LARGEST)


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=timeout)
    return HTTPSConnection(host, port, timeout=timeout, cert_reqs="CERT_REQUIRED", ca_certs=certifi.where())
