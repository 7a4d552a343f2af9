"""Terms and holidays by hand, and how branches hear of them."""

import pytest

from schoolbus.contracts.roster import CalendarChanged
from tests.roster.chain import Chain
from tests.roster.hand import HandKept, new_id, slug
from tests.support.people import guardian, operator, teacher
from tests.support.services import Service
from tests.support.waiting import eventually

EID = {"title": "Eid ul-Fitr", "title_ur": "عید الفطر", "starts_on": "2027-03-10", "ends_on": "2027-03-12"}
YEAR = {"title": "2026-27", "kind": "schoolYear", "starts_on": "2026-08-03", "ends_on": "2027-06-30"}


@pytest.fixture(scope="module")
def branch(roster: Service) -> HandKept:
    return HandKept(roster)


def calendar(branch: HandKept) -> tuple[set[str], set[str]]:
    """The titles of terms and holidays that the branch was last told."""
    heard = branch.heard(CalendarChanged)
    if not heard:
        return set(), set()
    last = max(heard, key=lambda event: event.sequence)
    return {term["title"] for term in last.data["terms"]}, {each["title"] for each in last.data["holidays"]}


def test_a_holiday_comes_changes_and_goes(roster: Service):
    branch = HandKept(roster)
    holiday = branch.does("POST", "/holidays", json=EID)
    assert (holiday["source"], holiday["version"], holiday["ends_on"]) == ("rabta", 1, "2027-03-12")
    path = f"/holidays/{holiday['holiday_id']}"
    eventually(lambda: "Eid ul-Fitr" in calendar(branch)[1])
    assert branch.does("PATCH", path, json={"title": "Eid", "version": 1})["version"] == 2
    eventually(lambda: "Eid" in calendar(branch)[1])
    assert [each["title"] for each in branch.does("GET", "/holidays", guardian("g", branch.id))["items"]] == ["Eid"]
    ended = branch.does("DELETE", path, params={"version": 2})
    assert (ended["active"], ended["version"]) == (False, 3)
    eventually(lambda: "Eid" not in calendar(branch)[1])
    assert branch.does("GET", "/holidays")["items"] == []
    assert branch.call("DELETE", path).status_code == 404


def test_a_day_alone_is_a_holiday_of_one_day(branch: HandKept):
    assert branch.does("POST", "/holidays", json={"title": "Iqbal Day", "starts_on": "2026-11-09"})["ends_on"] == "2026-11-09"


def test_who_saw_an_older_version_decides_again(branch: HandKept):
    path = f"/holidays/{branch.does('POST', '/holidays', json=EID)['holiday_id']}"
    branch.does("PATCH", path, json={"title": "Eid holidays"})
    late = branch.call("PATCH", path, json={"title": "Mine", "version": 1})
    assert (late.status_code, slug(late), late.json()["now"]["title"]) == (409, "changed-meanwhile", "Eid holidays")
    assert slug(branch.call("DELETE", path, params={"version": 1})) == "changed-meanwhile"


def test_sent_twice_is_one_holiday_and_said_once(roster: Service):
    branch = HandKept(roster)
    wanted = {**EID, "holiday_id": new_id()}
    first, again = (branch.does("POST", "/holidays", json=wanted) for _ in range(2))
    assert first == again
    branch.does("PATCH", f"/holidays/{wanted['holiday_id']}", json={"title": EID["title"]})
    branch.quiet()
    assert len([said for said in branch.heard(CalendarChanged) if said.data["holidays"]]) == 1
    other = HandKept(roster)
    taken = other.call("POST", "/holidays", json=wanted)
    assert (taken.status_code, slug(taken)) == (409, "already-there")
    assert "Eid" not in taken.text, "nothing of another branch"


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"title": "  "}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": {"$gt": ""}}, "title"),
        ({"starts_on": "2027-02-30"}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"ends_on": "2027-03-09"}, "ends_on"),
        ({"holiday_id": "2dd12b61-6af7-5eea-bbe3-8c979ce66f28"}, "holiday_id"),
        ({"source": "oneroster"}, "source"),
        ({"version": 7}, "version"),
    ],
)
def test_a_wrong_holiday_is_refused(branch: HandKept, wrong: dict[str, object], where: str):
    answer = branch.call("POST", "/holidays", json={**EID, **wrong})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [where]), answer.text


