"""What waits for an office, in numbers."""

from schoolbus.waiting import waits
from tests.reports.attending import Attendance
from tests.reports.carding import CardRun
from tests.reports.story import Branch
from tests.support.people import head, office


def test_what_waits_and_who_is_away_today(branch: Branch) -> None:
    school = Attendance(branch)
    before = school.read("reports-waiting", office(branch_id=branch.id))
    school.takes("s1", day=0)
    school.takes("s2", day=-1)
    CardRun(branch, "Counted term", "s1", "s2")
    after = school.read("reports-waiting", head(branch_id=branch.id))
    assert after["today"]["absent"] == before["today"]["absent"] + 1
    assert after["reasons"] == {"count": before["reasons"]["count"] + 2, "more": False}
    assert after["review"]["count"] == before["review"]["count"] + 1, "a run, not its cards"
    assert after["approve"] == before["approve"]
    assert branch.call("GET", "reports-waiting", branch.teacher()).status_code == 403


def test_nobody_counts_further_than_anybody_would() -> None:
    assert waits(999) == {"count": 999, "more": False}
    assert waits(1000) == {"count": 999, "more": True}
