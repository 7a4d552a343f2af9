"""A mail that came to us, read: a report on one of our own, somebody's answer, or nothing that we need."""

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import datetime
from email.errors import CloseBoundaryNotFoundDefect
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr

from schoolbus.attached import MOST
from services.notifications import open_links
from services.notifications.carriers.reports import LONGEST, Answer, Receipt
from services.notifications.states import State

_ACTIONS = {"failed": State.FAILED, "delivered": State.DELIVERED}  # delayed, relayed, expanded: no news
_OURS = re.compile(r"<([0-9a-f-]{36}@[^<>\s]+)>", re.IGNORECASE)
_QUOTES = re.compile(r"^(>|On .{5,200} wrote:|-{2,} ?Original Message ?-{2,}|_{10,}$|From: |.{5,200}نے لکھا:)", re.IGNORECASE)
_PAGE = (  # of a page, what somebody wrote
    (re.compile(r"<(style|blockquote)\b.*?</\1>", re.IGNORECASE | re.DOTALL), ""),
    (re.compile(r"<(br|/p|/div)\b[^>]*>", re.IGNORECASE), "\n"),
    (re.compile(r"<[^>]*>"), ""),
)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ADDRESS = re.compile(r"<?[^\s<>;]+@[^\s<>;]+>?")
_FILES = ("image", "audio", "video", "application")
_SIGNATURE = re.compile(r"signature|pkcs7|pgp|ms-tnef")
MOST_RECIPIENTS = 10


def read(raw: bytes, recipient: str, secret: str, at: datetime) -> Receipt | Answer | None:
    """`recipient`: of the envelope, where the mail server tells it; else whom the mail names."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    attempt_id = _attempt(mail, recipient, secret)
    if attempt_id:
        return _report(mail, attempt_id, at)
    return None if _automatic(mail) else _answer(mail, at)


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
    told = " ".join(_ADDRESS.sub("…", words).split())
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
        text = re.sub(
            r"<[^>]*>", "", re.sub(r"(?i)<(br|/p|/div)[^>]*>", "\n", re.sub(r"(?is)<(style|blockquote).*?</\1>", "", text))
        )
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").splitlines():
        if _QUOTES.match(line.strip()):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()[:LONGEST]


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
