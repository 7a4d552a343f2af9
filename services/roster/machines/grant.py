"""The token endpoint: OAuth 2 client credentials (RFC 6749, section 4.4)."""

import base64
import binascii
import json
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from schoolbus.body import Raw
from schoolbus.caller import Caller, Origin
from schoolbus.clock import now
from schoolbus.problems import Problem
from schoolbus.route import Answer
from schoolbus.store import Document
from services.roster.identity import throttle
from services.roster.machines import clients
from services.roster.settings import Settings
from services.roster.store import Store

FORM = "application/x-www-form-urlencoded"
_LONGEST = 255  # characters of a client's id or secret


def answer(store: Store, settings: Settings, origin: Origin, request: Raw) -> Answer:
    """The token, as section 5.1 wants it. Raises Problem, shown as section 5.2 wants it."""
    form = _form(request)
    client = _client(store, *_credentials(request, form), origin, settings.wrong_tries_per_address)
    if form.get("grant_type") != "client_credentials":
        raise _refused("unsupported_grant_type", "Send grant_type=client_credentials")
    scopes = _scopes(client, form.get("scope", ""))
    token, expires_at = settings.signer.token(_caller(client, scopes))
    body = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int((expires_at - now()).total_seconds()),
        "scope": " ".join(sorted(scopes)),
    }
    return Answer(json.dumps(body).encode(), headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _caller(client: Document, scopes: frozenset[str]) -> Caller:
    roles = {branch_id: frozenset(("machine",)) for branch_id in client["branch_id"]}
    return Caller(clients.PERSON + client["_id"], roles, scopes=scopes, machine_of_chain=client["whole_chain"])


def _scopes(client: Document, wanted: str) -> frozenset[str]:
    """What is asked for, as far as the client has it; all it has when it asks for nothing (section 3.3)."""
    held = frozenset(client["scopes"])
    scopes = held & frozenset(wanted.split()) if wanted.strip() else held
    if not scopes:
        raise _refused("invalid_scope", "This client has none of these scopes")
    return scopes


def _client(store: Store, client_id: str, secret: str, origin: Origin, limit: int) -> Document:
    """Only wrong secrets are counted, and by address: a stranger who knows a client's id can't lock the client out."""
    client = clients.present(store, client_id)
    if client is None or not clients.fits(client, secret):
        throttle.take(store, "wrong tries", origin.address, limit)
        problem = _refused("invalid_client", "The client's id and secret do not fit", status=401)
        problem.headers["WWW-Authenticate"] = 'Basic realm="rabta"'
        raise problem
    return client


def _form(request: Raw) -> dict[str, str]:
    """Raises Problem; parameters once each (section 3.2)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise _refused("invalid_request", f"Send {FORM}")
    try:
        form = parse_qs(request.body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise _refused("invalid_request", "The form can't be read") from error
    if any(len(values) > 1 for values in form.values()):
        raise _refused("invalid_request", "A parameter is there more than once")
    return {name: values[0] for name, values in form.items()}


def _credentials(request: Raw, form: dict[str, str]) -> tuple[str, str]:
    """By HTTP Basic, or in the form, and not in both (section 2.3.1)."""
    header = request.headers.get("authorization", "")
    if header and "client_secret" in form:
        raise _refused("invalid_request", "Send the client's secret in one place")
    client_id, secret = _basic(header) if header else (form.get("client_id", ""), form.get("client_secret", ""))
    if not (0 < len(client_id) <= _LONGEST and len(secret) <= _LONGEST):
        raise _refused("invalid_client", "Send the client's id and secret by HTTP Basic", status=401)
    return client_id, secret


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        pair = ""
    client_id, _, secret = pair.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _refused(error: str, why: str, status: int = 400) -> Problem:
    more: dict[str, Any] = {"error": error}
    return Problem(error.replace("_", "-"), why, status=status, **more)
