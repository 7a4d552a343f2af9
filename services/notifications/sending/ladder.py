"""A person's ladder for a message: the channels by which it goes, one after the other until one is known to have reached
them."""

from collections.abc import Collection, Mapping
from typing import Any

from services.notifications.sending.channels import APP, CARRIED, CHANNELS, PAPER, PUSH, VOICE

Rung = dict[str, str | None]


def ladder(
    person: Mapping[str, Any],
    *,
    only: str | None = None,
    paper: bool = False,
    urgent: bool = False,
    failed: Collection[str] = (),
    left: Collection[str] = (),
    knocks: bool = False,
    calls: bool = True,
) -> tuple[list[Rung], str | None]:
    """The rungs, and why there is none, or none but paper.

    `only`: by this channel and no other. `paper`: everybody is to be reached, by a letter in the end. `failed`: channels whose
    address is known to be bad. `left`: those that the person wants no more. `knocks`: they
    have a device that shows what is new in the app. `calls`: there is somebody here to call them.
    """
    if not person["active"]:
        return [], "left"
    wanted = [only] if only else _wanted(person, urgent=urgent)
    rungs, missing = [], None
    for name in (PUSH if name == APP and knocks and PUSH not in left else name for name in wanted):
        field = CHANNELS[name].field if name in CHANNELS else None
        address = person.get(field) if field else None
        if name not in CHANNELS or (name == VOICE and not calls):
            continue
        if field and not address:
            missing = missing or f"no_{field}"
        elif name in left:
            missing = missing or "opted_out"
        elif name in failed:
            missing = missing or "contact_failed"
        else:
            rungs.append(_rung(name, address))
    if not rungs:
        missing = missing or "no_channel"
    if paper and not only and all(rung["channel"] != PAPER for rung in rungs):
        rungs.append(_rung(PAPER, None))
    by_carrier = any(rung["channel"] != PAPER for rung in rungs)
    return rungs, None if by_carrier else missing


def following(message: Mapping[str, Any], *, free: bool = False) -> int | None:
    """The number of the rung after the one that a message stands on. `free`: of the next for which no carrier is paid."""
    later = list(enumerate(message["ladder"]))[message["step"] + 1 :]
    return next((number for number, rung in later if not free or rung["channel"] not in CARRIED), None)


def _wanted(person: Mapping[str, Any], *, urgent: bool) -> list[str]:
    """The family's order. Who would rather hear is called first; who prefers paper gets a letter, unless it is urgent."""
    literacy = (person.get("preferences") or {}).get("literacy", "reads")
    first = [VOICE] if literacy == "voice" else [PAPER] if literacy == "paper" and not urgent else []
    return list(dict.fromkeys([*first, *person["channels"]]))


def _rung(channel: str, address: str | None) -> Rung:
    return {"channel": channel, "address": address}
