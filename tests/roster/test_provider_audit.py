"""Another system that reads children is in the audit trail, in each branch where it saw some."""

from typing import Any

import pytest

from tests.roster.chain import Chain
from tests.roster.machines import Machine
from tests.roster.sets import RosterSet
from tests.support.waiting import eventually

RIGHT = "read the roster by OneRoster"


@pytest.fixture
def watched(chain: Chain) -> Chain:
    chain.imports(RosterSet().add("demographics", sourcedId="t1", birthDate="1990-01-01", sex="female"))
    return chain


def entries(chain: Chain, branch: str = "b1", **query: Any) -> list[dict[str, Any]]:
    answer = chain.call("GET", f"/v1/branches/{{{branch}}}/audit", chain.operator, params=query)
    assert answer.status_code == 200, answer.text
    return [entry for entry in answer.json()["items"] if entry["right"] == RIGHT]


def children(chain: Chain, *sourced_ids: str) -> set[str]:
    return {chain.person(id) for id in sourced_ids}


def seen(chain: Chain, machine: Machine, branch: str = "b1") -> list[tuple[set[str], str]]:
    """Whom each entry of a machine names, and its outcome."""
    found = entries(chain, branch, person_id=machine.caller.person_id)
    return [({child["id"] for child in entry["children"]}, entry["outcome"]) for entry in found]


def test_a_page_is_an_entry_with_the_students_in_it(watched: Chain):
    machine = Machine(watched, "b1", name="Library")
    machine.gets("/users")
    (entry,) = eventually(lambda: entries(watched, person_id=machine.caller.person_id))
    assert (entry["who"]["name"], entry["role"], entry["action"], entry["outcome"]) == ("Library", "machine", "read", "allowed")
    assert {child["name"] for child in entry["children"]} == {"Sana Khan", "Sara Noor"}
    assert {child["id"] for child in entry["children"]} == children(watched, "s1", "s3")


@pytest.mark.parametrize("path", ["/users", "/students", "/enrollments"])
def test_a_machine_of_the_chain_is_noted_in_every_branch(watched: Chain, path: str):
    machine = Machine(watched)
    machine.gets(path, limit=5000)
    assert eventually(lambda: seen(watched, machine, "b2")) == [(children(watched, "s2"), "allowed")]
    assert seen(watched, machine) == [(children(watched, "s1", "s3"), "allowed")]


def test_of_demographics_those_of_students_count(watched: Chain):
    machine = Machine(watched, "b1")
    assert len(machine.gets("/demographics")) == 2
    assert eventually(lambda: seen(watched, machine)) == [(children(watched, "s1"), "allowed")]


@pytest.mark.parametrize(
    "path", ["/students/{s1}", "/users/{s1}", "/demographics/{s1}", "/students/{s1}/classes", "/enrollments/{e2}"]
)
def test_one_child_that_was_asked_for_alone(watched: Chain, path: str):
    machine = Machine(watched, "b1")
    answer = machine.asks(path.format(s1=watched.person("s1"), e2=watched.id("enrollment", "e2")))
    assert answer.status_code == 200, answer.text
    assert eventually(lambda: seen(watched, machine)) == [(children(watched, "s1"), "allowed")]


@pytest.mark.parametrize("path", ["/users/{s2}", "/students/{s2}", "/demographics/{s2}", "/students/{s2}/classes"])
def test_a_child_out_of_reach_is_noted_where_it_is(watched: Chain, path: str):
    machine = Machine(watched, "b1", name="Curious")
    assert machine.asks(path.format(s2=watched.person("s2"))).status_code == 404
    (entry,) = eventually(lambda: entries(watched, "b2", person_id=machine.caller.person_id))
    assert (entry["who"]["name"], entry["role"], entry["outcome"]) == ("Curious", "machine", "refused")
    assert {child["id"] for child in entry["children"]} == children(watched, "s2")
    assert seen(watched, machine) == []


def test_who_sees_no_child_is_not_noted(watched: Chain):
    machine = Machine(watched, "b1")
    for path in ("/teachers", "/classes", "/orgs", "/academicSessions", f"/users/{watched.person('t1')}", "/users/none"):
        machine.asks(path)
    machine.gets(f"/students/{watched.person('s1')}/classes")  # notes come in their order: this one is the last
    assert eventually(lambda: seen(watched, machine)) == [(children(watched, "s1"), "allowed")]


def test_a_removed_client_still_has_its_name_there(watched: Chain):
    machine = Machine(watched, "b1", name="Old library")
    machine.gets("/students")
    assert watched.call("DELETE", f"/v1/machine-clients/{machine.client_id}", watched.operator).status_code == 204
    (entry,) = eventually(lambda: entries(watched, person_id=machine.caller.person_id))
    assert entry["who"]["name"] == "Old library"


def test_the_operator_is_noted_as_such(watched: Chain):
    watched.roster.call("GET", "/ims/oneroster/rostering/v1p2/students?limit=5000", watched.operator)
    found = eventually(lambda: entries(watched, person_id=watched.operator.person_id))
    assert {entry["role"] for entry in found} == {"operator"}
