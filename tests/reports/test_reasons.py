"""Why a child was away: said by a guardian, before or after, by the school for them, and accepted."""

import pytest

from schoolbus.contracts.reports import AbsenceCorrected, AbsenceRecorded, ArrivalRecorded, PersonErased, PersonExported
from schoolbus.contracts.roster import ExportAsked
from schoolbus.contracts.roster import PersonErased as Erasing
from tests.meetings.story import at_once
from tests.reports.attending import Attendance, statuses
from tests.reports.story import Branch, in_days, slug
from tests.support.people import office
from tests.support.roster import related
from tests.support.waiting import eventually

SAID = (AbsenceRecorded, AbsenceCorrected, ArrivalRecorded)


@pytest.fixture(scope="module")
def school(branch: Branch) -> Attendance:
    return Attendance(branch)


def test_a_guardian_says_why_and_the_school_accepts(branch: Branch, school: Attendance) -> None:
    school.takes("s1", day=-3)
    [absence] = school.absences(branch.guardian("g1"), student_id="s1")
    assert (absence["status"], absence["reason_kind"], absence["told"]) == ("absent", None, False)
    id = absence["absence_id"]
    assert slug(school.accepts(id)) == "no-reason"
    assert school.explains(id, branch.guardian("g1")).json()["reason_kind"] == "ill"
    assert school.explains(id, branch.guardian("g1"), text="A bad cold.").json()["reason_text"] == "A bad cold."
    done = school.accepts(id).json()
    assert (done["accepted"], done["status"]) == (True, "excused")
    assert statuses(school.register(-3))["s1"] == "excused"
    [change] = school.read(f"registers/c1/{in_days(-3)}/changes", branch.teacher())["items"]
    assert change["reason"] == "The reason was accepted."
    assert slug(school.explains(id, branch.guardian("g1"), "family")) == "already-accepted"
    assert school.takes("s1", day=-3, edition=2).json()["edition"] == 2, "accepted, absent is excused"
    assert school.accepts(id, accepted=False).json()["status"] == "absent"
    assert statuses(school.register(-3))["s1"] == "absent"
    assert school.accepts(id, accepted=False).json()["accepted"] is False


def test_guardians_who_live_apart_do_not_read_each_others_words(branch: Branch, school: Attendance) -> None:
    school.takes("s1", "s3", day=-4)
    id = school.absence("s1", -4)["absence_id"]
    assert school.explains(id, branch.guardian("g2"), "family", "She is with me.").status_code == 200
    assert school.read(f"absences/{id}", branch.guardian("g1"))["reason_text"] is None
    assert school.read(f"absences/{id}", branch.guardian("g1"))["reason_kind"] == "family"
    assert slug(school.explains(id, branch.guardian("g1"), "ill", "She is not.")) == "reason-given"
    for reader in (branch.guardian("g2"), branch.teacher(), office(branch_id=branch.id)):
        assert school.read(f"absences/{id}", reader)["reason_text"] == "She is with me."
    by_phone = school.explains(id, office(branch_id=branch.id), "ill", "Her mother called.").json()
    assert (by_phone["reason_by"], by_phone["reason_kind"]) == ("o1", "ill")


def test_whose_absence_it_is(branch: Branch, school: Attendance, elsewhere: Branch) -> None:
    school.takes("s3", day=-5)
    id = school.absence("s3", -5)["absence_id"]
    for stranger in (branch.guardian("g1"), branch.guardian("g4"), branch.teacher("t9")):
        assert school.explains(id, stranger).status_code == 404
        assert branch.call("GET", f"absences/{id}", stranger).json()["title"] == "Absence is not here"
        assert branch.call("GET", "absences", stranger, params={"student_id": "s3"}).status_code == 404
        assert all(row["student_id"] != "s3" for row in school.absences(stranger))
    assert branch.call("GET", f"absences/{id}", elsewhere.guardian("g3")).status_code == 403
    assert elsewhere.call("GET", f"absences/{id}", elsewhere.guardian("g3")).status_code == 404
    assert id in [row["absence_id"] for row in school.absences(branch.guardian("g3"))]
    assert school.accepts(id, by=branch.guardian("g3")).status_code == 403
    assert id in [row["absence_id"] for row in school.absences(branch.teacher(), class_id="c1", reason="wanted")]
    assert id in [row["absence_id"] for row in school.absences(office(branch_id=branch.id), since=in_days(-5))]
    branch.knows(related(branch.id, ("g3", "s3"), version=2, may_receive_reports=False))
    assert branch.call("GET", f"absences/{id}", branch.guardian("g3")).status_code == 404
    branch.knows(related(branch.id, ("g3", "s3"), version=3))


