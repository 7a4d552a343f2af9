"""Sign-in tokens: JWT signed with EdDSA (RFC 8037), good for half an hour, without anything personal but an id."""

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from schoolbus.caller import Caller, as_claims
from schoolbus.clock import now

LIFE = timedelta(minutes=30)


class Signer:
    """Signs tokens with one key. Raises ValueError when `pem` is no Ed25519 private key."""

    def __init__(self, pem: str) -> None:
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("wants an Ed25519 private key in PEM")
        self._key = key
        public = json.loads(OKPAlgorithm.to_jwk(key.public_key()))
        self.key_id = _thumbprint(public)
        self.public_keys = {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "EdDSA"}]}  # RFC 7517
        self.secret = hashlib.sha256(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())).digest()  # for codes

    def token(self, caller: Caller) -> tuple[str, datetime]:
        """A token for `caller`, and when it ends."""
        begins = now()
        ends = begins + LIFE
        claims = {**as_claims(caller), "iat": begins, "exp": ends}
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self.key_id}), ends


def _thumbprint(public: dict[str, Any]) -> str:
    """RFC 7638: the same key, the same id."""
    members = json.dumps({name: public[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
