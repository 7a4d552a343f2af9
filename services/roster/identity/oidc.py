"""The chain's own identity provider, by OpenID Connect: authorization code with PKCE (RFC 7636), ID token checked."""

import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from schoolbus.logs import log
from schoolbus.problems import Problem

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # signatures alone: never none, never one with a shared secret
_TIMEOUT = 5  # seconds
_KEPT = 3600.0  # seconds that the provider's document and keys are used
_KEYS_EVERY = 30.0  # seconds between looks because of a key that is not there
_LEEWAY = 30  # seconds that the provider's clock and ours may differ
_SCOPE = "openid email profile"


@dataclass(frozen=True)
class Begun:
    """A sign-in under way: where the browser goes, and what only we know of it."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One for the process. Its document and keys are fetched when they are first needed, not at the start."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, redirect_uri: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._lock = threading.Lock()
        self._document: dict[str, Any] = {}
        self._document_at = 0.0
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    def begin(self) -> Begun:
        """Raises Problem 503."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client() as client:
            endpoint = self._discovered()["authorization_endpoint"]
            url, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        return Begun(url, state, nonce, verifier)

    def claims(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """Of the ID token for which the provider takes the code. Raises Problem 401, 503."""
        token = self._redeem(code, verifier)
        if not isinstance(token.get("id_token"), str):
            raise not_signed_in("The provider gave no ID token. Begin again.")
        try:
            decoded = self._decoded(token["id_token"])
            options: Any = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client_id},
            }
            params = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            log().warning("oidc_token_refused", fault=type(error).__name__)
            raise not_signed_in("The provider's answer is not for this sign-in. Begin again.") from error
        return dict(claims)

    def _redeem(self, code: str, verifier: str) -> dict[str, Any]:
        endpoint = self._discovered()["token_endpoint"]
        try:
            with self._client() as client:
                token = client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=verifier, allow_redirects=False
                )
        except OAuthError as error:
            raise not_signed_in("The provider does not take the code. Begin again.") from error
        except (requests.RequestException, ValueError) as error:
            raise _away(error) from error
        return dict(token)

    def _decoded(self, id_token: str) -> jwt.Token:
        """A key that we don't know may be new: then the keys are looked at anew, but not at each one's wish."""
        try:
            return jwt.decode(id_token, self._key_set(_KEPT), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            return jwt.decode(id_token, self._key_set(_KEYS_EVERY), algorithms=_ALGORITHMS)

    def _discovered(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, section 4. Raises Problem 503."""
        with self._lock:
            if not self._document or time.monotonic() - self._document_at > _KEPT:
                document = _fetched(f"{self._issuer}/.well-known/openid-configuration")
                if document.get("issuer") != self._issuer or not {
                    "authorization_endpoint",
                    "token_endpoint",
                    "jwks_uri",
                } <= set(document):
                    raise _away(ValueError("the document is of another issuer, or lacks an address"))
                self._document, self._document_at = document, time.monotonic()
            return self._document

    def _key_set(self, kept: float) -> KeySet:
        uri = self._discovered()["jwks_uri"]
        with self._lock:
            if self._keys is None or time.monotonic() - self._keys_at > kept:
                try:
                    self._keys, self._keys_at = KeySet.import_key_set(_fetched(uri)), time.monotonic()  # type: ignore[arg-type]
                except (JoseError, KeyError, TypeError) as error:
                    raise _away(error) from error
            return self._keys

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            self._client_id,
            self._client_secret,
            scope=_SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            default_timeout=_TIMEOUT,
        )


def _fetched(url: str) -> dict[str, Any]:
    try:
        answer = requests.get(url, timeout=_TIMEOUT, allow_redirects=False)
        document = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError) as error:
        raise _away(error) from error
    if not isinstance(document, dict):
        raise _away(ValueError(f"status {answer.status_code}"))
    return document


def not_signed_in(why: str) -> Problem:
    return Problem("oidc-failed", "The sign-in did not succeed", why, status=401)


def _away(error: Exception) -> Problem:
    log().warning("oidc_provider_away", fault=type(error).__name__)
    detail = "The chain's identity provider does not answer as it should. Try again, or sign in with your password."
    problem = Problem("provider-away", "The identity provider can't be reached", detail, status=503)
    problem.headers["Retry-After"] = "10"
    return problem
