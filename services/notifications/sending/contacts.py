"""Numbers and mailboxes that carriers say are bad: their channel is left out until there is another, or staff confirm the old
one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.contracts.notifications import ContactFailed
from schoolbus.ids import fingerprint
from schoolbus.problems import AlreadyThere
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending.channels import CHANNELS

if TYPE_CHECKING:
    from schoolbus.store import Documents
    from services.notifications.store import Store

# What a carrier's code says of an address for good. Others (blocked, full, unreachable for now) say nothing of it.
BAD: Mapping[str, Mapping[str, str]] = {
    # https://www.twilio.com/docs/api/errors
    "sms": {
        "21211": "no_number",  # invalid 'To' phone number
        "21614": "no_mobile",  # not a mobile number
        "30003": "unreachable",  # unreachable destination handset
        "30005": "unknown",  # unknown destination handset
        "30006": "no_mobile",  # landline or unreachable carrier
        "smpp_0x0b": "no_number",  # ESME_RINVDSTADR
    },
    # https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
    "whatsapp": {"131026": "not_on_whatsapp"},  # message undeliverable
    # RFC 3463 section 3.2: bad destination mailbox, system, syntax; mailbox moved. RFC 7505: a domain that takes no mail
    "email": {"5.1.1": "unknown", "5.1.2": "no_domain", "5.1.3": "no_address", "5.1.6": "moved", "5.1.10": "no_domain"},
}


def bad(channel: str, code: str, words: str = "") -> str | None:
    """What is wrong with an address by a carrier's code; of mail, by the enhanced code that begins its words."""
    known = BAD.get(channel, {})
    enhanced = words.removeprefix(f"{code}:").split()
    return known.get(code) or (known.get(enhanced[0]) if enhanced else None)


def flag(contacts: Documents, message: Mapping[str, Any], channel: str, address: str | None, reason: str) -> None:
    """Says so once of each address."""
    person_id = message.get("person_id")
    if not person_id or not address:
        return
    id, hash, at = f"{message['branch_id']}:{person_id}:{channel}", fingerprint(address), now()
    known = contacts.first(WHOLE_CHAIN, {"_id": id})
    if known and known["hash"] == hash:
        return
    said = ContactFailed(
        branch_id=message["branch_id"],
        subject=id,
        person_id=person_id,
        channel=channel,
        address_hash=hash,
        reason=reason,
        failed_at=at,
    )
    row = {"branch_id": message["branch_id"], "person_id": person_id, "channel": channel}
    row |= {"hash": hash, "reason": reason, "at": at}
    if known:
        contacts.change(WHOLE_CHAIN, id, to=row, when={"hash": known["hash"]}, saying=[said])
        return
    try:
        contacts.add({"_id": id, **row}, saying=[said])
    except AlreadyThere:  # another message of theirs failed at the same moment
        return


def failed(store: Store, person_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """The hashes of bad addresses by channel, of each person who has any."""
    found: dict[str, dict[str, str]] = {}
    for row in store.contacts.find(WHOLE_CHAIN, {"person_id": {"$in": list(person_ids)}}):
        found.setdefault(row["person_id"], {})[row["channel"]] = row["hash"]
    return found


def channels(hashes: Mapping[str, str], person: Mapping[str, Any] | None) -> list[str]:
    """Those whose bad address is still the person's: another one is tried."""
    if not hashes or person is None:
        return []
    fields = {channel: CHANNELS[channel].field for channel in hashes if channel in CHANNELS}
    return [channel for channel, field in fields.items() if field and fingerprint(person[field] or "") == hashes[channel]]


def confirmed(store: Store, person_id: str, channel: str) -> None:
    """Staff say that the address is right: it is used again."""
    for row in store.contacts.find(WHOLE_CHAIN, {"person_id": person_id, "channel": channel}):
        store.contacts.remove(WHOLE_CHAIN, row["_id"])
