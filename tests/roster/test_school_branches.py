"""Branches, classes and subjects by hand."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from schoolbus.contracts.roster import BranchChanged, ClassesChanged
from tests.roster.chain import Chain
from tests.roster.hand import HandKept, new_id, slug
from tests.support.people import office, operator, teacher
from tests.support.services import Service
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def branch(roster: Service) -> HandKept:
    return HandKept(roster)


def test_all_of_it_is_in_the_document(roster: Service):
    document = roster.call("GET", "/openapi.json").json()
    for path in ("/people", "/relations/{relation_id}", "/enrollments", "/transfers", "/holidays", "/subjects"):
        assert f"/v1/branches/{{branch_id}}{path}" in document["paths"]
    assert "version" not in document["components"]["schemas"]["ClassDraft"]["properties"]


# Branches


def test_a_branch_opens_is_renamed_and_closes(roster: Service):
    branch = HandKept(roster, "Iqbal Town")
    path = f"/v1/branches/{branch.id}"
    eventually(lambda: branch.heard(BranchChanged))
    renamed = roster.call("PATCH", path, operator(), json={"name_ur": "اقبال ٹاؤن", "version": 1}).json()
    assert (renamed["name"], renamed["name_ur"], renamed["version"]) == ("Iqbal Town", "اقبال ٹاؤن", 2)
    stale = roster.call("PATCH", path, operator(), json={"name": "Other", "version": 1})
    assert (slug(stale), stale.json()["now"]["name_ur"]) == ("changed-meanwhile", "اقبال ٹاؤن")
    (student,) = branch.students(1)
    full = roster.call("DELETE", path, operator())
    assert (full.status_code, slug(full), full.json()["students"]) == (409, "has-students", 1)
    branch.does("DELETE", f"/people/{student}")
    assert roster.call("DELETE", path, operator()).json()["active"] is False
    assert roster.call("DELETE", path, operator()).json()["version"] == 3, "sent again, the same"
    last = eventually(lambda: (said := branch.heard(BranchChanged)) and len(said) == 3 and said[-1])
    assert (last.sequence, last.data["active"]) == (3, False)
    assert branch.call("POST", "/people", json={"people": [{"given_name": "X", "roles": ["student"]}]}).status_code == 404
    assert branch.id not in roster.call("GET", "/internal/subscriptions").json()["branches"]


def test_a_branch_sent_twice_at_once_is_one(roster: Service):
    wanted = {"branch_id": new_id(), "name": "Twice"}
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(roster.call, "POST", "/v1/branches", operator(), json=wanted) for _ in range(4)]
        answers = [call.result() for call in calls]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1


def test_branches_are_the_operators(branch: HandKept, roster: Service):
    assert roster.call("POST", "/v1/branches", branch.head, json={"name": "Mine"}).status_code == 403
    assert roster.call("PATCH", f"/v1/branches/{branch.id}", branch.head, json={"name": "Mine"}).status_code == 403
    assert roster.call("PATCH", "/v1/branches/nowhere", operator(), json={"name": "Mine"}).status_code == 404


def test_what_was_imported_is_shown_as_such_and_protected(school: Chain):
    branch, head = f"/v1/branches/{school.branch()}", school.caller("h1", "head")
    (found,) = school.call("GET", f"{branch}/classes", head).json()["items"]
    assert (found["source"], found["version"]) == (school.source, 1)
    for method, path, body in (
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("PATCH", f"/classes/{found['class_id']}", {"title": "Mine"}),
        ("DELETE", f"/classes/{found['class_id']}?withdraw=true", None),
        ("PATCH", f"/people/{school.person('s1')}", {"given_name": "Mine"}),
        ("DELETE", f"/people/{school.person('g1')}", None),
        ("DELETE", f"/enrollments/{school.id('enrollment', 'e2')}", None),
        ("POST", f"/classes/{found['class_id']}/promotion", {"year": "2027"}),
    ):
        answer = school.call(method, f"{branch}{path}", school.operator, **({"json": body} if body else {}))
        assert (answer.status_code, slug(answer)) == (409, "imported"), f"{path}: {answer.text}"
        assert answer.json()["source"] == school.source
    before = school.quiet()
    school.imports()
    assert school.quiet() == before, "nothing of it was changed"


def test_an_import_never_calls_itself_rabta(roster: Service):
    answer = roster.call("POST", "/v1/imports?source=rabta", operator(), data=b"x", headers={"Content-Type": "application/zip"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["source"])


# Subjects


def test_a_subject_renamed_is_renamed_in_its_classes(branch: HandKept):
    subject = branch.does("POST", "/subjects", json={"name": "Sience", "name_ur": "سائنس"})["subject_id"]
    class_id = branch.does("POST", "/classes", json={"title": "5-A Science", "subject_id": subject})["class_id"]
    branch.told(ClassesChanged, class_id, subject="Sience", homeroom=False)
    branch.does("PATCH", f"/subjects/{subject}", json={"name": "Science"})
    assert branch.does("GET", f"/classes/{class_id}", branch.head)["subject"] == "Science"
    branch.told(ClassesChanged, class_id, subject="Science", version=2)
    used = branch.call("DELETE", f"/subjects/{subject}")
    assert (used.status_code, slug(used), used.json()["classes"]) == (409, "in-use", 1)
    branch.does("PATCH", f"/classes/{class_id}", json={"subject_id": None})
    branch.told(ClassesChanged, class_id, subject=None)
    assert branch.does("DELETE", f"/subjects/{subject}")["active"] is False
    assert branch.call("POST", "/classes", json={"title": "x", "subject_id": subject}).json()["errors"].keys() == {"subject_id"}
    assert branch.call("GET", "/subjects", teacher("t", branch.id)).status_code == 200


# Classes


def test_a_class_and_its_section(branch: HandKept):
    wanted = {"class_id": new_id(), "title": "5-B", "grade": "05", "section": "B", "homeroom": True, "capacity": 40}
    made = branch.does("POST", "/classes", json=wanted)
    assert {name: made[name] for name in wanted} == wanted
    assert branch.does("POST", "/classes", json=wanted) == made, "sent again, the same"
    branch.told(ClassesChanged, wanted["class_id"], title="5-B", grade="05", section="B", homeroom=True)
    changed = branch.does("PATCH", f"/classes/{wanted['class_id']}", json={"section": "Blue", "version": 1})
    assert (changed["section"], changed["grade"], changed["version"]) == ("Blue", "05", 2)
    assert slug(branch.call("PATCH", f"/classes/{wanted['class_id']}", json={"version": 1})) == "changed-meanwhile"


def test_two_edits_at_once_are_both_in_force(branch: HandKept):
    path = f"/classes/{branch.class_()}"
    changes = [{"title": "6-A"}, {"grade": "06"}, {"section": "A"}, {"location": "Room 6"}, {"capacity": 30}]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda change: branch.call("PATCH", path, json=change), changes))
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    found = branch.does("GET", path, branch.head)
    assert [found[name] for name in ("title", "grade", "section", "location", "capacity")] == ["6-A", "06", "A", "Room 6", 30]
    assert found["version"] == 6


def test_of_two_edits_of_one_version_one_is_told_so(branch: HandKept):
    path = f"/classes/{branch.class_()}"
    with ThreadPoolExecutor(2) as pool:
        titles = [{"title": title, "version": 1} for title in ("mine", "yours")]
        answers = list(pool.map(lambda change: branch.call("PATCH", path, json=change), titles))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert lost.json()["now"]["title"] == won.json()["title"]


def test_a_class_with_students_says_what_becomes_of_them(branch: HandKept):
    first, second = branch.class_("7-A"), branch.class_("7-B")
    students = branch.students(3)
    branch.enrols(first, *students)
    full = branch.call("DELETE", f"/classes/{first}")
    assert (full.status_code, slug(full), full.json()["students"]) == (409, "has-students", 3)
    assert branch.does("DELETE", f"/classes/{first}", params={"move_to": second})["active"] is False
    assert branch.members(second) == set(students)
    assert branch.does("DELETE", f"/classes/{second}", params={"withdraw": True})["active"] is False
    assert branch.does("GET", "/enrollments", params={"person_id": students[0]})["items"] == []
    assert len(branch.does("GET", "/enrollments", params={"person_id": students[0], "ended": True})["items"]) == 2


def test_another_branchs_classes_are_not_found(branch: HandKept, roster: Service):
    other = HandKept(roster)
    class_id = branch.class_()
    subject = branch.does("POST", "/subjects", json={"name": "Art"})["subject_id"]
    for path in (f"/classes/{class_id}", f"/subjects/{subject}"):
        assert other.call("PATCH", path, json={"version": 1}).status_code == 404
        assert other.call("DELETE", path).status_code == 404
    assert other.call("POST", "/classes", json={"title": "x", "subject_id": subject}).status_code == 422
    assert slug(other.call("POST", "/classes", json={"title": "x", "class_id": class_id})) in ("already-there", "invalid")
    assert branch.call("POST", "/classes", teacher("t", branch.id), json={"title": "x"}).status_code == 403


def test_branches_are_found_by_any_part_of_their_name(roster: Service):
    names = {"name": "Zaitoon (Girls) Campus", "name_ur": "زیتون کیمپس"}
    made = roster.call("POST", "/v1/branches", operator(), json=names).json()
    for part in ("zaitoon", "(girls)", "oon (G", "زیتون"):
        found = roster.call("GET", "/v1/branches", operator(), params={"name": part}).json()["items"]
        assert [each["branch_id"] for each in found] == [made["branch_id"]], part
    everything = roster.call("GET", "/v1/branches", operator(), params={"limit": 500}).json()["items"]
    assert made["branch_id"] in [each["branch_id"] for each in everything]
    assert roster.call("GET", "/v1/branches", operator(), params={"name": ".*"}).json()["items"] == []
    assert roster.call("GET", "/v1/branches", operator(), params={"name": "x" * 101}).status_code == 422


def test_one_branch_is_shown_to_who_belongs_there(branch: HandKept, roster: Service):
    shown = roster.call("GET", f"/v1/branches/{branch.id}", branch.head).json()
    assert (shown["branch_id"], shown["active"]) == (branch.id, True)
    assert roster.call("GET", f"/v1/branches/{branch.id}", operator()).json()["version"] == shown["version"]
    elsewhere = teacher("t1", "another-branch")
    assert roster.call("GET", f"/v1/branches/{branch.id}", elsewhere).status_code == 403


def test_branches_are_named_by_their_ids(roster: Service):
    ids = [HandKept(roster, name).id for name in ("Askari", "Bahria", "Cantt")]
    ask = {"branch_ids": f"{ids[2]}, {ids[0]},nothing"}
    assert [each["name"] for each in roster.call("GET", "/v1/branches", operator(), params=ask).json()["items"]] == [
        "Askari",
        "Cantt",
    ]
    mine = roster.call("GET", "/v1/branches", office("o1", ids[0]), params=ask).json()["items"]
    assert [each["branch_id"] for each in mine] == [ids[0]], "one's own, whoever is asked for"
    for wrong in ("", "a,,b", ",".join(["x"] * 101)):
        assert roster.call("GET", "/v1/branches", operator(), params={"branch_ids": wrong}).status_code == 422
