"""Who belongs to the parents' association, and who acts for it."""

from dataclasses import replace

import pytest
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.pta import PtaMembershipChanged, PtaOfficeEnded, PtaOfficeTaken
from tests.meetings.association import Association, day, term
from tests.meetings.story import Meetings, at_once
from tests.support.people import office, operator, person
from tests.support.roster import people, someone
from tests.support.waiting import eventually


@pytest.fixture
def pta(meetings: Meetings, kept: Database) -> Association:
    return Association(meetings, kept)


def said(pta: Association, kind: type) -> list:
    return [event.data for event in pta.meetings.service.heard(kind) if event.branch_id == pta.id]


def test_members_come_go_and_come_again(pta: Association) -> None:
    assert pta.refused("GET", "/membership", pta.guardian("g1")) == (404, "not-found")
    pta.join("g1", "t1", "g1")
    pta.does("PUT", "/members/g2", office(branch_id=pta.id))
    assert [each["name"] for each in pta.does("GET", "/members")["items"]] != []
    assert {each["person_id"]: each["role"] for each in pta.does("GET", "/members")["items"]} == {
        "g1": "guardian",
        "g2": "guardian",
        "t1": "teacher",
    }
    pta.does("DELETE", "/membership", pta.guardian("g1"))
    pta.does("DELETE", "/membership", pta.guardian("g1"))
    pta.does("DELETE", "/members/g2", pta.head)
    assert [each["person_id"] for each in pta.does("GET", "/members")["items"]] == ["t1"]
    pta.join("g1")
    mine = pta.does("GET", "/membership", pta.guardian("g1"))
    assert [bool(spell["left_at"]) for spell in mine["spells"]] == [True, False]
    eventually(lambda: len(said(pta, PtaMembershipChanged)) >= 6)
    assert [(each["person_id"], each["member"]) for each in said(pta, PtaMembershipChanged) if each["person_id"] == "g1"] == [
        ("g1", True),
        ("g1", False),
        ("g1", True),
    ]


def test_somebody_who_joins_sixteen_times_at_once_is_one_member(pta: Association) -> None:
    answers = at_once(*[lambda: pta.ask("PUT", "/membership", pta.guardian("g1"))] * 16)
    assert {answer.status_code for answer in answers} == {200}
    [member] = pta.kept["pta_members"].find({"branch_id": pta.id})
    assert len(member["spells"]) == 1


def test_who_does_not_belong_to_the_branch_is_no_member(pta: Association) -> None:
    for stranger in ("s1", "h1", "nobody"):
        assert pta.refused("PUT", f"/members/{stranger}") == (404, "not-found")
    assert pta.refused("DELETE", "/members/g1") == (404, "not-found")
    assert pta.ask("PUT", "/membership", pta.guardian("unknown")).status_code == 404
    assert pta.ask("GET", "", pta.guardian("g1"), json=None).status_code == 200
    other = pta.meetings.call("GET", "pta", pta.guardian("g1"), "b1")
    assert other.status_code == 403, "another branch's"


def test_who_has_left_the_school_is_called_no_more(pta: Association) -> None:
    pta.join("g1", "g3")
    assert pta.does("GET", "")["members"] == 2
    pta.meetings.knows(people(pta.id, someone("g3", "guardian", version=2, active=False)))
    assert pta.does("GET", "")["members"] == 1
    gone = next(each for each in pta.does("GET", "/members")["items"] if each["person_id"] == "g3")
    assert not gone["is_here"]


def test_an_officer_acts_from_the_first_day_of_the_term_without_anybody_elses_hand(pta: Association) -> None:
    refused = (403, "not-an-officer")
    for caller in (pta.guardian("g1"), pta.teacher("t1")):
        assert pta.refused("GET", "/members", caller) == refused
    pta.appoints("g1", "secretary")
    pta.appoints("g2", "treasurer", starts=3)
    pta.appoints("t1", "member")
    for caller in (pta.guardian("g1"), pta.teacher("t1"), pta.head, operator(), person("g4", pta.id, "pta_officer")):
        assert pta.ask("GET", "/members", caller).status_code == 200
        assert pta.does("GET", "", replace(caller, right=None))["officer"]
    assert pta.refused("GET", "/members", pta.guardian("g2")) == refused, "not yet"
    by_code = replace(pta.guardian("t1"), how="code")
    assert pta.refused("GET", "/members", by_code) == refused, "a teacher's office is the teacher's"


