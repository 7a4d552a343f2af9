"""A mail that came to us, read: a report on one of our own, somebody's answer, or nothing that we need."""

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import datetime
from email.errors import CloseBoundaryNotFoundDefect
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr
from typing import Any, cast

from schoolbus.attached import MOST
from services.notifications import open_links
from services.notifications.carriers.reports import LONGEST, Answer, Receipt
from services.notifications.states import State

_ACTIONS = {"failed": State.FAILED, "delivered": State.DELIVERED}  # delayed, relayed, expanded: no news
_OURS = re.compile(r"<([0-9a-f-]{36}@[^<>\s]+)>", re.IGNORECASE)
_QUOTES = re.compile(r"^(>|On .{5,200} wrote:|-{2,} ?Original Message ?-{2,}|_{10,}$|From: |.{5,200}نے لکھا:)", re.IGNORECASE)
_TAG = re.compile(r"/?[a-z0-9]{1,12}", re.IGNORECASE)
_ENDS_LINE, _HIDES = ("br", "/p", "/div"), ("style", "blockquote")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ADDRESS = re.compile(r"<?[^\s<>;]+@[^\s<>;]+>?")
_FILES = ("image", "audio", "video", "application")
_SIGNATURE = re.compile(r"signature|pkcs7|pgp|ms-tnef")
MOST_RECIPIENTS = 10
_LONGEST_HEADER, _LONGEST_OF_PART = 2000, 300  # characters looked at: the library takes a time that grows with their square
_LONGEST_REASON = 1000
_MOST_LINES, _MOST_PARTS, _MOST_MULTIPARTS = 200_000, 100, 40  # a line is held against the boundary of each that it may end


class _Bounded(email.policy.EmailPolicy):
    """Of a header that is longer than any that is right, its beginning."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        longest = _LONGEST_OF_PART if name.lower().startswith("content-") else _LONGEST_HEADER
        return super().header_fetch_parse(name, value[:longest])


_POLICY = _Bounded()


def read(raw: bytes, recipient: str, secret: str, at: datetime) -> Receipt | Answer | None:
    """`recipient`: of the envelope, where the mail server tells it; else whom the mail names. One made to keep us busy is not
    read."""
    if _is_a_burden(raw):
        return None
    mail = cast(EmailMessage, email.message_from_bytes(raw, policy=_POLICY))
    attempt_id = _attempt(mail, recipient, secret)
    if attempt_id:
        return _report(mail, attempt_id, at)
    return None if _automatic(mail) else _answer(mail, at)


def _is_a_burden(raw: bytes) -> bool:
    lines = raw.count(b"\n") + raw.count(b"\r")
    parts = raw.count(b"\n--") + raw.count(b"\r--")
    return lines > 2 * _MOST_LINES or parts > _MOST_PARTS or raw.lower().count(b"multipart") > _MOST_MULTIPARTS


def _attempt(mail: EmailMessage, recipient: str, secret: str) -> str | None:
    """The code behind the plus sign of the address to which a bounce comes."""
    named = [recipient, *(address for _, address in getaddresses(_headers(mail, "To", "Delivered-To", "X-Original-To")))]
    for address in named[:MOST_RECIPIENTS]:
        code = address.partition("@")[0].partition("+")[2]
        if code and (found := open_links.attempt_id(secret, code)):
            return found
    return None


def _report(mail: EmailMessage, attempt_id: str, at: datetime) -> Receipt | None:
    """RFC 3464: of the one recipient that an attempt has. What is no report but comes there anyway says nothing."""
    for fields in _of_recipients(mail):
        state = _ACTIONS.get(str(fields.get("Action", "")).strip().lower())
        if state is not None:
            return Receipt(attempt_id, state, at, _reason(fields) if state is State.FAILED else None)
    return None


def _of_recipients(mail: EmailMessage) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Message)) if isinstance(blocks, list) else ()


def _reason(fields: Message) -> str:
    """The status, such as 5.1.1, and what the other server said, without addresses."""
    status = _STATUS.search(str(fields.get("Status", "")))
    words = str(fields.get("Diagnostic-Code", "")).partition(";")[2]
    told = " ".join(_ADDRESS.sub("…", words[:_LONGEST_REASON]).split())
    return f"{status[0] if status else '5.0.0'}: {told}"[:200].rstrip(": ")


def _automatic(mail: EmailMessage) -> bool:
    """RFC 3834: an out-of-office reply and the like is nobody's answer."""
    said = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    bulk = str(mail.get("Precedence", "")).strip().lower() in ("bulk", "junk", "list", "auto_reply")
    return said != "no" or bulk or "X-Autoreply" in mail or mail.get_content_type() == "multipart/report"


def _answer(mail: EmailMessage, at: datetime) -> Answer | None:
    sender = parseaddr(str(mail.get("From", "")))[1].lower()
    id = str(mail.get("Message-ID", "")).strip()
    text = _written(mail)
    files = _files(mail)
    if not sender or not id or not (text or files):
        return None
    quoted = next((found[1] for name in ("In-Reply-To", "References") for found in _ours(mail, name)), None)
    return Answer(id[:255], "email", sender[:254], text, at, f"<{quoted}>" if quoted else None, files=files)


def _ours(mail: EmailMessage, name: str) -> list[re.Match[str]]:
    """The newest first."""
    return list(_OURS.finditer(str(mail.get(name, ""))))[::-1]


def _written(mail: EmailMessage) -> str:
    """What they wrote themselves: without the mail that they answer."""
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except (LookupError, UnicodeError, KeyError):
        return ""
    if part.get_content_type() == "text/html":
        text = _shown(text)
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").splitlines():
        if _QUOTES.match(line.strip()):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()[:LONGEST]


def _shown(page: str) -> str:
    """What a page says without what it quotes. Each character is looked at once: anybody may send us any page."""
    kept: list[str] = []
    hidden, at = 0, 0
    while (begins := page.find("<", at)) >= 0 and (ends := page.find(">", begins)) >= 0:
        found = _TAG.match(page, begins + 1, ends)
        tag = found[0].lower() if found else ""
        kept.append("" if hidden else page[at:begins])
        if tag.removeprefix("/") in _HIDES:
            hidden = max(0, hidden - 1) if tag.startswith("/") else hidden + 1
        elif tag in _ENDS_LINE and not hidden:
            kept.append("\n")
        at = ends + 1
    return "".join([*kept, "" if hidden else page[at:]])


def _files(mail: EmailMessage) -> tuple[bytes, ...]:
    """What is attached: not what a page shows, such as a logo, nor signatures. Whether it can be taken, others say."""
    if mail.get_content_type() == "multipart/mixed":
        parts = list(mail.iter_attachments())
        cut_off = any(isinstance(defect, CloseBoundaryNotFoundDefect) for defect in mail.defects)
        parts = parts[:-1] if cut_off else parts  # the mail was too large: of its last part the end is missing
    else:
        parts = [] if mail.is_multipart() else [mail]
    attached = [
        part for part in parts if part.get_content_maintype() in _FILES and not _SIGNATURE.search(part.get_content_type())
    ]
    found = [part.get_payload(decode=True) for part in attached]
    return tuple(content for content in found if isinstance(content, bytes) and content)[:MOST]


def _headers(mail: EmailMessage, *names: str) -> list[str]:
    return [str(value) for name in names for value in mail.get_all(name, [])]
