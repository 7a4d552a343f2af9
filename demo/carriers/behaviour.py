"""How a phone behaves: by the last four digits of its number, or as somebody set it. See demo/README.md."""

from demo.carriers.network import Channel

DELIVERS = "delivers"
NEVER_DELIVERS = "never_delivers"
FAILS = "fails"
RATE_LIMITED_ONCE = "rate_limited_once"
NO_WHATSAPP = "no_whatsapp"
RECEIPTS_IN_DISORDER = "receipts_in_disorder"
ANSWER_LOST_ONCE = "answer_lost_once"

ENDINGS = {
    "0001": NEVER_DELIVERS,
    "0002": FAILS,
    "0003": RATE_LIMITED_ONCE,
    "0004": NO_WHATSAPP,
    "0005": RECEIPTS_IN_DISORDER,
    "0006": ANSWER_LOST_ONCE,
}

EXPLAINED = {
    DELIVERS: "sent, then delivered; a WhatsApp message is read when the phone is opened on this page",
    NEVER_DELIVERS: "sent, and never delivered",
    FAILS: "the carrier reports a failure: SMS 30005, WhatsApp 131026",
    RATE_LIMITED_ONCE: "the first request is answered with 429; the next goes through",
    NO_WHATSAPP: "SMS is delivered; WhatsApp fails with 131026",
    RECEIPTS_IN_DISORDER: "delivered is reported before sent, and twice",
    ANSWER_LOST_ONCE: "the first message is taken, and the connection closed before the answer",
}

# What is reported of a message, one after the other, as (state, error).
_SMS_ERROR, _WHATSAPP_ERROR = 30005, 131026
_SMS_STEPS = {
    NEVER_DELIVERS: (("queued", None), ("sent", None)),
    FAILS: (("queued", None), ("sent", None), ("undelivered", _SMS_ERROR)),
    RECEIPTS_IN_DISORDER: (("delivered", None), ("sent", None), ("delivered", None), ("queued", None)),
}
_WHATSAPP_STEPS = {
    NEVER_DELIVERS: (("sent", None),),
    FAILS: (("failed", _WHATSAPP_ERROR),),
    NO_WHATSAPP: (("failed", _WHATSAPP_ERROR),),
    RECEIPTS_IN_DISORDER: (("delivered", None), ("sent", None), ("delivered", None)),
}
Steps = tuple[tuple[str, int | None], ...]


class Behaviour:
    """What is so at the moment; tests change it as it runs. `delay`: seconds between two states of a message."""

    def __init__(self, delay: float, callbacks: bool) -> None:
        self._at_first = (delay, callbacks)
        self.reset()

    def reset(self) -> None:
        self.delay, self.callbacks = self._at_first
        self.outage = False  # every request is answered with 503
        self.window_refused_at_once = False  # free text outside WhatsApp's 24 hours: an error in the answer, not a receipt
        self.phones: dict[str, str] = {}
        self._met: set[tuple[str, str]] = set()

    def of(self, phone: str) -> str:
        return self.phones.get(phone) or ENDINGS.get(phone[-4:], DELIVERS)

    def once(self, channel: Channel, phone: str, what: str) -> bool:
        """True the first time that a phone with the behaviour `what` is met on a channel."""
        if self.of(phone) != what or (channel, phone) in self._met:
            return False
        self._met.add((channel, phone))
        return True

    def steps(self, channel: Channel, phone: str) -> Steps:
        if channel == "sms":
            return _SMS_STEPS.get(self.of(phone), (("queued", None), ("sent", None), ("delivered", None)))
        return _WHATSAPP_STEPS.get(self.of(phone), (("sent", None), ("delivered", None)))
