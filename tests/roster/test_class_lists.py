"""A class list becomes people of one branch: shown first, then written, and taken back."""

import uuid

import pytest

from schoolbus.contracts.roster import EnrollmentsChanged, PeopleChanged, RelationsChanged
from tests.roster.hand import HandKept, slug
from tests.roster.listed import Lists, as_csv
from tests.support.people import guardian, operator, teacher
from tests.support.services import Service


@pytest.fixture
def branch(roster: Service) -> HandKept:
    return HandKept(roster)


@pytest.fixture
def lists(branch: HandKept) -> Lists:
    return Lists(branch)


CLASS = as_csv(
    ("5-A", "1041", "Ayesha Khan", "Imran Khan", "0300 1234501"),
    ("5 a", "1041", "Ayesha Khan", "Sadia Imran", "0321-7654301"),
    ("5-A", "1042", "Bilal Khan", "Imran Khan", "+92 300 1234501"),
    ("5-A", "1043", "Zoya", "", ""),
)


def test_a_class_is_shown_then_written(branch: HandKept, lists: Lists) -> None:
    class_id = branch.class_("5-A")
    shown = lists.shown(CLASS, name="5-A.csv")
    assert (shown["state"], shown["lines"], shown["left_out"]) == ("waiting", 4, 0)
    assert shown["counts"] == {"student_added": 3, "enrolled": 3, "guardian_added": 2, "related": 3}
    assert shown["classes"] == [{"title": "5-A", "is_new": False, "come": 3, "leave": 0, "there": 0, "left_out": 0}]
    assert (lists.people("Ayesha"), branch.members(class_id)) == ([], set()), "nothing is written before it is confirmed"

    done = lists.does(shown["class_list_id"], "confirmation")
    assert (done["state"], done["applied"], done["not_as_shown"]) == ("done", shown["counts"], 0)
    assert len(branch.members(class_id)) == 3
    ayesha, imran = lists.one("Ayesha Khan"), lists.one("Imran Khan")
    assert {each["guardian"]["given_name"] for each in ayesha["guardians"]} == {"Imran", "Sadia"}
    assert {each["student"]["given_name"] for each in imran["children"]} == {"Ayesha", "Bilal"}
    assert (imran["phone"], imran["source"], imran["roles"]) == ("+923001234501", "rabta", ["guardian"])
    branch.told(PeopleChanged, ayesha["person_id"], roles=["student"], active=True)
    assert len(branch.items(EnrollmentsChanged)) == 3
    assert len(branch.items(RelationsChanged)) == 3
    row = lists.rows(done["class_list_id"])[1]
    assert (row["line"], row["student_id"], row["does"]) == (3, ayesha["person_id"], ["guardian_added", "related"])


