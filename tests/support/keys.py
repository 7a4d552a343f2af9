"""Keys for tests."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def signing_key() -> str:
    """An Ed25519 private key, PEM."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def identity_settings(key: str | None = None) -> dict[str, str]:
    """What roster needs for signing in; a password alone does."""
    secret = "the-secret-of-identity-in-tests-0123456789"
    return {"TOKEN_SIGNING_KEY": key or signing_key(), "IDENTITY_SECRET": secret, "SECOND_FACTOR_ROLES": "none"}
