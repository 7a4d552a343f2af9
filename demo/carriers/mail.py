"""E-mail: an SMTP server that keeps what it gets. `bounce…@` is refused for good, `later…@` once for now."""

import email
import email.policy
import secrets
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.carriers.behaviour import Behaviour
from demo.carriers.network import Attachment, Message, Network

_LARGEST = 20_000_000  # bytes of a mail


class Mail:
    """The handler that aiosmtpd calls."""

    def __init__(self, network: Network, behaviour: Behaviour) -> None:
        self.network, self.behaviour = network, behaviour
        self._put_off: set[str] = set()

    def protocol(self) -> SMTP:
        return SMTP(self, hostname="carriers.example", enable_SMTPUTF8=True, data_size_limit=_LARGEST)

    def reset(self) -> None:
        self._put_off.clear()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if self.behaviour.outage:
            return "451 4.3.2 System not accepting network messages"
        if address.startswith("bounce"):
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        if address.startswith("later") and address not in self._put_off:
            self._put_off.add(address)
            return f"451 4.7.1 <{address}>: Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        kept = [self.network.keep(_message(address, mail)) for address in envelope.rcpt_tos]
        return f"250 OK: kept as {kept[0].id}"


def _message(address: str, mail: EmailMessage) -> Message:
    body = mail.get_body(("plain", "html"))
    return Message(
        id="MM" + secrets.token_hex(16),
        channel="email",
        phone=address.lower(),
        text=str(body.get_content()).replace("\r\n", "\n").strip() if body is not None else "",
        state="delivered",
        subject=str(mail.get("Subject", "")),
        sender=str(mail.get("From", "")),
        opaque=str(mail.get("Message-ID", "")),
        attachments=tuple(map(_attachment, mail.iter_attachments())),
    )


def _attachment(part: Any) -> Attachment:
    """As its bytes came: decoding them as text would trust the charset that the sender named, or forgot."""
    return Attachment(part.get_filename() or "attachment", part.get_content_type(), part.get_payload(decode=True) or b"")
