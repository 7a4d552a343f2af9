"""How a person can be reached: numbers in E.164, languages, channels."""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from schoolbus.contracts.roster import CHANNELS, LANGUAGES

REGION = "PK"
DEFAULT_LANGUAGE = "ur"


@lru_cache(maxsize=1024)
def e164(written: str) -> str | None:
    """The number as machines dial it; None when nobody could have it. Without a country code it is Pakistani."""
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
