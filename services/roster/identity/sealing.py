"""What is kept of secrets: marks that only we can make, and texts that only we can open.

All keys follow from one setting, IDENTITY_SECRET, which has nothing to do with the keys that sign tokens: those can be changed
at any time, and codes under way, refresh tokens and second factors stay good.
"""

import hmac
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken


class Sealer:
    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._fernet = Fernet(urlsafe_b64encode(self._key("seal")))

    def mark(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that nobody can make who has the database alone. Parts hold no unit separator (0x1F)."""
        return hmac.digest(self._key(purpose), "\x1f".join(parts).encode(), "sha256")

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str | None:
        """None when another secret sealed it."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None

    def _key(self, purpose: str) -> bytes:
        return hmac.digest(self._secret, f"rabta {purpose}".encode(), "sha256")
