"""Which systems the roster is pulled from, how often, and how each gets on."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotFound
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.pulling import staging
from services.roster.pulling.settings import Pulls
from services.roster.store import Store

_NEW: Document = {
    "state": "waiting",
    "reason": None,
    "since": None,
    "run": None,
    "fetched": {},
    "import_id": None,
    "done_at": None,
    "failures": 0,
    "attempts": 0,
    "leased_until": None,
}


def put(store: Store, settings: Pulls, caller: Caller, source: str, wanted: dict[str, Any], services: list[str]) -> Document:
    """Pulls `source` from now on. Another address is another roster: then all is fetched anew. Raises Invalid, Conflict."""
    if not settings.pull_key:
        raise Conflict("pulls-not-set-up", "Pulls are not set up here", "The setting PULL_KEY is needed first.")
    _check_addresses(settings, wanted)
    known = store.pulls.first(WHOLE_CHAIN, {"_id": source})
    secret = _secret(settings, source, wanted, known)
    said = {name: wanted[name] for name in ("base_url", "token_url", "client_id", "minutes", "scopes")}
    said |= {"base_url": said["base_url"].rstrip("/"), "scopes": sorted(set(said["scopes"])), "secret": secret}
    said |= {"services": services, "put_by": caller.person_id, "due_at": now()}
    if known is None:
        kept = _add(store, {"_id": source, "branch_id": [], "version": 1, **_NEW, **said})
    else:
        kept = _change(store, known, said)
    log().info("pull_put", source=source, by=caller.person_id)
    return kept


def one(store: Store, source: str) -> Document:
    return store.pulls.one(WHOLE_CHAIN, source)


def page(store: Store, page: Paging) -> Paged:
    return store.pulls.page(WHOLE_CHAIN, page=page)


def run_now(store: Store, source: str, *, anew: bool) -> Document:
    """One that is under way goes on at once, should it be waiting for something; `anew`: it begins again, with everything."""
    known = one(store, source)
    if anew:
        return _change(store, known, {"since": None, "due_at": now()})
    found = store.pulls.change(WHOLE_CHAIN, source, to={"due_at": now()})
    if found is None:
        raise NotFound(store.pulls.what)
    return found


def remove(store: Store, caller: Caller, source: str) -> None:
    """What came in stays; nothing more comes."""
    if not store.pulls.remove(WHOLE_CHAIN, source):
        raise NotFound(store.pulls.what)
    staging.forget(store, source)
    log().info("pull_removed", source=source, by=caller.person_id)


def _add(store: Store, pull: Document) -> Document:
    try:
        return store.pulls.add(pull)
    except AlreadyThere:
        raise Busy from None  # another made it just now


def _change(store: Store, known: Document, said: Document) -> Document:
    """A new version ends what the worker has under way: its place is of the old address and secret."""
    moved = said.get("base_url", known["base_url"]) != known["base_url"]
    fresh = _NEW if moved else {**_NEW, "since": known["since"], "done_at": known["done_at"]}
    to = {**fresh, **said, "version": known["version"] + 1}
    changed = store.pulls.change(WHOLE_CHAIN, known["_id"], to=to, when={"version": known["version"]})
    if changed is None:
        raise Busy
    if moved:
        staging.forget(store, known["_id"])
    elif known["run"]:
        staging.clear(store, known["run"]["id"])
    return changed


def _secret(settings: Pulls, source: str, wanted: dict[str, Any], known: Document | None) -> bytes:
    """A kept secret goes to the address that it was given for, and to no other."""
    if wanted["client_secret"]:
        return settings.sealer.seal(wanted["client_secret"], "pull", source)
    if known is None or (known["token_url"], known["client_id"]) != (wanted["token_url"], wanted["client_id"]):
        raise Invalid({"client_secret": ["Send it: this client and address have none yet."]})
    secret: bytes = known["secret"]
    return secret


def _check_addresses(settings: Pulls, wanted: dict[str, Any]) -> None:
    wrong = {name: ["An https address, without a query or a password in it."] for name in ("base_url", "token_url")}
    errors = {name: why for name, why in wrong.items() if not _is_fit(wanted[name], settings)}
    if errors:
        raise Invalid(errors)


def _is_fit(address: str, settings: Pulls) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises when it is none
    except ValueError:
        return False
    plain = parts.scheme == "http" and settings.pull_from_loopback and _is_loopback(parts.hostname or "")
    rest = parts.query or parts.fragment or parts.username is not None or parts.password is not None
    return (
        (parts.scheme == "https" or plain)
        and bool(parts.hostname)
        and not rest
        and address.isprintable()
        and " " not in address
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
