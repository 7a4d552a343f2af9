"""How a person can be reached: numbers in E.164, languages, channels."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from schoolbus.contracts.roster import CHANNELS, LANGUAGES

REGION = "PK"
DEFAULT_LANGUAGE = "ur"

_MOBILE = re.compile(
    r"(?:\+92|0092|0)[ -]?(3[0-9]{2})[ -]?([0-9]{7})"
)  # as nearly all are written: found in a twentieth of the library's time


@lru_cache(maxsize=1024)
def e164(written: str) -> str | None:
    """The number as machines dial it; None when nobody could have it. Without a country code it is Pakistani."""
    mobile = _MOBILE.fullmatch(written)
    return f"+92{mobile[1]}{mobile[2]}" if mobile else _parsed(written)


def _parsed(written: str) -> str | None:
    try:
        number = phonenumbers.parse(written, REGION)
    except NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def language(written: str) -> str | None:
    """None when it is one we don't have."""
    code = written.strip().lower() or DEFAULT_LANGUAGE
    return code if code in LANGUAGES else None


def channels(written: str) -> list[str] | None:
    """First choice first; None when there is one we don't have."""
    wanted = list(dict.fromkeys(word.strip().lower() for word in written.split(",") if word.strip()))
    return wanted if all(channel in CHANNELS for channel in wanted) else None


def default_channels(phone: str | None, email: str | None) -> list[str]:
    if phone:
        return ["sms"]
    return ["email"] if email else ["app"]


def sort_name(given: str, family: str) -> str:
    return f"{given} {family}".strip().casefold()


_CNIC = re.compile(r"[1-7]\d{4}-?\d{7}-?\d")  # province first, the last digit tells the sex
_NAMED_CNIC = re.compile(r"\{\s*(?:CNIC|NADRA|NICOP)\s*:\s*([\d-]+)\s*\}", re.IGNORECASE)


def national_id(identifier: str, user_ids: str) -> str | None:
    """A Pakistani identity card's number, its 13 digits: of `userIds` such as {CNIC:35202-1234567-1}, or else of `identifier`.

    None where there is none. An identifier may be anything: only what has the form of a card's number is taken for one.
    """
    if not identifier and not user_ids:
        return None
    named = _NAMED_CNIC.search(user_ids) if user_ids else None
    written = named[1] if named else identifier.strip()
    return written.replace("-", "") if _CNIC.fullmatch(written) else None
