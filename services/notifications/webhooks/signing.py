"""Signatures as Standard Webhooks has them: by every secret that is good just now, so that one can be changed without a gap."""

import base64
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

OVERLAP = timedelta(hours=24)  # in which the secret before stays good
MOST = 3  # secrets at a time
_BYTES = 32

Secret = Mapping[str, Any]  # {"secret": "whsec_…", "until": moment or None}


def new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(_BYTES)).decode()}"


def rotated(known: Iterable[Secret], new: str, at: datetime) -> list[dict[str, Any]]:
    """The new secret first; those before for a day from now, or as long as they had."""
    before = [
        {**old, "until": min(old["until"] or at + OVERLAP, at + OVERLAP)}
        for old in known
        if not old["until"] or old["until"] > at
    ]
    return [{"secret": new, "until": None}, *before][:MOST]


def headers(known: Iterable[Secret], id: str, body: str, at: datetime) -> dict[str, str]:
    good = [secret["secret"] for secret in known if not secret["until"] or secret["until"] > at]
    # the library takes the moment's digits for UTC, whatever its zone
    moment = at.astimezone(UTC)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(id, moment, body) for secret in good),
    }
