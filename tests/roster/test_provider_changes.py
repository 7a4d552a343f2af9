"""Time goes by: what has gone, has ended, has changed."""

from pymongo import MongoClient

from schoolbus.clock import now
from tests.roster.chain import Chain
from tests.roster.machines import Machine
from tests.roster.provided import ids
from tests.roster.sets import RosterSet


def test_what_its_source_took_back_is_to_be_deleted(roster):
    chain = Chain(roster, "provider-gone")
    chain.imports()
    machine = Machine(chain, "b1")
    chain.imports(RosterSet().drop("users", "s3").drop("roles", "s3-student").drop("enrollments", "e4"))
    assert ids(machine.gets("/users", filter="status='tobedeleted'")) == {chain.person("s3")}
    assert ids(machine.gets("/enrollments", filter="status='tobedeleted'")) == {chain.id("enrollment", "e4")}
    assert machine.asks(f"/students/{chain.person('s3')}").json()["user"]["status"] == "tobedeleted"
    assert ids(machine.gets(f"/classes/{chain.id('class', 'c1')}/students")) == {chain.person("s1")}


def test_an_enrollment_that_has_ended_is_no_mistake(roster):
    chain = Chain(roster, "provider-ended")
    chain.imports(RosterSet().change("enrollments", "e4", endDate="2020-01-01"))
    machine = Machine(chain, "b1")
    ended = machine.asks(f"/enrollments/{chain.id('enrollment', 'e4')}").json()["enrollment"]
    assert (ended["status"], ended["endDate"]) == ("active", "2020-01-01")
    assert chain.id("enrollment", "e4") in ids(machine.gets("/enrollments", filter="status='active'"))


def test_what_has_changed_since_then(told: Chain, machine: Machine, roster):
    moment = now()
    with MongoClient(roster.infrastructure.mongodb_uri, tz_aware=True) as client:
        people = client[roster.database].people
        people.update_one({"_id": told.person("t2")}, {"$set": {"modified_at": moment}})
        since = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
        (changed,) = machine.gets("/users", filter=f"dateLastModified>='{since}'", sort="dateLastModified")
    assert (changed["sourcedId"], changed["dateLastModified"]) == (told.person("t2"), since)
