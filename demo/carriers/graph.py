"""Requests and errors of Meta's Graph API: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"""

import secrets
from typing import Any

from aiohttp import web


class Refused(Exception):
    def __init__(self, status: int, code: int, message: str, details: str = "") -> None:
        self.status, self.code, self.message, self.details = status, code, message, details


async def json_in(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise Refused(400, 100, "(#100) Invalid parameter", "the body is not JSON") from error
    if not isinstance(body, dict):
        raise Refused(400, 100, "(#100) Invalid parameter", "the body is not a JSON object")
    return body


def refusal(refused: Refused) -> web.Response:
    error: dict[str, Any] = {"message": refused.message, "type": "OAuthException", "code": refused.code}
    if refused.details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": refused.details}
    return web.json_response({"error": error | {"fbtrace_id": f"A{secrets.token_hex(11)}"}}, status=refused.status)
