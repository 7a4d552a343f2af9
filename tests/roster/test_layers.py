"""Sets of 1.1 and deltas, seen as whole 1.2 bulk sets."""

import io
import zipfile

import pytest

from services.roster.oneroster.checks import check_set
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.incoming import Before
from services.roster.oneroster.rewriting import write_set
from tests.roster.deltas import delta
from tests.roster.older import as_1_1
from tests.roster.sets import TODAY, RosterSet, as_zip, problems, read, records

SMALL = RosterSet()


def kept(content: bytes) -> io.BytesIO:
    """A set as it is kept for the next delta."""
    checked = check_set(io.BytesIO(content), TODAY, Findings(), lambda part: None)
    assert checked is not None
    out = io.BytesIO()
    write_set(checked[0], out)
    return out


def before(content: bytes, version: str = "1.2") -> Before:
    return Before(kept(content), version)


# 1.1


def test_a_set_of_1_1_gives_the_same_records():
    old = as_1_1(SMALL)
    assert problems(old) == []
    assert read(old)[0] == records(SMALL)


def test_somebody_of_1_1_in_several_organisations_has_the_role_in_each():
    found = read(as_1_1(SMALL, orgs={"t1": "b1, b2"}))[0]["people"]["t1"]
    assert [sorted(held) for held in found["roles"].values()] == [["teacher"], ["teacher"]]


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"orgs": {"s1": "nowhere"}}, "orgSourcedIds", "not in orgs.csv"),
        ({"orgs": {"s1": ""}}, "orgSourcedIds", "blank"),
        ({"roles": {"s1": ""}}, "role", "blank"),
    ],
)
def test_a_fault_in_a_role_of_1_1_leads_to_the_line_of_the_user(changed, column, reason):
    (found,) = problems(as_1_1(SMALL, **changed))
    assert (found["file"], found["line"], found["column"]) == ("users.csv", 10, column)
    assert reason in found["reason"]


def test_the_header_of_1_1_is_looked_at_as_exactly():
    content = as_1_1(SMALL, header={"orgSourcedIds": "orgs"})
    assert ("users.csv", 1, "orgSourcedIds") in [(row["file"], row["line"], row["column"]) for row in problems(content)]


def test_an_administrator_of_1_1_above_the_schools_becomes_no_operator():
    found = read(as_1_1(SMALL, roles={"op": "administrator"}))[0]["people"]["op"]
    assert (found["operator"], found["roles"]) == (False, {})


def test_a_delta_of_1_1_gives_a_person_all_their_roles_anew():
    moved = as_1_1(SMALL, only={"t2": "active", "h1": "tobedeleted"}, orgs={"t2": "b2"})
    people = read(moved, before(as_1_1(SMALL), "1.1"))[0]["people"]
    assert list(people["t2"]["roles"].values()) == [["teacher"]]
    assert people["t2"]["branch_id"] == people["s2"]["branch_id"], "no longer in b1"
    assert "h1" not in people


def test_a_delta_goes_on_from_a_set_of_its_own_version():
    found = problems(delta(SMALL, SMALL.change("users", "s1", givenName="Sanam")), before(as_1_1(SMALL), "1.1"))
    assert all("the set before was of 1.1" in problem["reason"] for problem in found)
    assert found


# Deltas

NEWER = (
    SMALL.change("users", "s1", givenName="Sanam")
    .add("users", sourcedId="s9", givenName="Sobia", familyName="Butt", enabledUser="true", username="s9", agentSourcedIds="g2")
    .add("roles", sourcedId="s9-student", userSourcedId="s9", roleType="primary", role="student", orgSourcedId="b2")
    .drop("enrollments", "e4")
    .drop("roles", "s3-student", "g3-relative")
    .drop("users", "s3", "g3")
)


def test_a_set_and_its_delta_are_the_newer_set():
    assert read(delta(SMALL, NEWER), before(SMALL.zip()))[0] == records(NEWER)


def test_files_of_one_set_may_come_in_different_ways():
    mixed = delta(SMALL, NEWER, bulk=("users", "roles"))
    assert read(mixed, before(SMALL.zip()))[0] == records(NEWER)


def test_added_columns_may_come_and_go():
    newer = SMALL.change("users", "s1", metadata__nickname="Sanni", metadata__nameUrdu="ثنا")
    found = read(delta(SMALL.drop("users", "g1").change("users", "s1"), newer, files=("users",)), before(SMALL.zip()))[0]
    assert found["people"]["s1"]["name_ur"] == "ثنا"
    assert found["people"]["g1"]["name_ur"] == "غزالہ خان"


def test_what_a_kept_set_says_it_says_again():
    odd = SMALL.change("users", "s1", givenName='O"Neil, $set', familyName="=1+1\r\nx", metadata__note="a,b")
    assert read(kept(odd.zip()).getvalue())[0] == records(odd)


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"status": ""}, "status", "active or tobedeleted"),
        ({"status": "inactive"}, "status", "active or tobedeleted"),
        ({"dateLastModified": ""}, "dateLastModified", "a moment like"),
        ({"dateLastModified": "yesterday"}, "dateLastModified", "a moment like"),
        ({"givenName": ""}, "givenName", "blank"),
        ({"sourcedId": "g1"}, "sourcedId", "twice in the delta"),
        ({"sourcedId": ""}, "sourcedId", "blank"),
    ],
)
def test_a_fault_in_a_delta_names_its_own_line(values, column, reason):
    newer = SMALL.change("users", "g1", givenName="Gh").change("users", "s1", givenName="Sanam")
    found = problems(delta(SMALL, newer, spoilt=("users", "s1", values)), before(SMALL.zip()))
    assert ("users.csv", 3, column) in [(row["file"], row["line"], row["column"]) for row in found], found
    assert any(reason in row["reason"] for row in found), found


def test_what_a_delta_makes_wrong_elsewhere_names_the_record():
    found = problems(delta(SMALL, SMALL.drop("users", "s2"), files=("users",)), before(SMALL.zip()))
    places = [(row["file"], row["line"], row["sourced_id"], row["column"]) for row in found]
    assert places == [("roles.csv", None, "s2-student", "userSourcedId"), ("enrollments.csv", None, "e3", "userSourcedId")]


def test_a_delta_needs_a_set_to_go_on_from():
    assert "no set of this source is there" in problems(delta(SMALL, NEWER))[0]["reason"]


def test_a_row_to_be_deleted_needs_nothing_but_its_id():
    gone = delta(SMALL, SMALL.drop("enrollments", "e4"))
    assert "e4" not in read(gone, before(SMALL.zip()))[0]["enrollments"]


def test_what_is_to_be_deleted_may_be_unknown():
    gone = delta(SMALL.add("demographics", sourcedId="zz"), SMALL)
    assert problems(gone, before(SMALL.zip())) == []


def test_what_is_wrong_in_a_delta_is_said_once():
    newer = SMALL.change("users", "s1", givenName="Sanam")
    made = io.BytesIO(delta(SMALL, newer))
    with zipfile.ZipFile(made) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["users.csv"] += b"s2,active\r\n"
    found = problems(as_zip(members), before(SMALL.zip()))
    assert [(row["file"], row["line"], row["column"]) for row in found] == [("users.csv", 3, None)]
