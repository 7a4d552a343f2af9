"""E-mail over SMTP: text and HTML, a calendar file where there is one, and a Message-ID that stays the same when sent again.

Every attempt has a Return-Path of its own (VERP), so a bounce says what it is about. Whoever signs it by DKIM finds From, Date,
Message-ID and List-Unsubscribe set, and a body of seven bits that no server on the way has to write anew.
"""

import email.policy
import html
import re
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from services.notifications import open_links
from services.notifications.carriers import Carrier, NotTaken, Refused, Unsure
from services.notifications.opting import unsubscribe
from services.notifications.settings import Sending
from services.notifications.wording.languages import LANGUAGES, phrase
from services.notifications.wording.texts import UNSUBSCRIBE

POLICY = email.policy.SMTP.clone(cte_type="7bit")
TIMEOUT = 10  # seconds for each step of the conversation
_METHOD = re.compile(r"^METHOD:([A-Z]{1,20})\r?$", re.MULTILINE)  # of a calendar file
SERVERS_OWN = {500, 501, 502, 503, 504, 521, 530, 535}  # RFC 5321: what it says of us, not of the mailbox


class Mail(Carrier):
    name = "email.smtp"

    def __init__(self, settings: Sending) -> None:
        self.server = urlsplit(settings.smtp_url)
        self.sender = settings.mail_from
        self.bounces = settings.mail_bounces or parseaddr(settings.mail_from)[1]
        self.secret, self.public_url = settings.link_secret, settings.public_url

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        mail = as_mail(message, self.sender, unsubscribe.address(self.public_url, self.secret, message["_id"]))
        smtp = self._connect()
        try:
            smtp.send_message(mail, self._return_path(attempt_id), [message["address"]])
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

    def _return_path(self, attempt_id: str) -> str:
        name, _, domain = self.bounces.rpartition("@")
        return f"{name}+{open_links.attempt_code(self.secret, attempt_id)}@{domain}"

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


def as_mail(message: Mapping[str, Any], sender: str, leave: str) -> EmailMessage:
    """`leave`: the address by which the person ends e-mail from this branch."""
    mail = EmailMessage(POLICY)
    mail["From"], mail["To"], mail["Subject"] = sender, message["address"], message["subject"]
    mail["Date"] = format_datetime(message["created_at"])
    mail["Message-ID"] = f"<{message['_id']}@{parseaddr(sender)[1].rpartition('@')[2] or 'rabta'}>"
    mail["Content-Language"] = message["language"]
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: an out-of-office reply is not wanted
    mail["List-Unsubscribe"] = f"<{leave}>"  # RFC 2369, and the one click of RFC 8058
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    asked = phrase(UNSUBSCRIBE, message["language"])
    link = f"\n\n{message['link']}" if message["link"] else ""
    mail.set_content(f"{message['body']}{link}\n\n-- \n{asked}: {leave}\n", cte="quoted-printable")
    mail.add_alternative(_html(message, asked, leave), subtype="html", cte="quoted-printable")
    if message["calendar"]:
        method = _METHOD.search(message["calendar"])
        calendar = {"method": method[1] if method else "PUBLISH", "name": "meeting.ics"}  # RFC 6047: the same as inside
        mail.add_attachment(message["calendar"], subtype="calendar", params=calendar, filename="meeting.ics", cte="base64")
    return mail


def _html(message: Mapping[str, Any], asked: str, leave: str) -> str:
    direction = "rtl" if LANGUAGES[message["language"]].right_to_left else "ltr"
    body, link = html.escape(message["body"]).replace("\n", "<br>"), html.escape(message["link"] or "")
    told = f"<p>{body}</p>" + (f'<p dir="ltr"><a href="{link}">{link}</a></p>' if link else "")
    ending = f'<p><small><a href="{html.escape(leave)}">{html.escape(asked)}</a></small></p>'
    return f'<html lang="{message["language"]}" dir="{direction}"><body>{told}{ending}</body></html>'


def _no(code: int, words: bytes | str, address: str) -> Exception:
    """RFC 5321 section 4.2.1: 5yz is for good, 4yz for now."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return Refused(code, text, address, carriers_own=code in SERVERS_OWN) if code >= 500 else NotTaken(f"smtp_{code}")
