"""Signed requests to the platform: receipts and answers."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

log = logging.getLogger("carriers")


def sms_signature(token: str, url: str, parameters: Mapping[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the address and the form's fields, sorted by name, without anything between them."""
    signed = url + "".join(f"{name}{parameters[name]}" for name in sorted(parameters))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def whatsapp_signature(secret: str, body: bytes) -> str:
    """X-Hub-Signature-256: HMAC-SHA256 over the body as it is sent."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Callbacks:
    """Posts, and tries again when nobody answers or the answer is an error: growing delays, then it gives up."""

    def __init__(self, sms_token: str, whatsapp_secret: str) -> None:
        self._sms_token, self._whatsapp_secret = sms_token, whatsapp_secret
        self._at_once = asyncio.Semaphore(50)
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15), connector=aiohttp.TCPConnector(limit=0))

    async def close(self) -> None:
        await self._http.close()

    async def post_sms(self, url: str, parameters: Mapping[str, str]) -> int:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": sms_signature(self._sms_token, url, parameters),
        }
        return await self._post(url, urlencode(parameters).encode(), headers)

    async def post_whatsapp(self, url: str, value: Mapping[str, Any]) -> int:
        change = {"field": "messages", "value": value}
        payload = {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}
        body = json.dumps(payload).encode()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": whatsapp_signature(self._whatsapp_secret, body)}
        return await self._post(url, body, headers)

    async def verify_whatsapp(self, url: str, verify_token: str) -> bool:
        """The handshake that precedes WhatsApp's first webhook: the platform must echo the challenge."""
        query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": "1158201444"}
        async with self._http.get(url, params=query) as answer:
            return answer.status == 200 and await answer.text() == query["hub.challenge"]

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str], tries: int = 5) -> int:
        """The status of the last answer; 0 when there was none."""
        for delay in (*(2**attempt / 2 for attempt in range(tries - 1)), None):
            status = await self._post_once(url, body, headers)
            if 200 <= status < 300 or delay is None:
                return status
            log.warning("callback to %s answered %s", url, status or "nothing")
            await asyncio.sleep(delay)
        return 0

    async def _post_once(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            async with self._at_once, self._http.post(url, data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0
