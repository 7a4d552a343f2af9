"""The carriers of each channel, the preferred first. Another one is a builder in its row: it gives None where it isn't set
up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from schoolbus.work import Work
from services.notifications.carriers import Carrier, mail, push, sms, whatsapp
from services.notifications.carriers.smpp import building as smpp
from services.notifications.carriers.windows import Windows
from services.notifications.pushing.devices import Devices

if TYPE_CHECKING:
    from services.notifications.settings import Sending
    from services.notifications.store import Store

Builder = Callable[["Sending", "Store"], Carrier | None]

BUILDERS: Mapping[str, Sequence[Builder]] = {
    "sms": (smpp.build, lambda settings, _: sms.first(settings), lambda settings, _: sms.second(settings)),
    "whatsapp": (lambda settings, store: whatsapp.WhatsApp(settings, Windows(store)),),
    "push": (lambda settings, store: push.Push(settings, Devices(store)),),
    "email": (lambda settings, _: mail.Mail(settings),),
}


def carriers(settings: Sending, store: Store) -> dict[str, list[Carrier]]:
    """Those that are set up, by channel."""
    built = {channel: [build(settings, store) for build in builders] for channel, builders in BUILDERS.items()}
    return {channel: [carrier for carrier in all if carrier is not None] for channel, all in built.items()}


def inboxes(carriers: Mapping[str, Sequence[Carrier]]) -> list[Work]:
    """What a carrier brings by itself, over the line that it is sent by."""
    return [piece for those in carriers.values() for carrier in those for piece in smpp.inbox_of(carrier)]


def rate(settings: Sending, channel: str) -> float:
    """Messages per second that each of a channel's carriers takes."""
    rates = {
        "sms": settings.sms_per_second,
        "whatsapp": settings.whatsapp_per_second,
        "push": settings.push_per_second,
        "email": settings.mail_per_second,
    }
    return rates[channel]
