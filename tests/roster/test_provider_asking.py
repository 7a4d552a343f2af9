"""What a reader can ask for: pages, order, filters, fields; and what is told where that is not understood."""

import pytest

from services.roster.provider.shapes import BASE
from tests.roster.chain import Chain
from tests.roster.machines import Machine, code_minor
from tests.roster.provided import ids


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
