"""Copies that are damaged or gone are rebuilt by the command, by way of outboxes, relays and broker, while people work on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from schoolbus.privacy import LAST
from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.waiting import eventually

OF_ROSTER = ("branches", "classes", "people", "enrollments", "relations")
TOLD_AGAIN = {"version": {"$lt": LAST}}  # of what is erased nobody tells again


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[MongoClient[Any]]:
    with MongoClient[Any](platform.infrastructure.mongodb_uri) as client:
        yield client


@pytest.mark.parametrize("reader", ["meetings", "reports", "notifications"])
def test_a_damaged_copy_is_whole_again(school: School, platform: Platform, client: MongoClient[Any], reader: str) -> None:
    branch_id = platform.id("branch", school.chain.branch_ids[0])
    copy = client[platform.database(reader)]
    newcomer = added(school)
    eventually(lambda: copy["people"].find_one({"_id": f"{branch_id}:{newcomer}"}))
    before = {kind: {row["_id"]: row for row in copy[kind].find()} for kind in ("people", "enrollments", "relations")}
    copy["people"].delete_many({"branch_id": branch_id, "roles": "guardian", "version": {"$lt": LAST}})
    told = {"branch_id": branch_id, "version": {"$lt": LAST}}  # of what is erased nobody tells again
    copy["enrollments"].update_many(told, {"$set": {"role": "guest"}})
    ghost = {"branch_id": branch_id, "version": 1, "active": True, "student_id": "ghost", "guardian_id": "ghost"}
    copy["relations"].insert_one({"_id": f"{branch_id}:ghost", **ghost})
    meanwhile = [added(school)]
    said = replay(platform, reader)
    assert "over, 3 branches" in said.splitlines()[-1], said
    meanwhile.append(added(school))
    for kind, rows in before.items():
        kept = {row["_id"]: row for row in copy[kind].find()}
        assert {id: kept.get(id) for id in rows} == rows, kind
    assert not copy["relations"].find_one({"_id": f"{branch_id}:ghost"})
    ids = [f"{branch_id}:{id}" for id in meanwhile]
    eventually(lambda: copy["people"].count_documents({"_id": {"$in": ids}}) == 2)
    assert replay(platform, reader, "--status") == said.splitlines()[-1] + "\n"


COPIED = {  # by reader and owner
    "meetings": {"roster": (*OF_ROSTER, "calendars"), "reports": ("briefs",)},
    "reports": {
        "roster": (*OF_ROSTER, "calendars", "machine_clients"),
        "meetings": ("participation",),
        "notifications": ("reach",),
    },
    "notifications": {"roster": (*OF_ROSTER, "calendars")},
}


@pytest.fixture(scope="module")
def told(school: School, client: MongoClient[Any], platform: Platform) -> None:
    """Each owner has something to tell."""
    branch_id = platform.id("branch", school.chain.branch_ids[0])
    family, child = school.guardian("apart"), school.child("apart")
    wanted = {"student_id": child, "teacher_id": school.teacher.person_id}
    meeting = family.post(f"{school.branch}/written-meetings", wanted)["written_meeting_id"]
    for each, question in ((family, "worries"), (school.teacher, "goes_well")):
        each.put(f"{school.branch}/written-meetings/{meeting}/answers", {"answers": {question: "Numbers."}})
    family.post(f"{school.branch}/home-notes", {"student_id": child, "kind": "strengths", "text": "She sings."})
    counted = client[platform.database("reports")]
    for kind in ("reach", "participation"):
        eventually(lambda kind=kind: counted[kind].find_one({"branch_id": branch_id}))
    eventually(lambda: client[platform.database("meetings")]["briefs"].find_one({"_id": f"{branch_id}:{child}"}))


@pytest.mark.parametrize("reader", COPIED)
def test_a_reader_that_has_lost_all_copies_has_them_again(
    school: School, platform: Platform, client: MongoClient[Any], told: None, reader: str
) -> None:
    copy = client[platform.database(reader)]
    kinds = [kind for of_owner in COPIED[reader].values() for kind in of_owner]
    before = {kind: rows_of(copy, kind) for kind in kinds}
    for kind in kinds:
        copy[kind].delete_many(TOLD_AGAIN)
    for owner in COPIED[reader]:
        said = replay(platform, reader, "--of", owner)
        assert "over, 3 branches" in said.splitlines()[-1], said
    for kind, rows in before.items():
        kept = rows_of(copy, kind)
        assert [row for id, row in rows.items() if not as_good(kept.get(id), row)] == [], kind


def as_good(kept: dict[str, Any] | None, row: dict[str, Any]) -> bool:
    """The same, or newer: messages and numbers of other stories go on."""
    return kept is not None and (kept == row or kept["version"] > row["version"])


def rows_of(copy: Any, kind: str) -> dict[str, Any]:
    return {row["_id"]: row for row in copy[kind].find(TOLD_AGAIN)}


def replay(platform: Platform, reader: str, *words: str) -> str:
    """What the command says."""
    of_reader = {"MONGODB_URI": platform.infrastructure.mongodb_uri, "MONGODB_DATABASE": platform.database(reader)}
    command = [sys.executable, "-m", "schoolbus", "replay", reader, *words]
    return subprocess.run(command, env={**os.environ, **of_reader}, check=True, capture_output=True, text=True).stdout


def added(school: School) -> str:
    """A guardian whom the office adds."""
    draft = {"given_name": "Newcomer", "roles": ["guardian"]}
    return str(school.head.post(f"{school.branch}/people", {"people": [draft]})["people"][0]["person_id"])
