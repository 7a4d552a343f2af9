"""Sends what waits. Each channel has its own claims, threads and pace: a carrier that fails holds up nobody else's messages."""

from schoolbus.settings import read
from schoolbus.work import Work
from services.notifications.carriers import Carrier
from services.notifications.carriers.mail import Mail
from services.notifications.carriers.sms import Sms
from services.notifications.carriers.whatsapp import WhatsApp
from services.notifications.delivery import claim, claim_code, deliver, deliver_code
from services.notifications.pace import Pace
from services.notifications.settings import Sending
from services.notifications.webhooks import delivering

THREADS = 4  # of each channel: most of their time is waiting for the carrier


def _channel(name: str, carrier: Carrier) -> Work:
    return Work(
        name,
        claim=lambda store: claim(store.messages, name),
        do=lambda store, message: deliver(store.messages, message, carrier),
        threads=THREADS,
    )


def _webhooks(name: str, *, slow: bool) -> Work:
    return Work(
        name,
        claim=lambda store: delivering.claim(store, slow=slow),
        do=lambda store, webhook: delivering.work_off(store, webhook, _settings),
        threads=THREADS,
    )


_settings = read(Sending)
_sms = Sms(_settings, Pace(_settings.sms_per_second))
WORK = [
    _channel("sms", _sms),
    _channel("whatsapp", WhatsApp(_settings, Pace(_settings.whatsapp_per_second))),
    _channel("email", Mail(_settings, Pace(_settings.mail_per_second))),
    Work(
        "sign-in codes",
        claim=lambda store: claim_code(store.codes),
        do=lambda store, code: deliver_code(store.codes, code, _sms),
        threads=2,
    ),
    _webhooks("webhooks", slow=False),
    _webhooks("slow webhooks", slow=True),  # those that fail or take long: nobody else waits for them
]
