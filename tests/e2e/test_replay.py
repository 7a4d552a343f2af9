"""A damaged copy of the roster is rebuilt by the command, by way of outboxes, relays and broker, while people work on."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from schoolbus.replay.asking import main as replay
from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.waiting import eventually


@pytest.fixture
def client(platform: Platform) -> Iterator[MongoClient[Any]]:
    with MongoClient[Any](platform.infrastructure.mongodb_uri) as client:
        yield client


@pytest.mark.parametrize("reader", ["meetings", "reports", "notifications"])
def test_a_damaged_copy_is_whole_again(
    school: School, platform: Platform, client: MongoClient[Any], reader: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    branch_id = platform.id("branch", school.chain.branch_ids[0])
    copy = client[platform.database(reader)]
    newcomer = added(school)
    eventually(lambda: copy["people"].find_one({"_id": f"{branch_id}:{newcomer}"}))
    before = {kind: {row["_id"]: row for row in copy[kind].find()} for kind in ("people", "enrollments", "relations")}
    copy["people"].delete_many({"branch_id": branch_id, "roles": "guardian"})
    copy["enrollments"].update_many({"branch_id": branch_id}, {"$set": {"role": "guest"}})
    ghost = {"branch_id": branch_id, "version": 1, "active": True, "student_id": "ghost", "guardian_id": "ghost"}
    copy["relations"].insert_one({"_id": f"{branch_id}:ghost", **ghost})
    meanwhile = [added(school)]
    monkeypatch.setenv("MONGODB_URI", platform.infrastructure.mongodb_uri)
    monkeypatch.setenv("MONGODB_DATABASE", copy.name)
    assert replay([reader]) == 0
    assert "over, 3 branches" in capsys.readouterr().out.splitlines()[-1]
    meanwhile.append(added(school))
    for kind, rows in before.items():
        kept = {row["_id"]: row for row in copy[kind].find()}
        assert {id: kept.get(id) for id in rows} == rows, kind
    assert not copy["relations"].find_one({"_id": f"{branch_id}:ghost"})
    ids = [f"{branch_id}:{id}" for id in meanwhile]
    eventually(lambda: copy["people"].count_documents({"_id": {"$in": ids}}) == 2)
    assert replay([reader, "--status"]) == 0


def added(school: School) -> str:
    """A guardian whom the office adds."""
    draft = {"given_name": "Newcomer", "roles": ["guardian"]}
    return str(school.head.post(f"{school.branch}/people", {"people": [draft]})["people"][0]["person_id"])
