"""Erasure: who may, when, and that nothing of the person is left or comes back, while counts stay."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from schoolbus.caller import Caller
from schoolbus.contracts import meetings, notifications, reports
from schoolbus.contracts.roster import PersonErased
from tests.roster.chain import ENDED, Chain
from tests.roster.sets import RosterSet
from tests.roster.twice import Twice
from tests.support.waiting import eventually

OLD = RosterSet().change("users", "s1", givenName="Zarnigar")  # a name that is in no other test
WITHOUT = (
    OLD.drop("users", "s1").drop("roles", "s1-student").drop("enrollments", "e2").drop("demographics", "s1")
)  # she has left


@pytest.fixture(scope="module")
def left(school: Chain) -> Chain:
    for content in (OLD, WITHOUT):
        assert school.imports(content)["state"] == "done"
    return school


@pytest.fixture
def database(left: Chain) -> Iterator[Any]:
    with MongoClient(left.roster.infrastructure.mongodb_uri) as client:
        yield client[left.roster.database]


def asks(school: Chain, who: str = "h1", confirm: str = "Zarnigar Khan", person: str = "s1", role: str = "head") -> Any:
    path = f"/v1/branches/{{b1}}/people/{school.person(person)}/erasure"
    return school.call("POST", path, school.caller(who, role), json={"reason": "request", "confirm": confirm})


def erasures(school: Chain) -> list[dict[str, Any]]:
    return list(school.call("GET", "/v1/branches/{b1}/erasures", school.caller("h1", "head")).json()["items"])


def slug(answer: Any) -> str:
    return str(answer.json()["type"]).rsplit("/", 1)[1]


def test_not_while_they_are_in_the_roster_and_not_by_everybody(school: Chain) -> None:
    active = asks(school, confirm="Ghazala Khan", person="g1")
    assert (active.status_code, slug(active)) == (409, "still-active")
    assert school.source in active.json()["detail"], "where to end them"
    for who, role in (("g1", "guardian"), ("t1", "teacher"), ("o1", "office")):
        assert asks(school, who, role=role).status_code == 403
    assert asks(school, person="s2").status_code == 404, "of the other branch"


def test_a_wrong_name_erases_nobody(left: Chain) -> None:
    answer = asks(left, confirm="Sara Khan")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["confirm"])
    assert "Zarnigar" not in answer.text


def test_it_waits_for_another_and_can_be_called_off(left: Chain) -> None:
    erasure = asks(left).json()
    assert (erasure["state"], asks(left, confirm=" zarnigar  khan ").json()["erasure_id"]) == ("asked", erasure["erasure_id"])
    path = f"/v1/branches/{{b1}}/erasures/{erasure['erasure_id']}"
    alone = left.call("POST", f"{path}/confirmation", left.caller("h1", "head"))
    assert (alone.status_code, slug(alone)) == (403, "second-person")
    assert left.call("POST", f"{path}/confirmation".replace("{b1}", "{b2}"), left.operator).status_code == 404
    for _ in range(2):
        assert left.call("DELETE", path, left.caller("h1", "head")).json()["state"] == "called-off"
    assert slug(left.call("POST", f"{path}/confirmation", left.operator)) == "called-off"


def test_erased_nothing_is_left_and_no_old_set_brings_them_back(left: Chain, database: Any) -> None:
    before = {name: database[name].count_documents({}) for name in ("people", "enrollments", "relations")}
    erasure = asks(left).json()
    path = f"/v1/branches/{{b1}}/erasures/{erasure['erasure_id']}"
    confirmed = left.call("POST", f"{path}/confirmation", left.operator)
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "erasing")
    assert left.call("POST", f"{path}/confirmation", left.operator).json()["confirmed_at"] == confirmed.json()["confirmed_at"]
    (told,) = eventually(lambda: [e for e in left.roster.heard(PersonErased) if e.data["person_id"] == left.person("s1")])
    assert (told.data["erasure_id"], told.data["branch_ids"]) == (erasure["erasure_id"], [left.branch()])
    assert slug(left.call("DELETE", path, left.caller("h1", "head"))) == "too-late"

    answer = [kind(branch_id="chain", subject="s", erasure_id=erasure["erasure_id"], counts={"people": 1}) for kind in KINDS]
    left.roster.say(*answer, *answer)
    done = eventually(lambda: [e for e in erasures(left) if e["state"] == "done"])
    assert set(done[0]["services"]) == {"roster", "meetings", "reports", "notifications"}

    for again in (OLD, WITHOUT, OLD):
        assert left.imports(again)["state"] == "done"
    person = database["people"].find_one({"_id": left.person("s1")})
    assert (person["given_name"], person["active"], person["sourced_id"]) == ("", False, "")
    assert person["modified_at"] == person["erased_at"], "who reads what has changed hears of it"
    assert database["demographics"].find_one({"_id": left.person("s1")}) is None
    for collection in ("enrollments", "relations"):
        assert list(database[collection].find({"$or": [{"person_id": person["_id"]}, {"student_id": person["_id"]}]})) == []
    assert {name: database[name].count_documents({}) for name in before} == before, "counts stay"
    assert asks(left).status_code == 404
    head = left.caller("h1", "head")
    assert left.call("POST", f"/v1/branches/{{b1}}/people/{left.person('s1')}/exports", head).status_code == 404
    everything = str([list(database[name].find()) for name in database.list_collection_names() if name != "chunks"])
    assert "Zarnigar" not in everything


KINDS = (meetings.PersonErased, reports.PersonErased, notifications.PersonErased)


def everything_of(database: Any) -> str:
    """All that the service keeps, but what waits to be told."""
    return str([list(database[name].find()) for name in database.list_collection_names() if name not in ("chunks", "exports")])


def erases(chain: Chain, sourced_id: str, name: str, branch: str = "b1") -> None:
    path = f"/v1/branches/{chain.branch(branch)}"
    asked = chain.call(
        "POST",
        f"{path}/people/{chain.person(sourced_id)}/erasure",
        chain.caller("h1", "head"),
        json={"reason": "request", "confirm": name},
    )
    assert asked.status_code == 202, asked.text
    confirmed = chain.call("POST", f"{path}/erasures/{asked.json()['erasure_id']}/confirmation", chain.operator)
    assert confirmed.status_code == 200, confirmed.text


def without_erasure(database: Any, person_id: str) -> str:
    """The person's own empty record and the erasure name the id; nothing else does."""
    database["people"].delete_one({"_id": person_id})
    database["erasures"].delete_many({"person_id": person_id})
    return everything_of(database)


