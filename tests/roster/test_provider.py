"""The roster by OneRoster 1.2's REST binding."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pymongo import MongoClient

from schoolbus.clock import now
from schoolbus.problems import Problem
from services.roster.machines.scopes import DEMOGRAPHICS, ROSTER, ROSTER_CORE
from services.roster.provider import query, shapes
from services.roster.provider.entrypoints import Provider
from services.roster.provider.reach import Reach
from services.roster.provider.resources import CLASSES, ENROLLMENTS, ORGS, USERS
from services.roster.provider.shapes import BASE
from tests.roster.chain import Chain
from tests.roster.machines import Machine, code_minor
from tests.roster.sets import RosterSet
from tests.support.people import guardian, head, office, teacher

SET = (
    RosterSet()
    .add("academicSessions", sourcedId="t", title="Autumn", type="term", startDate="2026-08-01", endDate="2026-12-31",
         parentSourcedId="y", schoolYear="2027")
    .add("academicSessions", sourcedId="p", title="October", type="gradingPeriod", startDate="2026-10-01", endDate="2026-10-31",
         parentSourcedId="t", schoolYear="2027")
    .change("classes", "c1", termSourcedIds="t")
    .change("classes", "c2", termSourcedIds="t")
    .add("enrollments", sourcedId="e5", classSourcedId="c2", schoolSourcedId="b2", userSourcedId="t3", role="teacher")
    .add("users", sourcedId="t3", givenName="Tariq", familyName="Aziz", username="tariq", enabledUser="true")
    .add("roles", sourcedId="t3r", userSourcedId="t3", roleType="primary", role="teacher", orgSourcedId="b2")
    # one who teaches in both, and whose other branch is nobody's business
    .add("users", sourcedId="t4", givenName="Tehmina", familyName="Both", username="tehmina", enabledUser="true")
    .add("roles", sourcedId="t4a", userSourcedId="t4", roleType="primary", role="teacher", orgSourcedId="b1")
    .add("roles", sourcedId="t4b", userSourcedId="t4", roleType="primary", role="principal", orgSourcedId="b2")
    .add("demographics", sourcedId="s2", birthDate="2015-01-01", sex="male")
)  # fmt: skip


@pytest.fixture(scope="module")
def told(roster, request) -> Chain:
    chain = Chain(roster, "provider")
    assert chain.imports(SET)["state"] == "done"
    return chain


@pytest.fixture(scope="module")
def machine(told: Chain) -> Machine:
    return Machine(told, "b1")


@pytest.fixture(scope="module")
def other(told: Chain) -> Machine:
    return Machine(told, "b2")


def ids(records: list[dict[str, Any]]) -> set[str]:
    return {record["sourcedId"] for record in records}


def routes() -> list[str]:
    """The path of every GET, below the base."""
    found = [vars(Provider)[name].nameko_entrypoints for name in vars(Provider) if name.startswith("get_")]
    return sorted(entrypoint.route.path.removeprefix(BASE) for each in found for entrypoint in each)


IN_THE_FIRST = {  # ids that a client of the first branch finds, by the word before them in a path
    "orgs": ("branch", "b1"),
    "schools": ("branch", "b1"),
    "academicSessions": ("term", "y"),
    "terms": ("term", "t"),
    "gradingPeriods": ("term", "p"),
    "courses": ("course", "k5"),
    "classes": ("class", "c1"),
    "users": ("person", "s1"),
    "students": ("person", "s1"),
    "teachers": ("person", "t1"),
    "enrollments": ("enrollment", "e1"),
    "demographics": ("person", "s1"),
}
IN_THE_SECOND = {
    **IN_THE_FIRST,
    **{"orgs": ("branch", "b2"), "schools": ("branch", "b2"), "classes": ("class", "c2"), "users": ("person", "s2")},
    **{
        "students": ("person", "s2"),
        "teachers": ("person", "t3"),
        "enrollments": ("enrollment", "e3"),
        "demographics": ("person", "s2"),
    },
}
SHARED = {"academicSessions", "terms", "gradingPeriods", "courses"}


def filled(chain: Chain, path: str, known: dict[str, tuple[str, str]]) -> str:
    words = path.split("/")
    for place, word in enumerate(words):
        if word.startswith("{"):
            words[place] = chain.id(*known[words[place - 1]])
    return "/".join(words)


def test_every_get_of_the_standard_is_there():
    assert len(routes()) == 41
    assert {path.split("/")[1] for path in routes()} == set(IN_THE_FIRST)


@pytest.mark.parametrize("path", routes())
def test_a_machine_sees_its_branches_and_nothing_of_others(told: Chain, machine: Machine, other: Machine, path: str):
    answer = machine.asks(filled(told, path, IN_THE_FIRST))
    assert answer.status_code == 200, answer.text
    (found,) = answer.json().values()
    assert found, "what is in the branch is found"
    for theirs in (
        told.branch("b2"),
        told.id("class", "c2"),
        told.person("s2"),
        told.person("t3"),
        told.id("enrollment", "e3"),
    ):
        assert theirs not in answer.text
    if "{" in path and path.split("/")[1] not in SHARED:
        strange = machine.asks(filled(told, path, IN_THE_SECOND))
        assert (strange.status_code, code_minor(strange)) == (404, "unknownobject")
        assert other.asks(filled(told, path, IN_THE_SECOND)).status_code == 200


def test_a_class_is_found_in_its_own_school_alone(told: Chain):
    machine = Machine(told, "b1", "b2")
    for last in ("students", "teachers", "enrollments"):
        assert machine.asks(f"/schools/{told.branch('b1')}/classes/{told.id('class', 'c2')}/{last}").status_code == 404


def test_who_belongs_to_whom(told: Chain, machine: Machine):
    school, class_ = told.branch("b1"), told.id("class", "c1")
    students = {told.person("s1"), told.person("s3")}
    assert ids(machine.gets("/students")) == students
    assert ids(machine.gets(f"/schools/{school}/students")) == students
    assert ids(machine.gets(f"/classes/{class_}/students")) == students
    assert ids(machine.gets(f"/schools/{school}/classes/{class_}/students")) == students
    assert ids(machine.gets(f"/classes/{class_}/teachers")) == {told.person("t1")}
    assert ids(machine.gets("/teachers")) == {told.person(id) for id in ("t1", "t2", "t4")}
    assert ids(machine.gets(f"/teachers/{told.person('t1')}/classes")) == {class_}
    assert ids(machine.gets(f"/terms/{told.id('term', 't')}/gradingPeriods")) == {told.id("term", "p")}
    assert ids(machine.gets(f"/terms/{told.id('term', 't')}/classes")) == {class_}
    assert ids(machine.gets(f"/schools/{school}/terms")) == {told.id("term", "t")}
    assert ids(machine.gets("/academicSessions")) == {told.id("term", id) for id in ("y", "t", "p")}
    assert ids(machine.gets("/orgs")) == {told.id("unit", "chain"), school, told.id("unit", "science")}
    assert ids(machine.gets("/schools")) == {school}
    assert ids(machine.gets("/demographics")) == {told.person("s1")}


def test_records_in_the_standards_shape(told: Chain, machine: Machine):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "rabta.example.pk"}
    answer = told.roster.call("GET", f"{BASE}/users/{told.person('s1')}", machine.caller, headers=headers)
    address = f"https://rabta.example.pk{BASE}"
    org = {"href": f"{address}/orgs/{told.branch('b1')}", "sourcedId": told.branch("b1"), "type": "org"}
    agents = [
        {"href": f"{address}/users/{told.person(id)}", "sourcedId": told.person(id), "type": "user"} for id in ("g1", "g2")
    ]
    user = answer.json()["user"]
    assert user.pop("dateLastModified").endswith("Z")
    assert sorted(user.pop("agents"), key=str) == sorted(agents, key=str)
    assert user == {
        "sourcedId": told.person("s1"),
        "status": "active",
        "metadata": {"source": "provider", "sourcedId": "s1", "language": "ur", "channels": "app"},
        "username": "s1",
        "enabledUser": "true",
        "givenName": "Sana",
        "familyName": "Khan",
        "roles": [{"roleType": "primary", "role": "student", "org": org}],
        "primaryOrg": org,
    }
    class_ = told.roster.call("GET", f"{BASE}/classes/{told.id('class', 'c1')}", machine.caller, headers=headers).json()[
        "class"
    ]
    assert (class_["classType"], class_["grades"], class_["school"]) == ("homeroom", ["05"], org)
    assert [term["type"] for term in class_["terms"]] == ["academicSession"]
    enrolled = machine.asks(f"/enrollments/{told.id('enrollment', 'e1')}").json()["enrollment"]
    assert (enrolled["role"], enrolled["primary"], enrolled["user"]["sourcedId"]) == ("teacher", "false", told.person("t1"))
    session = machine.asks(f"/terms/{told.id('term', 't')}").json()["academicSession"]
    assert (session["type"], session["schoolYear"], session["children"][0]["sourcedId"]) == (
        "term",
        "2027",
        told.id("term", "p"),
    )
    course = machine.asks(f"/courses/{told.id('course', 'k5')}").json()["course"]
    assert (course["title"], course["org"]["sourcedId"]) == ("Class 5", told.id("unit", "chain"))
    school = machine.asks(f"/schools/{told.branch('b1')}").json()["org"]
    assert (school["type"], school["parent"]["sourcedId"]) == ("school", told.id("unit", "chain"))


def test_a_person_in_two_branches_is_shown_with_those_that_the_reader_sees(told: Chain, machine: Machine):
    both = Machine(told, "b1", "b2")
    path = f"/users/{told.person('t4')}"
    assert [role["role"] for role in machine.asks(path).json()["user"]["roles"]] == ["teacher"]
    assert sorted(role["role"] for role in both.asks(path).json()["user"]["roles"]) == ["principal", "teacher"]


def test_operators_of_the_chain_are_seen_by_the_chains_machines(told: Chain, machine: Machine):
    path = f"/users/{told.person('op')}"
    assert machine.asks(path).status_code == 404
    (role,) = Machine(told).asks(path).json()["user"]["roles"]
    assert (role["role"], role["org"]["sourcedId"]) == ("districtAdministrator", told.id("unit", "chain"))


def test_people_who_were_entered_by_hand_are_found_by_their_roles(told: Chain, roster):
    machine = Machine(told)
    person = {"branch_id": [told.branch("b1")], "source": "rabta", "sourced_id": "x", "active": True, "given_name": "By"}
    person |= {"_id": "by-hand", "roles": {told.branch("b1"): ["student"]}, "family_name": "Hand", "sort_name": "by hand"}
    with MongoClient(roster.infrastructure.mongodb_uri) as client:
        people = client[roster.database].people
        people.insert_one(person)
        try:
            assert "by-hand" in ids(machine.gets("/students", filter="sourcedId>='by'"))
            assert "by-hand" not in ids(machine.gets("/teachers", limit=5000))
            assert "by-hand" in ids(Machine(told, "b1").gets("/students"))
        finally:
            people.delete_one({"_id": "by-hand"})


def test_a_machine_of_the_chain_sees_all(told: Chain):
    machine = Machine(told)
    ours = "metadata.sourcedId"
    assert machine.asks("/users", filter=f"{ours}='x'").status_code == 400
    everybody = {person["sourcedId"] for person in machine.gets("/students", limit=5000)}
    assert {told.person(id) for id in ("s1", "s2", "s3")} <= everybody
    assert told.person("t1") not in everybody


# Scopes


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        (ROSTER_CORE, {"/users": 200, "/classes/{class}/students": 403, "/demographics": 403}),
        (ROSTER, {"/users": 200, "/classes/{class}/students": 200, "/demographics": 403}),
        (DEMOGRAPHICS, {"/users": 403, "/classes/{class}/students": 403, "/demographics": 200}),
    ],
)
def test_a_scope_opens_what_the_standard_says(told: Chain, scope, sees):
    machine = Machine(told, "b1", scopes=(scope,))
    for path, status in sees.items():
        answer = machine.asks(path.replace("{class}", told.id("class", "c1")))
        assert answer.status_code == status, (path, answer.text)
        assert status == 200 or code_minor(answer) == "forbidden"


def test_a_token_with_a_scope_that_the_client_has_not_opens_nothing(told: Chain):
    machine = Machine(told, "b1", scopes=(ROSTER,))
    forged = Machine(told, "b1", scopes=(DEMOGRAPHICS,))
    machine.caller = type(machine.caller)(machine.caller.person_id, machine.caller.roles, scopes=forged.caller.scopes)
    assert machine.asks("/demographics").status_code == 403


def test_people_read_the_roster_elsewhere(told: Chain):
    branch = told.branch("b1")
    for who in (head("h1", branch), office("o1", branch), teacher("t1", branch), guardian("g1", branch)):
        answer = told.roster.call("GET", f"{BASE}/users", who)
        assert (answer.status_code, code_minor(answer)) == (403, "forbidden")
    nobody = told.roster.call("GET", f"{BASE}/users")
    assert (nobody.status_code, code_minor(nobody)) == (401, "unauthorisedrequest")
    assert told.roster.call("GET", f"{BASE}/users", told.operator).status_code == 200


# Asking


def test_paging_says_where_it_is(machine: Machine):
    everybody = machine.gets("/users")
    answer = machine.asks("/users", limit=3, offset=3, sort="familyName", filter="status='active'")
    assert answer.headers["X-Total-Count"] == str(len(everybody))
    links = {name: link["url"] for name, link in answer.links.items()}
    assert set(links) == {"first", "prev", "next", "last"}
    assert "filter=status%3D%27active%27" in links["next"]
    assert "offset=6" in links["next"]
    last = machine.asks("/users", limit=3, offset=(len(everybody) - 1) // 3 * 3)
    assert "next" not in last.links
    beyond = machine.asks("/users", limit=3, offset=1000)
    assert (beyond.json()["users"], "next" in beyond.links) == ([], False)


def test_pages_together_are_the_whole(machine: Machine):
    whole = [each["sourcedId"] for each in machine.gets("/users")]
    pages = [each["sourcedId"] for offset in range(0, 12, 2) for each in machine.gets("/users", limit=2, offset=offset)]
    assert pages == whole == sorted(whole)


def test_sorting(told: Chain, machine: Machine):
    names = [user["givenName"] for user in machine.gets("/users", sort="givenName", orderBy="desc")]
    assert names == sorted(names, reverse=True)
    titles = [org["name"] for org in machine.gets("/orgs", sort="name")]
    assert titles == ["Gulberg", "Roshan Kal", "Science"]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("givenName='Sana'", {"s1"}),
        ("givenName~'SA'", {"s1", "s3"}),
        ("familyName='Noor' AND role='student'", {"s3"}),
        ("givenName='Sana' OR givenName='Sara'", {"s1", "s3"}),
        ("roles.role='guardian'", {"g1", "g2", "g3"}),
        ("role!='guardian' AND familyName='Khan'", {"s1"}),
        ("status='tobedeleted'", set()),
        ("status!='tobedeleted' AND username='tahira'", {"t1"}),
        ("enabledUser='false'", set()),
        ("sms='+923001234567'", {"g1", "g2"}),
        ("dateLastModified>='2100-01-01'", set()),
        ("email~'example.pk'", {"g3"}),
        ("givenName='O''Brien'", set()),
        ("givenName~'.*'", set()),
        ("""givenName='{"$gt": ""}'""", set()),
        ("givenName!='Sana' AND givenName<'T' AND", None),
    ],
)
def test_filters(told: Chain, machine: Machine, filter, found):
    if found is None:
        assert code_minor(machine.asks("/users", filter=filter)) == "invalid_filter_field"
    else:
        assert ids(machine.gets("/users", filter=filter)) == {told.person(id) for id in found}


def test_filters_on_what_is_referred_to(told: Chain, machine: Machine):
    class_ = told.id("class", "c1")
    assert ids(machine.gets("/enrollments", filter=f"class.sourcedId='{class_}' AND role='student'")) == {
        told.id("enrollment", "e2"),
        told.id("enrollment", "e4"),
    }
    assert ids(machine.gets("/classes", filter="classType='homeroom'")) == {class_}
    assert ids(machine.gets("/classes", filter=f"school.sourcedId='{told.branch('b2')}'")) == set(), "not of another branch"
    assert ids(machine.gets("/users", filter=f"sourcedId='{told.person('s2')}' OR givenName='Sana'")) == {told.person("s1")}


def test_selection(machine: Machine):
    users = machine.gets("/users", fields="sourcedId,givenName")
    assert {frozenset(user) for user in users} == {frozenset(("sourcedId", "givenName"))}
    one = machine.asks(f"/users/{users[0]['sourcedId']}", fields="status").json()["user"]
    assert one == {"status": "active"}


@pytest.mark.parametrize(
    ("query_", "status", "code"),
    [
        ({"filter": "nothing='x'"}, 400, "invalid_filter_field"),
        ({"filter": "_id='x'"}, 400, "invalid_filter_field"),
        ({"filter": "givenName"}, 400, "invalid_filter_field"),
        ({"filter": "givenName=Sana"}, 400, "invalid_filter_field"),
        ({"filter": ""}, 400, "invalid_filter_field"),
        ({"filter": "status='gone'"}, 400, "invalid_filter_field"),
        ({"filter": "dateLastModified>'yesterday'"}, 400, "invalid_filter_field"),
        ({"filter": "givenName~'\x00'"}, 400, "invalid_filter_field"),
        ({"filter": "givenName='a' AND givenName='b' AND givenName='c'"}, 400, "invalid_filter_field"),
        ({"sort": "nothing"}, 400, "invalid_sort_field"),
        ({"sort": "$where"}, 400, "invalid_sort_field"),
        ({"sort": "role"}, 400, "invalid_sort_field"),
        ({"fields": "nothing"}, 400, "invalid_selection_field"),
        ({"fields": ""}, 400, "invalid_selection_field"),
        ({"fields": "sourcedId,digest"}, 400, "invalid_selection_field"),
        ({"limit": "0"}, 422, "invaliddata"),
        ({"limit": "5001"}, 422, "invaliddata"),
        ({"limit": "many"}, 422, "invaliddata"),
        ({"offset": "-1"}, 422, "invaliddata"),
        ({"orderBy": "up"}, 422, "invaliddata"),
        ({"limit": ["1", "2"]}, 422, "invaliddata"),
        ({"filter": "givenName='" + "x" * 800 + "'"}, 422, "invaliddata"),
    ],
)
def test_what_is_not_understood_is_told(machine: Machine, query_, status, code):
    answer = machine.asks("/users", **query_)
    assert (answer.status_code, code_minor(answer)) == (status, code)


@pytest.mark.parametrize("path", ["/users/x", "/nothing", "/users/x/y/z", "/classes/%24gt/students", "/resources"])
def test_what_is_not_there(machine: Machine, path):
    answer = machine.asks(path)
    assert (answer.status_code, code_minor(answer)) == (404, "unknownobject")


def test_only_reading(machine: Machine):
    answer = machine.chain.roster.call("POST", f"{BASE}/users", machine.caller, json={})
    assert (answer.status_code, code_minor(answer)) == (405, "unsupported")


# Time goes by


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


# Rules, as plain values


@given(st.text(max_size=60))
@example("givenName='a' OR givenName='b'")
@example("givenName='$where'")
def test_a_filter_is_a_condition_on_known_fields_or_a_problem(text):
    condition: dict[str, Any] = {}
    with suppress(Problem):
        condition = query.filtered(text, USERS.known)
    assert json.dumps(condition, default=str)
    for part in condition.get("$and") or condition.get("$or") or [condition]:
        assert not {"$where", "$expr", "$function"} & set(part)


@given(st.sampled_from(["a' OR status='tobedeleted", "x'", "''", "\\'", "$ne", "'' AND ''"]), st.sampled_from(list("=~")))
def test_a_value_stays_a_value(value, operator):
    quoted = value.replace("'", "''")
    condition = query.filtered(f"givenName{operator}'{quoted}'", USERS.known)
    assert set(condition) == {"given_name"}


def test_reach_holds_whatever_is_asked():
    reach = Reach(branch_ids=("b1",), sources=("s",))
    asked = {"$or": [{"branch_id": "b2"}, {"_id": "x"}]}
    assert reach.filter(asked) == {"$and": [{"branch_id": {"$in": ["b1"]}}, asked]}
    assert reach.filter({"branch_id": "b2"})["$and"][0] == {"branch_id": {"$in": ["b1"]}}


def test_shapes_bear_records_with_and_without_further_columns():
    record = {"_id": "i", "source": "s", "sourced_id": "x", "active": True, "branch_id": "b", "digest": b"d"}
    around = shapes.Around("https://rabta.example.pk")
    class_ = {**record, "title": "5-A", "grade": "05,06", "homeroom": False, "subject": None, "course_id": None, "term_ids": []}
    assert shapes.class_(class_, around)["grades"] == ["05", "06"]
    more = {"classCode": "5A", "subjectCodes": "1,2", "periods": ["1"]}
    shown = shapes.class_({**class_, "extra": more}, around)
    assert (shown["classCode"], shown["subjectCodes"], shown["periods"]) == ("5A", ["1", "2"], ["1"])
    person = {
        **record,
        "branch_id": ["b"],
        "roles": {},
        "given_name": "A",
        "family_name": "",
        "extra": {"userIds": "{Fed:12},{x}"},
    }
    assert shapes.user(person, around)["userIds"] == [{"type": "Fed", "identifier": "12"}]
    assert {"class", "user"} <= ENROLLMENTS.shown
    assert CLASSES.many == "classes"
    assert ORGS.kept == ("branches", "units")
