"""Whether a call that says it comes from a carrier does."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def twilio(url: str, form: Iterable[tuple[str, str]], token: str) -> str:
    """X-Twilio-Signature: the whole URL, then each distinct name and value in order. https://www.twilio.com/docs/usage/security"""
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(errors="replace"), hashlib.sha1).digest()).decode()


def meta(body: bytes, secret: str) -> str:
    """X-Hub-Signature-256. https://developers.facebook.com/docs/graph-api/webhooks/getting-started"""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def same(given: str, right: str) -> bool:
    """In a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())
