"""What becomes of a written meeting: plain rules.

```
 asked ──one side answers──▶ answered ──the other──▶ done
   └───────── a week ────────────┴────────▶ lapsed
```

Nobody reads the other side's answers before both have answered or the week is over: nobody writes what fits.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from schoolbus.clock import BRANCH_ZONE
from services.meetings.writing.forms import SIDES

ASKED, ANSWERED, DONE, LAPSED = "asked", "answered", "done", "lapsed"
STATES = (ASKED, ANSWERED, DONE, LAPSED)
OPEN = (ASKED, ANSWERED)
WEEK = timedelta(days=7)
REMINDED = timedelta(days=2)  # before the end


def answer_by(asked_on: date) -> datetime:
    """The end of the seventh day after it, branch time; UTC."""
    return datetime.combine(asked_on + WEEK + timedelta(days=1), time(), BRANCH_ZONE).astimezone(UTC)


def last_day(answer_by: datetime) -> date:
    """On which they may answer, branch time: at its end it is over."""
    return (answer_by.astimezone(BRANCH_ZONE) - timedelta(minutes=1)).date()


def after(answered: Collection[str], *, over: bool = False) -> str:
    """The state, by which sides have answered, and whether the week is over."""
    if set(answered) == set(SIDES):
        return DONE
    if over:
        return LAPSED
    return ANSWERED if answered else ASKED


def takes_answers(state: str, answer_by: datetime, now: datetime) -> bool:
    """One may say it better until the other has answered."""
    return state in OPEN and now < answer_by


def shows_the_other(state: str) -> bool:
    return state in (DONE, LAPSED)


def missing(answered: Collection[str]) -> list[str]:
    return [side for side in SIDES if side not in answered]
