"""What is kept of secrets: marks that only we can make, and texts that only we can open.

All keys of a sealer follow from one setting: what people sign in with hangs on IDENTITY_SECRET, the secrets of other systems
on PULL_KEY. Neither has to do with the keys that sign tokens: those can be changed at any time.
"""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes


class Sealer:
    """`owner` and `parts` hold no unit separator (0x1F)."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._cipher = AESGCM(self._key("seal"))

    def mark(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that nobody can make who has the database alone."""
        return hmac.digest(self._key(purpose), _joined(parts), "sha256")

    def seal(self, text: str, *owner: str) -> bytes:
        """AES-256-GCM; `owner` says what it is, and whose: moved to another's record, it opens no more."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), _joined(owner))

    def open(self, sealed: bytes, *owner: str) -> str | None:
        """None when another secret sealed it, when it is another owner's, and when it was changed."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _joined(owner)).decode()
        except (InvalidTag, ValueError):
            return None

    def _key(self, purpose: str) -> bytes:
        return hmac.digest(self._secret, f"rabta {purpose}".encode(), "sha256")


def _joined(parts: tuple[str, ...]) -> bytes:
    return "\x1f".join(parts).encode()
