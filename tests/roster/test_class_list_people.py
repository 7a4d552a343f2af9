"""Whom a class list takes for whom: never a stranger's child, never another branch's people, and no word of them."""

import pytest

from tests.roster.chain import Chain
from tests.roster.hand import HandKept
from tests.roster.listed import Lists, as_csv
from tests.support.people import operator
from tests.support.services import Service
from tests.support.waiting import eventually


@pytest.fixture
def branch(roster: Service) -> HandKept:
    return HandKept(roster)


@pytest.fixture
def lists(branch: HandKept) -> Lists:
    return Lists(branch)


def test_nobody_of_another_branch_is_found_changed_or_told_of(roster: Service, branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    other = HandKept(roster, "Gulberg")
    other.class_("5-A")
    family = ("5-A", "77", "Ayesha Malik", "Imran Malik", "0300 7771234")
    Lists(other).applied(as_csv(family))
    theirs = Lists(other).one("Imran Malik")
    shown = lists.shown(as_csv(family))
    assert shown["counts"] == {"student_added": 1, "enrolled": 1, "guardian_added": 1, "related": 1}
    (row,) = lists.rows(shown["class_list_id"])
    assert row["findings"] == [], "nothing tells that they exist elsewhere"
    lists.does(shown["class_list_id"], "confirmation")
    assert lists.one("Imran Malik")["person_id"] != theirs["person_id"]
    assert Lists(other).one("Imran Malik") == theirs


def test_a_guardian_of_two_branches_gets_the_child_and_keeps_their_phone(
    roster: Service, branch: HandKept, lists: Lists
) -> None:
    branch.class_("5-A")
    other = HandKept(roster, "Gulberg")
    other.class_("3-B")
    Lists(other).applied(as_csv(("3-B", "9", "Omar Butt", "Nadia Butt", "0300 8881234")))
    nadia = Lists(other).one("Nadia Butt")
    branch.does("POST", "/people", operator(), json={"people": [{**_named(nadia), "roles": ["guardian"]}]})

    done = lists.applied(as_csv(("5-A", "10", "Hina Butt", "Nadia Butt", "0300 8881234")))
    assert done["applied"] == {"student_added": 1, "enrolled": 1, "related": 1}, "she is known here"
    changed = lists.shown(as_csv(("5-A", "10", "Hina Butt", "Nadia Butt", "0300 9990000")))
    assert (changed["state"], changed["counts"], changed["warnings"]) == ("done", {}, 1)
    (row,) = lists.rows(changed["class_list_id"], found="warning")
    assert row["findings"][0]["reason"] == (
        "The phone stays as it is: it can't be changed from here. Ask the chain's operator."
    )
    seen = Lists(other).one("Nadia Butt")
    assert (seen["phone"], len(seen["children"])) == ("+923008881234", 1)
    lists.does(done["class_list_id"], "undo")
    assert Lists(other).one("Nadia Butt")["active"], "she stays where she was"


def test_a_child_of_the_same_name_is_not_given_a_strangers_guardian(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    titles = ("Class", "Name", "Father's name", "Mobile")
    lists.applied(as_csv(("5-A", "Ali Raza", "Raza Hussain", "0300 1110001"), titles=titles))
    same = lists.shown(as_csv(("5-A", "Ali Raza", "Raza Hussain", "0300 1110001"), titles=titles))
    assert (same["state"], same["counts"]) == ("done", {})
    another = lists.shown(as_csv(("5-A", "Ali Raza", "Karim Baig", "0333 1110009"), titles=titles))
    assert another["state"] == "refused"
    ((line, column, reason),) = lists.reasons(another["class_list_id"])
    assert (line, column) == (2, "Name")
    assert reason.startswith("A child of this name is here already, with other guardians")


def test_twins_and_two_on_one_phone_stay_two(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    done = lists.applied(
        as_csv(
            ("5-A", "1", "Hassan Tariq", "Tariq Mahmood", "0300 2220001"),
            ("5-A", "2", "Hussain Tariq", "Tariq Mahmood", "0300 2220001"),
            ("5-A", "2", "Hussain Tariq", "Shazia Bano", "0300 2220001"),
        )
    )
    assert done["applied"] == {"student_added": 2, "enrolled": 2, "guardian_added": 2, "related": 3}
    (row,) = lists.rows(done["class_list_id"], found="warning")
    assert row["findings"][0]["reason"] == "Tariq Mahmood has this phone too: they are taken for two people."


def test_another_keyboard_or_other_digits_make_no_second_child(branch: HandKept, lists: Lists) -> None:
    branch.class_("۵-الف")
    titles = ("جماعت", "نام", "والد کا نام", "فون")
    lists.applied(as_csv(("5 الف", "علی کمال", "کمال خان", "0300 1212121"), titles=titles))
    again = lists.shown(as_csv(("۵-الف", "علي كمال", "كمال خان", "۰۳۰۰۱۲۱۲۱۲۱"), titles=titles))
    assert (again["state"], again["counts"], again["left_out"]) == ("done", {}, 0)


def test_a_new_phone_is_taken_where_the_child_is_known_by_number(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    lists.applied(as_csv(("5-A", "31", "Saad Iqbal", "Iqbal Ahmed", "0300 3330001")))
    changed = lists.applied(as_csv(("5-A", "31", "Saad Iqbal", "Iqbal Ahmed", "0300 3330002")))
    assert changed["applied"] == {"phone_changed": 1}
    assert lists.one("Iqbal Ahmed")["phone"] == "+923003330002"
    lists.does(changed["class_list_id"], "undo")
    assert lists.one("Iqbal Ahmed")["phone"] == "+923003330001"


def test_a_guardian_who_is_none_any_more_comes_back_by_hand_alone(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    sheet = as_csv(
        ("5-A", "41", "Sara Aziz", "Aziz Khan", "0300 4440001"), ("5-A", "42", "Sami Aziz", "Aziz Khan", "0300 4440001")
    )
    lists.applied(sheet)
    relation = lists.one("Sara Aziz")["guardians"][0]["relation_id"]
    branch.does("DELETE", f"/relations/{relation}")
    again = lists.shown(sheet)
    assert (again["left_out"], again["counts"]) == (1, {})
    assert "is no more" in lists.reasons(again["class_list_id"])[0][2]


def test_what_came_by_import_is_met_and_left_as_it_is(chain: Chain) -> None:
    chain.imports()
    branch = HandKept(chain.roster, id=chain.branch())
    lists = Lists(branch)
    imported = branch.does("GET", "/people", params={"role": "student"})["items"][0]
    seat = branch.does("GET", "/enrollments", params={"person_id": imported["person_id"]})["items"][0]
    title = next(each["title"] for each in branch.does("GET", "/classes")["items"] if each["class_id"] == seat["class_id"])
    name = f"{imported['given_name']} {imported['family_name']}"
    branch.class_("9-Z")
    before = branch.person(imported["person_id"])
    moved = lists.shown(as_csv((title, name), ("9-Z", name), titles=("Class", "Name")))
    assert before["source"] == chain.source
    reasons = lists.reasons(moved["class_list_id"])
    assert [line for line, _, _ in reasons] in ([], [3]), reasons
    assert branch.person(imported["person_id"])["version"] == before["version"]


def test_somebody_who_has_left_comes_again_on_their_page(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    lists.applied(as_csv(("5-A", "51", "Rida Noor", "Noor Khan", "0300 5550001")))
    branch.does("DELETE", f"/people/{lists.one('Rida Noor')['person_id']}")
    found = lists.shown(as_csv(("5-A", "51", "Rida Noor", "Noor Khan", "0300 5550001")))
    assert found["state"] == "refused"
    assert lists.reasons(found["class_list_id"])[0][2].startswith("Rida Noor had it, who has left")


def test_what_has_changed_since_the_preview_is_not_done_otherwise(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    six = branch.class_("6-A")
    shown = lists.shown(
        as_csv(("5-A", "61", "Tooba Ali", "Ali Khan", "0300 6660001"), ("5-A", "", "Usman Ali", "Ali Khan", "0300 6660001"))
    )
    (usman,) = branch.people({"given_name": "Usman", "family_name": "Ali", "roles": ["student"]})
    branch.enrols(six, usman["person_id"])
    branch.does("POST", f"/people/{usman['person_id']}/guardians", json=_ALI)
    done = lists.does(shown["class_list_id"], "confirmation")
    assert (done["state"], done["not_as_shown"]) == ("done", 2), "the guardian is there by now, so both lines do other things"
    assert [reason for _, _, reason in lists.reasons(done["class_list_id"])] == [
        "Something has changed in Rabta since this was shown: send the sheet again."
    ] * 2
    assert usman["person_id"] in branch.members(six)
    assert lists.people("Tooba") == []


_ALI = {"guardian": {"given_name": "Ali", "family_name": "Khan", "phone": "0300 6660001"}}


def test_an_undo_leaves_what_somebody_did_since(branch: HandKept, lists: Lists) -> None:
    five = branch.class_("5-A")
    sheet = as_csv(
        ("5-A", "71", "Warda Zaman", "Zaman Shah", "0300 7770001"), ("5-A", "72", "Yusra Gul", "Gul Khan", "0300 7770002")
    )
    done = lists.applied(sheet)
    warda = lists.one("Warda Zaman")
    branch.does("PATCH", f"/people/{warda['person_id']}", json={"family_name": "Zaman Shah"})
    back = lists.does(done["class_list_id"], "undo")
    assert (back["state"], back["stayed_count"]) == ("undone", 1)
    assert back["stayed"] == [{"kind": "people", "id": warda["person_id"], "person_id": warda["person_id"]}]
    assert branch.members(five) == set()
    assert (lists.people("Yusra"), lists.people("Zaman", "guardian")) == ([], [])
    assert branch.person(warda["person_id"])["active"] is True
    assert branch.call("POST", f"/class-lists/{done['class_list_id']}/undo").status_code == 202, "twice is once"
    again = lists.applied(sheet)
    assert again["state"] == "done", "and the sheet can come once more"
    assert len(branch.members(five)) == 2


def test_whom_a_list_names_stands_in_the_audit_trail(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    done = lists.applied(as_csv(("5-A", "81", "Zara Khan", "Asif Khan", "0300 8880001")))
    child = lists.one("Zara Khan")["person_id"]

    def noted() -> bool:
        items = branch.does("GET", "/audit", branch.head, params={"student_id": child})["items"]
        return any(each["right"] == "import class lists" and each["action"] == "change" for each in items)

    eventually(noted)
    assert done["applied"]["student_added"] == 1


def _named(person: dict[str, object]) -> dict[str, object]:
    return {name: person[name] for name in ("person_id", "given_name")}