def test_said_beforehand_nobody_is_alarmed(elsewhere: Branch) -> None:
    school = Attendance(elsewhere)
    plan = school.plans("s2", elsewhere.guardian("g1"), 0, 2, planned_absence_id="7a1b6f9e-0000-4000-8000-000000000001")
    assert plan.status_code == 201, plan.text
    again = school.plans("s2", elsewhere.guardian("g1"), 0, 2, planned_absence_id="7a1b6f9e-0000-4000-8000-000000000001")
    assert again.json() == plan.json()
    assert statuses(school.register())["s2"] == "excused", "the sheet to begin with knows"
    taken = school.takes("s2", "s3").json()
    assert (statuses(taken)["s2"], statuses(taken)["s3"]) == ("excused", "absent")
    assert school.takes("s2", "s3").json() == taken
    absence = school.absence("s2")
    assert (absence["reason_kind"], absence["planned_absence_id"]) == ("travel", plan.json()["planned_absence_id"])
    eventually(lambda: school.told(*SAID) == [("AbsenceRecorded", "s3", 0)])
    school.corrects("s2", "present")
    assert school.told(*SAID) == [("AbsenceRecorded", "s3", 0)], "what was not told is not taken back"


def test_said_after_the_register_was_taken_the_school_decides(elsewhere: Branch) -> None:
    school = Attendance(elsewhere)
    school.plans("s3", elsewhere.guardian("g3"))
    absence = school.absence("s3")
    assert (absence["status"], absence["reason_kind"]) == ("absent", "travel")
    assert school.accepts(absence["absence_id"]).json()["status"] == "excused"
    school.corrects("s3", "present")
    eventually(lambda: school.told(*SAID)[-1] == ("AbsenceCorrected", "s3", 1))


def test_what_is_planned_can_be_taken_back_by_who_said_it(branch: Branch, school: Attendance) -> None:
    made = school.plans("s1", branch.guardian("g1"), 10, 12).json()
    path = f"planned-absences/{made['planned_absence_id']}/withdrawal"
    assert slug(branch.call("POST", path, branch.guardian("g2"))) == "not-yours"
    assert branch.call("POST", path, branch.guardian("g3")).status_code == 404
    seen = school.read("planned-absences", branch.guardian("g2"), student_id="s1")["items"]
    assert [row["reason_text"] for row in seen] == [None]
    gone = at_once(*[lambda: branch.call("POST", path, branch.guardian("g1"))] * 2)
    assert [each.status_code for each in gone] == [200, 200]
    assert gone[0].json() == gone[1].json()
    assert gone[0].json()["withdrawn_at"] is not None


@pytest.mark.parametrize(("first", "last"), [(-1, 0), (3, 2), (0, 60), (367, 367)])
def test_only_coming_days_and_not_for_ever(branch: Branch, school: Attendance, first: int, last: int) -> None:
    assert school.plans("s1", branch.guardian("g1"), first, last).status_code == 422


def test_two_who_explain_at_once_leave_one_reason(branch: Branch, school: Attendance) -> None:
    school.takes("s1", day=-6)
    id = school.absence("s1", -6)["absence_id"]
    answers = at_once(*(lambda who=who: school.explains(id, branch.guardian(who), "ill", who) for who in ("g1", "g2")))
    assert sorted(each.status_code for each in answers) == [200, 409]


def test_it_is_exported_and_of_who_is_erased_no_word_stays(branch: Branch, school: Attendance) -> None:
    school.sends([{"student_id": "s3", "status": "late", "note": "Cried."}], -8, others="present")
    id = school.absence("s3", -8)["absence_id"]
    school.explains(id, branch.guardian("g3"), "family", "We moved house.")
    asked = {"branch_id": "chain", "person_id": "s3", "branch_ids": [branch.id]}
    branch.service.say(ExportAsked(subject="s3", export_id="x1", **asked))
    eventually(lambda: [e for e in branch.service.heard(PersonExported) if e.data["export_id"] == "x1" and e.data["parts"]])
    parts = [e for e in branch.service.heard(PersonExported) if e.data["export_id"] == "x1"]
    texts = " ".join(text for part in parts for text in part.data["documents"])
    assert "We moved house." in texts
    assert "Cried." in texts
    assert '"s1"' not in texts, "of a register, the own entry alone"
    branch.service.say(Erasing(subject="s3", erasure_id="z1", **asked))
    eventually(lambda: [e for e in branch.service.heard(PersonErased) if e.data["erasure_id"] == "z1"])
    register = school.register(-8)
    [late] = [entry for entry in register["entries"] if entry["status"] == "late"]
    assert (late["note"], late["student_id"] == "s3") == (None, False)
    assert branch.call("GET", "absences", school.head, params={"student_id": "s3"}).status_code == 404
    assert all(row["student_id"] != "s3" for row in school.absences(school.head))
    assert "We moved house." not in branch.call("GET", "absences", school.head, params={"limit": 500}).text
