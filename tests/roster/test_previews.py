"""What an import would do is seen before it does it, and what it has done is taken back."""

import csv
import io

import pytest

from schoolbus.contracts.roster import BranchChanged, PeopleChanged
from tests.roster.chain import Chain
from tests.roster.deltas import delta
from tests.roster.older import as_1_1
from tests.roster.sets import RosterSet
from tests.support.people import head
from tests.support.waiting import eventually

SMALL = RosterSet()
LEAVES = SMALL.drop("enrollments", "e4").drop("roles", "s3-student", "g3-relative").drop("users", "s3", "g3")


def people_of(chain: Chain, branch: str = "{b1}") -> set[str]:
    answer = chain.call("GET", f"/v1/branches/{branch}/people", chain.operator, params={"limit": 500})
    return {person["given_name"] for person in answer.json().get("items", [])}  # 404 while there is no such branch


def test_a_preview_shows_each_branch_and_writes_nothing(chain: Chain):
    waits = chain.previews()
    assert (waits["state"], waits["guard"]) == ("waiting", [])
    assert waits["counts"]["users"] == {"rows": 11, "added": 11, "changed": 0, "unchanged": 0, "gone": 0}
    shown = {line["name"]: line for line in chain.of_import(waits, "branches")}
    assert set(shown) == {"Gulberg", "Johar Town"}
    assert shown["Gulberg"]["counts"]["people"] == {"added": 9, "changed": 0, "unchanged": 0, "gone": 0}
    assert shown["Johar Town"]["counts"]["classes"]["added"] == 1
    assert people_of(chain) == set()
    assert chain.quiet() == 0
    done = chain.confirms(waits)
    assert (done["state"], done["counts"]["users"]) == ("done", waits["counts"]["users"])
    assert "Sana" in people_of(chain)


def test_a_preview_of_a_newer_set_shows_what_differs(chain: Chain):
    chain.imports()
    newer = LEAVES.change("users", "s1", givenName="Sanam").add("demographics", sourcedId="s2", birthDate="2015-01-01")
    newer = newer.change("roles", "t1-teacher", orgSourcedId="b2").drop("enrollments", "e1")
    waits = chain.previews(newer)
    shown = {line["name"]: line for line in chain.of_import(waits, "branches")}
    assert shown["Gulberg"]["counts"]["people"] == {"added": 0, "changed": 1, "unchanged": 5, "gone": 3}
    assert shown["Johar Town"]["counts"]["people"] == {"added": 1, "changed": 0, "unchanged": 2, "gone": 0}
    assert shown["Johar Town"]["counts"]["demographics"]["added"] == 1
    assert waits["counts"]["users"] == {"rows": 9, "added": 0, "changed": 2, "unchanged": 7, "gone": 2}


def test_a_branch_that_would_lose_a_tenth_of_its_people_waits_for_a_person(chain: Chain):
    chain.imports()
    waits = chain.previews(LEAVES, apply="when_safe")
    assert waits["state"] == "waiting"
    gulberg = {"branch_id": chain.branch("b1"), "name": "Gulberg", "people": 9, "leaving": 2, "percent": 22.2}
    assert (waits["guard"], waits["guarded_branches"]) == ([gulberg], 1)
    assert [line["name"] for line in chain.of_import(waits, "branches", guarded="true")] == ["Gulberg"]
    assert "Sara" in people_of(chain)
    answer = chain.sends(SMALL.zip())
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "import-under-way")
    assert chain.confirms(waits)["state"] == "done"
    assert "Sara" not in people_of(chain)
    left = eventually(lambda: (item := chain.items(PeopleChanged)[chain.person("s3")])["version"] == 2 and item)
    assert left["active"] is False


def test_a_tenth_itself_is_no_reason_to_wait(chain: Chain):
    many = SMALL
    for number in range(11):
        id = f"x{number}"
        many = many.add("users", sourcedId=id, givenName="Xara", familyName="Y", enabledUser="true", username=id)
        role = {"userSourcedId": id, "roleType": "primary", "role": "student", "orgSourcedId": "b1"}
        many = many.add("roles", sourcedId=f"{id}-student", **role)
    chain.imports(many)
    assert len(people_of(chain)) <= 20
    fewer = many.drop("roles", "x1-student", "x2-student").drop("users", "x1", "x2")
    assert chain.previews(fewer, apply="when_safe")["state"] == "done"
    fewer = fewer.drop("roles", "x3-student", "x4-student").drop("users", "x3", "x4")
    assert chain.previews(fewer, apply="when_safe")["state"] == "waiting"


