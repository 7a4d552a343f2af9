"""What goes to a push service: encrypted for the device alone (RFC 8291), and signed as ours (VAPID, RFC 8292)."""

import base64
import binascii
import re
import time
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

LIFE = 12 * 3600  # seconds of a signature; push services take up to a day
_PEM = re.compile(r"-----BEGIN (?:EC )?PRIVATE KEY-----.+?-----END (?:EC )?PRIVATE KEY-----\n?", re.DOTALL)
_AGAIN = 3600  # seconds for which one is used again


def keys_of(pems: str) -> list[str]:
    """Private keys, PEM, one after the other: the one by which browsers subscribe first."""
    return _PEM.findall(pems.replace("\\n", "\n")) or ([pems] if pems else [])


def public_key(pem: str) -> str:
    """What a browser wants as applicationServerKey: the point, uncompressed, in base64url."""
    return _text(_key(pem).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def fits(keys: Mapping[str, str]) -> bool:
    """Whether a subscription's keys are keys."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(keys["p256dh"]))
        return len(_bytes(keys["auth"])) == 16
    except (ValueError, KeyError):
        return False


def sealed(content: bytes, keys: Mapping[str, str]) -> bytes:
    """RFC 8188's aes128gcm, by a key that is used once."""
    own = ec.generate_private_key(ec.SECP256R1())
    point, secret = _bytes(keys["p256dh"]), _bytes(keys["auth"])
    return bytes(http_ece.encrypt(content, private_key=own, dh=point, auth_secret=secret, version="aes128gcm"))


def authorization(pem: str, endpoint: str, contact: str) -> str:
    """`contact`: mailto: or https:, for the push service's people."""
    parts = urlsplit(endpoint)
    return _signed(pem, f"{parts.scheme}://{parts.netloc}", contact, int(time.time()) // _AGAIN)


@lru_cache(maxsize=256)
def _signed(pem: str, audience: str, contact: str, hour: int) -> str:
    claims = {"aud": audience, "exp": hour * _AGAIN + LIFE, "sub": contact}
    return f"vapid t={jwt.encode(claims, _key(pem), algorithm='ES256')}, k={public_key(pem)}"


@lru_cache(maxsize=4)
def _key(pem: str) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError for anything but a key of P-256."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("wants a private key of P-256")
    return key


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(f"{text.rstrip('=')}{'=' * (-len(text.rstrip('=')) % 4)}", altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
