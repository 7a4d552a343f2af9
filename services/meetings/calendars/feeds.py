"""A person's own calendar at a secret address, which any calendar program can subscribe to; made anew, the old one is void.

The address is all that is needed to read it: what is in it is what a calendar file in a message says, no more.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.calendars.sources import entries
from services.meetings.invitation import file_of

if TYPE_CHECKING:
    from services.meetings.store import Store

NAME = "Rabta"  # what calendar programs call it
SEEN = timedelta(hours=1)  # how exactly it is kept when a program last came
Document = dict[str, Any]


def mine(store: Store, caller: Caller) -> Document:
    """When the caller's address was made and last read; not the address itself, of which no copy is kept. Raises NotFound."""
    return store.feeds.one(WHOLE_CHAIN, caller.person_id)


def renew(store: Store, caller: Caller, public_address: str, request_id: str) -> Document:
    """A new address; whatever reads the one before finds nothing there from now on.

    Made by a session that a code began, it shows nothing of what the person is as staff: the phone may be the family's.
    The secret comes of the request's key and of a salt that is kept: the same request gives the same address again, and
    neither of the two alone gives it.
    """
    there = store.feeds.first(WHOLE_CHAIN, {"_id": caller.person_id})
    if there and fingerprint(_secret(there.get("salt", ""), request_id)) == there["secret_hash"]:
        return {**there, "address": _address(public_address, there["salt"], request_id)}
    salt = secrets.token_urlsafe(32)
    feed: Document = {
        "_id": caller.person_id,
        "branch_id": [],
        "person_id": caller.person_id,
        "salt": salt,
        "secret_hash": fingerprint(_secret(salt, request_id)),
        "as_staff": not caller.by_code,
        "made_at": clock.now(),
        "read_at": None,
    }
    with store.transaction():
        store.feeds.put_all([feed], replaced=[feed["_id"]])
    log().info("calendar_address_made", person=caller.person_id)
    return {**feed, "address": _address(public_address, salt, request_id)}


def _address(public_address: str, salt: str, request_id: str) -> str:
    return f"{public_address}/v1/calendar-feeds/{_secret(salt, request_id)}.ics"


def _secret(salt: str, request_id: str) -> str:
    digest = hmac.digest(salt.encode(), request_id.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def revoke(store: Store, caller: Caller) -> None:
    """There is no address any more; twice is once."""
    store.feeds.remove(WHOLE_CHAIN, caller.person_id)


def read(store: Store, secret: str) -> str:
    """The calendar at an address, RFC 5545. Raises NotFound where there is none, or its owner has left."""
    feed = store.feeds.first(WHOLE_CHAIN, {"secret_hash": fingerprint(secret.removesuffix(".ics"))})
    if feed is None or not store.is_somewhere(feed["person_id"]):
        raise NotFound("This calendar", detail="Its address was made anew or given up: copy the new one from Rabta.")
    now = clock.now()
    if feed["read_at"] is None or feed["read_at"] < now - SEEN:
        store.feeds.change(WHOLE_CHAIN, feed["_id"], {"read_at": now}, when={"secret_hash": feed["secret_hash"]})
    return file_of(entries(store, feed["person_id"], as_staff=feed["as_staff"], now=now), name=NAME)