def test_a_cancelled_import_leaves_all_as_it_is(chain: Chain):
    chain.imports()
    before = chain.quiet()
    waits = chain.previews(LEAVES)
    answer = chain.decides(waits, "cancellation")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert chain.decides(waits, "cancellation").status_code == 200, "twice is once"
    assert chain.decides(waits, "confirmation").status_code == 409
    assert chain.imports()["counts"]["users"]["unchanged"] == 11
    assert chain.quiet() == before


def test_what_is_done_is_neither_confirmed_nor_cancelled(chain: Chain):
    done = chain.imports()
    assert [chain.decides(done, word).json()["type"].rpartition("/")[2] for word in ("confirmation", "cancellation")] == [
        "not-waiting",
        "too-late",
    ]


def test_nothing_differs_and_nothing_waits(chain: Chain):
    chain.imports()
    assert chain.previews()["state"] == "done"


# Undo


def test_the_last_import_is_taken_back(chain: Chain):
    chain.imports()
    newer = chain.imports(LEAVES.change("orgs", "b2", name="Johar Town 2"))
    undone = chain.undoes(newer)
    assert (undone["state"], undone["undoes"]) == ("done", newer["import_id"])
    assert undone["counts"]["users"] == {"rows": 11, "added": 0, "changed": 2, "unchanged": 9, "gone": 0}
    assert "Sara" in people_of(chain)
    eventually(lambda: [said.data["name"] for said in chain.heard(BranchChanged)][-1:] == ["Johar Town"])
    back = eventually(lambda: (item := chain.items(PeopleChanged)[chain.person("s3")])["version"] == 3 and item)
    assert back["active"] is True
    again = chain.decides(newer, "undo")
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "nothing-to-undo"), "only once"
    assert chain.decides(undone, "undo").status_code == 409
    assert chain.imports()["counts"]["users"]["unchanged"] == 11


def test_a_first_import_is_taken_back_to_nothing(chain: Chain):
    done = chain.imports()
    undone = chain.undoes(done)
    assert undone["counts"]["users"] == {"rows": 0, "added": 0, "changed": 0, "unchanged": 0, "gone": 11}
    assert people_of(chain) == set()
    refused = chain.imports(delta(SMALL, LEAVES))
    assert (refused["state"], refused["problems"][0]["file"]) == ("refused", "manifest.csv"), "nothing to go on from"
    assert chain.imports()["counts"]["users"]["changed"] == 11


def test_only_the_last_import_that_changed_something_is_taken_back(chain: Chain):
    first = chain.imports()
    second = chain.imports(SMALL.change("users", "s1", givenName="Sanam"))
    same = chain.imports(SMALL.change("users", "s1", givenName="Sanam"))
    assert [chain.decides(found, "undo").status_code for found in (first, same)] == [409, 409]
    waits = chain.previews(LEAVES)
    assert chain.decides(second, "undo").json()["type"].rpartition("/")[2] == "import-under-way"
    chain.decides(waits, "cancellation")
    assert chain.undoes(second)["counts"]["users"]["changed"] == 1


def test_an_undo_takes_away_a_file_that_came_with_it(chain: Chain):
    chain.imports(SMALL.absent("demographics"))
    newer = chain.imports()
    assert newer["counts"]["demographics"]["added"] == 1
    assert chain.undoes(newer)["counts"]["demographics"]["gone"] == 1


# Deltas and 1.1, from end to end


