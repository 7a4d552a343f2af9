"""The invented chain is a valid OneRoster set, the same each time, with every kind of family in it."""

import collections
import subprocess
import sys
import time
from pathlib import Path

import phonenumbers
import pytest

from demo.names import BOYS, FAMILIES, GIRLS, MEN, MOTHERS_OWN, WOMEN
from demo.phones import PhoneBook, as_written
from demo.places import branch_name
from demo.roster import SMALLEST, Chain, write_chain
from tests.demo import oneroster_check as check
from tests.demo.oneroster_check import Rows


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return write_chain(tmp_path_factory.mktemp("chain") / "chain.zip")


@pytest.fixture(scope="module")
def files(chain: Chain) -> dict[str, Rows]:
    return check.read(chain.path)


def test_the_set_is_valid(files: dict[str, Rows]) -> None:
    assert check.faults(files) == []


def test_the_manifest_names_every_file(files: dict[str, Rows]) -> None:
    properties = {row["propertyName"]: row["value"] for row in files["manifest"]}
    modes = collections.Counter(value for name, value in properties.items() if name.startswith("file."))
    assert modes == {"bulk": 8, "absent": 13}
    assert (properties["manifest.version"], properties["oneroster.version"]) == ("1.0", "1.2")
    assert properties["source.systemName"]
    assert properties["source.systemCode"] == "demo-1"


def test_columns_are_the_standards_then_the_extensions(chain: Chain) -> None:
    users = check.columns(chain.path, "users")
    assert users[:6] == ["sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds"]
    assert users[-4:] == ["metadata.language", "metadata.channels", "metadata.nameUrdu", "metadata.givenNameUrdu"]
    assert check.columns(chain.path, "orgs")[-2:] == ["parentSourcedId", "metadata.nameUrdu"]


def test_there_are_as_many_as_asked_for(chain: Chain, files: dict[str, Rows]) -> None:
    assert chain.rows == {name: len(rows) for name, rows in files.items() if name != "manifest"}
    roles = collections.Counter(row["role"] for row in files["roles"])
    assert roles["student"] == 240
    assert (roles["principal"], roles["siteAdministrator"], roles["districtAdministrator"]) == (3, 3, 1)
    assert [row["type"] for row in files["orgs"]] == ["district", "school", "school", "school"]
    assert all(row["metadata.nameUrdu"] for row in files["orgs"])


def test_every_student_has_one_homeroom_and_five_subjects_of_one_school(files: dict[str, Rows]) -> None:
    kinds = {row["sourcedId"]: row["classType"] for row in files["classes"]}
    schools = {row["sourcedId"]: row["schoolSourcedId"] for row in files["classes"]}
    students = {row["userSourcedId"]: row["orgSourcedId"] for row in files["roles"] if row["role"] == "student"}
    enrolled = collections.defaultdict(list)
    for row in files["enrollments"]:
        assert row["schoolSourcedId"] == schools[row["classSourcedId"]]
        if row["role"] == "student":
            assert row["schoolSourcedId"] == students[row["userSourcedId"]]
            enrolled[row["userSourcedId"]].append(kinds[row["classSourcedId"]])
    assert enrolled.keys() == students.keys()
    assert all(sorted(classes) == ["homeroom", *["scheduled"] * 5] for classes in enrolled.values())


def test_every_class_has_its_teacher(files: dict[str, Rows]) -> None:
    taught = {row["classSourcedId"] for row in files["enrollments"] if (row["role"], row["primary"]) == ("teacher", "true")}
    assert taught == {row["sourcedId"] for row in files["classes"]}


def test_guardians_have_a_role_in_each_school_of_their_children(files: dict[str, Rows]) -> None:
    school = {row["userSourcedId"]: row["orgSourcedId"] for row in files["roles"] if row["role"] == "student"}
    guards = {
        (row["userSourcedId"], row["orgSourcedId"])
        for row in files["roles"]
        if row["role"] in ("parent", "guardian", "relative")
    }
    wanted = {
        (agent, school[row["sourcedId"]])
        for row in files["users"]
        for agent in row["agentSourcedIds"].split(",")
        if row["sourcedId"] in school
    }
    assert guards == wanted


def test_nobody_has_two_primary_roles_in_one_school(files: dict[str, Rows]) -> None:
    primary = collections.Counter(
        (row["userSourcedId"], row["orgSourcedId"]) for row in files["roles"] if row["roleType"] == "primary"
    )
    assert max(primary.values()) == 1


def test_phones_are_pakistani_mobiles_and_most_families_read_urdu(files: dict[str, Rows]) -> None:
    guardians = [row for row in files["users"] if row["sourcedId"].startswith("G")]
    written = [row["sms"] for row in guardians if row["sms"]]
    numbers = [phonenumbers.parse(text, "PK") for text in written]
    assert all(map(phonenumbers.is_valid_number, numbers))
    assert {phonenumbers.number_type(number) for number in numbers} == {phonenumbers.PhoneNumberType.MOBILE}
    assert len({len(text) for text in written}) > 3, "numbers are written in several ways"
    assert len({number.national_number for number in numbers}) < len(numbers), "some phones are shared"
    assert 0.55 < sum(row["metadata.language"] == "ur" for row in guardians) / len(guardians) < 0.85
    assert any(not row["sms"] and row["email"] for row in guardians)
    assert any(not row["sms"] and not row["email"] for row in guardians)
    for row in guardians:
        channels = row["metadata.channels"].split(",")
        assert set(channels) <= {"sms", "whatsapp", "email", "app"}
        assert row["sms"] or not {"sms", "whatsapp"} & set(channels)
        assert row["email"] or "email" not in channels


