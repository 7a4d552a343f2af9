"""A started meetings service that knows two small branches of the same names."""

from collections.abc import Callable

import pytest

from tests.meetings.story import Meetings
from tests.support.roster import small_branch
from tests.support.services import Service


@pytest.fixture(scope="module")
def meetings(started: Callable[..., Service]) -> Meetings:
    story = Meetings(started("meetings"))
    story.knows(*small_branch("b1"), *small_branch("b2"))
    return story
