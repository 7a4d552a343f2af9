"""What a service knows of a branch's calendar, from roster's events alone."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus.events import Event, with_sequence
from schoolbus.roster import RosterCopy
from schoolbus.scope import branch
from schoolbus.store import connect
from tests.support.roster import closed_on


@pytest.fixture
def copy(infrastructure: Infrastructure) -> Iterator[RosterCopy]:
    name = f"test_copy_{uuid4().hex[:8]}"
    with connect(infrastructure.mongodb_uri, "tests") as client:
        yield RosterCopy(client[name])
        client.drop_database(name)


def received(event: Event, sequence: int) -> Event:
    return type(event).decode(with_sequence(event.encode(), sequence))


def test_the_newest_calendar_counts_in_whatever_order_it_came(copy: RosterCopy) -> None:
    b1, b2 = branch("b1"), branch("b2")
    assert copy.holiday_on(b1, date(2027, 3, 10)) is None, "nothing is known yet"
    copy.keep_calendar(received(closed_on("b1", "Eid", "2027-03-10", "2027-03-12"), 2))
    copy.keep_calendar(received(closed_on("b1", "old news", "2027-01-01"), 1))
    days = [date(2027, 3, day) for day in (9, 10, 12, 13)]
    assert [copy.holiday_on(b1, day) is not None for day in days] == [False, True, True, False]
    assert (copy.holiday_on(b1, date(2027, 3, 11)) or {})["title"] == "Eid"
    assert copy.holiday_on(b1, date(2027, 1, 1)) is None
    assert copy.holiday_on(b2, date(2027, 3, 10)) is None
