"""The whole way: a roster by our own provider, pulled through the gateway as another source."""

from pymongo import MongoClient

from schoolbus.ids import natural_id
from tests.roster.chain import Chain
from tests.roster.copies import Copy
from tests.roster.machines import Machine
from tests.roster.sets import RosterSet
from tests.support.processes import Process
from tests.support.waiting import eventually


def test_a_roster_is_pulled_from_our_own_provider_through_a_kill(roster, gateway: Process):
    origin = Chain(roster, "pull-origin")
    assert origin.imports(_school_of(2_500))["state"] == "done"
    copy = Copy(Machine(origin, "b1", "b2"), gateway, "pull-copy")
    with MongoClient(roster.infrastructure.mongodb_uri, tz_aware=True) as client:
        database = client[roster.database]
        eventually(lambda: copy.state()["fetched"].get("users", 0) >= 1000, every=0.005)
        roster.processes["worker"].kill()
        place = database.pulls.find_one({"_id": "pull-copy"})
        assert place["run"] is not None, "killed in the middle"
        for held in (database.pulls, database.calendar_runs):  # as if its time had passed
            held.update_many({}, {"$set": {"leased_until": None}})
        roster.processes["worker"].start().wait_ready()
        copy.ends()
        assert database.pulled.count_documents({}) == 0, "what was fetched is not kept"
        for kind in ("branches", "terms", "courses", "classes", "enrollments", "relations", "demographics"):
            counts = [
                database[kind].count_documents({"source": source, "active": True}) for source in (origin.source, copy.source)
            ]
            assert counts[0] == counts[1], kind
        people = [database.people.find({"source": source}) for source in (origin.source, copy.source)]
        ours, theirs = ({person["sourced_id"]: person for person in each} for each in people)
        del ours["op"]  # an operator of the chain is in none of the machine's branches
        assert {origin.person(id) for id in ours} == set(theirs)
        for id, person in ours.items():
            pulled = theirs[origin.person(id)]
            for name in (
                "given_name",
                "family_name",
                "name_ur",
                "phone",
                "email",
                "language",
                "channels",
                "may_sign_in",
                "sort_name",
            ):
                assert pulled[name] == person[name], (id, name)
            roles = {natural_id("pull-copy", "branch", branch): held for branch, held in person["roles"].items()}
            assert pulled["roles"] == roles

        def pairs(source: str) -> set[tuple[str, str]]:
            return {(row["student_id"], row["guardian_id"]) for row in database.relations.find({"source": source})}

        assert pairs("pull-copy") == {
            (natural_id("pull-copy", "person", child), natural_id("pull-copy", "person", guardian))
            for child, guardian in pairs("pull-origin")
        }


def _school_of(students: int) -> RosterSet:
    made = RosterSet()
    for number in range(students):
        id = f"n{number:05}"
        made.rows["users"].append({"sourcedId": id, "givenName": f"N{number}", "familyName": "Khan", "enabledUser": "true"})
        made.rows["roles"].append(
            {"sourcedId": f"{id}r", "userSourcedId": id, "roleType": "primary", "role": "student", "orgSourcedId": "b1"}
        )
        made.rows["enrollments"].append(
            {"sourcedId": f"{id}e", "classSourcedId": "c1", "schoolSourcedId": "b1", "userSourcedId": id, "role": "student"}
        )
    return made