def test_of_a_merged_guardian_no_id_is_left_either(chain: Chain, mongo: Any) -> None:
    twice = Twice(chain)
    twice.merges()
    there = twice.there
    assert there.imports(twice.there_set.drop("roles", "g3-relative").drop("users", "g3"))["state"] == "done"
    pulled = {"_id": f"{there.source}\x1froles\x1fg3", "branch_id": [], "source": there.source, "user": "g3", "roles": []}
    mongo["pulled_roles"].insert_one(pulled)
    erases(there, "g3", "Ghazala Khan")
    relation = mongo["relations"].find_one({"_id": there.id("relation", "s3\x1fg3")})
    assert relation["sourced_id"] == ""
    assert mongo["pulled_roles"].find_one({"_id": pulled["_id"]}) is None
    assert there.person("g3") not in without_erasure(mongo, there.person("g3"))


def test_of_staff_who_decided_no_id_is_left(chain: Chain, mongo: Any) -> None:
    """Who confirmed or left an import, and who took a step of a subscription that somebody else had asked for."""
    chain.imports()
    who = Caller(chain.person("o1"), operator=True)
    more = RosterSet().change("users", "t1", givenName="Tahir")
    for word in ("cancellation", "confirmation"):
        waits = chain.previews(more)
        answer = chain.call("POST", f"/v1/imports/{waits['import_id']}/{word}", who)
        assert answer.ok, answer.text
        chain.rests(waits["import_id"], ENDED)
    chain.call("PUT", f"/v1/plans/{chain.source}", chain.operator, json={"name": {"en": "All"}, "services": ["reports"]})
    path = f"/v1/branches/{chain.branch()}/subscriptions"
    asked = chain.call("POST", path, chain.caller("h1", "head"), json={"plan_id": chain.source})
    assert asked.status_code == 201, asked.text
    approved = chain.call("POST", f"{path}/{asked.json()['subscription_id']}/approval", who, json={})
    assert approved.status_code == 200, approved.text
    chain.imports(more.drop("roles", "o1-siteAdministrator").drop("users", "o1"))
    erases(chain, "o1", "Owais Dar")
    assert chain.person("o1") not in without_erasure(mongo, chain.person("o1"))
