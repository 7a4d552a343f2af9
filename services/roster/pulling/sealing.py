"""Secrets of other systems, as they lie in the database: AES-256-GCM, bound to the pull that they belong to."""

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes


class WrongKey(Exception):
    """Sealed with another PULL_KEY, or for another pull."""


def sealed(key: str, source: str, secret: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(key).encrypt(nonce, secret.encode(), source.encode())


def opened(key: str, source: str, kept: bytes) -> str:
    """Raises WrongKey."""
    try:
        return _cipher(key).decrypt(kept[:_NONCE], kept[_NONCE:], source.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise WrongKey from error


def _cipher(key: str) -> AESGCM:
    """The setting has 32 characters or more of its own: one hash makes it the length of a key."""
    return AESGCM(hashlib.sha256(b"rabta pull key " + key.encode()).digest())
