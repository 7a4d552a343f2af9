"""Short addresses: half of an Urdu SMS would be the ids in the real one. The code is the whole message id, in 22 characters."""

import base64
import binascii
import uuid

PATH = "/v1/m/"


def link(public_url: str, message_id: str) -> str:
    """What stands in a message; it leads to the thing the message is about, which asks for sign-in."""
    return f"{public_url}{PATH}{base64.urlsafe_b64encode(bytes.fromhex(message_id.replace('-', ''))).decode().rstrip('=')}"


def message_id_of(code: str) -> str | None:
    """The message id in a code; None when it is no code."""
    try:
        raw = base64.b64decode(f"{code}==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return str(uuid.UUID(bytes=raw)) if len(raw) == 16 else None
