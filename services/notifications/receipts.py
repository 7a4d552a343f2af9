"""Carriers call back: signature checked first, then each report applied once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from schoolbus.body import Raw
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import NotAllowed, NotFound, Problem
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import signatures
from services.notifications.carriers import reports
from services.notifications.carriers.reports import Answer, Receipt
from services.notifications.carriers.windows import by_template
from services.notifications.sending import contacts
from services.notifications.sending.attempts import named
from services.notifications.sending.marking import mark
from services.notifications.settings import Receiving
from services.notifications.states import State
from services.notifications.talking import mailed

if TYPE_CHECKING:
    from schoolbus.store import Documents
    from services.notifications.store import Store

SMS_RECEIPTS = "/v1/carriers/sms/receipts/"
SMS_ANSWERS = "/v1/carriers/sms/answers"
VOICE_RECEIPTS = "/v1/carriers/voice/receipts/"


def sms_receipt(store: Store, settings: Receiving, attempt_id: str, raw: Raw) -> None:
    """Raises NotAllowed for a wrong signature, NotFound for an attempt that we never made."""
    form = _signed_form(settings, SMS_RECEIPTS + attempt_id, raw)
    documents = _holder(store, attempt_id)
    if documents is None:
        raise NotFound("Message")
    if receipt := reports.sms_receipt(attempt_id, form, now()):
        _apply(store, documents, receipt)


def voice_receipt(store: Store, settings: Receiving, attempt_id: str, raw: Raw) -> None:
    """Of a call. Raises as `sms_receipt` does."""
    form = _signed_form(settings, VOICE_RECEIPTS + attempt_id, raw)
    documents = _holder(store, attempt_id)
    if documents is None:
        raise NotFound("Message")
    if receipt := reports.voice_receipt(attempt_id, form, now()):
        _apply(store, documents, receipt)


def sms_answer(store: Store, settings: Receiving, raw: Raw) -> None:
    answer = reports.sms_answer(_signed_form(settings, SMS_ANSWERS, raw), now())
    if answer is None:
        raise Problem("not-an-answer", "An answer needs MessageSid and From")
    keep_answer(store, answer)


def whatsapp(store: Store, settings: Receiving, raw: Raw) -> None:
    """Meta calls again for days until it gets a 200: what we don't know is passed over, not refused."""
    if not signatures.same(raw.headers.get("x-hub-signature-256", ""), signatures.meta(raw.body, settings.whatsapp_app_secret)):
        raise _wrong_signature()
    try:
        for report in reports.whatsapp_reports(raw.body, now()):
            if isinstance(report, Answer):
                keep_answer(store, report)
            elif not by_template(store, report):
                apply(store, report)
    except (ValueError, RecursionError) as error:
        raise Problem("not-json", "The body is not JSON") from error


def whatsapp_challenge(settings: Receiving, query: Mapping[str, str]) -> str:
    """Meta asks once whether this address is ours."""
    if query["mode"] != "subscribe" or not signatures.same(query["verify_token"], settings.whatsapp_verify_token):
        raise NotAllowed("wrong-verify-token", "This is not the verify token of this address")
    return query["challenge"]


def keep_answer(store: Store, answer: Answer) -> None:
    """Once, as it came; a worker finds out where it belongs (`talking/inbound.py`)."""
    id = effect_id(answer.channel, answer.id)
    if store.answers.first(WHOLE_CHAIN, {"_id": id}):
        return
    kept: dict[str, Any] = {
        "_id": id,
        "branch_id": "",
        "message_id": None,
        "person_id": None,
        "student_ids": [],
        "conversation_id": None,
        "channel": answer.channel,
        "address": answer.address,
        "text": answer.text,
        "quotes": answer.to_carrier_id,
        "media": [*answer.media, *mailed.keep(store, id, answer.address, answer.files)],
        "received_at": answer.at,
        "kept_at": now(),
        "taken": False,
    }
    if store.answers.add_new([kept]):
        log().info("answer_kept", channel=answer.channel)


def apply(store: Store, receipt: Receipt) -> None:
    """Of a message that we never sent: nothing."""
    if documents := _holder(store, receipt.attempt_id):
        _apply(store, documents, receipt)


def _apply(store: Store, documents: Documents, receipt: Receipt) -> None:
    message_id, number = named(receipt.attempt_id)
    if receipt.state is State.FAILED and documents is store.messages:
        _flag(store, message_id, number, receipt.reason or "")
    mark(documents, message_id, receipt.state, receipt.at, receipt.reason, number=number, carrier_id=receipt.carrier_id)


def _flag(store: Store, message_id: str, number: int | None, reason: str) -> None:
    """The address of a failed attempt, where its failure says that it is bad."""
    message = store.messages.first(WHOLE_CHAIN, {"_id": message_id})
    if message is None or not message["attempts"] or not message["ladder"]:
        return
    attempt = message["attempts"][(number or 0) - 1]
    if code := contacts.bad(attempt["channel"], reason.partition(":")[0], reason):
        contacts.flag(store.contacts, message, attempt["channel"], message["ladder"][attempt["step"]]["address"], code)


def _holder(store: Store, attempt_id: str) -> Documents | None:
    """Where the message of this attempt is kept; None when there is no such attempt."""
    message_id, number = named(attempt_id)
    made = {"_id": message_id, **({f"attempts.{number - 1}": {"$exists": True}} if number else {})}
    return next((documents for documents in (store.messages, store.codes) if documents.first(WHOLE_CHAIN, made)), None)


def _signed_form(settings: Receiving, path: str, raw: Raw) -> dict[str, str]:
    try:
        form = parse_qsl(raw.body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        raise Problem("not-a-form", "The body is not form-encoded", str(error)[:200]) from error
    given, tokens = raw.headers.get("x-twilio-signature", ""), filter(None, (settings.sms_auth_token, settings.sms2_auth_token))
    right = [signatures.twilio(f"{settings.public_url}{path}", form, token) for token in tokens]
    if not any(signatures.same(given, each) for each in right):
        raise _wrong_signature()
    return dict(form)


def _wrong_signature() -> NotAllowed:
    return NotAllowed("wrong-signature", "The signature does not fit the call")