def test_terms_lie_within_one_another(branch: HandKept):
    year = branch.does("POST", "/terms", json=YEAR)
    assert year["year"] == "2027"
    term = {"title": "First", "kind": "term", "starts_on": "2026-08-03", "ends_on": "2026-12-18", "parent_id": year["term_id"]}
    first = branch.does("POST", "/terms", json=term)
    assert (first["year"], first["branch_id"]) == ("2027", branch.id)
    for wrong in ({"ends_on": "2027-07-01"}, {"kind": "schoolYear"}, {"parent_id": first["term_id"]}, {"parent_id": "x"}):
        assert list(branch.call("POST", "/terms", json={**term, **wrong}).json()["errors"]) == ["parent_id"], wrong
    used = branch.call("DELETE", f"/terms/{year['term_id']}")
    assert (used.status_code, slug(used), used.json()["terms"]) == (409, "in-use", 1)
    branch.does("POST", "/classes", json={"title": "in it", "term_ids": [first["term_id"]]})
    assert branch.call("DELETE", f"/terms/{first['term_id']}").json()["classes"] == 1


def test_the_chains_terms_count_in_every_branch_old_and_new(roster: Service):
    branch, other = HandKept(roster), HandKept(roster)
    title = f"Chain {branch.id}"
    term = roster.call("POST", "/v1/terms", operator(), json={**YEAR, "title": title}).json()
    assert term["branch_id"] is None
    for each in (branch, other, HandKept(roster)):
        eventually(lambda each=each: title in calendar(each)[0])
        assert title in [found["title"] for found in each.does("GET", "/terms", params={"limit": 500})["items"]]
    assert branch.call("PATCH", f"/terms/{term['term_id']}", json={"title": "mine"}).status_code == 404
    roster.call("PATCH", f"/v1/terms/{term['term_id']}", operator(), json={"title": f"{title}, longer"})
    eventually(lambda: f"{title}, longer" in calendar(other)[0])
    assert roster.call("POST", "/v1/terms", branch.head, json=YEAR).status_code == 403
    own = branch.does("POST", "/terms", json=YEAR)
    assert slug(roster.call("PATCH", f"/v1/terms/{own['term_id']}", operator(), json={"title": "x"})) == "not-the-chains"
    assert roster.call("DELETE", f"/v1/terms/{term['term_id']}", operator()).json()["active"] is False
    eventually(lambda: f"{title}, longer" not in calendar(branch)[0])


def test_imported_terms_are_told_and_protected(chain: Chain):
    chain.imports()
    eventually(
        lambda: (
            (said := chain.heard(CalendarChanged)) and chain.id("term", "y") in {t["term_id"] for t in said[-1].data["terms"]}
        )
    )
    answer = chain.call("PATCH", f"/v1/terms/{chain.id('term', 'y')}", chain.operator, json={"title": "Mine"})
    assert (answer.status_code, slug(answer), answer.json()["source"]) == (409, "imported", chain.source)


def test_another_branchs_and_who_may(branch: HandKept, roster: Service):
    other = HandKept(roster)
    holiday = branch.does("POST", "/holidays", json=EID)["holiday_id"]
    term = branch.does("POST", "/terms", json=YEAR)["term_id"]
    for path in (f"/holidays/{holiday}", f"/terms/{term}"):
        assert other.call("PATCH", path, json={"title": "x"}).status_code == 404
        assert other.call("DELETE", path).status_code == 404
    for caller in (teacher("t", branch.id), guardian("g", branch.id)):
        assert branch.call("POST", "/holidays", caller, json=EID).status_code == 403
        assert branch.call("GET", "/terms", caller).status_code == 200
    assert branch.call("POST", "/holidays", other.office, json=EID).status_code == 403
    for path in ("/holidays", "/terms"):
        assert roster.call("POST", f"/v1/branches/nowhere{path}", operator(), json=EID | YEAR).status_code in (404, 422)
