"""Every message that went through, by phone. A phone is an E.164 number, or an e-mail address where only that is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Literal

Channel = Literal["sms", "whatsapp", "email", "voice"]

ORDER = (
    "queued",
    "initiated",
    "in-progress",
    "sent",
    "delivered",
    "read",
    "undelivered",
    "failed",
    "busy",
    "no-answer",
    "completed",
    "received",
)  # a later state is never followed by an earlier one


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Message:
    """`number` counts all messages from 1. `state` is one of ORDER; what a parent wrote is `received` by the school."""

    id: str
    channel: Channel
    phone: str
    text: str
    by_parent: bool = False
    state: str = "queued"
    error: int | None = None
    subject: str = ""
    template: str = ""
    callback_url: str = ""
    opaque: str = ""  # the sender's own name for it: WhatsApp's biz_opaque_callback_data, a mail's Message-ID
    sender: str = ""
    attachments: Sequence[Attachment] = ()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    number: int = 0

    def move_to(self, state: str, error: int | None = None) -> None:
        if ORDER.index(state) > ORDER.index(self.state):
            self.state, self.error = state, error


class Network:
    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._by_id: dict[str, Message] = {}
        self._by_phone: dict[str, list[Message]] = {}  # the phone that got something last comes last

    def keep(self, message: Message) -> Message:
        self.messages.append(message)
        message.number = len(self.messages)
        self._by_id[message.id] = message
        of_phone = self._by_phone.pop(message.phone, [])
        of_phone.append(message)
        self._by_phone[message.phone] = of_phone
        return message

    def message(self, id: str) -> Message | None:
        return self._by_id.get(id)

    def of_phone(self, phone: str) -> list[Message]:
        return self._by_phone.get(phone, [])

    def phones(self, search: str = "", start: int = 0, limit: int = 50) -> list[str]:
        """Phones whose number or address contains `search`, the one with the newest message first."""
        wanted = _searched(search)
        found = (phone for phone in reversed(self._by_phone) if wanted in phone)
        return list(islice(found, start, start + limit))

    def count_phones(self) -> int:
        return len(self._by_phone)

    def since(self, number: int, limit: int) -> list[Message]:
        return self.messages[number : number + limit]

    def reset(self) -> None:
        self.messages.clear()
        self._by_id.clear()
        self._by_phone.clear()


def _searched(text: str) -> str:
    """Numbers are searched as they are written at home, too: 0300 0123 finds +923000123…"""
    text = text.strip().lower()
    if "@" in text or any(character.isalpha() for character in text):
        return text
    digits = "".join(filter(str.isdigit, text))
    return digits.removeprefix("00").removeprefix("0")
