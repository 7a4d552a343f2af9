"""What becomes of a family's data: exported whole, then erased from every database, while counts stay."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.plan import SERVICES
from schoolbus import clock
from tests.e2e.school import School
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually

FAMILY = "rate_limited_once"  # in no other story
CHILD, MOTHER = "Zarmeenagul", "Shandana"  # names that nobody else has
CHILD_UR, MOTHER_UR = "زرمینه‌گل", "شاندانه"
ILL, SEEN = "Her grandmother took her to Ziarat.", "Counted all the cubes aloud for the others"
NOTE, ANSWER, REMARK = "She counts the stars on our roof.", "We will be there, inshallah, all seven.", "Draws marvellous cubes"
EVERY_DAY = {"days": [{"weekday": weekday, "ends": "23:59"} for weekday in range(7)]}
Row = dict[str, str]


def edited(platform: Platform, file: str, change: Callable[[Row], Row | None], content: bytes | None = None) -> bytes:
    """The chain's set with each row of one file as `change` gives it, or without it."""
    old = zipfile.ZipFile(io.BytesIO(content or (platform.folder / "chain.zip").read_bytes()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == f"{file}.csv":
                rows = csv.DictReader(io.StringIO(text))
                written = io.StringIO()
                writer = csv.DictWriter(written, rows.fieldnames or [])
                writer.writeheader()
                writer.writerows(row for each in rows if (row := change(each)))
                text = written.getvalue()
            new.writestr(name, text)
    return out.getvalue()


class Family:
    def __init__(self, school: School) -> None:
        known = school.family(FAMILY)
        self.school, self.platform = school, school.platform
        self.mother_sourced, self.child_sourced = known.guardians[0].sourced_id, known.students[0].sourced_id
        self.child, self.phone = school.child(FAMILY), known.guardians[0].phone
        self.mother = school.person(self.mother_sourced)
        self.platform.import_zip(edited(self.platform, "users", self._renamed))
        path = f"{school.branch}/today/{self.child}"
        eventually(lambda: school.teacher.get(path)["given_name"] == CHILD)
        self.client = self.platform.guardian(self.phone, self.mother)

    def _renamed(self, row: Row) -> Row:
        names = {self.mother_sourced: (MOTHER, MOTHER_UR), self.child_sourced: (CHILD, CHILD_UR)}
        if row["sourcedId"] in names:
            row["givenName"], row["metadata.givenNameUrdu"] = names[row["sourcedId"]]
            row["metadata.nameUrdu"] = f"{row['metadata.givenNameUrdu']} خان"
        return row

    def leaves(self) -> None:
        """The next set no longer has them."""
        gone, content = {self.mother_sourced, self.child_sourced}, None
        for file in ("users", "roles", "enrollments", "demographics"):
            key = "sourcedId" if file in ("users", "demographics") else "userSourcedId"
            content = edited(self.platform, file, lambda row, key=key: row if row[key] not in gone else None, content)
        self.platform.import_zip(content or b"")

    def lives(self) -> None:
        """Homework, a note, an answer, a day away, praise, marks, a card and a meeting."""
        school, teacher = self.school, self.school.teacher
        homework = school.set_homework("What the moon does")
        eventually(lambda: (school.told_to(homework, FAMILY) or {}).get("state") == "delivered")
        Client(self.platform.carriers).post(f"/api/phones/{self.phone}/answers", {"channel": "sms", "text": ANSWER})
        note = {"student_id": self.child, "kind": "strengths", "text": NOTE}
        written = self.client.post(f"{school.branch}/home-notes", note)["home_note_id"]
        teacher.post(f"{school.branch}/home-notes/{written}/acknowledgement")
        self._is_away()
        praise = {"class_id": school.class_id, "student_ids": [self.child], "aspect_id": "participating", "tone": "praise"}
        teacher.post(f"{school.branch}/behaviour/notes", {**praise, "text": SEEN})
        mark = {"student_id": self.child, "score": "44", "out_of": "50", "remark": REMARK}
        sheet = {"class_id": school.class_id, "term": "Spring", "subject": "Drawing", "marks": [mark]}
        teacher.put(f"{school.branch}/marks", sheet)
        asked = {"class_id": school.class_id, "term": "Spring", "student_ids": [self.child], "approved": True}
        run = school.head.post(f"{school.branch}/report-card-runs", asked)["run_id"]
        eventually(lambda: teacher.get(f"{school.branch}/report-card-runs/{run}")["issued"] == 1)
        day = {
            "title": "Winter meeting",
            "held_on": (date.today() + timedelta(days=20)).isoformat(),
            "starts": "09:00",
            "ends": "10:00",
            "slot_minutes": 20,
            "teachers": [{"teacher_id": teacher.person_id, "place": "Room 9"}],
        }
        opened = school.head.post(f"{school.branch}/meeting-days", day)["meeting_day_id"]
        slot = self.client.get(f"{school.branch}/meeting-days/{opened}/slots")["items"][0]["slot_id"]
        self.client.post(f"{school.branch}/slots/{slot}/booking", {"student_id": self.child})
        eventually(
            lambda: any(MOTHER in row["guardian"]["name"] and row["answers"] for row in school.told("homework", homework))
        )
        eventually(lambda: any(item["about_type"] == "booking" for item in self.client.get("/v1/feed")["items"]))

    def _is_away(self) -> None:
        """Yesterday: other stories have today's register."""
        school, yesterday = self.school, (clock.today() - timedelta(days=1)).isoformat()
        school.head.put(f"{school.branch}/attendance/week", EVERY_DAY)
        path = f"{school.branch}/registers/{school.class_id}/{yesterday}"
        away = [{"student_id": self.child, "status": "absent"}]
        taken = school.teacher.put(path, {"entries": away, "others": "present"})["entries"]
        absence = next(entry["absence_id"] for entry in taken if entry["student_id"] == self.child)
        self.client.put(f"{school.branch}/absences/{absence}/reason", {"kind": "family", "text": ILL})


@pytest.fixture(scope="module")
def family(school: School) -> Family:
    made = Family(school)
    made.lives()
    return made


def exported(who: Client, path: str) -> dict[str, Any]:
    export = who.post(path)["export_id"]
    at = eventually(lambda: who.get(f"/v1/me/exports/{export}")["path"])
    archive = zipfile.ZipFile(io.BytesIO(who.call("GET", at).content))
    return {
        name: json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name) for name in archive.namelist()
    }


def stored(platform: Platform) -> dict[str, list[Any]]:
    """All documents of all databases, by database and collection."""
    found = {}
    with MongoClient(platform.infrastructure.mongodb_uri) as client:
        for name in (*map(platform.database, SERVICES), f"{platform.database('roster')}_audit"):
            for collection in client[name].list_collection_names():
                found[f"{name.removeprefix(platform.prefix)}.{collection}"] = list(client[name][collection].find())
    return found


def where(platform: Platform, *words: str) -> set[str]:
    """Collections in which one of the words stands."""
    return {name for name, documents in stored(platform).items() if any(word in str(documents) for word in words)}


def test_a_guardian_gets_all_that_is_stored_about_them(family: Family) -> None:
    files = exported(family.client, "/v1/me/exports")
    assert files["roster/people.json"][0]["phone"] == family.phone
    assert NOTE in [note["text"] for note in files["reports/home_notes.json"]]
    assert ANSWER in [answer["text"] for answer in files["notifications/answers.json"]]
    assert any(CHILD_UR in message["body"] or CHILD in message["body"] for message in files["notifications/messages.json"])
    assert [slot["place"] for slot in files["meetings/bookings.json"]] == ["Room 9"]
    everything = str({name: content for name, content in files.items() if name.endswith(".json")})
    others = [known.guardians[0].phone for kind, known in family.school.chain.families.items() if kind != FAMILY]
    assert not [phone for phone in others if phone and phone in everything]
    assert family.school.teacher.person_id not in everything


def test_a_childs_marks_and_cards_are_in_theirs(family: Family) -> None:
    school = family.school
    files = exported(school.head, f"{school.branch}/people/{family.child}/exports")
    assert [result["comment"] for result in files["reports/results.json"]] == [REMARK]
    pdfs = [content for name, content in files.items() if name.endswith(".pdf")]
    assert [pdf[:5] for pdf in pdfs] == [b"%PDF-"] * 3
    assert NOTE in str(files["reports/home_notes.json"])
    assert ILL in str(files["reports/absences.json"])
    assert SEEN in str(files["reports/behaviour_notes.json"])


def test_the_head_finds_who_saw_and_changed_what(family: Family) -> None:
    school = family.school
    path, query = f"{school.branch}/audit", {"student_id": family.child, "limit": 500}

    def rights() -> set[tuple[str, str]]:
        return {(entry["right"], entry["role"]) for entry in school.head.get(path, params=query)["items"]}

    wanted = {
        ("see today", "teacher"),
        ("mark", "teacher"),
        ("write home notes", "guardian"),
        ("acknowledge home notes", "teacher"),
        ("book meetings", "guardian"),
        ("follow messages", "teacher"),
        ("export people", "head"),
    }
    eventually(lambda: wanted <= rights())
    assert school.teacher.call("GET", path, params=query).status_code == 403


def test_erased_from_every_database_while_counts_stay(family: Family) -> None:
    school, platform = family.school, family.platform
    family.leaves()
    words = (CHILD, MOTHER, CHILD_UR, MOTHER_UR, family.phone, NOTE, ANSWER, REMARK, ILL, SEEN)
    theirs = {f"_reports.{name}" for name in ("home_notes", "results", "absences", "behaviour_notes")}
    theirs |= {"_roster.people", "_notifications.messages", "_meetings.bookings"}
    assert theirs <= where(platform, *words)
    before = {name: len(documents) for name, documents in stored(platform).items()}
    names = {family.mother: MOTHER, family.child: CHILD}
    family_name = {id: school.family(FAMILY).guardians[0].family.latin for id in (family.mother,)}
    family_name[family.child] = school.family(FAMILY).students[0].family.latin
    for person_id, given in names.items():
        draft = {"reason": "request", "confirm": f"{given} {family_name[person_id]}"}
        erasure = school.head.post(f"{school.branch}/people/{person_id}/erasure", draft)["erasure_id"]
        school.operator.post(f"{school.branch}/erasures/{erasure}/confirmation")

    def states() -> list[str]:
        return [each["state"] for each in school.head.get(f"{school.branch}/erasures")["items"]]

    eventually(lambda: states() == ["done", "done"])

    def clean() -> bool:
        found = where(platform, *words)
        assert not found, found
        return True

    eventually(clean)
    after = {name: len(documents) for name, documents in stored(platform).items()}
    for counted in (
        "_notifications.messages",
        "_notifications.answers",
        "_reports.results",
        "_reports.home_notes",
        "_meetings.bookings",
    ):
        assert after[counted] == before[counted], counted
    assert after["_reports.report_cards"] == before["_reports.report_cards"]
    assert after["_reports.report_card_files"] == before["_reports.report_card_files"] - 3
    with MongoClient(platform.infrastructure.mongodb_uri) as client:
        assert client[platform.database("roster")]["exported.files"].count_documents({}) == 0
    by_id = where(platform, family.child, family.mother)
    known = {"_roster.people", "_roster.erasures", "_roster_audit.entries"}
    copies = {f"_{service}.{kept}" for service in ("meetings", "reports", "notifications") for kept in ("people", "erasures")}
    assert by_id <= known | copies, "an id stands where it keeps a late event out, and in the trail"
