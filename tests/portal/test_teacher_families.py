"""Families that nothing reaches, and meetings in writing."""

import html
import re
from typing import Any
from urllib.parse import parse_qs

from tests.portal.support import ME, Browser, Stage
from tests.portal.teaching import AT, BRANCH, invalid

# Families that are not reached


def test_a_step_with_a_family_and_what_came_of_it(stage: Stage, teacher: Browser) -> None:
    family = {
        "family_id": "s1",
        "children": [{"person_id": "s1", "name": "Ahsan Jatoi", "name_ur": None, "class_ids": ["c1"]}],
        "guardians": [{"person_id": "g1", "name": "Nasreen Bibi", "name_ur": None}],
        "reasons": [{"reason": "no_contact", "text": "No working contact", "text_ur": "کوئی درست رابطہ نہیں"}],
        "contacts": [{"guardian_id": "g1", "contact": "none", "language": "ur", "last_read_on": None, "channels": ["app"]}],
        "next": [{"strategy": "ask_for_contact", "text": "Ask for a number that works", "text_ur": "نمبر معلوم کریں"}],
        "tried": [{"strategy": "letter", "on": "2026-11-20", "outcome": "no_answer"}],
    }
    step = {"step_id": "x1", "student_ids": ["s1"], "strategy": "letter", "note": None, "taken_on": "2026-11-20"}
    stage.says("reports", f"{BRANCH}/engagement/unreached", {"items": [family], "next": None})
    steps: list[Any] = []
    stage.says(
        "reports",
        f"{BRANCH}/engagement/steps",
        lambda sent: (steps.append(sent) or step, 201) if sent else ({"items": [step], "next": None}, 200),
    )
    stage.says("reports", f"{BRANCH}/engagement/steps/x1/outcome", step)
    page = teacher.get(f"{AT}/unreached").text
    assert "No working contact" in page
    assert "What came of it?" in page
    teacher.post(f"{AT}/unreached", {"family_id": "s1", "strategy": "ask_for_contact", "key": "k9", "note-s1": ""})
    assert steps == [{"step_id": "k9", "family_id": "s1", "strategy": "ask_for_contact", "note": None}]
    teacher.post(f"{AT}/unreached/steps/x1", {"outcome": "reached", "note-x1": "He has a new phone."})
    assert stage.sent(f"{BRANCH}/engagement/steps/x1/outcome") == {"outcome": "reached", "note": "He has a new phone."}


# In writing


WRITTEN = {
    "written_meeting_id": "w1",
    "student_name": "Ahsan Jatoi",
    "guardian_name": "Nasreen Bibi",
    "teacher_id": "t1",
    "state": "answered",
    "form": {"teacher": [{"id": "goes_well", "en": "What goes well?", "ur": "کیا اچھا ہے؟"}], "guardian": []},
    "answers": {},
    "answered": ["guardian"],
    "answer_by": "2026-12-03T18:59:00Z",
}


def test_a_meeting_in_writing_is_answered(stage: Stage, teacher: Browser) -> None:
    stage.says("meetings", f"{BRANCH}/written-meetings", {"items": [WRITTEN], "next": None})
    stage.says("meetings", f"{BRANCH}/written-meetings/w1", WRITTEN)
    stage.says("meetings", f"{BRANCH}/written-meetings/w1/answers", WRITTEN)
    assert "What goes well?" in teacher.get("/meeting-day/written").text
    assert teacher.post("/meeting-day/written/b1/w1", {"goes_well-w1": "She reads."}).status_code == 303
    assert stage.sent(f"{BRANCH}/written-meetings/w1/answers") == {"answers": {"goes_well": "She reads."}}


def test_both_sides_are_read_when_both_have_answered(stage: Stage, teacher: Browser) -> None:
    answers = {"teacher": {"goes_well": "She <reads>."}, "guardian": {}}
    done = {**WRITTEN, "state": "done", "answered": ["guardian", "teacher"], "answers": answers}
    stage.says("meetings", f"{BRANCH}/written-meetings", {"items": [done], "next": None})
    page = teacher.get("/meeting-day/written").text
    assert "She &lt;reads&gt;." in page
    assert "Send my answers" not in page


def test_an_answer_in_writing_that_is_refused_stands_at_its_question(stage: Stage, teacher: Browser) -> None:
    other = {**WRITTEN, "written_meeting_id": "w2"}
    stage.says("meetings", f"{BRANCH}/written-meetings", {"items": [WRITTEN, other], "next": None})
    stage.says("meetings", f"{BRANCH}/written-meetings/w1", WRITTEN)
    refused = invalid({"answers": {"goes_well": ["Too long."]}})
    stage.says("meetings", f"{BRANCH}/written-meetings/w1/answers", refused, 422)
    teacher.get("/meeting-day/written")
    page = teacher.post("/meeting-day/written/b1/w1", {"goes_well-w1": "She reads."}).text
    assert 'id="goes_well-w1-error">Too long.' in page
    assert page.count("She reads.</textarea>") == 1, "not in the other family's form"


# Over several branches


def test_a_list_of_two_branches_goes_on_in_each(stage: Stage) -> None:
    branches = [{"branch_id": id, "name": id, "name_ur": id, "roles": ["teacher"]} for id in ("b1", "b2")]
    stage.says("roster", "/v1/me", {**ME, "branches": branches})
    teacher = stage.signed_in(person_id="t1", roles={"b1": ["teacher"], "b2": ["teacher"]})

    def shows(**nexts: str | None) -> list[str]:
        for id, next in nexts.items():
            found = {**WRITTEN, "written_meeting_id": f"w-{id}"}
            stage.says("meetings", f"/v1/branches/{id}/written-meetings", {"items": [found], "next": next})
        links = re.findall(r'href="(/meeting-day/written\?after=[^"]*)"', teacher.page.text if teacher.page else "")
        page = teacher.get(html.unescape(links[0]) if links else "/meeting-day/written").text
        return re.findall(r'action="/meeting-day/written/\w+/([^"]*)"', page)

    assert shows(b1="n&1", b2="n2") == ["w-b1", "w-b2"]
    assert shows(b1=None, b2="n3") == ["w-b1", "w-b2"]
    assert shows(b2=None) == ["w-b2"], "the other one has no more"
    asked = {id: [each.path for each in stage.of(f"/v1/branches/{id}/written-meetings")] for id in ("b1", "b2")}
    afters = {id: [parse_qs(path.partition("?")[2]).get("after", [""])[0] for path in paths] for id, paths in asked.items()}
    assert afters == {"b1": ["", "n&1"], "b2": ["", "n2", "n3"]}
    teacher.get("/meeting-day/written?after=nonsense")
    assert "after" not in stage.of("/v1/branches/b1/written-meetings")[-1].path, "from the beginning"
