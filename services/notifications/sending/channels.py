"""The channels: which field of a person holds the address, and what is special of each. One more is one row here."""

from dataclasses import dataclass

APP, PAPER, PUSH, SMS, VOICE = "app", "paper", "push", "sms", "voice"
IN_THE_APP = (APP, PUSH)  # delivered when it is fetched there


@dataclass(frozen=True)
class Channel:
    """`field`: of the person's row; None: it needs no address. `counts`: against the branch's limit."""

    name: str
    field: str | None
    handed_over: bool = True  # a carrier takes it from a worker
    counts: bool = True
    rings: bool = True  # somebody may be disturbed: it keeps to the hours, and to so many a day


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("sms", "phone"),
        Channel("whatsapp", "phone"),
        Channel("email", "email"),
        Channel("voice", "phone"),  # a call
        Channel("push", None, counts=False),  # instead of the app, for who has a device: it is there too
        Channel("app", None, handed_over=False, rings=False),
        Channel("paper", None, handed_over=False, rings=False),  # waits for its class's next print run
    )
}
CARRIED = tuple(channel.name for channel in CHANNELS.values() if channel.handed_over and channel.counts)


def rings(channel: str | None) -> bool:
    return channel in CHANNELS and CHANNELS[channel].rings
