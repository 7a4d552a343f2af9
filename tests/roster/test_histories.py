"""Whatever came one after the other: a set, and the delta that leads to it, are the same; and an undo leads back."""

import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schoolbus.scope import WHOLE_CHAIN
from services.roster.importing import applying, deciding, imports
from services.roster.kinds import KINDS
from services.roster.store import Store
from tests.roster.deltas import delta
from tests.roster.sets import RosterSet
from tests.support.people import operator
from tests.support.stores import fresh

PEOPLE = [f"p{number}" for number in range(6)]
ROLES = ("student", "guardian", "teacher")
CLASSES = {"c1": "b1", "c2": "b2", "c3": "b1"}
_OF_ONE_WRITE = ("version", "import_id", "modified_at", "outbox", "outbox_at", "said")


@st.composite
def sets(draw: st.DrawFn) -> RosterSet:
    """A set that is taken: of two or three branches and a few people, in any order of rows."""
    made = RosterSet()
    branches = ["b1", "b2", *draw(st.sampled_from([[], ["b3"]]))]
    orgs = [{"sourcedId": id, "name": f"{id} {draw(NAME)}", "type": "school"} for id in branches]
    classes = [
        {"sourcedId": id, "title": f"{id} {draw(NAME)}", "classType": "homeroom", "schoolSourcedId": branch}
        for id, branch in CLASSES.items()
    ]
    users, roles, enrollments, demographics = [], [], [], []
    for id in draw(st.lists(st.sampled_from(PEOPLE), unique=True)):
        agents = draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True))
        user = {"sourcedId": id, "givenName": draw(NAME), "familyName": "Khan", "enabledUser": "true", "username": id}
        users.append({**user, "agentSourcedIds": ",".join(agents), "middleName": draw(st.sampled_from(["", "Bibi"]))})
        for branch in draw(st.lists(st.sampled_from(branches), unique=True)):
            role = {"userSourcedId": id, "roleType": "primary", "role": draw(st.sampled_from(ROLES)), "orgSourcedId": branch}
            roles.append({"sourcedId": f"{id}-{branch}", **role})
        for class_id in draw(st.lists(st.sampled_from(sorted(CLASSES)), unique=True, max_size=2)):
            held = {"classSourcedId": class_id, "schoolSourcedId": CLASSES[class_id], "userSourcedId": id, "role": "student"}
            enrollments.append({"sourcedId": f"{id}-{class_id}", **held})
        if draw(st.booleans()):
            demographics.append({"sourcedId": id, "sex": draw(st.sampled_from(["female", "male"]))})
    drawn = {"orgs": orgs, "classes": classes, "users": users, "roles": roles, "enrollments": enrollments}
    for name, rows in {**drawn, "demographics": demographics}.items():
        made.rows[name] = draw(st.permutations(rows))
    return made


NAME = st.sampled_from(["Sana", "Saad", "Sara"])


class Histories:
    """Each begins with an empty database."""

    def __init__(self, database: Any) -> None:
        self.database = database

    def after(self, *contents: bytes, undone: bool = False) -> dict[str, dict[str, Any]]:
        self.store = fresh(self.database, Store)
        for content in contents:
            document = imports.receive(self.store, operator(), "main", io.BytesIO(content), [])
            done = self._ended(document["_id"])
        if undone and done["_id"] == self.store.sources.one(WHOLE_CHAIN, "main")["last_import"]:
            self._ended(deciding.undo(self.store, operator(), done["_id"])["_id"])
        return {name: self._records(name) for name in KINDS}

    def _ended(self, import_id: str) -> dict[str, Any]:
        while (found := imports.one(self.store, import_id))["open"]:
            if found["state"] == "waiting":
                deciding.confirm(self.store, operator(), import_id)
            applying.apply(self.store, applying.claim(self.store) or {})
        assert found["state"] == "done", found["problems"]
        return found

    def _records(self, kind: str) -> dict[str, Any]:
        found = getattr(self.store, kind).collection.find({})
        return {record["_id"]: _plain(record) for record in found}


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Without what tells of the write, and of branches without what is blank."""
    blank = {"status": "active", "extra": {}}
    return {name: value for name, value in record.items() if name not in _OF_ONE_WRITE and blank.get(name) != value}


def _active(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {kind: {id: record for id, record in rows.items() if record["active"]} for kind, rows in found.items()}


@pytest.fixture
def histories(_database: Any) -> Histories:
    return Histories(_database)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=sets(), second=sets())
def test_a_set_and_the_delta_that_leads_to_it_are_the_same(histories: Histories, first: RosterSet, second: RosterSet):
    whole = histories.after(first.zip(), second.zip())
    assert histories.after(first.zip(), delta(first, second)) == whole
    assert all(record["status"] == "tobedeleted" for rows in whole.values() for record in rows.values() if not record["active"])


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=sets(), second=sets())
def test_an_undo_leads_back(histories: Histories, first: RosterSet, second: RosterSet):
    before = _active(histories.after(first.zip()))
    assert _active(histories.after(first.zip(), delta(first, second), undone=True)) == before
