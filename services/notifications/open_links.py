"""Addresses that are open without sign-in: a message's id and for what, signed by us, so that nobody can make one up."""

import base64
import binascii
import hashlib
import hmac
import uuid

from schoolbus.settings import accepted

_SIGNED = 12  # bytes of a signature in a link
_SIGNED_SHORT = 8  # in a mail address, which has room for 64 characters


def token(secret: str, purpose: str, message_id: str) -> str:
    """For the end of a path: `purpose` keeps a link for one thing from opening another."""
    raw = uuid.UUID(message_id).bytes
    return base64.urlsafe_b64encode(raw + _signature(secret, purpose, raw)[:_SIGNED]).decode().rstrip("=")


def message_id(secret: str, purpose: str, given: str) -> str | None:
    """The message of a token; None when it is not ours, or for another purpose."""
    try:
        raw = base64.b64decode(f"{given}{'=' * (-len(given) % 4)}", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    id, signature = raw[:16], raw[16:]
    return str(uuid.UUID(bytes=id)) if len(id) == 16 and _is_ours(secret, purpose, id, signature, _SIGNED) else None


def attempt_code(secret: str, attempt_id: str) -> str:
    """An attempt in a mail address: letters and digits alone, large or small."""
    id, _, number = attempt_id.partition(".")
    raw = uuid.UUID(id).bytes + int(number or 0).to_bytes(2, "big")
    return base64.b32encode(raw + _signature(secret, "bounce", raw)[:_SIGNED_SHORT]).decode().rstrip("=").lower()


def attempt_id(secret: str, code: str) -> str | None:
    """The attempt in a mail address; None when the code is not ours."""
    try:
        raw = base64.b32decode(code.upper() + "=" * (-len(code) % 8))
    except (binascii.Error, ValueError):
        return None
    told, signature = raw[:18], raw[18:]
    if len(told) != 18 or not _is_ours(secret, "bounce", told, signature, _SIGNED_SHORT):
        return None
    id, number = str(uuid.UUID(bytes=told[:16])), int.from_bytes(told[16:], "big")
    return f"{id}.{number}" if number else id


def _is_ours(secret: str, purpose: str, raw: bytes, signature: bytes, length: int) -> bool:
    rights = (_signature(each, purpose, raw)[:length] for each in accepted(secret))
    return any(hmac.compare_digest(signature, right) for right in rights)


def _signature(secret: str, purpose: str, raw: bytes) -> bytes:
    return hmac.new(secret.encode(), purpose.encode() + b"\x00" + raw, hashlib.sha256).digest()
