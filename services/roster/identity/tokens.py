"""Access tokens: JWT signed with EdDSA (RFC 8037), good for ten minutes, without anything personal but an id."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from schoolbus.caller import AUDIENCE, ISSUER, Caller, as_claims
from schoolbus.clock import now

LIFE = timedelta(minutes=10)
_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)


class Signer:
    """Signs with the first key; tokens of all are good, so that a new one can come before the old one goes.

    `pem`: Ed25519 private keys, one after the other. Raises ValueError when they are not that.
    """

    def __init__(self, pem: str) -> None:
        keys = [_key(each) for each in _PEM.findall(pem) or [pem]]
        self._key = keys[0]
        self._published = {_thumbprint(public): public for public in map(_public, keys)}
        self.key_id = next(iter(self._published))
        self.public_keys = {  # RFC 7517
            "keys": [{**public, "kid": id, "use": "sig", "alg": "EdDSA"} for id, public in self._published.items()]
        }

    def token(self, caller: Caller, amr: Sequence[str] = ()) -> tuple[str, datetime]:
        """An access token for `caller`, and when it ends. `amr`: how they signed in (RFC 8176)."""
        claims = {**as_claims(caller), **({"amr": list(amr)} if amr else {})}
        return self._signed(AUDIENCE, LIFE, claims)

    def ticket(self, purpose: str, life: timedelta, **claims: Any) -> str:
        """A token for one purpose, which the gateway takes for none of its own: it has another audience."""
        return self._signed(f"{AUDIENCE}/{purpose}", life, claims)[0]

    def read_ticket(self, purpose: str, ticket: str) -> dict[str, Any] | None:
        """Its claims; None when it is none of ours, for something else, or too old."""
        try:
            key_id = jwt.get_unverified_header(ticket).get("kid")
            key = jwt.PyJWK(self._published[str(key_id)], algorithm="EdDSA")
            options: Any = {"require": ["exp", "iat"], "strict_aud": True}
            claims: dict[str, Any] = jwt.decode(
                ticket, key, algorithms=["EdDSA"], audience=f"{AUDIENCE}/{purpose}", issuer=ISSUER, options=options
            )
        except (jwt.InvalidTokenError, KeyError, TypeError):
            return None
        return claims

    def _signed(self, audience: str, life: timedelta, claims: dict[str, Any]) -> tuple[str, datetime]:
        begins = now()
        ends = begins + life
        claims = {"iss": ISSUER, "aud": audience, **claims, "iat": begins, "exp": ends}
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self.key_id}), ends


def _key(pem: str) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("wants Ed25519 private keys in PEM, the one that signs first")
    return key


def _public(key: Ed25519PrivateKey) -> dict[str, Any]:
    public: dict[str, Any] = json.loads(OKPAlgorithm.to_jwk(key.public_key()))
    return public


def _thumbprint(public: dict[str, Any]) -> str:
    """RFC 7638: the same key, the same id."""
    members = json.dumps({name: public[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
