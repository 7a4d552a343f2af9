"""What notifications needs to know, beside what every process does."""

from dataclasses import dataclass
from typing import Self

from schoolbus.settings import Count, Delays, Positive, Secret, Url


class SmppUrl(Url):
    """smpp://system_id:password@host:port, or smpps; empty for none."""

    __slots__ = ()
    schemes = ("smpp", "smpps")
    wants = "wants an address like smpp://system_id:password@host:port"

    def __new__(cls, text: str) -> Self:
        return super().__new__(cls, text) if text else str.__new__(cls, "")


NO_OPERATOR = SmppUrl("")


@dataclass(frozen=True, kw_only=True)
class Receiving:
    """The service: links in texts, and the secrets by which carriers sign their calls."""

    public_url: Url
    link_secret: Secret  # signs addresses that are open without sign-in; the worker's too
    mail_inbound_token: str = ""  # of the mail server that hands us what comes back; none: nothing is taken
    sms_auth_token: str
    whatsapp_app_secret: str
    whatsapp_verify_token: str
    webhook_allow_private: bool = False  # webhooks by http and to addresses of our own network: for tests alone


@dataclass(frozen=True, kw_only=True)
class Sending:
    """The worker. The rates are messages per second and process."""

    public_url: Url
    link_secret: Secret
    mail_bounces: str = ""  # the mailbox that bounces come to, as NAME@DOMAIN; MAIL_FROM's where it is not set
    sms_api_url: Url
    sms_account_sid: str
    sms_auth_token: str
    sms_sender: str
    whatsapp_api_url: Url
    whatsapp_phone_number_id: str
    whatsapp_access_token: str
    smtp_url: Url
    mail_from: str
    smpp_url: SmppUrl = NO_OPERATOR  # an operator's SMSC, beside or instead of the HTTP one
    smpp_sender: str = ""  # a number, a short code or a name; SMS_SENDER where it is not set
    smpp_window: Count = Count(10)  # submissions under way at once
    sms_per_second: Positive = Positive(50)
    whatsapp_per_second: Positive = Positive(50)
    mail_per_second: Positive = Positive(20)
    webhook_allow_private: bool = False  # as above
    webhook_delays: Delays = Delays("5,300,1800,7200,18000,36000,50400,72000,86400")