def test_each_known_family_is_what_its_name_says(chain: Chain, files: dict[str, Rows]) -> None:
    users = {row["sourcedId"]: row for row in files["users"]}
    for name, family in chain.families.items():
        for student in family.students:
            agents = users[student.sourced_id]["agentSourcedIds"].split(",")
            assert agents == [guardian.sourced_id for guardian in family.guardians], name
        for guardian in family.guardians:
            written = users[guardian.sourced_id]["sms"]
            assert guardian.phone == (_e164(written) if written else ""), name
    known = {name: family.guardians for name, family in chain.families.items()}
    assert (known["urdu_sms"][0].language, known["urdu_sms"][0].channels[0]) == ("ur", "sms")
    assert known["shared_phone"][0].phone == known["shared_phone"][1].phone != ""
    assert len({guardian.phone for guardian in known["apart"]}) == 2
    assert len({student.branch_id for student in chain.families["two_branches"].students}) == 2
    assert (known["email_only"][0].phone, known["email_only"][0].channels[0]) == ("", "email")
    assert (known["no_phone"][0].phone, known["no_phone"][0].email) == ("", "")
    endings = [known[name][0].phone[-4:] for name in ("never_delivers", "carrier_fails", "rate_limited_once")]
    assert endings == ["0001", "0002", "0003"]
    assert known["teacher_is_mother"][0].role == "teacher"


def test_the_teacher_of_the_summary_teaches_the_known_families(chain: Chain, files: dict[str, Rows]) -> None:
    learn: dict[str, set[str]] = collections.defaultdict(set)
    teach: dict[str, set[str]] = collections.defaultdict(set)
    for row in files["enrollments"]:
        (teach if row["role"] == "teacher" else learn)[row["classSourcedId"]].add(row["userSourcedId"])
    for class_id in (chain.class_id, chain.subject_class_id):
        assert chain.teacher.sourced_id in teach[class_id]
        assert {family.students[0].sourced_id for family in chain.families.values()} <= learn[class_id]
    assert chain.unsubscribed_branch_id == chain.branch_ids[-1]
    assert {chain.head.branch_id, chain.office.branch_id, chain.teacher.branch_id} == {chain.branch_ids[0]}


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_people(tmp_path: Path) -> None:
    def written(name: str, seed: int) -> bytes:
        return write_chain(tmp_path / name, branches=2, students=60, seed=seed, year=2026).path.read_bytes()

    assert written("first", 7) == written("second", 7)
    assert written("first", 7) != written("other", 8)


@pytest.mark.parametrize(("branches", "students"), [(1, SMALLEST), (2, 25), (7, 1000), (1, 3000)])
def test_any_size_is_valid(tmp_path: Path, branches: int, students: int) -> None:
    chain = write_chain(tmp_path / "chain.zip", branches=branches, students=students, seed=3)
    files = check.read(chain.path)
    assert check.faults(files) == []
    assert len(files["demographics"]) == students
    sizes = collections.Counter(row["classSourcedId"] for row in files["enrollments"] if row["role"] == "student")
    assert max(sizes.values()) <= 60


@pytest.mark.parametrize(("branches", "students"), [(0, 10), (3, SMALLEST), (1, 0)])
def test_a_chain_too_small_is_refused(tmp_path: Path, branches: int, students: int) -> None:
    with pytest.raises(ValueError, match="a chain needs"):
        write_chain(tmp_path / "chain.zip", branches=branches, students=students)
    assert list(tmp_path.iterdir()) == []


def test_a_large_set_is_written_fast(tmp_path: Path) -> None:
    began = time.process_time()  # others may use the machine, too
    chain = write_chain(tmp_path / "chain.zip", branches=20, students=8_000)
    assert sum(chain.rows.values()) / (time.process_time() - began) > 50_000, "rows a second"


def test_the_command_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "demo.roster", "--out", str(tmp_path / "chain.zip"), "--students", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "a chain needs" in ended.stderr


def test_numbers_never_come_twice() -> None:
    book = PhoneBook()
    numbers = [book.number() for _ in range(50_000)]
    assert len(set(numbers)) == len(numbers)
    assert not {number for number in numbers if number[-4:] < "0010"}, "endings that mean something are kept apart"
    assert {_e164(as_written(numbers[0], way)) for way in range(6)} == {numbers[0]}


def test_names_are_in_both_scripts() -> None:
    names = [*GIRLS, *BOYS, *WOMEN, *MEN, *FAMILIES, *MOTHERS_OWN, *(branch_name(index) for index in range(100))]
    for name in names:
        assert name.latin.isascii(), name
        assert name.urdu, name
        assert not any(letter.isascii() and letter.isalpha() for letter in name.urdu), name
        assert not set(name.urdu) & set("يكىهة"), f"{name}: Arabic letters where Urdu has its own"


def _e164(text: str) -> str:
    return phonenumbers.format_number(phonenumbers.parse(text, "PK"), phonenumbers.PhoneNumberFormat.E164)
