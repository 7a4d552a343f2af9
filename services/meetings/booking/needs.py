"""What guardians told the roster that they need to meet: how they like to meet, and what the staff should have ready."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schoolbus.clock import BRANCH_ZONE
from services.meetings.booking.rules import TELEPHONE, VISIT

EVENING = 17  # hour of the branch's day from which it is evening
CALL = "call"
Person = Mapping[str, Any]


def needs_of(person: Person | None) -> list[str]:
    """Of schoolbus.contracts.roster.MEETING_NEEDS."""
    return list(((person or {}).get("preferences") or {}).get("meeting_needs") or [])


def way_of(ways: Mapping[str, str], needs: list[str], wanted: str | None = None) -> str:
    """How to meet: as wanted, or by telephone who asked for that, or as the teacher likes best."""
    if wanted is not None:
        return wanted
    if CALL in needs and TELEPHONE in ways:
        return TELEPHONE
    return next(iter(ways), VISIT)


def is_evening(moment: datetime) -> bool:
    return moment.astimezone(BRANCH_ZONE).hour >= EVENING
