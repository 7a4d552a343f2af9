"""What waits for an office, in numbers."""

import pytest

from tests.notifications.schools import School
from tests.notifications.test_announcing import Board


@pytest.fixture
def school(stage):
    return School(stage)


def test_drafts_are_counted(stage, school):
    path = f"/v1/branches/{school.id}/messages-waiting"

    def counted():
        answer = stage.service.call("GET", path, school.head)
        assert answer.status_code == 200, answer.text
        return answer.json()

    before = counted()
    Board(stage, school).write()
    assert counted()["drafts"] == {"count": before["drafts"]["count"] + 1, "more": False}
    assert set(before) == {"drafts", "sending", "answers", "letters"}
