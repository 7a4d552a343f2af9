"""LibreTranslate's interface, as we call it: https://docs.libretranslate.com. Another service is another such class."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any

import eventlet
from eventlet import tpool
from urllib3.exceptions import HTTPError

from services.notifications.calling import authority, called
from services.notifications.webhooks import addresses

AUTO = "auto"  # as source: the service finds out
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
        except (HTTPError, HTTPException, OSError, addresses.NotThere) as fault:
            raise NotNow("timeout" if time.monotonic() >= deadline else "unreachable") from fault
        if time.monotonic() >= deadline:
            raise NotNow("timeout")
        try:
            said = json.loads(answer)
        except (ValueError, RecursionError):
            said = None
        if status == 400:
            raise CannotTranslate(str(said.get("error", ""))[:200] if isinstance(said, dict) else "")
        if status != 200:
            raise NotNow(f"http_{status}")
        return said

    def _answer(self, method: str, path: str, body: bytes | None, deadline: float) -> tuple[int, bytes]:
        target = addresses.read(f"{self.url}{path}", allow_private=True)  # it is the operator's own choice
        with called(target, self._address(target), deadline) as connection:
            headers = {"Host": authority(target), "Content-Type": "application/json", "Accept": "application/json"}
            connection.request(method, target.path, body, headers, preload_content=False)
            response = connection.getresponse()
            return response.status, response.read(_LARGEST)

    def _address(self, target: addresses.Target) -> str:
        """In a thread of its own: a name that is slow to be found holds up nobody else, and this call no longer than others."""
        with eventlet.Timeout(self.timeout, TimeoutError):
            return str(tpool.execute(addresses.resolved, target.host, target.port, allow_private=True))
