"""Time. Stored and sent in UTC; people read it in the branch's zone."""

from datetime import UTC, date, datetime
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
