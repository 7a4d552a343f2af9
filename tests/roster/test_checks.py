"""What refuses a set, and where it says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.oneroster import archive, tables
from services.roster.oneroster.findings import SHOWN, Findings
from tests.roster.sets import COLUMNS, RosterSet, as_zip, check, problems, warnings

SMALL = RosterSet()


def test_a_good_set_is_taken_without_a_word():
    plan, findings = check(SMALL)
    assert plan is not None
    assert plan.rows == {
        "orgs": 4,
        "academicSessions": 1,
        "courses": 1,
        "classes": 2,
        "users": 11,
        "roles": 11,
        "enrollments": 4,
        "demographics": 1,
    }
    assert (findings.problems, warnings(SMALL)) == ([], [])


@pytest.mark.parametrize(
    ("spoilt", "file", "line", "column", "reason"),
    [
        (SMALL.change("enrollments", "e2", userSourcedId="nobody"), "enrollments.csv", 3, "userSourcedId", "not in users.csv"),
        (SMALL.change("enrollments", "e2", classSourcedId="no"), "enrollments.csv", 3, "classSourcedId", "not in classes.csv"),
        (SMALL.change("enrollments", "e2", schoolSourcedId="no"), "enrollments.csv", 3, "schoolSourcedId", "not in orgs.csv"),
        (SMALL.change("enrollments", "e2", schoolSourcedId="b2"), "enrollments.csv", 3, "schoolSourcedId", "not the school"),
        (SMALL.change("enrollments", "e2", sourcedId="e1"), "enrollments.csv", 3, "sourcedId", "twice"),
        (SMALL.change("enrollments", "e2", role=""), "enrollments.csv", 3, "role", "blank"),
        (SMALL.change("enrollments", "e2", endDate="31/12/2026"), "enrollments.csv", 3, "endDate", "not a date"),
        (SMALL.change("roles", "h1-principal", userSourcedId="no"), "roles.csv", 3, "userSourcedId", "not in users.csv"),
        (SMALL.change("roles", "h1-principal", orgSourcedId="no"), "roles.csv", 3, "orgSourcedId", "not in orgs.csv"),
        (SMALL.change("roles", "h1-principal", beginDate="2026-02-30"), "roles.csv", 3, "beginDate", "not a date"),
        (SMALL.add("roles", **SMALL.rows["roles"][0]), "roles.csv", 13, "sourcedId", "twice"),
        (SMALL.add("users", **SMALL.rows["users"][0]), "users.csv", 13, "sourcedId", "twice"),
        (SMALL.add("orgs", **SMALL.rows["orgs"][1]), "orgs.csv", 6, "sourcedId", "twice"),
        (SMALL.add("classes", **SMALL.rows["classes"][0]), "classes.csv", 4, "sourcedId", "twice"),
        (SMALL.add("courses", **SMALL.rows["courses"][0]), "courses.csv", 3, "sourcedId", "twice"),
        (SMALL.add("academicSessions", **SMALL.rows["academicSessions"][0]), "academicSessions.csv", 3, "sourcedId", "twice"),
        (SMALL.add("demographics", **SMALL.rows["demographics"][0]), "demographics.csv", 3, "sourcedId", "twice"),
        (SMALL.change("users", "g1", givenName=""), "users.csv", 7, "givenName", "blank"),
        (SMALL.change("users", "g1", givenName=" \u00a0"), "users.csv", 7, "givenName", "blank"),
        (SMALL.change("users", "g1", givenName="G" * 256), "users.csv", 7, "givenName", "256 characters"),
        (SMALL.change("users", "g1", sourcedId="g" * 256), "users.csv", 7, "sourcedId", "256 characters"),
        (SMALL.change("users", "g1", userIds="x" * 5000), "users.csv", 7, None, "field larger"),
        (SMALL.change("users", "g1", enabledUser="yes"), "users.csv", 7, "enabledUser", "true or false"),
        (SMALL.change("users", "g1", status="tobedeleted"), "users.csv", 7, "status", "bulk"),
        (SMALL.change("classes", "c1", schoolSourcedId="no"), "classes.csv", 2, "schoolSourcedId", "not in orgs.csv"),
        (SMALL.change("classes", "c1", schoolSourcedId="chain"), "classes.csv", 2, "schoolSourcedId", "no school"),
        (SMALL.change("orgs", "chain", parentSourcedId="chain"), "orgs.csv", 2, "parentSourcedId", "itself"),
        (SMALL.change("academicSessions", "y", endDate="2025-01-01"), "academicSessions.csv", 2, "endDate", "before"),
        (SMALL.change("demographics", "s1", birthDate="2017-02-29"), "demographics.csv", 2, "birthDate", "not a date"),
    ],
)
def test_a_fault_in_a_row_names_file_line_and_column(spoilt, file, line, column, reason):
    found = problems(spoilt)
    assert (file, line, column) in [(problem["file"], problem["line"], problem["column"]) for problem in found], found
    assert any(reason in problem["reason"] for problem in found), found


def _users(old: bytes, new: bytes) -> RosterSet:
    content = SMALL.csv("users")
    assert old in content
    return SMALL.put("users.csv", content.replace(old, new, 1))


@pytest.mark.parametrize(
    ("spoilt", "line", "column", "reason"),
    [
        (_users(b"givenName", b"givenname"), 1, "givenName", "exactly so"),
        (_users(b"givenName", b" givenName"), 1, "givenName", "' givenName'"),
        (_users(b"givenName,familyName", b"familyName,givenName"), 1, "givenName", "Column 7"),
        (_users(b"metadata.language", b"language"), 1, "language", "metadata."),
        (_users(b"metadata.language", b"metadata.channels"), 1, "metadata.channels", "twice"),
        (SMALL.put("users.csv", b""), 1, "sourcedId", "missing"),
        (SMALL.put("users.csv", b"sourcedId,status\r\n"), 1, "dateLastModified", "missing"),
        (_users(b"Ghulam", b"Ghul\xe9m"), 8, None, "(0xE9) is not UTF-8"),
        (_users(b"Ghulam", b"Ghul\0m"), 8, None, "NUL"),
        (_users(b"Ghulam", b'"Ghulam'), 8, None, "Not read beyond here"),
        (_users(b"Ghulam", b"Ghulam,"), 8, None, "fields"),
        (SMALL.put("users.csv", SMALL.csv("users").decode().encode("utf-16")), 1, None, "not UTF-8"),
    ],
)
def test_a_fault_in_a_file_names_the_line(spoilt, line, column, reason):
    found = [problem for problem in problems(spoilt) if problem["file"] == "users.csv"]
    assert (line, column) in [(problem["line"], problem["column"]) for problem in found] or column is None, found
    assert any(reason in problem["reason"] for problem in found), found


def test_the_byte_that_is_no_text_is_counted_in_its_line():
    line = SMALL.csv("users").splitlines()[7]
    found = problems(_users(b"Ghulam", b"Ghul\xe9m"))
    assert f"Byte {line.index(b'Ghulam') + 5} of the line" in found[0]["reason"]
    assert found[0]["line"] == 8


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (SMALL.mode("users", "delta"), "no set of this source is there to go on from"),
        (SMALL.mode("users", "absent"), "but it is in the ZIP"),
        (SMALL.mode("users", "some"), "bulk, delta or absent"),
        (SMALL.absent("users"), "a roster needs it"),
        (SMALL.put("manifest.csv", b"propertyName,value\r\noneroster.version,1.0\r\n"), "must be 1.1 or 1.2"),
        (SMALL.put("manifest.csv", b"name,value\r\n"), "propertyName"),
    ],
)
def test_a_wrong_manifest_refuses_the_set(spoilt, reason):
    assert any(reason in problem["reason"] for problem in problems(spoilt)), problems(spoilt)


def test_a_file_that_the_manifest_promises_must_be_there():
    content = {"manifest.csv": SMALL.manifest(), **{f"{file}.csv": SMALL.csv(file) for file in SMALL.rows if file != "roles"}}
    assert ["not in the ZIP" in problem["reason"] for problem in problems(as_zip(content))] == [True]
    del content["manifest.csv"]
    assert "no manifest" in problems(as_zip(content))[0]["reason"]


@pytest.mark.parametrize("name", ["../users.csv", "set/users.csv", "/etc/passwd", "..\\users.csv", "C:\\users.csv", ".hidden"])
def test_a_name_that_leads_elsewhere_refuses_the_set(name):
    assert any("top of the ZIP" in problem["reason"] for problem in problems(SMALL.put(name, b"x")))


def test_what_is_no_zip():
    for content in (b"", b"PK", b"not a zip at all", SMALL.zip()[:-30], b"PK\x05\x06" + bytes(18)[:10]):
        assert problems(content)[0]["reason"].startswith("This is not a ZIP"), content[:20]


def test_a_bomb_is_refused_by_what_it_would_unpack_to():
    bomb = SMALL.put("users.csv", SMALL.csv("users") + bytes(30 << 20))
    assert "more than 100 to 1" in problems(bomb)[0]["reason"]


def test_too_large_too_many_files_too_many_rows(monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    assert "at most 1,000" in problems(SMALL)[0]["reason"]
    monkeypatch.undo()
    many = as_zip({f"{number}.csv": b"" for number in range(101)})
    assert "more than 100 files" in problems(many)[0]["reason"]
    monkeypatch.setattr(tables, "MOST_ROWS", 5)
    monkeypatch.setattr(tables, "_BEAT_EVERY", 3)
    assert "at most 5 rows" in problems(SMALL)[0]["reason"]


def test_a_size_that_lies_is_found_out():
    content = bytearray(SMALL.put("users.csv", SMALL.csv("users") * 50).zip())
    entry = content.rindex(b"PK\x01\x02", 0, content.index(b"users.csv", content.index(b"PK\x01\x02")))
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    assert any("damaged" in problem["reason"] for problem in problems(bytes(content)))


def test_a_bom_blank_rows_and_other_line_ends_are_borne():
    users = SMALL.csv("users").replace(b"\r\n", b"\n")
    plan, findings = check(SMALL.put("users.csv", b"\xef\xbb\xbf" + users + b"\n" + b"," * 25 + b"\n\n"))
    assert plan is not None, findings.problems
    assert plan.rows["users"] == 11


def test_problems_are_counted_beyond_those_shown():
    rows = "".join(f"e{number},,,no,b1,no,student,,,\r\n" for number in range(SHOWN))
    _, findings = check(SMALL.put("enrollments.csv", ",".join(COLUMNS["enrollments"]).encode() + b"\r\n" + rows.encode()))
    assert (len(findings.problems), findings.problem_count) == (SHOWN, 2 * SHOWN)


@pytest.mark.parametrize(
    ("odd", "warning"),
    [
        (SMALL.change("orgs", "chain", type="ministryOfEducation"), ("orgs.csv", "type")),
        (SMALL.change("orgs", "b1", parentSourcedId="no"), ("orgs.csv", "parentSourcedId")),
        (SMALL.change("classes", "c1", classType=""), ("classes.csv", "classType")),
        (SMALL.change("classes", "c1", classType="evening"), ("classes.csv", "classType")),
        (SMALL.change("classes", "c1", courseSourcedId="no"), ("classes.csv", "courseSourcedId")),
        (SMALL.change("classes", "c1", termSourcedIds="y,no"), ("classes.csv", "termSourcedIds")),
        (SMALL.change("courses", "k5", orgSourcedId="no"), ("courses.csv", "orgSourcedId")),
        (SMALL.change("users", "g1", familyName=""), ("users.csv", "familyName")),
        (SMALL.change("users", "g1", enabledUser=""), ("users.csv", "enabledUser")),
        (SMALL.change("users", "g1", status="active"), ("users.csv", "status")),
        (SMALL.change("users", "g1", sms="12345"), ("users.csv", "sms")),
        (SMALL.change("users", "g1", email="nowhere"), ("users.csv", "email")),
        (SMALL.change("users", "g1", metadata__language="fr"), ("users.csv", "metadata.language")),
        (SMALL.change("users", "g1", metadata__channels="pigeon"), ("users.csv", "metadata.channels")),
        (SMALL.change("users", "s1", agentSourcedIds="g1,nobody"), ("users.csv", "agentSourcedIds")),
        (SMALL.change("users", "s1", agentSourcedIds="t1"), ("users.csv", "agentSourcedIds")),
        (SMALL.change("users", "s1", agentSourcedIds="s3"), ("users.csv", "agentSourcedIds")),
        (SMALL.change("roles", "t1-teacher", role="counselor"), ("roles.csv", "role")),
        (SMALL.change("roles", "t1-teacher", orgSourcedId="chain"), ("roles.csv", "orgSourcedId")),
        (SMALL.change("roles", "op-districtAdministrator", orgSourcedId="b1"), ("roles.csv", "role")),
        (SMALL.change("roles", "t1-teacher", endDate="2026-11-24"), ("roles.csv", "endDate")),
        (SMALL.change("enrollments", "e1", role="proctor"), ("enrollments.csv", "role")),
        (SMALL.drop("roles", "s1-student"), ("enrollments.csv", "role")),
        (SMALL.change("demographics", "s1", sourcedId="no"), ("demographics.csv", "sourcedId")),
        (SMALL.put("Users.csv", b""), ("Users.csv", None)),
        (SMALL.mode("results", "bulk"), ("results.csv", None)),
    ],
)
def test_what_can_be_lived_without_is_a_warning(odd, warning):
    assert warning in warnings(odd)


def test_warnings_of_one_reason_are_one():
    _, findings = check(SMALL.change("classes", "c1", classType="").change("classes", "c2", classType=""))
    (warning,) = [warning for warning in findings.warnings if warning["column"] == "classType"]
    assert (warning["line"], warning["rows"]) == (2, 2)


@given(st.binary(max_size=400))
def test_any_bytes_as_a_set_are_refused_with_a_reason(content):
    assert problems(content)


@given(st.data())
def test_a_set_with_broken_bytes_is_checked_to_its_end(data):
    content = bytearray(SMALL.zip())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    problems(bytes(content))


FIELD = st.one_of(
    st.sampled_from(["", "b1", "s1", "g1", "c1", "student", "2026-01-01", '"', "é", "\0", "\n"]), st.text(max_size=12)
)


@given(st.sampled_from(sorted(SMALL.rows)), st.lists(st.lists(FIELD, min_size=1, max_size=22), max_size=6), st.booleans())
def test_any_rows_are_taken_or_refused_with_a_reason(file, rows, quoted):
    text = "\r\n".join(",".join(f'"{field}"' if quoted else field for field in row) for row in rows)
    problems(SMALL.put(f"{file}.csv", ",".join(COLUMNS[file]).encode() + b"\r\n" + text.encode("utf-8", "surrogatepass")))


def test_findings_keep_to_their_room():
    findings = Findings()
    for number in range(3 * SHOWN):
        findings.warn("a.csv", number, None, f"reason {number}")
    assert len(findings.warnings) == SHOWN
