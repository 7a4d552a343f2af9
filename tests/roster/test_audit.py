"""The audit trail, as the head of a branch searches it."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.contracts import reports
from schoolbus.ids import new_id
from schoolbus.scope import WHOLE_CHAIN
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.support.waiting import eventually


def access(school: Chain, **more: Any) -> dict[str, Any]:
    return {
        "entry_id": new_id(),
        "at": now().isoformat(),
        "person_id": school.person("t1"),
        "role": "teacher",
        "right": "see today",
        "action": "read",
        "branch_id": school.branch(),
        "student_ids": [school.person("s1")],
        "class_id": None,
        "outcome": "allowed",
        "correlation_id": "c-1",
        **more,
    }


def says(school: Chain, *items: dict[str, Any]) -> None:
    school.roster.say(reports.AccessNoted(branch_id="chain", subject="reports.accesses", items=list(items)))


def found(school: Chain, **query: Any) -> list[dict[str, Any]]:
    answer = school.call("GET", "/v1/branches/{b1}/audit", school.caller("h1", "head"), params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_what_a_service_said_is_found_once_with_names(school: Chain) -> None:
    item = access(school)
    says(school, item)
    says(school, item)
    (entry,) = eventually(lambda: found(school, student_id=school.person("s1"), person_id=school.person("t1")))
    assert entry["who"]["name"] == "Tahira Malik"
    assert [child["name"] for child in entry["children"]] == ["Sana Khan"]
    assert (entry["right"], entry["outcome"], entry["correlation_id"]) == ("see today", "allowed", "c-1")


def test_an_entry_about_a_class_counts_for_the_children_in_it(school: Chain) -> None:
    item = access(school, student_ids=[], class_id=school.id("class", "c1"), right="mark")
    says(school, item)
    (entry,) = eventually(lambda: [e for e in found(school, student_id=school.person("s3")) if e["right"] == "mark"])
    assert entry["class_title"] == "5-A"
    assert [child["name"] for child in entry["children"]] == ["Sara Noor"], "of others nothing, when one is asked for"


@pytest.mark.parametrize("outcomes", [("allowed", "failed"), ("failed", "allowed")])
def test_a_change_that_failed_is_so_in_either_order(school: Chain, outcomes: tuple[str, str]) -> None:
    item = access(school, right="write home notes", action="change")
    for outcome in outcomes:
        with school.roster.processes["serve"].handles("reports.access_noted.v1"):
            says(school, {**item, "outcome": outcome})
    (entry,) = (each for each in found(school) if each["entry_id"] == item["entry_id"])
    assert entry["outcome"] == "failed"


def test_newest_first_in_pages_and_within_a_time(school: Chain) -> None:
    hours = {hour: access(school, at=(now() - timedelta(days=300, hours=hour)).isoformat()) for hour in range(4)}
    says(school, *hours.values())
    until = (now() - timedelta(days=200)).isoformat()
    eventually(lambda: len(found(school, until=until)) == 4)
    pages, after = [], None
    while True:
        query = {"until": until, "limit": 3, "after": after}
        page = school.call("GET", "/v1/branches/{b1}/audit", school.caller("h1", "head"), params=query).json()
        pages += [entry["entry_id"] for entry in page["items"]]
        if (after := page["next"]) is None:
            break
    assert pages == [hours[hour]["entry_id"] for hour in range(4)]
    assert len(found(school, until=until, since=(now() - timedelta(days=300, hours=1.5)).isoformat())) == 2


def test_rosters_own_looks_are_there_and_looking_is_one(school: Chain) -> None:
    school.call("GET", "/v1/branches/{b1}/people?role=student", school.caller("o1", "office"))
    school.call("GET", f"/v1/branches/{{b1}}/classes/{school.id('class', 'c1')}", school.caller("t2", "teacher"))
    found(school, student_id=school.person("s1"))
    mine = eventually(
        lambda: (
            {"see people", "see members of a class", "see the audit trail"}
            <= {entry["right"] for entry in found(school, student_id=school.person("s1"))}
            and found(school, student_id=school.person("s1"))
        )
    )
    assert [e["outcome"] for e in mine if e["right"] == "see members of a class"] == ["refused"]
    assert {e["who"]["name"] for e in mine if e["right"] == "see the audit trail"} == {"Hina Baig"}


def test_whoever_sees_a_family_has_seen_the_brothers_and_sisters(school: Chain) -> None:
    for who, role in (("o1", "office"), ("t1", "teacher")):
        path = f"/v1/branches/{{b1}}/people/{school.person('s1')}/family"
        assert school.call("GET", path, school.caller(who, role)).status_code == 200

    def seen(sourced_id: str) -> set[str]:
        entries = found(school, student_id=school.person(sourced_id))
        return {entry["who"]["id"] for entry in entries if entry["right"] == "see families"}

    eventually(lambda: seen("s1") == {school.person("o1"), school.person("t1")})
    assert seen("s2") == {school.person("o1")}, "who is elsewhere, a teacher is not shown"


def test_a_look_at_a_guardian_or_their_preferences_is_one_at_their_children(school: Chain) -> None:
    office = school.caller("o1", "office")
    for path in (f"people/{school.person('g3')}", f"people/{school.person('g3')}/preferences"):
        assert school.call("GET", f"/v1/branches/{{b1}}/{path}", office).status_code == 200
    eventually(
        lambda: (
            {"see people", "see preferences"}
            <= {e["right"] for e in found(school, student_id=school.person("s3"), person_id=school.person("o1"))}
        )
    )


def test_for_the_head_and_the_operator_alone(school: Chain) -> None:
    for who, role in (("g1", "guardian"), ("t1", "teacher"), ("o1", "office")):
        assert school.call("GET", "/v1/branches/{b1}/audit", school.caller(who, role)).status_code == 403
    assert school.call("GET", "/v1/branches/{b2}/audit", school.caller("h1", "head")).status_code == 403
    assert school.call("GET", "/v1/branches/{b1}/audit", school.operator).status_code == 200


def test_another_branchs_entries_are_not_shown(school: Chain) -> None:
    item = access(school, branch_id=school.branch("b2"), student_ids=[school.person("s2")])
    says(school, item)
    in_b2 = "/v1/branches/{b2}/audit"
    eventually(lambda: school.call("GET", in_b2, school.operator, params={"student_id": school.person("s2")}).json()["items"])
    assert found(school, student_id=school.person("s2"), person_id=school.person("t1")) == []


def test_how_long_an_entry_is_kept_and_where(store: Store) -> None:
    base = {"at": now().isoformat(), "person_id": "p", "right": "see today", "branch_id": "b1", "student_ids": ["s"]}
    more = {"class_id": None, "outcome": "allowed", "correlation_id": None}
    own, staff, change = (
        {**base, **more, "entry_id": id, "role": role, "action": action}
        for id, role, action in (("1", "guardian", "read"), ("2", "head", "read"), ("3", "guardian", "change"))
    )
    store.audit.keep(store, [own, staff, change])
    kept = {e["_id"]: (e["forget_at"] - e["at"]).days for e in store.audit.entries.find(WHOLE_CHAIN)}
    assert kept == {"1": 90, "2": 1095, "3": 1095}
    assert store.audit.entries.collection.database.name == f"{store.database.name}_audit"
    assert "entries" not in store.database.list_collection_names()
    store.database.client.drop_database(f"{store.database.name}_audit")
