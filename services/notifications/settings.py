"""What notifications needs to know, beside what every process does."""

from dataclasses import dataclass
from functools import lru_cache

from schoolbus.settings import ClockTime, Count, Delays, Positive, Secrets, Url, UrlOrNone, load


class SmppUrl(UrlOrNone):
    """smpp://system_id:password@host:port, or smpps; empty for none."""

    __slots__ = ()
    schemes = ("smpp", "smpps")
    wants = "wants an address like smpp://system_id:password@host:port"


NO_OPERATOR = SmppUrl("")


class TranslatorUrl(UrlOrNone):
    """http or https; empty for none."""

    __slots__ = ()
    schemes = ("http", "https")
    wants = "wants an address like https://translate.example.pk"


NO_TRANSLATOR = TranslatorUrl("")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """When messages go, and how long each channel has: the service and its worker keep to the same.

    Waits are seconds without a receipt after which a message goes on to its next channel. Hours that begin when they end are
    none.
    """

    sms_wait: Positive = Positive(1800)
    whatsapp_wait: Positive = Positive(900)
    app_wait: Positive = Positive(14400)
    push_wait: Positive = Positive(14400)
    voice_wait: Positive = Positive(600)
    unknown_wait: Positive = Positive(900)  # after an attempt of which nobody knows what came
    quiet_from: ClockTime = ClockTime("21:00")
    quiet_to: ClockTime = ClockTime("09:00")
    friday_from: ClockTime = ClockTime("12:30")
    friday_to: ClockTime = ClockTime("14:30")
    digest_at: ClockTime = ClockTime("18:00")
    messages_per_day: Count = Count(5)  # to one person, beside what is urgent; the rest comes in the day's digest

    pack_settles: Positive = Positive(300)  # after an enrolment, until a pack's first part: siblings come a moment later
    voice_number: str = ""  # whose number families see when they are called, E.164; none: nobody is called

    def wait(self, channel: str | None) -> float | None:
        seconds: Positive | None = getattr(self, f"{channel}_wait", None)
        return seconds


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Those of this process."""
    return load(Rules)


@dataclass(frozen=True, kw_only=True)
class Receiving(Rules):
    """The service: links in texts, and the secrets by which carriers sign their calls."""

    public_url: Url
    count_every: Positive = Positive(86400)  # seconds between two counts of how far a branch's guardians are reached
    link_secret: Secrets  # signs addresses that are open without sign-in; the worker's too
    mail_inbound_token: str = ""  # of the mail server that hands us what comes back; none: nothing is taken
    sms_auth_token: str
    sms2_auth_token: str = ""
    whatsapp_app_secret: str
    whatsapp_verify_token: str
    vapid_private_key: str = ""  # PEM, of P-256: ours towards push services; none: no Web Push
    webhook_allow_private: bool = False  # webhooks and push by http and to addresses of our own network: for tests alone
    translate_url: TranslatorUrl = NO_TRANSLATOR  # LibreTranslate's, or one that speaks as it does; none: nothing is translated
    translate_key: str = ""
    translate_timeout: Positive = Positive(10)  # seconds for all of a call
    translate_per_day: Count = Count(100_000)  # characters of a branch, and of the chain
    message_days: Count = Count(1095)  # that a message and what was answered to it are kept


@dataclass(frozen=True, kw_only=True)
class Sending(Rules):
    """The worker. The rates are messages per second of the whole chain, however many workers there are.

    `sms2`: a second carrier of SMS, for when the first is out of order.
    """

    public_url: Url
    link_secret: Secrets
    mail_bounces: str = ""  # the mailbox that bounces come to, as NAME@DOMAIN; MAIL_FROM's where it is not set
    sms_api_url: Url
    sms_account_sid: str
    sms_auth_token: str
    sms_sender: str
    sms2_api_url: str = ""
    sms2_account_sid: str = ""
    sms2_auth_token: str = ""
    sms2_sender: str = ""
    whatsapp_api_url: Url
    whatsapp_phone_number_id: str
    whatsapp_access_token: str
    smtp_url: Url
    mail_from: str
    smpp_url: SmppUrl = NO_OPERATOR  # an operator's SMSC, beside or instead of the HTTP one
    smpp_sender: str = ""  # a number, a short code or a name; SMS_SENDER where it is not set
    smpp_hex_ids: bool = False  # the operator answers with hexadecimal ids and reports with decimal ones, as some do
    smpp_window: Count = Count(10)  # submissions under way at once
    sms_per_second: Positive = Positive(50)
    whatsapp_per_second: Positive = Positive(50)
    mail_per_second: Positive = Positive(20)
    branch_per_second: Positive = Positive(20)  # of each carrier's, at most, for one branch
    vapid_private_key: str = ""
    push_per_second: Positive = Positive(100)
    voice_api_url: str = ""  # of the same account as SMS; SMS_API_URL where it is not set
    voice_per_second: Positive = Positive(5)
    webhook_allow_private: bool = False  # as above
    webhook_delays: Delays = Delays("5,300,1800,7200,18000,36000,50400,72000,86400")
