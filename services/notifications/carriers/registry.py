"""The carriers of each channel, the preferred first. Another one is a builder in its row: it gives None where it isn't set
up."""

from collections.abc import Callable, Mapping, Sequence

from services.notifications.carriers import Carrier, mail, sms, whatsapp
from services.notifications.settings import Sending

Builder = Callable[[Sending], Carrier | None]

BUILDERS: Mapping[str, Sequence[Builder]] = {
    "sms": (sms.first, sms.second),
    "whatsapp": (whatsapp.WhatsApp,),
    "email": (mail.Mail,),
}


def carriers(settings: Sending) -> dict[str, list[Carrier]]:
    """Those that are set up, by channel."""
    built = {channel: [build(settings) for build in builders] for channel, builders in BUILDERS.items()}
    return {channel: [carrier for carrier in all if carrier is not None] for channel, all in built.items()}


def rate(settings: Sending, channel: str) -> float:
    """Messages per second that each of a channel's carriers takes."""
    rates = {"sms": settings.sms_per_second, "whatsapp": settings.whatsapp_per_second, "email": settings.mail_per_second}
    return rates[channel]
