"""Time goes by at our own provider: what is pulled as deltas ends where everything, read at once, would."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.outbox import HIDDEN
from tests.roster.chain import Chain
from tests.roster.copies import Copy
from tests.roster.hand import HandKept
from tests.roster.machines import Machine
from tests.roster.provided import SET
from tests.support.people import operator
from tests.support.processes import Process

KINDS = ("branches", "units", "terms", "courses", "classes", "people", "enrollments", "relations", "demographics")
OWN = {"_id", "source", "version", "modified_at", "import_id", "digest", "name_keys", "role_keys", "status", *HIDDEN}
LATER = (
    SET.change("users", "s1", familyName="Khanum", agentSourcedIds="g2")  # another name, one guardian less
    .drop("users", "s3")
    .drop("roles", "s3-student")
    .drop("enrollments", "e4")
    .change("users", "g3", agentSourcedIds="s2", sms="0333 7654321")
    .change("users", "s2", agentSourcedIds="g3")
    .add("users", sourcedId="n1", givenName="Nida", familyName="Khan", agentSourcedIds="g1", enabledUser="true")
    .add("roles", sourcedId="n1r", userSourcedId="n1", roleType="primary", role="student", orgSourcedId="b1")
    .add("enrollments", sourcedId="n1e", classSourcedId="c1", schoolSourcedId="b1", userSourcedId="n1", role="student")
    .drop("roles", "t4b")  # no longer a head in the second branch
    .change("classes", "c1", title="5-B")
    .drop("classes", "c2")
    .add("classes", sourcedId="c3", title="6-A", classType="homeroom", schoolSourcedId="b2", courseSourcedId="k5")
    .change("enrollments", "e3", classSourcedId="c3")
    .change("enrollments", "e5", classSourcedId="c3", endDate="2026-08-31")  # over
    .change("demographics", "s1", sex="male")
    .drop("demographics", "s2")
    .change("academicSessions", "p", title="October and November")
    .change("courses", "k5", title="Class Five")
    .change("orgs", "b2", name="Johar Town II")
)


@pytest.fixture
def origin(chain: Chain, mongo: Any) -> Chain:
    """Nothing of it has changed for an hour."""
    assert chain.imports(SET)["state"] == "done"
    for kind in KINDS:
        mongo[kind].update_many({"source": chain.source}, {"$set": {"modified_at": now() - timedelta(hours=1)}})
    return chain


def pulled(origin: Chain, gateway: Process, name: str) -> Copy:
    copy = Copy(Machine(origin, "b1", "b2"), gateway, f"{name}-{origin.source}"[:32].rstrip("-"))
    copy.ends()
    return copy


def held(mongo: Any, source: str) -> dict[str, dict[str, Any]]:
    """What is active of a source, by kind and the source's ids; its references too by the source's ids."""
    rows = {kind: list(mongo[kind].find({"source": source})) for kind in KINDS}
    names = {row["_id"]: f"the {row['sourced_id']}" for found in rows.values() for row in found}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {names.get(name, name): plain(each) for name, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return names.get(value, value) if isinstance(value, str) else value

    def shown(row: dict[str, Any]) -> Any:
        return _in_order(plain({name: value for name, value in row.items() if name not in OWN and value != {}}))

    return {kind: {row["sourced_id"]: shown(row) for row in found if row["active"]} for kind, found in rows.items()}


def _in_order(row: dict[str, Any]) -> dict[str, Any]:
    """Branches stand in the order of ids, which are others in each source."""
    return {
        name: sorted(value) if name in ("branch_id", "term_ids") and isinstance(value, list) else value
        for name, value in row.items()
    }


def ends_as_a_whole(copy: Copy, gateway: Process, mongo: Any) -> None:
    """Everything, read once more, changes nothing; and is what another has who never read before."""
    again = copy.pulls(anew=True)
    assert again["state"] == "done", again["problems"]
    assert {file: _differs(counts) for file, counts in again["counts"].items() if any(_differs(counts))} == {}
    fresh = pulled(copy.origin, gateway, f"fresh-{new_id()[:4]}")
    ours, theirs = held(mongo, copy.source), held(mongo, fresh.source)
    for kind in KINDS:
        assert ours[kind] == theirs[kind], kind


def _differs(counts: dict[str, int]) -> tuple[int, ...]:
    return tuple(counts.get(outcome, 0) for outcome in ("added", "changed", "gone"))


def test_changes_and_deletions_of_an_import(origin: Chain, gateway: Process, mongo: Any):
    copy = pulled(origin, gateway, "copy")
    everybody = copy.state()["fetched"]["users"]
    origin.imports(LATER)
    found = copy.pulls()
    assert found["state"] == "done", found["problems"]
    assert 0 < copy.state()["fetched"]["users"] < everybody, "only what has changed was read"
    ends_as_a_whole(copy, gateway, mongo)
    origin.imports(SET)
    copy.pulls()
    ends_as_a_whole(copy, gateway, mongo)


def test_what_is_kept_by_hand(origin: Chain, gateway: Process, mongo: Any):
    branch = HandKept(origin.roster, id=origin.branch("b1"))
    class_ = branch.class_("Evening", homeroom=False)
    here, gone, moves = branch.students(3)
    rows = branch.enrols(class_, here, gone, moves, origin.person("s1"))
    guardian = branch.guardian(gone)["guardian"]["person_id"]
    branch.does("POST", f"/people/{here}/guardians", json={"person_id": guardian})
    relation = branch.does("POST", f"/people/{origin.person('s3')}/guardians", json={"person_id": guardian})
    copy = pulled(origin, gateway, "copy")
    branch.does("DELETE", f"/people/{gone}")
    branch.does("DELETE", f"/relations/{relation['relation_id']}")
    branch.does("DELETE", f"/enrollments/{rows[3]['enrollment_id']}")
    wanted = {"student_id": moves, "to_branch_id": origin.branch("b2"), "at_once": True}
    answer = origin.call("POST", "/v1/branches/{b1}/transfers", origin.operator, json=wanted)
    assert answer.status_code == 201, answer.text
    copy.pulls()
    ends_as_a_whole(copy, gateway, mongo)
    branch.does("DELETE", f"/classes/{class_}", params={"withdraw": "true"})
    copy.pulls()
    ends_as_a_whole(copy, gateway, mongo)


def test_who_has_left_the_readers_branches(origin: Chain, gateway: Process, mongo: Any):
    """A client of one branch: of who was transferred away the ended enrolment is there, and the person is not."""
    branch = HandKept(origin.roster, id=origin.branch("b1"))
    (moves,) = branch.students(1)
    branch.enrols(branch.class_("Evening"), moves)
    wanted = {"student_id": moves, "to_branch_id": origin.branch("b2"), "at_once": True}
    answer = origin.call("POST", "/v1/branches/{b1}/transfers", origin.operator, json=wanted)
    assert answer.status_code == 201, answer.text
    copy = Copy(Machine(origin, "b1"), gateway, f"one-{origin.source}"[:32].rstrip("-"))
    copy.ends()
    assert moves not in {person["sourced_id"] for person in mongo.people.find({"source": copy.source})}


def test_who_was_erased_after_leaving_by_hand(origin: Chain, gateway: Process, mongo: Any):
    """The enrolment stays for the counts, under an id that leads nowhere."""
    branch = HandKept(origin.roster, id=origin.branch("b1"))
    (gone,) = branch.students(1)
    branch.enrols(branch.class_("Evening", homeroom=False), gone)
    copy = pulled(origin, gateway, "copy")
    branch.does("DELETE", f"/people/{gone}")
    asked = branch.call("POST", f"/people/{gone}/erasure", branch.head, json={"reason": "request", "confirm": "Child 000"})
    path = f"/erasures/{asked.json()['erasure_id']}/confirmation"
    assert branch.call("POST", path, operator()).status_code == 200
    copy.pulls()
    ends_as_a_whole(copy, gateway, mongo)
    assert "Child" not in {person["given_name"] for person in mongo.people.find({"source": copy.source, "active": True})}


def test_a_branch_that_was_closed_with_people_in_it(roster: Any, gateway: Process, mongo: Any):
    branch = HandKept(roster, "Closing")
    (teacher,) = branch.people({"given_name": "Tariq", "roles": ["teacher"]})
    branch.enrols(branch.class_(), teacher["person_id"], role="teacher")
    chain = Chain(roster, "closing")
    chain.branch = lambda sourced_id="b1": branch.id  # type: ignore[method-assign]
    machine = Machine(chain, "b1")
    copy = Copy(machine, gateway, "closing-copy")
    copy.ends()
    assert roster.call("DELETE", f"/v1/branches/{branch.id}", chain.operator).ok
    found = copy.pulls(anew=True)
    assert found["state"] == "done", found["problems"]
    assert held(mongo, copy.source)["classes"] == {}
