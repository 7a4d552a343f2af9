"""Time. Stored and sent in UTC; people read it in the branch's zone."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

BRANCH_ZONE = ZoneInfo("Asia/Karachi")


def now() -> datetime:
    """The time in UTC, to the millisecond: what MongoDB keeps."""
    return as_kept(datetime.now(UTC))


def as_kept(moment: datetime) -> datetime:
    """UTC, to the millisecond, as MongoDB keeps it."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_the_minute(moment: datetime) -> datetime:
    """UTC, without its seconds: of what takes rooms and people by the minute."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def today() -> date:
    """The calendar day at the branches."""
    return datetime.now(BRANCH_ZONE).date()


def in_words(moment: datetime, zone: tzinfo = BRANCH_ZONE) -> str:
    """As people at the branch say it: 16:10 on Tuesday 1 December."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M} on {local:%A} {local.day} {local:%B}"