def test_sent_twice_it_does_nothing_more(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    lists.applied(CLASS)
    said = branch.quiet()
    again = lists.shown(CLASS)
    assert (again["state"], again["counts"], again["left_out"]) == ("done", {}, 0)
    assert again["classes"][0]["there"] == 3
    assert branch.quiet() == said


def test_one_request_sent_twice_is_one_list_and_no_second_is_open_beside_it(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A")
    key = str(uuid.uuid4())
    first, second = (lists.send(CLASS, key=key).json()["class_list_id"] for _ in range(2))
    assert first == second
    lists.at_rest(first)
    assert slug(lists.send(CLASS)) == "class-list-under-way"
    assert lists.does(first, "cancellation")["state"] == "cancelled"
    assert lists.does(first, "cancellation")["state"] == "cancelled"
    assert slug(branch.call("POST", f"/class-lists/{first}/confirmation")) == "not-waiting"
    assert lists.rows(first) == [], "what was left is forgotten"
    assert lists.shown(CLASS)["state"] == "waiting"


def test_what_is_left_out_of_a_list_stays(branch: HandKept, lists: Lists) -> None:
    class_id = branch.class_("5-A")
    lists.applied(CLASS)
    lists.applied(as_csv(("5-A", "1050", "Hina Shah", "Omar Shah", "0300 1234599")))
    assert len(branch.members(class_id)) == 4


def test_a_child_in_another_class_is_moved_and_the_preview_says_so(branch: HandKept, lists: Lists) -> None:
    five, six = branch.class_("5-A"), branch.class_("6-A")
    lists.applied(CLASS)
    shown = lists.shown(as_csv(("6-A", "1042", "Bilal Khan", "Imran Khan", "0300 1234501")))
    assert shown["counts"] == {"moved": 1}
    assert [(each["title"], each["come"], each["leave"]) for each in shown["classes"]] == [("5-A", 0, 1), ("6-A", 1, 0)]
    assert lists.rows(shown["class_list_id"], does="moved")[0]["leaves"] == "5-A"
    list_id = lists.does(shown["class_list_id"], "confirmation")["class_list_id"]
    assert (len(branch.members(five)), len(branch.members(six))) == (2, 1)
    lists.does(list_id, "undo")
    assert (len(branch.members(five)), len(branch.members(six))) == (3, 0)


def test_lines_that_are_wrong_are_left_out_with_line_and_column(branch: HandKept, lists: Lists) -> None:
    branch.class_("5-A", capacity=2)
    found = lists.shown(
        as_csv(
            ("5-A", "1", "Ayesha Khan", "Imran Khan", "12"),
            ("5-B", "2", "Bilal Khan", "Imran Khan", "0300 1234501"),
            ("5-A", "3", "", "Imran Khan", "0300 1234501"),
            ("5-A", "4", "Dania", "", "0300 1234501"),
            ("5-A", "5", "Emad", "Imran Khan", "3.00E+09"),
            ("5-A", "6", "Fahad", "Imran Khan", "٠٣٠٠ ١٢٣٤٥٠١"),
            ("5-A", "6", "Gul Noor", "Imran Khan", "0300 1234501"),
            ("5-A", "8", "Hadi", "Imran Khan", "3001234501"),
            ("5-A", "9", "Iman", "Imran Khan", "3001234501"),
        )
    )
    assert (found["state"], found["left_out"]) == ("waiting", 7)
    why = {line: (column, reason) for line, column, reason in lists.reasons(found["class_list_id"])}
    assert why[2] == ("Guardian phone", "This is no telephone number. Write one, such as 0300 1234567.")
    assert why[3] == ("Class", "No class of this branch is called 5-B. There are: 5-A.")
    assert why[4] == ("Student", "It is empty.")
    assert why[5] == ("Guardian phone", "Whose is it? The guardian's name is missing.")
    assert why[6][1].startswith("A spreadsheet has shortened")
    assert why[8] == ("Admission no", "It is the number of Fahad.")
    assert why[10] == ("Class", "The class is full, or the child is in several own classes already.")
    file = branch.call("GET", f"/class-lists/{found['class_list_id']}/findings.csv")
    assert file.content.decode("utf-8-sig").splitlines()[1] == (
        'problem,2,Guardian phone,"This is no telephone number. Write one, such as 0300 1234567."'
    )
    lists.does(found["class_list_id"], "confirmation")
    assert [person["given_name"] for person in lists.people("Imran")] == ["Imran"]


def test_classes_are_added_where_it_is_wanted(branch: HandKept, lists: Lists) -> None:
    shown = lists.shown(CLASS, new_classes=True)
    assert shown["counts"]["class_added"] == 1
    assert shown["classes"][0]["is_new"] is True
    lists.does(shown["class_list_id"], "confirmation")
    (made,) = branch.does("GET", "/classes")["items"]
    assert (made["title"], made["homeroom"]) == ("5-A", True)


def test_a_sheet_that_can_not_be_read_is_refused_whole(branch: HandKept, lists: Lists) -> None:
    refused = lists.shown(b"PK\x03\x04 a workbook")
    assert refused["state"] == "refused"
    assert "CSV UTF-8" in refused["findings"][0]["reason"]
    assert lists.shown(as_csv(("7-Z", "1", "Ali", "", "")))["state"] == "refused", "no line of it can be taken"
    assert branch.call("POST", f"/class-lists/{refused['class_list_id']}/undo").status_code == 409


def test_the_sheet_is_the_branchs_office_and_heads(branch: HandKept, lists: Lists, roster: Service) -> None:
    branch.class_("5-A")
    list_id = lists.shown(CLASS)["class_list_id"]
    other = HandKept(roster, "Gulberg")
    for path in ("", "/rows", "/findings.csv"):
        assert branch.call("GET", f"/class-lists/{list_id}{path}", other.office).status_code == 403
        assert other.call("GET", f"/class-lists/{list_id}{path}").status_code == 404, "it is none of that branch"
        for caller in (teacher("t1", branch.id), guardian("g1", branch.id)):
            assert branch.call("GET", f"/class-lists/{list_id}{path}", caller).status_code == 403
    for step in ("confirmation", "cancellation", "undo"):
        assert other.call("POST", f"/class-lists/{list_id}/{step}").status_code == 404
    assert branch.call("GET", "/class-lists", operator()).json()["items"][0]["class_list_id"] == list_id
    assert other.does("GET", "/class-lists")["items"] == []
    template = branch.call("GET", "/class-lists/template.csv", branch.head)
    assert template.text.lstrip("\ufeff").startswith("Class,Admission number,Student,")
