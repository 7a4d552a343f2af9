"""Whose relations change, has changed to those who read the roster by dateLastModified: their `agents` are others then."""

from datetime import datetime

import pytest

from schoolbus.caller import Caller
from schoolbus.clock import now
from services.roster.provider.shapes import BASE
from tests.roster.chain import Chain
from tests.roster.deltas import delta
from tests.roster.hand import HandKept
from tests.roster.machines import Machine
from tests.roster.sets import RosterSet
from tests.roster.twice import Twice
from tests.support.people import operator
from tests.support.services import Service


def changed(roster: Service, caller: Caller, since: datetime) -> dict[str, set[str]]:
    """Who has changed since a moment, and their agents."""
    query = {"filter": f"dateLastModified>='{since:%Y-%m-%dT%H:%M:%S.%fZ}'", "limit": "5000"}
    answer = roster.call("GET", f"{BASE}/users", caller, params=query)
    assert answer.status_code == 200, answer.text
    return {user["sourcedId"]: {agent["sourcedId"] for agent in user.get("agents", [])} for user in answer.json()["users"]}


def test_a_delta_that_only_changes_agents(chain: Chain):
    before = RosterSet()
    chain.imports(before)
    machine = Machine(chain, "b1", "b2").caller
    since = now()
    after = before.change("users", "s3", agentSourcedIds="g1")
    assert chain.imports(delta(before, after, ["users"]))["counts"]["users"]["changed"] == 0, "the people are as they were"
    s1, s2, s3, g1, g3 = (chain.person(id) for id in ("s1", "s2", "s3", "g1", "g3"))
    assert changed(chain.roster, machine, since) == {s3: {g1, g3}, g1: {s1, s2, s3}}
    since = now()
    chain.imports(before)
    assert changed(chain.roster, machine, since) == {s3: {g3}, g1: {s1, s2}}, "what is gone counts as well"
    since = now()
    chain.imports(before)
    assert changed(chain.roster, machine, since) == {}, "the same again touches nobody"


def test_whoever_an_import_writes_for_the_first_time_is_not_written_twice(chain: Chain, mongo):
    """All is new in a first import: hundreds of thousands of relations would each cost two people."""
    chain.imports()
    people = {person["_id"]: person["modified_at"] for person in mongo.people.find({"source": chain.source})}
    first = min(row["modified_at"] for row in mongo.relations.find({"source": chain.source}))
    assert people
    assert all(moment <= first for moment in people.values())


def test_a_relation_made_changed_and_ended_by_hand(roster: Service):
    branch = HandKept(roster)
    (student,) = branch.students(1)
    other = branch.students(1)[0]
    guardian = branch.guardian(other)["guardian"]["person_id"]
    since = now()
    made = branch.does("POST", f"/people/{student}/guardians", json={"person_id": guardian})
    assert changed(roster, operator(), since) == {student: {guardian}, guardian: {student, other}}
    since = now()
    answer = branch.call("DELETE", f"/relations/{made['relation_id']}", params={"version": made["version"]})
    assert answer.ok, answer.text
    assert changed(roster, operator(), since) == {student: set(), guardian: {other}}


@pytest.fixture
def twice(chain: Chain) -> Twice:
    return Twice(chain)


def test_a_merge_and_a_split(twice: Twice):
    kept, other, child = twice.kept, twice.other, twice.there.person("s3")
    own = {twice.here.person(id) for id in ("s1", "s2")}
    since = now()
    twice.merges()
    seen = changed(twice.here.roster, operator(), since)
    assert {id: seen[id] for id in (kept, other)} == {kept: {*own, child}, other: set()}
    assert seen[child] == {kept}
    since = now()
    twice.splits()
    seen = changed(twice.here.roster, operator(), since)
    assert (seen[kept], seen[other], seen[child]) == (own, {child}, {other})


def test_an_import_of_a_merged_guardians_relations(twice: Twice):
    """Her record of the other source gets a second child: to those who read it is a child of the record that counts."""
    twice.merges()
    since = now()
    twice.there.imports(twice.there_set.change("users", "s1", agentSourcedIds="g1,g2,g3"))
    seen = changed(twice.here.roster, operator(), since)
    child = twice.there.person("s1")
    assert twice.kept in seen[child]
    assert child in seen[twice.kept]


def test_what_a_family_has_chosen(chain: Chain):
    chain.imports()
    since = now()
    said = {"language": "ur", "channels": ["sms"], "hours": None, "literacy": "reads", "shared_phone": False}
    guardian = chain.caller("g1", "guardian")
    answer = chain.call("PUT", "/v1/me/preferences", guardian, json={**said, "meeting_needs": []})
    assert answer.status_code == 200, answer.text
    assert set(changed(chain.roster, Machine(chain, "b1").caller, since)) == {chain.person("g1")}
