"""What is kept of secrets: marks that only we can make, and texts that only we can open.

All keys of a sealer follow from one setting: what people sign in with hangs on IDENTITY_SECRET, the secrets of other systems
on PULL_KEY. Neither has to do with the keys that sign tokens: those can be changed at any time.
"""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schoolbus.settings import accepted

_NONCE = 12  # bytes


class Sealer:
    """`owner` and `parts` hold no unit separator (0x1F)."""

    def __init__(self, secret: str) -> None:
        """Several (schoolbus.settings.Secrets): all is made with the first, and what was made with the others is known."""
        self._secrets = [each.encode() for each in accepted(secret)]
        self._ciphers = [AESGCM(key) for key in self._keys("seal")]

    def mark(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that nobody can make who has the database alone."""
        return self.marks(purpose, *parts)[0]

    def marks(self, purpose: str, *parts: str) -> list[bytes]:
        """Those that were made of it with any of our secrets, the newest first."""
        return [hmac.digest(key, _joined(parts), "sha256") for key in self._keys(purpose)]

    def seal(self, text: str, *owner: str) -> bytes:
        """AES-256-GCM; `owner` says what it is, and whose: moved to another's record, it opens no more."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, text.encode(), _joined(owner))

    def open(self, sealed: bytes, *owner: str) -> str | None:
        """None when a secret that we don't have sealed it, when it is another owner's, and when it was changed."""
        found = (_opened(cipher, sealed, owner) for cipher in self._ciphers)
        return next((text for text in found if text is not None), None)

    def renewed(self, sealed: bytes, *owner: str) -> bytes | None:
        """The same, sealed with the secret in use; None when it is already, or does not open."""
        text = self.open(sealed, *owner)
        is_new = _opened(self._ciphers[0], sealed, owner) is not None
        return None if text is None or is_new else self.seal(text, *owner)

    def _keys(self, purpose: str) -> list[bytes]:
        return [hmac.digest(secret, f"rabta {purpose}".encode(), "sha256") for secret in self._secrets]


def _opened(cipher: AESGCM, sealed: bytes, owner: tuple[str, ...]) -> str | None:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _joined(owner)).decode()
    except (InvalidTag, ValueError):
        return None


def _joined(parts: tuple[str, ...]) -> bytes:
    return "\x1f".join(parts).encode()