def test_what_officers_may_not_do(pta: Association) -> None:
    pta.appoints("g1")
    for method, path, body in (
        ("POST", "/officers", term("g2")),
        ("PUT", "/offices", {"offices": [{"key": "chair", "name": "Chair"}]}),
        ("POST", "/elections", {}),
    ):
        assert pta.ask(method, path, pta.guardian("g1"), json=body).status_code == 403


def test_an_office_has_one_holder_at_a_time(pta: Association) -> None:
    first = pta.appoints("g1", "chair", 0, 100)
    answer = pta.ask("POST", "/officers", json=term("g2", "chair", 100, 200))
    assert (answer.status_code, answer.json()["title"]) == (409, f"G1 Khan is Chair until {day(100)}")
    second = pta.appoints("g2", "chair", 50, 200, hand_over=True)
    terms = {each["person_id"]: each for each in pta.does("GET", "/officers")["items"]}
    assert (terms["g1"]["ends_on"], terms["g2"]["starts_on"]) == (day(49), day(50))
    assert [each["person_id"] for each in pta.does("GET", "/officers", params={"on": day(49)})["items"]] == ["g1"]
    eventually(lambda: len(said(pta, PtaOfficeTaken)) == 2)
    assert [(each["pta_officer_id"], each["ends_on"].isoformat()) for each in said(pta, PtaOfficeEnded)] == [
        (first["pta_officer_id"], day(49))
    ]
    pta.does("POST", f"/officers/{second['pta_officer_id']}/end", json={"ends_on": day(20)})
    assert pta.ask("GET", f"/officers/{second['pta_officer_id']}").status_code == 404, "called off before it began"
    pta.appoints("g3", "chair", 50, 60)


def test_two_members_of_the_committee_at_once_and_nobody_twice(pta: Association) -> None:
    pta.appoints("g1", "member")
    pta.appoints("g2", "member")
    assert pta.refused("POST", "/officers", json=term("g1", "member", 5)) == (409, "office-held")
    assert {each["person_id"] for each in pta.does("GET", "", pta.guardian("g4"))["officers"]} == {"g1", "g2"}


def test_sixteen_race_for_an_office(pta: Association) -> None:
    calls = [lambda id=id: pta.ask("POST", "/officers", json=term(id)) for id in ("g1", "g2", "g3", "g4") * 4]
    assert sorted(answer.status_code for answer in at_once(*calls)) == [201] + [409] * 15
    assert pta.kept["pta_officers"].count_documents({"branch_id": pta.id}) == 1


def test_an_appointment_sent_again_is_one(pta: Association) -> None:
    once = pta.does("POST", "/officers", key="appoint-g1-chair", json=term("g1"))
    assert pta.does("POST", "/officers", key="appoint-g1-chair", json=term("g1")) == once
    assert pta.refused("POST", "/officers", key="appoint-g1-chair", json=term("g2")) == (422, "key-used-before")


@pytest.mark.parametrize("more", [{"ends_on": day(-1)}, {"ends_on": day(1500)}, {"office_key": "king"}, {"starts_on": "x"}])
def test_a_term_that_is_none(pta: Association, more: dict) -> None:
    assert pta.ask("POST", "/officers", json={**term("g1"), **more}).status_code == 422


def test_a_branch_names_its_own_offices(pta: Association) -> None:
    pta.appoints("g1", "treasurer", 0, 1)
    own = [{"key": "treasurer", "name": "Keeper of the purse"}, {"key": "sports", "name": "Sports", "exclusive": False}]
    assert pta.refused("PUT", "/offices", json={"offices": own[1:]}) == (409, "office-in-use")
    kept = pta.does("PUT", "/offices", json={"offices": own})
    assert kept == {"offices": pta.does("GET", "")["offices"]}
    pta.appoints("g2", "sports")
    assert pta.ask("POST", "/officers", json=term("g3", "chair")).status_code == 422
    assert pta.does("GET", "/officers", params={"on": day(0)})["items"][0]["starts_on"] == clock.today().isoformat()
