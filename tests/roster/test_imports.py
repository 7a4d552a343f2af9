"""A roster arrives, and others hear of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo import MongoClient

from schoolbus.caller import Caller
from schoolbus.contracts.roster import BranchChanged, ClassesChanged, EnrollmentsChanged, PeopleChanged, RelationsChanged
from tests.roster.chain import Chain
from tests.roster.sets import RosterSet, as_zip
from tests.support.people import head
from tests.support.waiting import eventually

SMALL = RosterSet()
SAMPLES = Path(__file__).parents[2].parent / "shared" / "data"
FAR = datetime(2100, 1, 1, tzinfo=UTC)
UNCHANGED = {"added": 0, "changed": 0, "gone": 0}


def test_a_set_becomes_a_chain_that_others_hear_of(chain: Chain):
    done = chain.imports()
    assert (done["state"], done["progress"], done["problems"], done["warnings"]) == ("done", 1.0, [], [])
    assert done["counts"]["users"] == {"rows": 11, "added": 11, "changed": 0, "unchanged": 0, "gone": 0}
    assert done["counts"]["relations"]["added"] == 4
    eventually(lambda: chain.items(RelationsChanged) and chain.items(RelationsChanged, "b2"))
    names = {said.branch_id: said.data for said in chain.heard(BranchChanged)}
    assert names[chain.branch("b1")] == {
        "name": "Gulberg",
        "name_ur": "گلبرگ",
        "services": ["meetings", "reports", "notifications"],
        "active": True,
    }
    people = chain.items(PeopleChanged)
    assert people[chain.person("g1")] == {
        "person_id": chain.person("g1"),
        "version": 1,
        "active": True,
        "roles": ["guardian"],
        "given_name": "Ghazala",
        "family_name": "Khan",
        "name_ur": "غزالہ خان",
        "given_name_ur": "غزالہ",
        "phone": "+923001234567",
        "email": None,
        "language": "en",
        "channels": ["whatsapp", "sms"],
    }
    assert chain.person("s2") not in people, "of another branch"
    assert set(chain.items(PeopleChanged, "b2")) == {chain.person("s2"), chain.person("g1")}
    assert set(chain.items(ClassesChanged)) == {chain.id("class", "c1")}
    assert {item["role"] for item in chain.items(EnrollmentsChanged).values()} == {"student", "teacher"}
    relation = chain.items(RelationsChanged, "b2")[chain.id("relation", "s2\x1fg1")]
    assert (relation["student_id"], relation["guardian_id"]) == (chain.person("s2"), chain.person("g1"))
    assert {relation[right] for right in ("may_receive_reports", "may_book", "may_collect")} == {True}


def test_the_same_set_again_changes_nothing_and_says_nothing(chain: Chain):
    chain.imports()
    before = chain.quiet()
    again = chain.imports()
    assert all(counts.items() >= UNCHANGED.items() for file, counts in again["counts"].items() if file != "roles"), again
    assert again["counts"]["enrollments"]["unchanged"] == 4
    assert chain.quiet() == before


def test_a_newer_set_changes_what_differs_and_ends_what_is_gone(chain: Chain):
    chain.imports()
    newer = SMALL.change("users", "g1", givenName="Ghazal").drop("enrollments", "e4").change("orgs", "b2", name="Johar Town 2")
    newer = newer.drop("roles", "s3-student", "g3-relative").drop("users", "s3", "g3")
    done = chain.imports(newer)
    assert done["counts"]["users"] == {"rows": 9, "added": 0, "changed": 1, "unchanged": 8, "gone": 2}
    assert done["counts"]["enrollments"]["gone"] == 1
    assert done["counts"]["relations"]["gone"] == 1
    eventually(lambda: chain.items(RelationsChanged)[chain.id("relation", "s3\x1fg3")]["version"] == 2)
    people = chain.items(PeopleChanged)
    assert (people[chain.person("g1")]["given_name"], people[chain.person("g1")]["version"]) == ("Ghazal", 2)
    assert chain.items(PeopleChanged, "b2")[chain.person("g1")]["given_name"] == "Ghazal"
    assert (people[chain.person("s3")]["active"], people[chain.person("s3")]["given_name"]) == (False, "Sara")
    assert chain.items(EnrollmentsChanged)[chain.id("enrollment", "e4")]["active"] is False
    said = [said for said in chain.heard(BranchChanged) if said.branch_id == chain.branch("b2")]
    assert [(said.sequence, said.data["name"]) for said in said] == [(1, "Johar Town"), (2, "Johar Town 2")]
    back = chain.imports()
    assert back["counts"]["users"] == {"rows": 11, "added": 0, "changed": 3, "unchanged": 8, "gone": 0}
    eventually(
        lambda: (
            chain.items(PeopleChanged)[chain.person("s3")] | {"version": 3, "active": True}
            == chain.items(PeopleChanged)[chain.person("s3")]
        )
    )


def test_whoever_moves_leaves_the_branch_they_were_in(chain: Chain):
    chain.imports()
    moved = SMALL.drop("enrollments", "e1").change("roles", "t1-teacher", orgSourcedId="b2")
    chain.imports(moved)
    left = eventually(lambda: (item := chain.items(PeopleChanged)[chain.person("t1")])["version"] == 2 and item)
    assert (left["active"], left["roles"]) == (False, [])
    came = eventually(lambda: chain.items(PeopleChanged, "b2").get(chain.person("t1")))
    assert (came["active"], came["roles"], came["version"]) == (True, ["teacher"], 2)


def test_a_branch_that_is_gone_is_told_of(chain: Chain):
    chain.imports()
    one = SMALL.drop("orgs", "b2").drop("classes", "c2").drop("enrollments", "e3").drop("roles", "s2-student")
    done = chain.imports(one)
    assert done["counts"]["orgs"]["gone"] == 1
    eventually(
        lambda: (
            [said.data["active"] for said in chain.heard(BranchChanged) if said.branch_id == chain.branch("b2")]
            == [True, False]
        )
    )
    assert chain.call("GET", "/v1/branches/{b1}/classes", chain.operator).status_code == 200
    subscriptions = chain.call("GET", "/internal/subscriptions").json()["branches"]
    assert chain.branch("b1") in subscriptions
    assert chain.branch("b2") not in subscriptions


def test_what_an_optional_file_would_say_stays_when_it_is_absent(chain: Chain):
    chain.imports()
    done = chain.imports(SMALL.absent("courses", "academicSessions", "demographics"))
    assert done["counts"]["courses"]["unchanged"] == 1
    assert chain.imports()["counts"]["courses"]["unchanged"] == 1


@pytest.mark.parametrize(
    ("spoilt", "problem"),
    [
        (SMALL.change("enrollments", "e2", userSourcedId="x"), ("enrollments.csv", 3, "userSourcedId")),
        (SMALL.add("users", **SMALL.rows["users"][0]), ("users.csv", 13, "sourcedId")),
        (SMALL.put("users.csv", SMALL.csv("users").replace(b"Ghulam", b"Ghul\xe9m")), ("users.csv", 8, None)),
        (SMALL.put("users.csv", SMALL.csv("users").replace(b"givenName", b" givenName")), ("users.csv", 1, "givenName")),
        (SMALL.put("orgs.csv", SMALL.csv("orgs") + bytes(30 << 20)), ("", None, None)),
        (SMALL.put("../users.csv", b""), ("../users.csv", None, None)),
    ],
)
def test_a_bad_set_is_refused_with_its_reasons_and_nothing_is_stored(
    chain: Chain, spoilt: RosterSet, problem: tuple[object, ...]
):
    refused = chain.imports(spoilt)
    assert refused["state"] == "refused"
    assert problem in [(found["file"], found["line"], found["column"]) for found in refused["problems"]]
    assert refused["problem_count"] == len(refused["problems"])
    assert refused["counts"] == {}
    assert chain.call("GET", "/v1/branches/{b1}/classes", chain.operator).json()["items"] == []
    assert chain.branch("b1") not in chain.call("GET", "/internal/subscriptions").json()["branches"]
    assert chain.quiet() == 0


def test_what_is_no_zip_is_refused_at_once(chain: Chain):
    answer = chain.sends(b"sourcedId,status\r\n")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["problems"] == [
        {"file": "", "line": None, "sourced_id": None, "column": None, "reason": "This is not a ZIP file."}
    ]


def test_only_an_operator_imports(chain: Chain):
    for caller in (head(), Caller("x", {"b1": frozenset(("guardian", "teacher"))})):
        assert chain.sends(SMALL.zip(), caller).status_code == 403
        assert chain.call("GET", "/v1/imports", caller).status_code == 403
    assert chain.call("POST", f"/v1/imports?source={chain.source}", data=b"").status_code == 401


@pytest.mark.parametrize("source", ["", "Main", "a b", "a" * 40, "x\n"])
def test_a_source_has_a_plain_name(chain: Chain, source: str):
    more = {"params": {"source": source}, "data": SMALL.zip(), "headers": {"Content-Type": "application/zip"}}
    assert chain.call("POST", "/v1/imports", chain.operator, **more).status_code == 422


def test_imports_are_listed_newest_first_and_unknown_ones_are_not_found(chain: Chain):
    first, second = chain.imports(), chain.imports(as_zip({"x.csv": b""}))
    listed = chain.call("GET", "/v1/imports", chain.operator, params={"limit": 2}).json()["items"]
    assert [line["import_id"] for line in listed] == [second["import_id"], first["import_id"]]
    assert [line["state"] for line in listed] == ["refused", "done"]
    assert chain.call("GET", "/v1/imports/unknown", chain.operator).status_code == 404


def test_two_imports_of_one_source_do_not_run_at_once(chain: Chain):
    with MongoClient(chain.roster.infrastructure.mongodb_uri) as client:
        imports = client[chain.roster.database]["imports"]
        imports.insert_one({"_id": f"{chain.source}-held", "source": chain.source, "open": True, "leased_until": FAR})
        answer = chain.sends(SMALL.zip())
        assert (answer.status_code, answer.json()["type"]) == (409, "https://rabta.pk/problems/import-under-way")
        imports.delete_one({"_id": f"{chain.source}-held"})


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample sets are not here")
@pytest.mark.parametrize(
    ("sample", "people", "relations"), [("oneroster-1.2-sds-100", 98, 0), ("oneroster-1.2-sds-guardians", 8, 3)]
)
def test_sets_that_were_not_made_for_us_are_taken(chain: Chain, sample: str, people: int, relations: int):
    done = chain.imports(as_zip({file.name: file.read_bytes() for file in (SAMPLES / sample).glob("*.csv")}))
    assert (done["state"], done["problems"]) == ("done", [])
    assert (done["counts"]["users"]["added"], done["counts"]["relations"]["added"]) == (people, relations)
