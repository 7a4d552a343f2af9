"""What report cards take of a branch's storage: told, and kept within its plans' limit."""

import uuid

import pytest

from schoolbus.contracts.reports import UsageMetered
from schoolbus.contracts.roster import BranchChanged
from services.reports.store import Store
from tests.reports.story import Branch, slug
from tests.support.roster import ALL
from tests.support.services import Service
from tests.support.waiting import eventually


@pytest.fixture
def full(reports: Service) -> Branch:
    """A branch with cards of one term, and no room for more."""
    branch = Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")
    branch.marks("First Term", s1="45", s2="30", s3="20")
    assert branch.issues("First Term")["issued"] == 3
    limited(branch, 0)
    return branch


def limited(branch: Branch, storage_mb: int | None) -> None:
    changed = BranchChanged(
        branch_id=branch.id,
        subject=branch.id,
        name="Gulberg",
        name_ur=None,
        services=list(ALL),
        active=True,
        limits={"messages_per_month": None, "storage_mb": storage_mb},
    )
    limited.sequence += 1
    branch.service.learn(changed, sequence=limited.sequence)


limited.sequence = 1


def test_usage_is_counted_from_what_is_stored_and_told(full: Branch) -> None:
    used = eventually(
        lambda: [said.data["used"] for said in full.heard(UsageMetered) if said.data["used"]["report_cards"] == 3], timeout=40
    )[-1]
    (card,) = full.cards("s1", full.guardian())
    path = f"report-cards/{card['report_card_id']}/pdf?language="
    of_one = sum(len(full.call("GET", path + edition, full.guardian()).content) for edition in ("en", "ur", "both"))
    assert of_one < used["storage_bytes"] < of_one * 6


def test_no_room_no_new_cards_and_those_that_are_there_stay(full: Branch) -> None:
    refused = full.asks_for_cards("Second Term")
    assert (refused.status_code, slug(refused)) == (409, "storage-full")
    assert refused.json()["storage_mb"] == 0
    assert full.cards("s1", full.guardian())[0]["term"] == "First Term"
    limited(full, 100)
    full.marks("Second Term", s1="45", s2="30", s3="20")
    assert full.issues("Second Term")["issued"] == 3


def test_what_is_stored_while_it_is_counted_is_counted_again(store: Store) -> None:
    counts = iter([1, 2])

    def count(branch_id: str, month: str) -> dict[str, int]:
        number = next(counts)
        if number == 1:
            store.metered.touch(branch_id)
        return {"report_cards": number, "storage_bytes": 0}

    store.metered.touch("b1")
    told = eventually(lambda: store.metered.tell(UsageMetered, count))
    assert [each["used"]["report_cards"] for each in told] == [2]
    assert store.metered.tell(UsageMetered, count) == [], "nothing is due any more"
