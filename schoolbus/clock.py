"""Time. Stored and sent in UTC; people read it in the branch's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BRANCH_ZONE = ZoneInfo("Asia/Karachi")


def now() -> datetime:
    """The time in UTC, to the millisecond: what MongoDB keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def today() -> date:
    """The calendar day at the branches."""
    return datetime.now(BRANCH_ZONE).date()
