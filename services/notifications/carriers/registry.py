"""The carriers of each channel, the preferred first. Another one is a builder in its row: it gives None where it isn't set
up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.work import Work
from services.notifications.carriers import Carrier, calls, mail, push, sms, whatsapp
from services.notifications.carriers.smpp import building as smpp
from services.notifications.carriers.windows import Windows
from services.notifications.pushing.devices import Devices
from services.notifications.speaking import notes
from services.notifications.speaking.speakers import CannotSpeak, Espeak

if TYPE_CHECKING:
    from services.notifications.settings import Sending
    from services.notifications.store import Store

SPEAKER = Espeak()
Builder = Callable[["Sending", "Store"], Carrier | None]

BUILDERS: Mapping[str, Sequence[Builder]] = {
    "sms": (smpp.build, lambda settings, _: sms.first(settings), lambda settings, _: sms.second(settings)),
    "whatsapp": (lambda settings, store: whatsapp.WhatsApp(settings, Windows(store), _ogg(settings, store)),),
    "voice": (lambda settings, store: calls.Calls(settings, _note(settings, store)),),
    "push": (lambda settings, store: push.Push(settings, Devices(store)),),
    "email": (lambda settings, _: mail.Mail(settings),),
}


def carriers(settings: Sending, store: Store) -> dict[str, list[Carrier]]:
    """Those that are set up, by channel."""
    built = {channel: [build(settings, store) for build in builders] for channel, builders in BUILDERS.items()}
    return {channel: [carrier for carrier in all if carrier is not None] for channel, all in built.items()}


def _note(settings: Sending, store: Store) -> calls.Note:
    def note(message: Mapping[str, Any]) -> str:
        notes.ready(store, message, SPEAKER)
        return notes.url(settings.public_url, settings.link_secret, message["_id"], "wav")

    return note


def _ogg(settings: Sending, store: Store) -> whatsapp.Note:
    """None where it can't be had as OGG/Opus, which is all that WhatsApp plays."""

    def note(message: Mapping[str, Any]) -> str | None:
        try:
            found = notes.ready(store, message, SPEAKER)
        except CannotSpeak:
            return None
        return notes.url(settings.public_url, settings.link_secret, message["_id"], "ogg") if found["ogg"] else None

    return note


def inboxes(carriers: Mapping[str, Sequence[Carrier]]) -> list[Work]:
    """What a carrier brings by itself, over the line that it is sent by."""
    return [piece for those in carriers.values() for carrier in those for piece in smpp.inbox_of(carrier)]


def rate(settings: Sending, channel: str) -> float:
    """Messages per second that each of a channel's carriers takes."""
    rates = {
        "sms": settings.sms_per_second,
        "whatsapp": settings.whatsapp_per_second,
        "voice": settings.voice_per_second,
        "push": settings.push_per_second,
        "email": settings.mail_per_second,
    }
    return rates[channel]
