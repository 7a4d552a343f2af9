"""Who calls: sign-in tokens (JWT, EdDSA) checked with roster's public keys (JWKS, RFC 7517)."""

import asyncio
import time
from collections import OrderedDict
from typing import Any

import jwt

from gateway import refusals
from gateway.polling import Document, NotFetched
from gateway.sessions import EndedSessions
from schoolbus.caller import AUDIENCE, ISSUER, NOBODY, Caller, from_claims, sign_caller

EVERY = 120.0  # seconds between looks at the keys
UNKNOWN_EVERY = 2.0  # seconds between looks because of a key that is not there: anybody can name one
LEEWAY = 10  # seconds that roster's clock and ours may differ
_CACHED = 20_000
_WANTED: Any = {"require": ["exp", "sub", "iss", "aud"], "strict_aud": True}
_VOUCHED = 60  # seconds one signed header is used; a service takes it for two minutes


class Keys:
    """roster's public keys. What was last heard stays in force while roster is down."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._keys: dict[str, jwt.PyJWK] = {}
        self._looked_at = 0.0
        self._one_at_a_time = asyncio.Lock()
        self.published: dict[str, Any] = {"keys": []}
        self.generation = 0  # grows when the keys change: what was checked before counts no longer

    @property
    def loaded(self) -> bool:
        return bool(self._keys)

    async def refresh(self) -> None:
        """Raises NotFetched."""
        self._looked_at = time.monotonic()
        document = await self._document.fetch()
        if document is None or document == self.published:
            return
        keys = _usable(document)
        if not keys:
            self._document.forget()
            raise NotFetched("no Ed25519 key")
        self._keys, self.published = keys, document
        self.generation += 1

    async def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of this id, if need be after another look."""
        if key_id not in self._keys:
            async with self._one_at_a_time:
                if key_id not in self._keys and time.monotonic() - self._looked_at >= UNKNOWN_EVERY:
                    try:
                        await self.refresh()
                    except NotFetched:
                        return None
        return self._keys.get(key_id)


class Bearer:
    """Whom a token belongs to, and the header that vouches for them to a service."""

    __slots__ = ("_header", "_signed_at", "caller", "expires_at")

    def __init__(self, caller: Caller, expires_at: float) -> None:
        self.caller = caller
        self.expires_at = expires_at
        self._signed_at = 0.0

    def header(self, secret: str, now: float) -> str:
        if now - self._signed_at > _VOUCHED:
            self._header = sign_caller(self.caller, secret)
            self._signed_at = now
        return self._header


class Tokens:
    """Checked tokens are remembered until they expire, or the keys change. Whether the session lasts is looked at each time."""

    def __init__(self, keys: Keys, ended: EndedSessions) -> None:
        self._keys = keys
        self._ended = ended
        self._generation = 0
        self._known: OrderedDict[str, Bearer] = OrderedDict()
        self.nobody = Bearer(NOBODY, float("inf"))

    async def bearer(self, authorization: list[str], now: float) -> Bearer:
        """The bearer of the token in a request's Authorization headers. Raises Problem 401."""
        if not authorization:
            raise refusals.sign_in_needed("No token came with the request.")
        scheme, _, token = authorization[0].partition(" ")
        if len(authorization) > 1 or scheme.lower() != "bearer" or not token:
            raise refusals.sign_in_needed("Send one header: Authorization: Bearer TOKEN.")
        if self._generation != self._keys.generation:
            self._known.clear()
            self._generation = self._keys.generation
        bearer = self._known.get(token)
        if bearer is None or bearer.expires_at <= now:
            self._known.pop(token, None)
            bearer = await self._check(token)
            self._known[token] = bearer
            if len(self._known) > _CACHED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(token)
        self._ended.check(bearer.caller.session_id)
        return bearer

    async def _check(self, token: str) -> Bearer:
        if not self._keys.loaded:
            raise refusals.starting()
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.key(key_id) if isinstance(key_id, str) else None
            if key is None:
                raise refusals.bad_token("The token is not ours.")
            claims = jwt.decode(
                token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER, leeway=LEEWAY, options=_WANTED
            )
            caller = from_claims(claims)
        except jwt.ExpiredSignatureError as error:
            raise refusals.sign_in_needed("The token has expired.") from error
        except (jwt.InvalidTokenError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise refusals.bad_token("The token is not valid.") from error
        if not caller.person_id:
            raise refusals.bad_token("The token is not valid.")
        return Bearer(caller, claims["exp"] + LEEWAY)


def _usable(document: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """Ed25519 keys by id; whatever else is in the set is not for us."""
    keys = {}
    for entry in document.get("keys") or []:
        if isinstance(entry, dict) and entry.get("kty") == "OKP" and entry.get("crv") == "Ed25519" and entry.get("kid"):
            try:
                keys[str(entry["kid"])] = jwt.PyJWK(entry, algorithm="EdDSA")
            except jwt.PyJWKError:
                continue
    return keys
