"""E-mail over SMTP: text and HTML, a calendar file where there is one, and a Message-ID that stays the same when sent again."""

import html
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from services.notifications.carriers import Carrier, NotTaken, Refused, Unsure
from services.notifications.languages import LANGUAGES
from services.notifications.settings import Sending

TIMEOUT = 10  # seconds for each step of the conversation
SERVERS_OWN = {500, 501, 502, 503, 504, 521, 530, 535}  # RFC 5321: what it says of us, not of the mailbox


class Mail(Carrier):
    name = "email.smtp"

    def __init__(self, settings: Sending) -> None:
        self.server = urlsplit(settings.smtp_url)
        self.sender = settings.mail_from

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        mail = as_mail(message, self.sender)
        smtp = self._connect()
        try:
            smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = next(iter(refusal.recipients.values()))
            raise _no(code, words, message["address"]) from refusal
        except smtplib.SMTPResponseException as refusal:
            raise _no(refusal.smtp_code, refusal.smtp_error, message["address"]) from refusal
        except smtplib.SMTPNotSupportedError as fault:  # an address in Urdu script, and a server that can't
            raise Refused("smtputf8", "the server takes no such address") from fault
        except (smtplib.SMTPException, OSError) as fault:
            raise Unsure("connection_broke") from fault
        finally:
            smtp.close()  # no QUIT: its answer could not change that the mail was taken
        return str(mail["Message-ID"])

    def _connect(self) -> smtplib.SMTP:
        host, secure, tls = self.server.hostname or "", self.server.scheme == "smtps", ssl.create_default_context()
        try:
            if secure:
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, self.server.port or 465, timeout=TIMEOUT, context=tls)
            else:
                smtp = smtplib.SMTP(host, self.server.port or 25, timeout=TIMEOUT)
            smtp.ehlo()
            if not secure and smtp.has_extn("starttls"):
                smtp.starttls(context=tls)
            if self.server.username:
                smtp.login(unquote(self.server.username), unquote(self.server.password or ""))
        except (smtplib.SMTPException, OSError) as fault:
            raise NotTaken("unreachable") from fault
        return smtp


def as_mail(message: Mapping[str, Any], sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, message["address"], message["subject"]
    mail["Date"] = format_datetime(message["created_at"])
    mail["Message-ID"] = f"<{message['_id']}@{parseaddr(sender)[1].rpartition('@')[2] or 'rabta'}>"
    mail["Content-Language"] = message["language"]
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: an out-of-office reply is not wanted
    link = f"\n\n{message['link']}" if message["link"] else ""
    mail.set_content(f"{message['body']}{link}\n")
    mail.add_alternative(_html(message), subtype="html")
    if message["calendar"]:
        calendar = {"method": "PUBLISH", "name": "meeting.ics"}
        mail.add_attachment(message["calendar"], subtype="calendar", params=calendar, filename="meeting.ics")
    return mail


def _html(message: Mapping[str, Any]) -> str:
    direction = "rtl" if LANGUAGES[message["language"]].right_to_left else "ltr"
    body, link = html.escape(message["body"]), html.escape(message["link"] or "")
    told = f"<p>{body}</p>" + (f'<p dir="ltr"><a href="{link}">{link}</a></p>' if link else "")
    return f'<html lang="{message["language"]}" dir="{direction}"><body>{told}</body></html>'


def _no(code: int, words: bytes | str, address: str) -> Exception:
    """RFC 5321 section 4.2.1: 5yz is for good, 4yz for now."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return Refused(code, text, address, carriers_own=code in SERVERS_OWN) if code >= 500 else NotTaken(f"smtp_{code}")
