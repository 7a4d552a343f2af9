"""What carriers report, read from the shapes in which each says it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.notifications.states import State

LONGEST = 4000  # characters of an answer that are kept

SMS_STATES = {
    "accepted": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.READ,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}
MEDIA = ("image", "audio", "voice", "document")
VOICE_STATES = {  # CallStatus; completed: somebody took the call
    "initiated": State.SENT,
    "ringing": State.SENT,
    "in-progress": State.SENT,
    "completed": State.DELIVERED,
    "busy": State.FAILED,
    "no-answer": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}
WHATSAPP_STATES = {"sent": State.SENT, "delivered": State.DELIVERED, "read": State.READ, "failed": State.FAILED}


@dataclass(frozen=True)
class Receipt:
    """`attempt_id`: of the attempt that is reported on; or a message's, then it is about the newest."""

    attempt_id: str
    state: State
    at: datetime
    reason: str | None = None
    carrier_id: str | None = None


@dataclass(frozen=True)
class Answer:
    """What somebody wrote to us. `to_carrier_id`: the message that it quotes. `files`: what came with it, where that came
    whole."""

    id: str
    channel: str
    address: str  # E.164
    text: str
    at: datetime
    to_carrier_id: str | None = None
    media: tuple[str, ...] = ()  # ids of what came with it
    files: tuple[bytes, ...] = ()


def sms_receipt(attempt_id: str, form: Mapping[str, str], at: datetime) -> Receipt | None:
    """None for a status that is no news. Twilio says no time of its own."""
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    if status not in SMS_STATES:
        return None
    state = SMS_STATES[status]
    reason = (form.get("ErrorCode") or status)[:200] if state is State.FAILED else None
    return Receipt(attempt_id, state, at, reason, form.get("MessageSid") or None)


def voice_receipt(attempt_id: str, form: Mapping[str, str], at: datetime) -> Receipt | None:
    """None for a status that is no news."""
    status = form.get("CallStatus", "")
    if status not in VOICE_STATES:
        return None
    state = VOICE_STATES[status]
    return Receipt(attempt_id, state, at, status if state is State.FAILED else None, form.get("CallSid") or None)


def sms_answer(form: Mapping[str, str], at: datetime) -> Answer | None:
    """None when it says neither its id nor from whom."""
    id, address = form.get("MessageSid", ""), form.get("From", "")
    return Answer(id, "sms", address[:64], form.get("Body", "")[:LONGEST], at) if id and address else None


def whatsapp_reports(body: bytes, at: datetime) -> Iterator[Receipt | Answer]:
    """All that a webhook's body reports; what we don't know is passed over. Raises ValueError when it is not JSON."""
    for entry in _objects(_object(_json(body)).get("entry")):
        for change in _objects(entry.get("changes")):
            value = _object(change.get("value"))
            for status in _objects(value.get("statuses")):
                if receipt := _whatsapp_receipt(status, at):
                    yield receipt
            for message in _objects(value.get("messages")):
                if answer := _whatsapp_answer(message, at):
                    yield answer


def _json(body: bytes) -> Any:
    """Half of a surrogate pair, as of an emoji that was cut in two, is no text that could be kept."""
    value = json.loads(body)
    if b"\\ud" in body.lower():
        value = json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
    return value


def _whatsapp_receipt(status: Mapping[str, Any], at: datetime) -> Receipt | None:
    attempt_id, state = status.get("biz_opaque_callback_data"), WHATSAPP_STATES.get(str(status.get("status")))
    if not isinstance(attempt_id, str) or state is None:
        return None
    error = next(_objects(status.get("errors")), {})
    reason = f"{error.get('code', 'failed')}: {error.get('title', '')}"[:200].rstrip(": ") if state is State.FAILED else None
    carrier_id = status.get("id")
    return Receipt(attempt_id, state, _moment(status, at), reason, carrier_id if isinstance(carrier_id, str) else None)


def _whatsapp_answer(message: Mapping[str, Any], at: datetime) -> Answer | None:
    id, sender = message.get("id"), message.get("from")
    if not isinstance(id, str) or not isinstance(sender, str) or not sender:
        return None
    quoted = _object(message.get("context")).get("id")
    address = f"+{sender.removeprefix('+')}"[:64]
    to_carrier_id = quoted if isinstance(quoted, str) else None
    return Answer(id, "whatsapp", address, _text(message)[:LONGEST], _moment(message, at), to_carrier_id, _media(message))


def _text(message: Mapping[str, Any]) -> str:
    """Of a text or a pressed button; for a picture, a voice note and so on its kind in brackets."""
    written = _object(message.get("text")).get("body") or _object(message.get("button")).get("text")
    if not written:
        pressed = _object(message.get("interactive"))
        written = _object(pressed.get("button_reply")).get("title") or _object(pressed.get("list_reply")).get("title")
    if not written and message.get("type") in MEDIA:
        written = _object(message.get(str(message["type"]))).get("caption")
    return str(written or f"[{message.get('type', 'unknown')}]")


def _media(message: Mapping[str, Any]) -> tuple[str, ...]:
    """A picture, a sound or a document."""
    found = _object(message.get(str(message.get("type")))).get("id") if message.get("type") in MEDIA else None
    return (found[:255],) if isinstance(found, str) and found else ()


def _moment(report: Mapping[str, Any], at: datetime) -> datetime:
    """Unix seconds as text; `at` when there is none, or it lies in the future."""
    seconds = str(report.get("timestamp", ""))
    if not seconds.isdecimal() or len(seconds) > 10:
        return at
    return min(at, datetime.fromtimestamp(int(seconds), UTC))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    return (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else iter(())
