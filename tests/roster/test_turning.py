"""Roles and enrolments of a set begin and end on their day, without another set; and that day's set then changes nothing."""

from datetime import timedelta
from typing import Any

from schoolbus import clock
from schoolbus.contracts.roster import EnrollmentsChanged, PeopleChanged, RelationsChanged
from tests.roster.chain import ENDED, Chain
from tests.roster.hand import HandKept
from tests.roster.identity import set_password, sign_in, with_password
from tests.roster.sets import RosterSet
from tests.support.services import Service
from tests.support.waiting import eventually


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def roles(chain: Chain, sourced_id: str) -> list[str]:
    items = chain.items(PeopleChanged)
    found = items.get(chain.person(sourced_id))
    return sorted(found["roles"]) if found and found["active"] else []


def enrolled(chain: Chain, sourced_id: str) -> bool:
    return bool(chain.items(EnrollmentsChanged)[chain.id("enrollment", sourced_id)]["active"])


def as_if_sent_yesterday(chain: Chain, mongo: Any, content: RosterSet) -> dict[str, Any]:
    waits = chain.previews(content)
    mongo["imports"].update_one({"_id": waits["import_id"]}, {"$set": {"day": day(-1)}})
    return chain.confirms(waits)


def by_time(chain: Chain) -> dict[str, Any]:
    """The import that nobody sent, once it has ended."""

    def look() -> dict[str, Any] | None:
        lines = chain.call("GET", "/v1/imports", chain.operator, params={"limit": 200}).json()["items"]
        found = [line for line in lines if line["source"] == chain.source and line["by_time"] and line["state"] in ENDED]
        return found[0] if found else None

    return eventually(look)


def test_what_has_not_begun_gives_no_access(chain: Chain) -> None:
    later = RosterSet().change("roles", "h1-principal", beginDate=day(200))
    later = later.change("enrollments", "e2", beginDate=day(30)).change("enrollments", "e4", beginDate=day(-30))
    found = chain.imports(later)
    assert [(each["file"], each["column"]) for each in found["warnings"]] == [("roles.csv", "beginDate")]
    chain.quiet()
    assert roles(chain, "h1") == []
    assert not enrolled(chain, "e2")
    assert enrolled(chain, "e4")
    assert set_password(chain, "h1").status_code in (404, 409, 422), "nobody's account yet"


def test_what_ends_and_begins_today_does_so_without_another_set(chain: Chain, mongo: Any) -> None:
    """A teacher leaves and another comes; a guardian's child comes, and with it what the guardian may see."""
    content = RosterSet().change("roles", "t1-teacher", endDate=day(0)).change("enrollments", "e1", endDate=day(0))
    content = content.change("roles", "s1-student", beginDate=day(0)).change("enrollments", "e2", beginDate=day(0))
    content = content.change("roles", "o1-siteAdministrator", endDate=day(90))
    chain.imports()
    username = with_password(chain, "t1")
    assert sign_in(chain, username).status_code == 200
    first = as_if_sent_yesterday(chain, mongo, content)
    assert first["state"] == "done"
    found = by_time(chain)
    assert (found["state"], found["by_time"], found["problem_count"]) == ("done", True, 0)
    chain.quiet()
    assert (roles(chain, "t1"), enrolled(chain, "e1")) == ([], False)
    assert (roles(chain, "s1"), enrolled(chain, "e2")) == (["student"], True)
    relations = chain.items(RelationsChanged)
    assert relations[chain.id("relation", "s1\x1fg1")]["active"]
    assert sign_in(chain, username).status_code == 403
    assert mongo["sources"].find_one({"_id": chain.source})["turns"] == [day(90)]

    said = chain.quiet()
    again = chain.imports(content)
    assert not any(count.get(what) for count in again["counts"].values() for what in ("added", "changed", "gone"))
    assert chain.quiet() == said, "the same set says nothing"
    assert chain.decides(found, "undo").status_code == 409, "time can't be undone"
    assert chain.undoes(first)["state"] == "done", "what was sent can"


def test_who_enrols_by_hand_does_it_on_the_day(roster: Service) -> None:
    branch = HandKept(roster)
    class_id, (child,) = branch.class_(), branch.students(1)
    row = {"class_id": class_id, "person_id": child, "begins_on": day(1)}
    answer = branch.call("POST", "/enrollments", json={"enrollments": [row]})
    assert (answer.status_code, answer.json()["errors"]["enrollments"]["0"].keys()) == (422, {"begins_on"})
    assert branch.members(class_id) == set()
    branch.does("POST", "/enrollments", json={"enrollments": [{**row, "begins_on": day(0)}]})
    assert branch.members(class_id) == {child}
