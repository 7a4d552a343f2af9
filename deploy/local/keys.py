"""The secrets of the local platform: made once, kept in its folder, readable by their owner only."""

import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def kept(folder: Path) -> dict[str, str]:
    """The secrets by the name of their variable; DEMO_PASSWORD is what the demo's staff sign in with.

    A folder of an older version gets those that it lacks.
    """
    path = folder / "secrets.json"
    known = dict(json.loads(path.read_text())) if path.exists() else {}
    made = {**_make(), **known}
    if made == known:
        return known
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(made, file, indent=1)
    part.replace(path)  # whole or not at all
    return made


def _make() -> dict[str, str]:
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    vapid = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "GATEWAY_SECRET": secrets.token_urlsafe(32),
        "TOKEN_SIGNING_KEY": key.decode(),
        "IDENTITY_SECRET": secrets.token_urlsafe(32),
        "PULL_KEY": secrets.token_urlsafe(32),
        "BALLOT_KEY": secrets.token_urlsafe(32),
        "OPERATOR_PASSWORD": secrets.token_urlsafe(12),
        "DEMO_PASSWORD": secrets.token_urlsafe(12),
        "VAPID_PRIVATE_KEY": vapid.decode(),
        "LINK_SECRET": secrets.token_urlsafe(32),
        "MAIL_INBOUND_TOKEN": secrets.token_urlsafe(32),
        "TRANSLATE_KEY": secrets.token_urlsafe(24),
        "SMS_AUTH_TOKEN": secrets.token_hex(16),
        "WHATSAPP_ACCESS_TOKEN": secrets.token_urlsafe(32),
        "WHATSAPP_APP_SECRET": secrets.token_hex(16),
        "WHATSAPP_VERIFY_TOKEN": secrets.token_urlsafe(16),
    }
