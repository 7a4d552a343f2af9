"""Which families are not reached, and why: by stated rules, the table RULES. Plain values.

Who is told and never answers is reached: many read and have nothing to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from schoolbus.contracts.notifications import TELLS_OF_READING

UNREAD_FOR = timedelta(weeks=3)
NO_CONTACT, ONLY_PAPER, UNREAD, OTHER_LANGUAGE = "no_contact", "only_paper", "unread", "other_language"
WORKS, PAPER = "works", "paper"  # of ReachCounted's `contact`


class Reason(NamedTuple):
    key: str
    en: str
    ur: str
    rule: str  # as docs/engagement.md prints it


REASONS = (
    Reason(
        NO_CONTACT,
        "No working contact",
        "کوئی درست رابطہ نہیں",
        "no guardian has a number, a mailbox or the app that works, and none wants paper",
    ),
    Reason(
        ONLY_PAPER,
        "Only paper reaches them",
        "صرف کاغذ کے ذریعے رابطہ",
        "no guardian has a contact that works, and at least one wants paper alone",
    ),
    Reason(
        UNREAD,
        "Nothing opened for three weeks",
        "تین ہفتوں سے کوئی پیغام نہیں کھولا",
        "a guardian has a contact that works, and for each such guardian who was told anything the first message that nobody"
        " opened is 21 days old or older",
    ),
    Reason(
        OTHER_LANGUAGE,
        "Told in another language",
        "دوسری زبان میں پیغام",
        "of what the family was told in the month at least half was in another language than they asked for, and of what went"
        " by a channel that tells of reading nothing was read",
    ),
)
BY_KEY = {reason.key: reason for reason in REASONS}


class Told(NamedTuple):
    """What is known of a guardian at the end of a month. None of it: notifications has not told of them."""

    guardian_id: str
    contact: str
    told: int = 0
    could_read: int = 0  # of told, by a channel that tells of reading
    read: int = 0
    other_language: int = 0
    last_read_on: str | None = None
    unread_since: str | None = None
    language: str = ""
    channels: tuple[str, ...] = ()  # by which they were told

    @classmethod
    def of(cls, reach: Mapping[str, Any], month: str) -> Told:
        """From a row of reach; its counts are those of its own month alone."""
        now = reach["month"] == month
        return cls(
            reach["guardian_id"],
            reach["contact"],
            told=reach["told"] if now else 0,
            could_read=could_read(reach) if now else 0,
            read=reach["read"] if now else 0,
            other_language=reach["other_language"] if now else 0,
            last_read_on=reach["last_read_on"],
            unread_since=reach["unread_since"],
            language=reach["language"],
            channels=tuple(sorted(name for name, of in reach["channels"].items() if of["told"])),
        )


def could_read(reach: Mapping[str, Any]) -> int:
    """Messages of which it is heard whether they were opened: of an SMS, a mail, a call or a letter nobody hears it."""
    return sum(of["told"] for channel, of in reach["channels"].items() if channel in TELLS_OF_READING)


def reasons(guardians: Sequence[Told], known: bool, on: date) -> list[str]:
    """Why a family is not reached; none where it is, or where nothing is known yet.

    `guardians`: those who may receive reports, as far as notifications has told of them; `known`: it has told of all of
    them. A family without any has nobody who could be told: no contact.
    """
    if not guardians:
        return [NO_CONTACT] if known else []
    found = []
    working = [each for each in guardians if each.contact == WORKS]
    if not working:
        if not known:
            return []
        return [ONLY_PAPER] if any(each.contact == PAPER for each in guardians) else [NO_CONTACT]
    before = (on - UNREAD_FOR).isoformat()
    asked = [each for each in working if each.told or each.unread_since or each.last_read_on]
    if known and asked and all(each.unread_since is not None and each.unread_since <= before for each in asked):
        found.append(UNREAD)
    told, other = sum(each.told for each in guardians), sum(each.other_language for each in guardians)
    could_read, read = sum(each.could_read for each in guardians), any(each.read for each in guardians)
    if could_read and other * 2 >= told and not read:
        found.append(OTHER_LANGUAGE)
    return found


def markdown() -> str:
    """The rules as docs/engagement.md has them."""
    lines = [f"| `{reason.key}` | {reason.en} | {reason.rule} |" for reason in REASONS]
    return "\n".join(["| reason | in words | when |", "|---|---|---|", *lines]) + "\n"


def shown(keys: Sequence[str]) -> list[dict[str, Any]]:
    return [{"reason": key, "text": BY_KEY[key].en, "text_ur": BY_KEY[key].ur} for key in keys]
