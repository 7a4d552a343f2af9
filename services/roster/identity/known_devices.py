"""Devices on which somebody has signed in before: what strangers try elsewhere does not make them wait.

As OWASP's device cookies: a device keeps a token that names the account, and tries from it are counted for it alone. It opens
nothing by itself, and whoever has a copy has five tries, as anybody.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection

from services.roster.sealing import Sealer


def new(sealer: Sealer, account_id: str) -> str:
    name = secrets.token_urlsafe(12)
    return _written(sealer.mark("device", account_id, name), account_id, name)


def read(sealer: Sealer, written: str | None, account_ids: Collection[str]) -> str | None:
    """The device's name; None when nobody of these has signed in on it."""
    account_id, _, rest = (written or "").partition(".")
    name = rest.partition(".")[0]
    if account_id not in account_ids or not (written or "").isascii():
        return None
    rights = (_written(mark, account_id, name) for mark in sealer.marks("device", account_id, name))
    return name if any(hmac.compare_digest(written or "", right) for right in rights) else None


def _written(mark: bytes, account_id: str, name: str) -> str:
    return f"{account_id}.{name}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"