def test_a_delta_changes_what_it_names(chain: Chain):
    chain.imports()
    done = chain.imports(delta(SMALL, LEAVES.change("users", "s1", givenName="Sanam")))
    assert done["counts"]["users"] == {"rows": 9, "added": 0, "changed": 1, "unchanged": 8, "gone": 2}
    assert {"Sanam", "Hina"} <= people_of(chain)
    assert "Sara" not in people_of(chain)
    assert chain.imports(LEAVES.change("users", "s1", givenName="Sanam"))["counts"]["users"]["unchanged"] == 9
    chain.imports(delta(LEAVES.change("users", "s1", givenName="Sanam"), SMALL, files=("users", "roles", "enrollments")))
    assert chain.imports()["counts"]["users"]["unchanged"] == 11, "one delta goes on from another"


def test_a_set_of_1_1_is_taken_and_followed_by_its_delta(chain: Chain):
    done = chain.imports(as_1_1(SMALL))
    assert (done["state"], done["counts"]["users"]["added"], done["counts"]["roles"]) == ("done", 11, {"rows": 11})
    moved = chain.imports(as_1_1(SMALL, only={"t2": "active"}, orgs={"t2": "b2"}))
    assert moved["counts"]["users"] == {"rows": 11, "added": 0, "changed": 1, "unchanged": 10, "gone": 0}
    assert "Talha" in people_of(chain, "{b2}")


# Findings


def test_every_finding_can_be_read_and_downloaded(chain: Chain):
    rows = "".join(f"=e{number},,,c1,b1,=1+{number},student,,,\r\n" for number in range(150))
    header = SMALL.csv("enrollments").split(b"\r\n")[0] + b"\r\n"
    refused = chain.imports(SMALL.change("users", "s1", sms="12").put("enrollments.csv", header + rows.encode()))
    assert (refused["state"], refused["problem_count"], len(refused["problems"])) == ("refused", 150, 100)
    found = chain.of_import(refused, "findings", limit=500)
    assert [(row["line"], row["kind"]) for row in found] == [(number, "problem") for number in range(2, 152)]
    assert chain.of_import(refused, "findings", file="users.csv") == []
    first = chain.roster.call(
        "GET", f"/v1/imports/{refused['import_id']}/findings", chain.operator, params={"limit": 100}
    ).json()
    assert chain.of_import(refused, "findings", after=first["next"])[0]["line"] == 102
    answer = chain.roster.call("GET", f"/v1/imports/{refused['import_id']}/findings.csv", chain.operator)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert lines[0] == ["kind", "file", "line", "sourced_id", "column", "reason"]
    assert (len(lines), lines[1][:5]) == (151, ["problem", "enrollments.csv", "2", "", "userSourcedId"])


def test_a_cell_of_the_download_is_no_formula(chain: Chain):
    chain.imports()
    odd = delta(SMALL.add("users", sourcedId="=1+1"), SMALL.add("enrollments", sourcedId="+e9", classSourcedId="c9"))
    refused = chain.imports(SMALL.put("=cmd.csv", b"").put("@users.csv", b"").put("users.csv", b"x"))
    answer = chain.roster.call("GET", f"/v1/imports/{refused['import_id']}/findings.csv", chain.operator)
    cells = [cell for line in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")) for cell in line]
    assert {"'=cmd.csv", "'@users.csv"} <= set(cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert chain.imports(odd)["state"] == "refused"


def test_warnings_are_found_row_by_row_and_once(chain: Chain):
    odd = SMALL.change("users", "s1", sms="12").change("users", "s2", sms="13").change("classes", "c1", classType="")
    for content in (odd, odd.change("users", "s1", givenName="Sanam")):
        done = chain.imports(content)
        assert done["warning_count"] == 3
        found = chain.of_import(done, "findings", kind="warning")
        assert [(row["file"], row["line"]) for row in found] == [("classes.csv", 2), ("users.csv", 10), ("users.csv", 11)]
        assert [warning["rows"] for warning in done["warnings"]] == [1, 2]


@pytest.mark.parametrize("word", ["branches", "findings", "findings.csv", "confirmation", "cancellation", "undo"])
def test_only_an_operator_looks_and_decides(school: Chain, word: str):
    method = "POST" if word in ("confirmation", "cancellation", "undo") else "GET"
    assert school.roster.call(method, f"/v1/imports/any/{word}", head()).status_code == 403
    assert school.roster.call(method, f"/v1/imports/any/{word}", school.operator).status_code == 404
